"""Times as texts: in what forms the API sends them, what its parameters want, and the one form that leaves the tap.

The API speaks the local time of the account's zone, without an offset. Everything that leaves the tap is UTC in one
form, ``2026-11-21T19:29:01+00:00``, which sorts as text.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

LocalTime: TypeAlias = datetime
"""A naive time, as the account's clocks show it."""

USUAL_LENGTH = len("YYYY-MM-DD hh:mm:ss")

_END_OF_DAY = re.compile(r"(.{10}[ Tt])24(:00(?::00(?:\.0+)?)?(?:[+-].*)?)$")
_LEAP_SECOND = re.compile(r"(.{16}:)60(.*)$")


def parse_time(text: str) -> datetime:
    """Parse a time in any of the forms that are met: ISO 8601, with or without time, fraction and offset.

    A day may end at ``24:00:00`` and a minute, where a second is leapt, at ``:60``: the next one begins then.

    Args:
        text: The time.

    Returns:
        The time, naive where the text has no offset.

    Raises:
        ValueError: The text is no time.
        OverflowError: The time lies behind the end of the calendar.
    """
    try:
        return datetime.fromisoformat(text) if len(text) == USUAL_LENGTH else _parse_odd_time(text)
    except ValueError:
        return _parse_odd_time(text)


def _parse_odd_time(text: str) -> datetime:
    text = text.strip()
    if text.endswith(("Z", "z")):
        text = f"{text[:-1]}+00:00"
    # Before Python 3.11 only fractions of three or six digits are understood.
    text = re.sub(r"[.,](\d+)", lambda match: f".{match[1][:6]:0<6}", text)
    later = timedelta()
    if match := _END_OF_DAY.match(text):
        later += timedelta(days=1)
        text = f"{match[1]}00{match[2]}"
    if match := _LEAP_SECOND.match(text):
        later += timedelta(seconds=1)
        text = f"{match[1]}59{match[2]}"
    return datetime.fromisoformat(text) + later


def is_fraction(text: str) -> bool:
    """Whether a text is a fraction of a second, with its point."""
    return text[:1] in {".", ","} and text[1:].isdecimal()


def parse_second(text: str) -> datetime:
    """Parse a time as `parse_time` does, and cut its fraction of a second, if it has one."""
    end = text[USUAL_LENGTH:]
    if end and is_fraction(end):
        text = text[:USUAL_LENGTH]
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = parse_time(text)
    return time.replace(microsecond=0) if time.microsecond else time


def day_form(text: str) -> str | None:
    """Write the day of a time as it stands, ``YYYY-MM-DD``: a day is no instant, and has no zone.

    Args:
        text: The day, or a time in any form that `parse_time` knows.

    Returns:
        The day, or None where the text is none.
    """
    try:
        return parse_time(text).date().isoformat()
    except (ValueError, OverflowError):
        return None


def utc_form(instant: datetime) -> str:
    """Write an instant in the one form that leaves the tap; fractions of a second are cut."""
    return instant.astimezone(timezone.utc).replace(microsecond=0).isoformat()


def api_form(local_time: LocalTime) -> str:
    """Write a local time as the API's parameters want it."""
    return local_time.isoformat(sep=" ", timespec="seconds")
