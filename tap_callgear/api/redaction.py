"""Keeps secrets out of everything a person or a log collector may see: by value, wherever they turn up."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

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


def redact_logs(secrets: Secrets) -> None:
    """Mask secrets in every log record where it is made, so that no handler of any logger can get around it.

    Args:
        secrets: What to mask; it may be added to later.
    """
    make: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()

    def make_redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - logging's signature
        record = make(*args, **kwargs)
        _redact(record, secrets)
        return record

    logging.setLogRecordFactory(make_redacted)


def _redact(record: logging.LogRecord, secrets: Secrets) -> None:
    """Mask the message and the traceback of a record, where they hold a secret."""
    try:
        message = record.getMessage()
    except (TypeError, ValueError):  # logging itself reports a message that does not fit its arguments
        message = str((record.msg, record.args))
    if (hidden := secrets.hide(message)) != message:
        record.msg, record.args = hidden, ()
    if record.exc_info and record.exc_info[0] is not None:
        traceback = logging.Formatter().formatException(record.exc_info)
        if (hidden := secrets.hide(traceback)) != traceback:
            # A formatter would write the traceback from exc_info once more, or leave out what only exc_text holds.
            record.msg, record.args, record.exc_info = f"{record.getMessage()}\n{hidden}", (), None
