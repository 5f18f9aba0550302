"""Pages that hold only a part of their window: which of their rows can be taken, and what is asked for next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import SECOND, PageDecision, Window

if TYPE_CHECKING:
    from tap_callgear.extraction.frontier import Frontier
    from tap_callgear.extraction.offset_prefetch import OffsetPrefetch
    from tap_callgear.extraction.pages import Page
    from tap_callgear.extraction.row_audit import RowAudit
    from tap_callgear.extraction.sort_trust import SortTrust
    from tap_callgear.extraction.times import LocalTime
    from tap_callgear.extraction.window_sizer import WindowSizer

_PROBED_SHARE = 0.9
"""Part of a page whose time is asked for once more, to confirm the sort of an API that does not count."""


class OverfullWindows:
    """Goes on in windows that hold more rows than a page does."""

    def __init__(
        self, frontier: Frontier, sort: SortTrust, sizer: WindowSizer, prefetch: OffsetPrefetch, audit: RowAudit
    ) -> None:
        """Know of no such window yet.

        Args:
            frontier: How far the time was planned.
            sort: How far the API's sort is believed.
            sizer: Learns from the rows how long windows should be.
            prefetch: Goes on by number, where that can be done.
            audit: Counts the rows.
        """
        self._frontier = frontier
        self._sort = sort
        self._sizer = sizer
        self._prefetch = prefetch
        self._audit = audit

    def handle_page(self, window: Window, page: Page) -> PageDecision:
        """Take the oldest rows where the page is sure to hold them; else ask for less, or by offset."""
        if page.total is not None and not self._frontier.is_near_transition(window):
            self._audit.open(window, page.total)
        self._sort.settle_probe(window, None)
        is_oldest = window.lead <= SECOND and self._sort.is_oldest(window, page)
        boundary = self._frontier.boundary_of(page) if is_oldest else window.start
        if boundary > window.start:
            return self._take_oldest(window, page, boundary)
        self._prefetch.drop(window)
        if window.lead > SECOND or not self._frontier.can_cut(window):
            return PageDecision(needs_offset_scan=True)
        if is_oldest:
            return PageDecision(follow_up=self._frontier.go_back(window, self._frontier.shortest_end(window.start)))
        return self._narrow(window, page)

    def settle_held(self, window: Window, page: Page) -> PageDecision | None:
        """Have a page confirm the one that waits for it.

        Args:
            window: What the page answers, asked for by time.
            page: The page.

        Returns:
            None if the page that waits can leave, or none waits; else the decision that drops it.
        """
        held = self._sort.held
        if held is not None:
            if not self._sort.settle(window, page):
                return replace(self._narrow(*held[:2]), drops_held=True)
            self._learn_oldest(*held)
        return None

    def end_at(self, window: Window) -> PageDecision:
        """End where nothing later is served, unless a page waits that can be confirmed no more: it is read again."""
        if (held := self._sort.held) is None:
            return PageDecision(ends_early=True, boundary=window.start)
        self._sort.give_up()
        return replace(self._narrow(*held[:2]), drops_held=True)

    def _take_oldest(self, window: Window, page: Page, boundary: LocalTime) -> PageDecision:
        """Take the oldest rows of a window, or have the sort confirmed first that puts them on its page."""
        if self._sort.is_confirmed:
            self._learn_oldest(window, page, boundary)
            return PageDecision(emit=True, boundary=boundary, follow_up=self._go_on(window, page, boundary))
        if page.total is not None:
            if page.total <= len(page.times) or boundary >= window.end:
                return self._narrow(window, page)  # nothing is counted beyond the page, so nothing confirms it
            boundary = page.clear_boundary(window.start, boundary)
            self._sort.hold(window, page, boundary)
            return PageDecision(emit=True, hold=True, boundary=boundary, follow_up=(Window(boundary, window.end),))
        # The API does not count: most of the page's time has to hold just its rows.
        end = page.times[int(len(page.times) * _PROBED_SHARE)].replace(microsecond=0)
        if end != self._frontier.end_near(window.start, end):
            return self._narrow(window, page)
        self._sort.probe(Window(window.start, end), len(page.inside(window.start, end)))
        return PageDecision(follow_up=self._frontier.go_back(window, end))

    def _learn_oldest(self, window: Window, page: Page, boundary: LocalTime) -> None:
        """Learn from the oldest rows of a window, which are taken, and from how many are left."""
        self._sizer.learn(window.start, boundary, page.inside(window.start, boundary))
        self._audit.count(page, window.start, boundary, is_whole=False)
        if page.total is not None and boundary < window.end:
            self._sizer.learn_total(boundary, window.end, page.total - len(page.times))

    def _narrow(self, window: Window, page: Page) -> PageDecision:
        """Ask again for less than the window, as its page says where its rows lie."""
        inside = page.inside(window.start, window.end)
        end = self._sizer.narrow(window, inside, page.total, page.limit)
        return PageDecision(follow_up=self._frontier.go_back(window, end))

    def _go_on(self, window: Window, page: Page, boundary: LocalTime) -> tuple[Window, ...]:
        """Go on with the rest of a window: by number where it is counted, else in a fresh one where none is beyond."""
        if (follow_up := self._prefetch.begin(window, page, boundary)) is not None:
            return follow_up
        self._prefetch.drop(window)
        if window.end == self._frontier.at:
            self._frontier.at = boundary
            return ()
        return (Window(boundary, window.end),)
