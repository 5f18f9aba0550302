"""The time zone of an account: what its clocks show at an instant, and which instants a local time may mean."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from tap_callgear.extraction.times import LocalTime

_NEAR = timedelta(hours=26)
"""How far around an instant a change of the clocks may touch its reading: the longest change on record and a bit."""

_DAYS_AROUND = timedelta(days=1)
_SECOND = timedelta(seconds=1)

_MOST_HOURS = 20_000
"""Hours whose offset is remembered at a time: a bit more than two years."""


_NO_ZONES = {"Factory", "localtime", "posixrules"}
"""Files beside the zones, which are none, or another one on each machine."""


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
            self._zone = ZoneInfo("" if zone in _NO_ZONES else zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            text = f"timezone: there is no zone named {zone!r}; give an IANA name such as Asia/Dubai or Europe/London."
            raise ConfigurationError(text) from None
        self.zone = zone
        self._offsets: dict[int, timedelta | None] = {}
        self._transitions: dict[int, tuple[LocalTime, LocalTime] | None] = {}

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

    def transition_near(self, local_time: LocalTime) -> tuple[LocalTime, LocalTime] | None:
        """Return the range around the change of the clocks within a day of a local time, if there is one.

        Within it the order of local times is not that of instants, and it is not documented which instant the API takes
        a local time for. So nothing that is asked for begins or ends there.

        Args:
            local_time: A naive time.

        Returns:
            The repeated hour; or the skipped hour with the one after it, whose readings overlap, from the last second
            before it on: the first that is skipped is read in two ways, too.
        """
        day = local_time.toordinal()
        if day not in self._transitions:
            self._transitions[day] = self._find_transition(datetime.fromordinal(day))
        return self._transitions[day]

    def _find_transition(self, day: LocalTime) -> tuple[LocalTime, LocalTime] | None:
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
        return change + before - _SECOND, change + after + (after - before)

    def _offset_at(self, instant: datetime) -> timedelta:
        """Return the offset from UTC at an instant, which is given as a naive time in UTC."""
        return instant.replace(tzinfo=timezone.utc).astimezone(self._zone).utcoffset() or timedelta()

    def is_ambiguous(self, local_time: LocalTime) -> bool:
        """Whether a local time names two instants or none."""
        return self.steady_offset(local_time) is None and self._changes_at(local_time)

    def steady_offset(self, local_time: LocalTime) -> timedelta | None:
        """Return the offset from UTC that holds all through a time's hour, or None where the clocks change in it."""
        return self._offset_of_hour(_hour_of(local_time))

    def _offset_of_hour(self, hour: int) -> timedelta | None:
        """Return the steady offset of an hour, by its place among all hours of the calendar."""
        if hour not in self._offsets:
            if len(self._offsets) >= _MOST_HOURS:
                self._offsets.clear()
                self._transitions.clear()
            start = datetime.fromordinal(hour // 24).replace(hour=hour % 24)
            is_plain = self.transition_near(start) is None
            self._offsets[hour] = self._offset(start, 0) if is_plain else self._offset_near_a_transition(start)
        return self._offsets[hour]

    def _offset_near_a_transition(self, start: LocalTime) -> timedelta | None:
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
        instants = (instant - _NEAR, instant, instant + _NEAR)
        return [each.astimezone(self._zone).utcoffset() or timedelta() for each in instants]


def _hour_of(local_time: LocalTime) -> int:
    """Return the place of a time's hour among all hours of the calendar."""
    return local_time.toordinal() * 24 + local_time.hour


def _ceiling(time: datetime) -> datetime:
    """Round up to a whole second."""
    return time.replace(microsecond=0) + timedelta(seconds=1) if time.microsecond else time
