"""Plans which window of time to ask for next, told what the pages held.

Offsets over an unsorted or moving result lose and repeat rows, so windows of time are asked for that fit one page. The
planner is pure: no request, no clock, no zone; times are the account's local time as the API speaks it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.doubtful_pages import DoubtfulPages
from tap_callgear.extraction.frontier import Frontier
from tap_callgear.extraction.offset_prefetch import OffsetPrefetch
from tap_callgear.extraction.overfull_windows import OverfullWindows
from tap_callgear.extraction.page_counts import PageCounts
from tap_callgear.extraction.pages import PageDecision, is_whole
from tap_callgear.extraction.refused_windows import Refusal, RefusedWindows
from tap_callgear.extraction.row_audit import RowAudit
from tap_callgear.extraction.seen_rows import SeenRows
from tap_callgear.extraction.sort_trust import SortTrust
from tap_callgear.extraction.window_sizer import WindowSizer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_callgear.extraction.pages import Page, Window
    from tap_callgear.extraction.times import LocalTime

LONGEST = timedelta(days=89)
"""The API answers for three months at the most, and no three months are shorter than 89 days."""


class WindowPlanner:
    """Goes from a start to an end; `next_window` and `handle_page` are called in turn, pages in window order.

    Attributes:
        audit: What was counted, against what came.
    """

    def __init__(
        self,
        start: LocalTime,
        end: LocalTime,
        *,
        limit: int,
        is_sorted: bool,
        is_ahead: bool = False,
        longest: timedelta = LONGEST,
        transition_near: Callable[[LocalTime], tuple[LocalTime, LocalTime] | None] = lambda _: None,
    ) -> None:
        """Stand at the start.

        Args:
            start: The first second.
            end: The second after the last.
            limit: Rows a page.
            is_sorted: Whether the API is asked to sort by time, so that an over-full page holds the oldest rows.
            is_ahead: Whether windows are asked for before the one before them was handled.
            longest: The longest time to ask for at once.
            transition_near: Returns the range around the change of the clocks that is near a time; it is never cut.
        """
        self.audit = RowAudit()
        self._is_ahead = is_ahead
        self._counts = PageCounts(limit)
        self._sort = SortTrust(is_sorted)
        self._sizer = WindowSizer()
        self._seen = SeenRows()
        self._doubtful = DoubtfulPages(self._sizer, self._seen, self._sort)
        self._frontier = Frontier(start, end, longest=longest, reach=self._reach, transition_near=transition_near)
        self._prefetch = OffsetPrefetch(self._frontier, self._sort, self._sizer, self._seen, self.audit, is_on=is_ahead)
        self._overfull = OverfullWindows(self._frontier, self._sort, self._sizer, self._prefetch, self.audit)
        self._refused = RefusedWindows(self._frontier)
        self._open = 0

    @property
    def limit(self) -> int:
        """Return how many rows a page has at the most."""
        return self._counts.limit

    def next_window(self) -> Window | None:
        """Return the next window to ask for, or None while there is nothing to ask before a page was handled."""
        if self._refused.is_searching:
            window = None if self._open else self._refused.probe()
        elif (predicted := self._prefetch.next_window()) is not None:
            window = predicted
        elif self._frontier.is_at_end or (self._open and self._is_one_by_one):
            window = None
        else:
            window = self._frontier.advance()
        self._open += window is not None
        return window

    def handle_page(self, window: Window, page: Page) -> PageDecision:
        """Decide what to do with the page that answers a window.

        Args:
            window: The oldest window that is not yet handled.
            page: What the reply held.

        Returns:
            The decision; the windows in it are open from then on.
        """
        self._open -= 1
        if self._refused.is_searching:
            return self._refused.accept_probe()
        if self._refused.is_covered(window):
            return PageDecision()
        page = self._counts.measure(page)
        if again := self._counts.ask_again(window, page) or self._doubtful.ask_again(window, page):
            return self._reopen(PageDecision(follow_up=again))
        self._refused.accept(window)
        page = self._counts.believed(page, window.offset)
        self._sort.look(page)
        if window.offset:
            return self._reopen(self._prefetch.handle_page(window, page))
        return self._reopen(self._after_held(window, page))

    def handle_peek(self, window: Window, page: Page, *, is_capped: bool) -> PageDecision:
        """Decide what to do with a page that is or may be cut short, now that it is known what comes after it.

        Args:
            window: The window.
            page: Its page.
            is_capped: Whether more rows come by offset: pages end earlier than they are asked to.

        Returns:
            The decision.
        """
        page, missing = self._counts.settle(page, is_capped=is_capped)
        self.audit.write_off(missing, window)
        return self._reopen(self._handle_by_time(window, page))

    def handle_scan(self, window: Window, page: Page, *, missing: int, doubled: int) -> PageDecision:
        """Decide how to go on after a window was read whole by offset.

        Args:
            window: The window.
            page: All of its rows.
            missing: How many more the API counts.
            doubled: How many it counts once more.

        Returns:
            The decision.
        """
        self.audit.write_off(missing, window)
        self.audit.credit(doubled)
        if missing:
            self._counts.distrust()
        self.audit.count(page, window.start, window.end, is_whole=True)
        return PageDecision(emit=True, boundary=window.end)

    def refuse(self, window: Window, why: Refusal) -> PageDecision | None:
        """Decide what to do where the API refuses a window.

        Args:
            window: The oldest window that is not yet handled.
            why: What it refuses.

        Returns:
            The decision, or None where nothing else helps.
        """
        if why is Refusal.OTHER and not window.offset:
            return None
        self._open -= 1
        if self._refused.is_covered(window):
            return PageDecision()
        if window.offset:
            return self._reopen(self._prefetch.refuse(window))
        self._prefetch.drop(window)
        decision = self._refused.decide(window, why, is_alone=not self._open)
        if decision.ends_early if decision else why is Refusal.START:
            decision = self._overfull.end_at(window)
        return decision and self._reopen(decision)

    def distrust_sort(self) -> None:
        """Go on as if the API did not sort: it refuses to."""
        self._sort.is_believed = False

    def expect_after(self, boundary: LocalTime) -> float:
        """Return how many rows are expected from a local time to the end."""
        return self._sizer.expect(boundary, self._frontier.end)

    @property
    def _is_one_by_one(self) -> bool:
        """Whether the longest window is asked for, one at a time: it wastes nothing where the API sorts."""
        if self._sort.is_relied_on:
            return not self._is_ahead or not (self._is_quiet if self._counts.are_told else self._sizer.is_steady)
        return not self._sizer.is_known

    @property
    def _is_quiet(self) -> bool:
        """Whether the longest window is sure to fit a page, and no range is being read by number."""
        expected = self._sizer.expect(self._frontier.at, self._frontier.latest_end)
        return not self._prefetch.is_reading and self._sizer.is_known and expected < self.limit / 2

    def _reach(self, start: LocalTime, latest: LocalTime) -> LocalTime:
        """Return where a window that begins at a time should end."""
        return latest if self._is_one_by_one else self._sizer.reach(start, self.limit, latest)

    def _after_held(self, window: Window, page: Page) -> PageDecision:
        """Handle a page that was asked for by time, after the page that waits for it, if there is one."""
        is_held = self._sort.held is not None
        if (dropped := self._overfull.settle_held(window, page)) is not None:
            return dropped
        decision = self._counts.look_beyond(page) or self._handle_by_time(window, page)
        return replace(decision, releases_held=is_held)

    def _handle_by_time(self, window: Window, page: Page) -> PageDecision:
        """Handle a page whose count can be believed."""
        decision = self._handle_whole(window, page) or self._overfull.handle_page(window, page)
        self._seen.learn(page, decision.boundary or window.start, window.end)
        return decision

    def _handle_whole(self, window: Window, page: Page) -> PageDecision | None:
        """Take a page that holds all rows of its window; None where it does not."""
        if not is_whole(len(page.times), page.total, page.limit):
            return None
        self._prefetch.drop(window)
        inside = page.inside(window.start, window.end)
        self._sort.settle_probe(window, len(inside))
        self._sizer.learn(window.start, window.end, inside)
        self.audit.count(page, window.start, window.end, is_whole=True)
        return PageDecision(emit=True, boundary=window.end)

    def _reopen(self, decision: PageDecision) -> PageDecision:
        """Count the windows that are to be asked for once more."""
        self._open += len(decision.follow_up)
        return decision
