"""Pages of a sorted report that are asked for ahead by number: fast, and never relied on without a proof by time.

A number only predicts where a page begins, since rows may come and go while they are read. What a page is worth is
told by its times: in order, and begun before the time that the reading has reached, it holds every row from there on.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import PageDecision, Window

if TYPE_CHECKING:
    from tap_callgear.extraction.frontier import Frontier
    from tap_callgear.extraction.pages import Page
    from tap_callgear.extraction.row_audit import RowAudit
    from tap_callgear.extraction.seen_rows import SeenRows
    from tap_callgear.extraction.sort_trust import SortTrust
    from tap_callgear.extraction.times import LocalTime
    from tap_callgear.extraction.window_sizer import WindowSizer

_MOST_OFFSET = 90_000
"""Rows beyond which no page is asked for ahead; the API's offsets end at 100,000."""

_MOST_OVERLAP = 8
"""The part of a page, one in so many, that may be read again: where there are more ties, guesses cost too much."""

_MOST_MISPREDICTIONS = 3
"""Offsets in a row that may be wrong before no more are predicted."""


@dataclass
class PrefetchRange:
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
    boundary: LocalTime
    end: LocalTime
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

    def next_window(self, end: LocalTime) -> Window | None:
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

    def take(self, window: Window, page: Page, boundary: LocalTime) -> None:
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


class OffsetPrefetch:
    """Reads a sorted range ahead by number, where that was found to work.

    Attributes:
        is_on: Whether pages may be asked for by number at all.
    """

    def __init__(
        self,
        frontier: Frontier,
        sort: SortTrust,
        sizer: WindowSizer,
        seen: SeenRows,
        audit: RowAudit,
        *,
        is_on: bool,
    ) -> None:
        """Start with no range.

        Args:
            frontier: How far the time was planned.
            sort: How far the API's sort is believed.
            sizer: Learns from the rows.
            seen: Knows rows beyond those that were taken.
            audit: Counts them.
            is_on: Whether windows are asked for before the one before them was handled.
        """
        self.is_on = is_on
        self._frontier = frontier
        self._sort = sort
        self._sizer = sizer
        self._seen = seen
        self._audit = audit
        self._range: PrefetchRange | None = None

    @property
    def is_reading(self) -> bool:
        """Whether a range is being read by number."""
        return self._range is not None

    def begin(self, window: Window, page: Page, boundary: LocalTime) -> tuple[Window, ...] | None:
        """Go on by number after a page that was taken, where its window is counted and none lies beyond it.

        Args:
            window: What the page answers.
            page: The page.
            boundary: The time up to which it was taken.

        Returns:
            What to ask for first; None where the reading cannot go on by number.
        """
        is_known = self._range is not None and self._range.boundary == window.start
        if not self.is_on or page.total is None or not (is_known or window.end == self._frontier.at):
            return None
        if self._range is None or not is_known:
            self._range = PrefetchRange(page.limit, window.start, window.end)
        self._range.take(window, page, boundary)
        return self._resume(self._range)

    def next_window(self) -> Window | None:
        """Return the next page of the range to ask for; None while there is none."""
        counted = self._range
        if counted is None or not (self._sort.is_believed and self.is_on):
            return None
        latest = max(self._frontier.at, counted.boundary + self._frontier.longest)
        end = self._frontier.end_near(counted.boundary, latest)
        window = counted.next_window(end)
        if window is not None:
            self._frontier.at = end
        return window

    def handle_page(self, window: Window, page: Page) -> PageDecision:
        """Decide what to do with a page that was asked for by number.

        Args:
            window: The window.
            page: Its page: whether it begins before the time that was reached decides.
        """
        counted = self._range
        if counted is None or not counted.is_predicted(window):
            return PageDecision()
        start = counted.boundary
        boundary = self._frontier.boundary_of(page) if self._is_in_place(page, start) else start
        if boundary <= start:
            return self._mispredict(counted, window)
        is_last = page.total is not None and page.total <= window.offset + len(page.times) < window.offset + page.limit
        end = window.end if is_last else boundary
        self._sizer.learn(start, end, page.inside(start, end))
        self._seen.learn(page, end, window.end)
        self._audit.count(page, start, end, is_whole=is_last)
        counted.take(window, page, boundary)
        if is_last:
            self._range, self._frontier.at = None, window.end
        follow_up = () if is_last else self._resume(counted)
        return PageDecision(emit=True, start=start, boundary=end, follow_up=follow_up)

    def refuse(self, window: Window) -> PageDecision:
        """Decide what to do where the API refuses a page that was asked for by number: no more are."""
        self.is_on = False
        if self._range is None or not self._range.is_predicted(window):
            return PageDecision()
        return self._mispredict(self._range, window)

    def drop(self, window: Window) -> None:
        """Go on without numbers from the end of a window, where the reading has come to its start."""
        if self._range is not None and self._range.boundary == window.start:
            self._range, self._frontier.at = None, window.end

    def _is_in_place(self, page: Page, start: LocalTime) -> bool:
        """Whether a page goes on from where the reading has come: it begins before that, and lacks no known row."""
        is_sorted = self._sort.is_believed and page.is_ascending and bool(page.times)
        return is_sorted and page.times[0] < start and not self._seen.lacked_by(page, start, page.times[-1])

    def _mispredict(self, counted: PrefetchRange, window: Window) -> PageDecision:
        """Leave a page aside that does not begin where it was thought to, and ask from where the reading has come."""
        counted.mispredict(window)
        return PageDecision(follow_up=(Window(counted.boundary, counted.end),))

    def _resume(self, counted: PrefetchRange) -> tuple[Window, ...]:
        """Go on from where the reading has come, unless pages from there on are under way or can be predicted."""
        if counted.is_waiting or counted.has_more:
            return ()
        return (Window(counted.boundary, counted.end),)
