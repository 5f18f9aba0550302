"""The search for the oldest day that the API serves, where an account keeps a shorter history than was asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import Window

if TYPE_CHECKING:
    from tap_callgear.extraction.times import LocalTime

_DAY = timedelta(days=1)
_HOURS = [timedelta(hours=hours) for hours in range(23, 0, -1)]


class RetentionSearch:
    """Halves the days, then the hours of the day before the first that is served: refusals cost no points."""

    def __init__(self, refused: LocalTime, end: LocalTime) -> None:
        """Start with one day that is refused.

        Args:
            refused: Where the refused day starts.
            end: Where the range that was asked for ends.
        """
        midnight = refused.replace(hour=0, minute=0, second=0, microsecond=0)
        days = (end - midnight) // _DAY
        self._refused = refused
        self._end = end
        self._starts = [midnight + _DAY * day for day in range(1, days + 1) if midnight + _DAY * day < end]
        self._low = 0
        self._high = len(self._starts)
        self._was_served = False
        self._is_by_hour = False

    @property
    def has_days(self) -> bool:
        """Whether there is any later day to try."""
        return bool(self._starts)

    def probe(self) -> Window:
        """Return the day to try next, asked for from its very start, which may be the oldest that is accepted."""
        start = self._starts[self._middle]
        return Window(start, min(start + _DAY, self._end), lead=timedelta())

    def is_hopeless(self) -> bool:
        """Whether no day is left that could be served, once the present probe is refused too."""
        return not self._was_served and self._middle + 1 >= len(self._starts)

    def served(self) -> LocalTime | None:
        """Learn that the probe was answered; return the oldest start that is served, once it is known."""
        self._was_served = True
        self._high = self._middle
        return self._settled()

    def refused(self) -> LocalTime | None:
        """Learn that the probe was refused; return the oldest start that is served, once it is known."""
        self._low = self._middle + 1
        return self._settled()

    @property
    def _middle(self) -> int:
        return (self._low + self._high) // 2

    def _settled(self) -> LocalTime | None:
        if self._low < self._high:
            return None
        found = self._starts[self._high]
        if self._is_by_hour:
            return found
        self._is_by_hour = True
        self._starts = [found - hours for hours in _HOURS if found - hours > self._refused] + [found]
        self._low, self._high = 0, len(self._starts) - 1
        return self._settled()
