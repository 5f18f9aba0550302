"""Pages of a sorted report that are asked for ahead by number: fast, and never relied on without a proof by time.

A number is only a hint of where a page begins, since rows may come and go while they are read. What a page is worth is
told by its times: in order, and begun before the time that the reading has reached, it holds every row from there on.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import Window

if TYPE_CHECKING:
    from tap_callgear.extraction.clock import Wall
    from tap_callgear.extraction.pages import Page

_MOST_OFFSET = 90_000
"""Rows beyond which no page is asked for ahead; the API's offsets end at 100,000."""

_MOST_OVERLAP = 8
"""The part of a page, one in so many, that may be read again: where seconds are more crowded, guesses cost too much."""

_MOST_MISPREDICTIONS = 3
"""Offsets in a row that may be wrong before no more are predicted."""


@dataclass
class OffsetPrefetch:
    """How far a counted range was read and asked for; its rows are numbered from where the counting began.

    Attributes:
        limit: Rows a page.
        boundary: The time that the reading has reached.
        end: Where the latest window that was asked for ends.
        first: The number of the first row that is not before the boundary.
        rows: How many rows there are known to be.
        asked: The number of the first row that was not asked for.
        ties: Estimated number of rows that share a second.
        mispredictions: Offsets that were wrong, since the last that was right.
    """

    limit: int
    boundary: Wall
    end: Wall
    first: int = 0
    rows: int = 0
    asked: int = 0
    ties: int = 1
    mispredictions: int = 0
    _predicted: dict[Window, int] = field(default_factory=dict)

    @property
    def has_more(self) -> bool:
        """Whether there is more to ask for ahead, and predictions have been of use."""
        is_cheap = self._overlap * _MOST_OVERLAP <= self.limit and self.mispredictions < _MOST_MISPREDICTIONS
        return is_cheap and self.asked + self._overlap < self.rows

    @property
    def is_waiting(self) -> bool:
        """Whether pages that were asked for by number are still to come."""
        return bool(self._predicted)

    def next_window(self, end: Wall) -> Window | None:
        """Return the next page to ask for, counted from the boundary; None while there is none.

        Args:
            end: Where its window ends.
        """
        number = max(self.asked, self.first)
        offset = number - self.first
        if not self.has_more or offset > _MOST_OFFSET:
            return None
        self.asked = number + self.limit - self._overlap
        self.end = end
        window = Window(self.boundary, end, offset)
        if offset:
            self._predicted[window] = number
        return window

    def is_predicted(self, window: Window) -> bool:
        """Whether a window was asked for by number and its number still counts."""
        return window in self._predicted

    def take(self, window: Window, page: Page, boundary: Wall) -> None:
        """Learn from a page that was taken.

        Args:
            window: What it answers.
            page: The page, in order.
            boundary: The time up to which it was taken.
        """
        self._predicted.pop(window, None)
        # The first row that is not before the boundary reached so far has a known number, and with it all others.
        before, passed = bisect_left(page.times, self.boundary), bisect_left(page.times, boundary)
        if page.total is not None:
            self.rows = self.first - before - window.offset + page.total
        self.boundary = boundary
        self.first += passed - before
        self.ties = max(len(page.times) - passed, self.ties * 3 // 4)
        if window.offset:
            self.mispredictions = 0

    def mispredict(self, window: Window) -> None:
        """Learn that an offset was wrong: often since many rows share their times."""
        del self._predicted[window]
        self.mispredictions += 1
        self.ties *= 2

    @property
    def _overlap(self) -> int:
        """Return how many rows a page shares with the one before it, so that it begins before that one's boundary."""
        return 2 * self.ties + 1 + self.limit // 100
