"""Holds the reading to the API's own account: rows that were handed out, against rows that were counted."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_callgear.extraction.pages import Page, Window
    from tap_callgear.extraction.times import LocalTime


@dataclass(frozen=True)
class Imbalance:
    """A window of which fewer rows came than were counted.

    Attributes:
        window: The window.
        counted: How many rows the API counted in it.
        seen: How many came.
    """

    window: Window
    counted: int
    seen: int


@dataclass
class RowAudit:
    """Counts what comes of a window that is read in parts.

    Attributes:
        imbalances: What did not add up.
        written_off: Rows that are known to be counted and never handed out.
        first: The start of the first window that lacks rows, once it is known that some do.
    """

    imbalances: list[Imbalance] = field(default_factory=list)
    written_off: int = 0
    first: LocalTime | None = None
    _window: Window | None = None
    _counted: int = 0
    _seen: int = 0

    def open(self, window: Window, counted: int) -> None:
        """Begin to count, unless a window that holds this one is being counted.

        Args:
            window: A window that has to be read in parts.
            counted: How many rows the API counts in it.
        """
        if self._window is None:
            self._window, self._counted, self._seen = window, counted, 0

    def count(self, page: Page, start: LocalTime, boundary: LocalTime, *, is_whole: bool) -> None:
        """Count the rows of a part.

        A request may or may not include its bounds, so rows of the seconds at both ends are counted in favour.

        Args:
            page: The rows.
            start: Where the part starts.
            boundary: Where it ends.
            is_whole: Whether the page shows all rows of its request.
        """
        if self._window is None:
            return
        last = self._window.end + SECOND
        is_end = boundary >= last or (is_whole and boundary >= self._window.end)
        first = self._window.date_from if start <= self._window.start else start
        times = page.times if page.is_ascending else sorted(page.times)
        self._seen += bisect_left(times, last if is_end else boundary) - bisect_left(times, first)
        if is_end:
            if self._seen < self._counted:
                self.imbalances.append(Imbalance(self._window, self._counted, self._seen))
            self._window = None

    def write_off(self, rows: int, window: Window) -> None:
        """Count rows of a window as missing that are known to be."""
        self._counted -= rows
        self.written_off += rows
        self._note(rows, window)

    def credit(self, rows: int) -> None:
        """Count rows that came once more than they are handed on."""
        self._seen += rows

    def missing(self, recount: Callable[[Window], int | None]) -> int:
        """Return how many rows were counted and never came.

        Args:
            recount: Asks once more how many rows a window holds: some may have been deleted meanwhile.
        """
        missing = self.written_off
        for imbalance in self.imbalances:
            total = recount(imbalance.window)
            rows = max(0, min(imbalance.counted, imbalance.counted if total is None else total) - imbalance.seen)
            self._note(rows, imbalance.window)
            missing += rows
        return missing

    def _note(self, rows: int, window: Window) -> None:
        if rows:
            self.first = min(self.first or window.start, window.start)
