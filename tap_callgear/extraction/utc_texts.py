"""The times of an account in the one form that leaves the tap: there are many, so what was met is remembered."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, timedelta
from typing import TYPE_CHECKING, Any

from tap_callgear.extraction.times import USUAL_LENGTH, is_fraction, parse_time, utc_form

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.times import LocalTime

_DATE_END = len("YYYY-MM-DD")
_HOUR_END = len("YYYY-MM-DD hh")
_USUAL_REST = len(":mm:ss")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HOURS = tuple(f"{hour:02}" for hour in range(24))
_UTC = "+00:00"

_SIXTIETHS = tuple(f":{number:02}" for number in range(60))
_USUAL_RESTS = {rest: rest + _UTC for rest in (minute + second for minute in _SIXTIETHS for second in _SIXTIETHS)}
"""Minutes and seconds, with what follows the hour in UTC where the offset is in whole hours."""

_MOST_HOURS = 20_000
"""Hours whose reading is remembered at a time: a bit more than two years."""

_MOST_RESTS = 20_000
"""Minutes and seconds, with and without a fraction, that are remembered: each second with some fractions."""

_START_OF_CALENDAR, _END_OF_CALENDAR = "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"
"""What is written of times whose UTC lies beyond the calendar, such as those that stand for never."""


class _Rests(dict[str, str]):
    """What followed the hour in the times that were met, with what follows it in UTC: a fraction is cut."""

    def __init__(self) -> None:
        super().__init__(_USUAL_RESTS)

    def __missing__(self, rest: str) -> str:
        """Read what was not met yet."""
        told = _USUAL_RESTS[rest[:_USUAL_REST]]
        if not is_fraction(rest[_USUAL_REST:]):
            raise KeyError(rest)
        if len(self) < _MOST_RESTS:
            self[rest] = told
        return told


class UtcTexts:
    """Reads the local time of one account, as the API writes it.

    Attributes:
        utc_text: Turns ``YYYY-MM-DD hh:mm:ss`` local time into UTC, such as ``2026-11-21T19:29:01+00:00``; a date
            alone, a fraction or an offset are understood too. It makes None of what is no time.
    """

    def __init__(self, zone: AccountZone) -> None:
        """Remember nothing yet.

        Args:
            zone: The account's zone.
        """
        self._zone = zone
        self._hours: dict[str, str] = {}
        self._rests = _Rests()
        self.utc_text: Callable[[str], str | None] = self.reader(self._read_anew)

    def reader(self, read_other: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return what reads many times quickly.

        Args:
            read_other: Reads what is no time of the usual form, or of an hour that was not met yet.

        Returns:
            A function that reads times of the usual form as `utc_text` does, and makes nothing of an empty value.
        """
        hours, rests = self._hours, self._rests

        def read(value: Any) -> Any:  # noqa: ANN401 - whatever comes
            try:
                return hours[value[:_HOUR_END]] + rests[value[_HOUR_END:]]
            except (KeyError, TypeError):
                return read_other(value) if value else None

        return read

    def _read_anew(self, text: str) -> str | None:
        """Read a time whose hour was not met yet, or whose form is not the usual one."""
        try:
            time = parse_time(text)
        except ValueError:
            return None
        except OverflowError:
            return _END_OF_CALENDAR
        try:
            return self._utc_form(time, text)
        except (ValueError, OverflowError):
            return _START_OF_CALENDAR if time.year == MINYEAR else _END_OF_CALENDAR

    def _utc_form(self, time: datetime, text: str) -> str:
        """Write a time in the one form, and remember what becomes of its hour."""
        if time.tzinfo is not None:
            return utc_form(time)
        if (offset := self._zone.steady_offset(time)) is not None:
            utc = (time - offset).isoformat(timespec="seconds")
            if not offset % _HOUR and _is_usual(text):
                self._remember(time, offset, separator=text[_DATE_END])
            return utc + _UTC
        return utc_form(self._zone.instant(time))

    def _remember(self, time: LocalTime, offset: timedelta, separator: str) -> None:
        """Remember what becomes of a time's hour; of its whole day, where the clocks do not change near it."""
        if len(self._hours) >= _MOST_HOURS:
            self._hours.clear()
        if not MINYEAR < time.year < MAXYEAR or self._zone.transition_near(time) is not None:
            utc = (time - offset).isoformat(timespec="hours")
            self._hours[time.isoformat(separator, timespec="hours")] = utc
            return
        midnight = time.replace(hour=0) - offset
        days = [(midnight + day).date().isoformat() for day in (timedelta(), _DAY)]
        utc_hours = [f"{day}T{hour}" for day in days for hour in _HOURS]
        local_hours = [f"{time.date().isoformat()}{separator}{hour}" for hour in _HOURS]
        self._hours.update(zip(local_hours, utc_hours[midnight.hour :], strict=False))

    def maybe_utc_text(self, text: str) -> str:
        """Turn a text that holds a full time into the one form; leave any other, such as a time of day, as it is."""
        return self.utc_text(text) or text if len(text) >= USUAL_LENGTH else text


def _is_usual(text: str) -> bool:
    """Whether what follows the hour in a time is minutes and seconds in the usual form."""
    return text[_HOUR_END:USUAL_LENGTH] in _USUAL_RESTS
