"""Calendar days of the account, and the local time that is asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import Window

if TYPE_CHECKING:
    from tap_callgear.extraction.account_zone import AccountZone

DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Days:
    """A range of days, both ends included; empty where the last lies before the first."""

    first: date
    last: date

    @classmethod
    def holding(cls, start: datetime, end: datetime, zone: AccountZone) -> Days:
        """Return the days of the account from the one that holds the start to the one that holds the last instant."""
        first = zone.local_time(start).date()
        return cls(first, zone.local_time(end - _INSTANT).date() if start < end else first - DAY)

    @property
    def count(self) -> int:
        """Return how many days there are."""
        return max(0, (self.last - self.first).days + 1)

    @property
    def window(self) -> Window:
        """Return the local time of the days; a day that is asked for too, at either end, is left out again."""
        return Window(datetime.combine(self.first, time()), datetime.combine(self.last + DAY, time()))

    @property
    def bare_window(self) -> Window:
        """Return the local time of the days to the second, for sums that a second more would change."""
        return Window(datetime.combine(self.first, time()), datetime.combine(self.last, _LAST_SECOND), lead=timedelta())

    def head(self, count: float) -> Days:
        """Return the first days of the range, one at the least."""
        return Days(self.first, min(self.last, self.first + DAY * (max(1, int(count)) - 1)))

    def tail(self, count: float) -> Days:
        """Return the last days of the range, one at the least."""
        return Days(max(self.first, self.last - DAY * (max(1, int(count)) - 1)), self.last)

    def after(self, day: date) -> Days:
        """Return what is left of the range after a day."""
        return Days(day + DAY, self.last)
