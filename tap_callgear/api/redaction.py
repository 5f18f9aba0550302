"""Keeps secrets out of everything a person or a log collector may see: by value, wherever they turn up."""

from __future__ import annotations

import logging

_MASK = "*****"


class Secrets:
    """The values that must never be shown."""

    def __init__(self) -> None:
        """Start with none."""
        self._values: set[str] = set()

    def add(self, value: object) -> None:
        """Register a value; empty ones are no secrets."""
        if value not in (None, ""):
            self._values.add(str(value))

    def hide(self, text: str) -> str:
        """Give the text with every secret in it masked."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, _MASK)
        return text


class RedactingFilter(logging.Filter):
    """Masks secrets in the log records that pass a handler, tracebacks included."""

    def __init__(self, secrets: Secrets) -> None:
        """Hold the secrets to look for; they may be added to later."""
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's text where it holds a secret; every record passes."""
        message = record.getMessage()
        if (hidden := self._secrets.hide(message)) != message:
            record.msg, record.args = hidden, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text and (hidden := self._secrets.hide(record.exc_text)) != record.exc_text:
            record.exc_text, record.exc_info = hidden, None
        return True
