"""Rows that come although they were not asked for: they leave with the window that asks for them, or are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.notices import OutOfWindowWarning
from tap_callgear.extraction.pages import SECOND
from tap_callgear.extraction.times import api_form

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.timed_rows import TimedRow
    from tap_callgear.extraction.times import LocalTime

_MOST_FOREIGN_PAGES = 8
"""Pages in a row without a row that was asked for, from which on the API is known to take no notice of times."""

_MOST_PENDING = 100_000
"""Rows that are remembered until their own window comes."""


class OutOfWindowRows:
    """Follows rows outside of the window that was asked for.

    Attributes:
        end: The time from which on rows are of no interest.
    """

    def __init__(self, method: str, zone: AccountZone, warn: Callable[[str], None]) -> None:
        """Start with none.

        Args:
            method: The API's method, for errors.
            zone: Knows the times that the clocks show twice, which may lie outside and be right.
            warn: Takes a line for people.
        """
        self.end: LocalTime | None = None
        self._method = method
        self._zone = zone
        self._warning = OutOfWindowWarning(warn)
        self._foreign_pages = 0
        self._pending: set[Hashable] = set()

    @property
    def pending(self) -> int:
        """Return how many came ahead of their time and did not come again."""
        return len(self._pending)

    def look(self, rows: Sequence[TimedRow], window: Window) -> None:
        """Look for rows on a page that were not asked for.

        Args:
            rows: The page's rows.
            window: What was asked for.

        Raises:
            TransientError: The API takes no notice of the times that it is asked for.
        """
        first, last = window.date_from, window.end + SECOND
        if self._pending:
            self._pending -= {row.key for row in rows if window.start <= row.local_time < window.end}
        outside = [
            row for row in rows if not first <= row.local_time < last and not self._zone.is_ambiguous(row.local_time)
        ]
        self._foreign_pages = self._foreign_pages + 1 if rows and len(outside) == len(rows) else 0
        if self._foreign_pages == _MOST_FOREIGN_PAGES:
            text = (
                f"{self._method} answers with rows of other times than it is asked for, again and again: check "
                "api_url, and if it is right, tell CallGear."
            )
            raise TransientError(text)
        if outside:
            self._warning.tell(outside[0].time, api_form(first), api_form(window.end))
        if self.end is not None and len(self._pending) < _MOST_PENDING:
            self._pending.update(row.key for row in outside if last <= row.local_time < self.end)
