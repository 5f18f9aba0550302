"""Account local time and UTC.

The API speaks the local time of the account's zone, without an offset. Everything that leaves the tap is UTC in one
form, ``2026-11-21T19:29:01+00:00``, which sorts as text.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

LocalTime: TypeAlias = datetime
"""A naive time, as the account's clocks show it."""

_NEAR = timedelta(hours=26)
"""How far around an instant a change of the clocks may touch its reading: the longest change on record and a bit."""

_DAYS_AROUND = timedelta(days=1)
_SECOND = timedelta(seconds=1)

_DATE_END = len("YYYY-MM-DD")
_HOUR_END = len("YYYY-MM-DD hh")
_MINUTE_END = len("YYYY-MM-DD hh:mm")
_END = len("YYYY-MM-DD hh:mm:ss")
_HOUR = timedelta(hours=1)

_UTC = "+00:00"

_SIXTIETHS = {text: text for text in (f":{number:02}" for number in range(60))}
"""Minutes and seconds, as they stand in a usual time and in UTC where the offset is in whole hours."""

_MOST_ENDS = 2_000
"""Fractions of a second that are remembered: all thousandths, and some more."""


class _Ends(dict[str, str]):
    """What followed the seconds in the times that were met, with what follows them in UTC: a fraction is cut."""

    def __init__(self) -> None:
        super().__init__({"": _UTC})

    def __missing__(self, end: str) -> str:
        """Read what was not met yet."""
        if not is_fraction(end):
            raise KeyError(end)
        if len(self) < _MOST_ENDS:
            self[end] = _UTC
        return _UTC


_END_OF_DAY = re.compile(r"(.{10}[ Tt])24(:00(?::00(?:\.0+)?)?(?:[+-].*)?)$")
_LEAP_SECOND = re.compile(r"(.{16}:)60(.*)$")

_START_OF_CALENDAR, _END_OF_CALENDAR = "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"
"""What is written of times whose UTC lies beyond the calendar, such as those that stand for never."""

_MOST_HOURS = 20_000
"""Hours whose reading is remembered at a time: a bit more than two years."""


