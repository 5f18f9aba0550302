"""Instants that a user or a state gives."""

from __future__ import annotations

from datetime import datetime, timezone

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.extraction.times import parse_time


def instant_of(name: str, text: object) -> datetime:
    """Read an instant that a user or a state gives; without an offset it is UTC.

    Args:
        name: What it is, for the error.
        text: The time.

    Returns:
        The instant, aware, in UTC.

    Raises:
        ConfigurationError: The text is no time.
    """
    try:
        time = parse_time(text if isinstance(text, str) else "")
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        message = f"{name} is no date: {text!r}; write it like 2026-01-31 or 2026-01-31T00:00:00Z."
        raise ConfigurationError(message) from None