class AccountZone:
    """Reads the local time of one zone."""

    def __init__(self, zone: str) -> None:
        """Choose the zone.

        Args:
            zone: An IANA name, such as ``Asia/Dubai``.

        Raises:
            ConfigurationError: There is no such zone.
        """
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            text = f"timezone: there is no zone named {zone!r}; give an IANA name such as Asia/Dubai or Europe/London."
            raise ConfigurationError(text) from None
        self.zone = zone
        self._offsets: dict[int, timedelta | None] = {}
        self._hours: dict[str, str] = {}
        self._ends = _Ends()
        self._read = self.reader(self._read_anew)
        self._seams: dict[int, tuple[LocalTime, LocalTime] | None] = {}

    def local_time(self, instant: datetime) -> LocalTime:
        """Return the local time at an instant.

        Args:
            instant: An aware time.

        Returns:
            A naive time; the two passes through a repeated hour read the same.
        """
        return instant.astimezone(self._zone).replace(tzinfo=None, fold=0)

    def span(self, start: datetime, end: datetime) -> tuple[LocalTime, LocalTime]:
        """Return local times between which every record of a range of instants is surely found.

        Near a change of the clocks one local time names two instants, or none, and it is not documented which one the
        API means. So the range starts at the earlier reading there and ends at the later one.

        Args:
            start: The first instant, aware.
            end: The instant after the last, aware.

        Returns:
            The naive first and last local time, in whole seconds.
        """
        first = start.astimezone(timezone.utc).replace(tzinfo=None) + min(self._offsets_near(start))
        last = end.astimezone(timezone.utc).replace(tzinfo=None) + max(self._offsets_near(end))
        return first.replace(microsecond=0), _ceiling(last)

    def instant(self, local_time: LocalTime) -> datetime:
        """Read a local time: the first pass of a repeated hour; a skipped hour by the offset before the change.

        Args:
            local_time: A naive time.

        Returns:
            The instant, aware, in UTC.
        """
        return local_time.replace(tzinfo=self._zone, fold=0).astimezone(timezone.utc)

    def latest_instant(self, local_time: LocalTime) -> datetime:
        """Return the last instant that a local time can mean: the second pass of a repeated hour.

        Args:
            local_time: A naive time.

        Returns:
            The instant, aware, in UTC.
        """
        return local_time.replace(tzinfo=self._zone, fold=1).astimezone(timezone.utc)

    def seam_near(self, local_time: LocalTime) -> tuple[LocalTime, LocalTime] | None:
        """Return the range around the change of the clocks within a day of a local time, if there is one.

        Within it the order of local times is not that of instants, and it is not documented which instant the API takes
        a local time for. So nothing that is asked for begins or ends there.

        Args:
            local_time: A naive time.

        Returns:
            The repeated hour; or the skipped hour with the one after it, whose readings overlap.
        """
        day = local_time.toordinal()
        if day not in self._seams:
            self._seams[day] = self._find_seam(datetime.fromordinal(day))
        return self._seams[day]

    def _find_seam(self, day: LocalTime) -> tuple[LocalTime, LocalTime] | None:
        """Find the change of the clocks around a day, if there is one."""
        try:
            low, high = (day + _DAYS_AROUND * side for side in (-1, 2))
            before, after = self._offset_at(low), self._offset_at(high)
        except OverflowError:
            return None
        if before == after:
            return None
        while high - low > _SECOND:
            middle = low + (high - low) // 2
            if self._offset_at(middle) == before:
                low = middle
            else:
                high = middle
        change = high.replace(microsecond=0)
        if after < before:
            return change + after, change + before
        return change + before, change + after + (after - before)

    def _offset_at(self, instant: datetime) -> timedelta:
        """Return the offset from UTC at an instant, which is given as a naive time in UTC."""
        return instant.replace(tzinfo=timezone.utc).astimezone(self._zone).utcoffset() or timedelta()

    def is_ambiguous(self, local_time: LocalTime) -> bool:
        """Whether a local time names two instants or none."""
        return self._steady_offset(local_time) is None and self._changes_at(local_time)

    def utc_text(self, text: str) -> str | None:
        """Turn a time as the API sends it into the one form that leaves the tap.

        Args:
            text: ``YYYY-MM-DD hh:mm:ss`` local time; a date alone, a fraction or an offset are understood too.

        Returns:
            The time in UTC, such as ``2026-11-21T19:29:01+00:00``, or None where the text is no time.
        """
        told: str | None = self._read(text)
        return told

    def reader(self, read_other: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return what reads many times quickly.

        Args:
            read_other: Reads what is no time of the usual form, or of an hour that was not met yet.

        Returns:
            A function that reads times of the usual form as `utc_text` does, and makes nothing of an empty value.
        """
        hours, ends = self._hours, self._ends

        def read(value: Any) -> Any:  # noqa: ANN401 - whatever comes
            try:
                minute, second = _SIXTIETHS[value[_HOUR_END:_MINUTE_END]], _SIXTIETHS[value[_MINUTE_END:_END]]
                return f"{hours[value[:_HOUR_END]]}{minute}{second}{ends[value[_END:]]}"
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
        if (offset := self._steady_offset(time)) is not None:
            utc = (time - offset).isoformat(timespec="seconds")
            if not offset % _HOUR and _is_usual(text):
                self._remember(time, offset, separator=text[_DATE_END])
            return utc + _UTC
        return utc_form(self.instant(time))

    def _remember(self, time: LocalTime, offset: timedelta, separator: str) -> None:
        """Remember what becomes of a time's hour; of its whole day, where the clocks do not change near it."""
        if len(self._hours) >= _MOST_HOURS:
            self._hours.clear()
        is_plain = MINYEAR < time.year < MAXYEAR and self.seam_near(time) is None
        for hour in range(24) if is_plain else (time.hour,):
            local_time = time.replace(hour=hour)
            utc = (local_time - offset).isoformat(timespec="hours")
            self._hours[local_time.isoformat(separator, timespec="hours")] = utc

    def maybe_utc_text(self, text: str) -> str:
        """Turn a text that holds a full time into the one form; leave any other, such as a time of day, as it is."""
        return self.utc_text(text) or text if len(text) >= _END else text

    def _steady_offset(self, local_time: LocalTime) -> timedelta | None:
        """Return the offset from UTC that holds all through a time's hour, or None where the clocks change in it."""
        return self._offset_of_hour(_hour_of(local_time))

    def _offset_of_hour(self, hour: int) -> timedelta | None:
        """Return the steady offset of an hour, by its place among all hours of the calendar."""
        if hour not in self._offsets:
            if len(self._offsets) >= _MOST_HOURS:
                self._offsets.clear()
                self._seams.clear()
            start = datetime.fromordinal(hour // 24).replace(hour=hour % 24)
            is_plain = self.seam_near(start) is None
            self._offsets[hour] = self._offset(start, 0) if is_plain else self._offset_near_a_seam(start)
        return self._offsets[hour]

    def _offset_near_a_seam(self, start: LocalTime) -> timedelta | None:
        """Return the offset that holds all through the hour from a start on, or None where the clocks change in it."""
        last = start + timedelta(minutes=59, seconds=59)
        offsets = {self._offset(edge, fold) for edge in (start, last) for fold in (0, 1)}
        is_steady = len(offsets) == 1 and not self._changes_at(start + timedelta(minutes=30))
        return offsets.pop() if is_steady else None

    def _changes_at(self, local_time: LocalTime) -> bool:
        return self._offset(local_time, 0) != self._offset(local_time, 1)

    def _offset(self, local_time: LocalTime, fold: int) -> timedelta:
        return local_time.replace(tzinfo=self._zone, fold=fold).utcoffset() or timedelta()

    def _offsets_near(self, instant: datetime) -> list[timedelta]:
        """Return the zone's offsets shortly before, at and shortly after an instant."""
        moments = (instant - _NEAR, instant, instant + _NEAR)
        return [moment.astimezone(self._zone).utcoffset() or timedelta() for moment in moments]


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
        return datetime.fromisoformat(text) if len(text) == _END else _parse_odd_time(text)
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


def _is_usual(text: str) -> bool:
    """Whether what follows the hour in a time is minutes and seconds in the usual form."""
    return text[_HOUR_END:_MINUTE_END] in _SIXTIETHS and text[_MINUTE_END:_END] in _SIXTIETHS


def is_fraction(text: str) -> bool:
    """Whether a text is a fraction of a second, with its point."""
    return text[:1] in {".", ","} and text[1:].isdecimal()


def parse_second(text: str) -> datetime:
    """Parse a time as `parse_time` does, and cut its fraction of a second, if it has one."""
    end = text[_END:]
    if end and is_fraction(end):
        text = text[:_END]
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


def _hour_of(local_time: LocalTime) -> int:
    """Return the place of a time's hour among all hours of the calendar."""
    return local_time.toordinal() * 24 + local_time.hour


def _ceiling(time: datetime) -> datetime:
    """Round up to a whole second."""
    return time.replace(microsecond=0) + timedelta(seconds=1) if time.microsecond else time
