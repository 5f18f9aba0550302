"""Plans which window of time to ask for next, told what the pages held.

Offsets over an unsorted or moving result lose and repeat rows, so windows of time are asked for that fit one page. The
planner is pure: no request, no clock, no zone; times are the account's local time as the API speaks it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.density import WindowSizer
from tap_callgear.extraction.offset_prefetch import OffsetPrefetch
from tap_callgear.extraction.pages import SECOND, PageDecision, Window, has_moved, is_whole
from tap_callgear.extraction.recent_start import RecentStart
from tap_callgear.extraction.retention import RetentionSearch
from tap_callgear.extraction.row_audit import RowAudit
from tap_callgear.extraction.sort_trust import SortTrust

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_callgear.extraction.clock import Wall
    from tap_callgear.extraction.pages import Page

LONGEST = timedelta(days=89)
"""The API answers for three months at the most, and no three months are shorter than 89 days."""

_SHORTEST_LONGEST = timedelta(days=1) - SECOND
"""An API that refuses a day, and the second before it that is asked for too, refuses it for its age."""

_MOST_REPEATS = 3
_MOST_HALVINGS = 4
_SHORTEST_HALVED = timedelta(hours=1)
_PROBED_SHARE = 0.9


class WindowPlanner:
    """Goes from a start to an end; `next_window` and `handle_page` are called in turn, pages in window order.

    Attributes:
        limit: Rows that a page has at the most.
        audit: What was counted, against what came.
    """

    def __init__(
        self,
        start: Wall,
        end: Wall,
        *,
        limit: int,
        is_sorted: bool,
        is_ahead: bool = False,
        longest: timedelta = LONGEST,
        seam_near: Callable[[Wall], tuple[Wall, Wall] | None] = lambda _: None,
    ) -> None:
        """Stand at the start.

        Args:
            start: The first second.
            end: The second after the last.
            limit: Rows a page.
            is_sorted: Whether the API is asked to sort by time, so that an over-full page holds the oldest rows.
            is_ahead: Whether windows are asked for before the one before them was handled.
            longest: The longest time to ask for at once.
            seam_near: Returns the range around the change of the clocks that is near a time; it is never cut.
        """
        self.limit = limit
        self.audit = RowAudit()
        self._frontier = start
        self._end = max(end, start)
        self._is_ahead = is_ahead
        self._seam_near = seam_near
        self._longest = self._longest_at_first = longest - SECOND
        self._sort = SortTrust(is_sorted)
        self._sizer = WindowSizer()
        self._prefetch: OffsetPrefetch | None = None
        self._retention: RetentionSearch | None = None
        self._recent = RecentStart()
        self._oldest: Wall | None = None
        self._nearest_end: Wall | None = None
        self._has_totals = False
        self._repeats = Counter[Window]()
        self._most_repeats = _MOST_REPEATS
        self._most_surplus_repeats = 1
        self._halvings = 0
        self._open = 0

    def next_window(self) -> Window | None:
        """Return the next window to ask for, or None while there is nothing to ask before a page was handled."""
        if self._retention is not None:
            window = None if self._open else self._retention.probe()
        elif (predicted := self._next_predicted()) is not None:
            window = predicted
        elif self._frontier >= self._end or (self._open and self._is_one_by_one):
            window = None
        else:
            window = Window(self._frontier, self._next_end())
            self._frontier = window.end
        if window is not None:
            self._open += 1
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
        if self._retention is not None:
            return self._found(self._retention.served())
        if self._has_moved(window, page):
            return self._reopen(PageDecision(follow_up=(window,)))
        self._halvings = 0
        self._has_totals = self._has_totals or page.total is not None
        if not window.lead:
            # It was refused for its age, not for its length.
            self._longest = self._longest_at_first
        if window.lead > SECOND:
            self._recent.accept(window)
        self._sort.look(page)
        if window.offset:
            return self._reopen(self._handle_predicted(window, page))
        if page.total is not None and len(page.times) < min(page.total, page.limit):
            # It may end early, or its count may be wrong; that few more rows come is not seen by one look.
            may_be_scanned = page.total <= 2 * len(page.times) and self._most_repeats > 1
            return PageDecision(needs_peek=not may_be_scanned, needs_offset_scan=may_be_scanned)
        return self._reopen(self._handle_by_time(window, page))

    def handle_peek(self, window: Window, page: Page, *, is_capped: bool) -> PageDecision:
        """Decide what to do with a page that is shorter than its count, now that it is known what comes after it.

        Args:
            window: The window.
            page: Its page.
            is_capped: Whether more rows come by offset: pages end earlier than they are asked to.

        Returns:
            The decision.
        """
        if is_capped:
            self.limit = len(page.times)
            return self._reopen(self._handle_by_time(window, replace(page, limit=self.limit)))
        self.audit.write_off((page.total or 0) - len(page.times))
        return self._reopen(self._handle_by_time(window, replace(page, total=len(page.times))))

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
        self.audit.write_off(missing)
        self.audit.credit(doubled)
        if missing:
            self._most_repeats = 1
        self.audit.count(page, window.start, window.end, is_whole=True)
        return PageDecision(emit=True, boundary=window.end)

    def refuse_interval(self, window: Window) -> PageDecision | None:
        """Decide what to do where the API refuses a window as too long.

        Args:
            window: The oldest window that is not yet handled.

        Returns:
            The decision, or None where even a day is refused and no later day is left to try.
        """
        if window.offset:
            return self.refuse_predicted(window)
        self._open -= 1
        self._drop_prefetch(window)
        if self._retention is not None:
            return None if self._retention.is_hopeless() else self._found(self._retention.refused())
        if window.lead > SECOND:
            # A later start is refused for being too recent, and this one for its age.
            return PageDecision(ends_early=True, boundary=window.start)
        if window.start != self._oldest and window.length > _SHORTEST_LONGEST:
            self._longest = max(_SHORTEST_LONGEST, window.length / 2)
            return self._reopen(self._go_back(window, window.start + window.length / 2))
        return self._refuse_age(window)

    def _refuse_age(self, window: Window) -> PageDecision | None:
        """Decide what to do where even a day is refused: it is older than the account's history."""
        if window.lead:
            return self._reopen(PageDecision(follow_up=(replace(window, lead=timedelta()),)))
        search = RetentionSearch(window.start, self._end)
        if self._open or not search.has_days:
            return None
        self._retention = search
        return PageDecision()

    def refuse_weight(self, window: Window) -> PageDecision | None:
        """Decide what to do where the API fails over a window: a smaller one may do.

        Args:
            window: The oldest window that is not yet handled.

        Returns:
            The decision, or None where the window is small enough, or enough smaller ones have failed.
        """
        if window.offset:
            return self.refuse_predicted(window)
        self._open -= 1
        self._drop_prefetch(window)
        self._halvings += 1
        if self._retention is not None or self._halvings > _MOST_HALVINGS or window.length <= _SHORTEST_HALVED:
            return None
        return self._reopen(self._go_back(window, window.start + window.length / 2))

    def refuse_start(self, window: Window) -> PageDecision:
        """Decide what to do where the API does not begin as late as it is asked to.

        Args:
            window: The oldest window that is not yet handled.

        Returns:
            The decision: to ask from an earlier start, or to end where none is accepted.
        """
        self._open -= 1
        self._drop_prefetch(window)
        if (earlier := self._recent.lead(window)) is not None:
            return self._reopen(PageDecision(follow_up=(earlier,)))
        if (held := self._sort.held) is not None:
            self._sort = SortTrust(is_believed=False)
            return self._reopen(replace(self._narrow(*held), drops_held=True))
        return PageDecision(ends_early=True, boundary=window.start)

    def refuse_predicted(self, window: Window) -> PageDecision | None:
        """Decide what to do where the API refuses a window that was asked for by number.

        Args:
            window: The oldest window that is not yet handled.

        Returns:
            The decision, or None where the window was not asked for so.
        """
        if not window.offset:
            return None
        self._open -= 1
        self._is_ahead = False
        return self._reopen(self._mispredict(window))

    def distrust_sort(self) -> None:
        """Go on as if the API did not sort: it refuses to."""
        self._sort.is_believed = False

    def expect_after(self, boundary: Wall) -> float:
        """Return how many rows are expected from a local time to the end."""
        return self._sizer.expect(boundary, self._end)

    @property
    def _is_one_by_one(self) -> bool:
        """Whether the longest window is asked for, one at a time: it wastes nothing where the API sorts."""
        if self._sort.is_believed:
            return not self._is_ahead or not (self._is_quiet if self._has_totals else self._sizer.is_steady)
        return not self._sizer.is_known

    @property
    def _is_quiet(self) -> bool:
        """Whether the longest window is sure to fit a page, and no range is being read by number."""
        if self._prefetch is not None:
            return False
        latest = min(self._end, self._frontier + self._longest)
        return self._sizer.is_known and self._sizer.expect(self._frontier, latest) < self.limit / 2

    def _next_predicted(self) -> Window | None:
        """Return the next page of a range that is read by number."""
        prefetch = self._prefetch
        if prefetch is None or not (self._sort.is_believed and self._is_ahead):
            return None
        end = self._end_near(prefetch.boundary, max(self._frontier, prefetch.boundary + self._longest))
        window = prefetch.next_window(end)
        if window is not None:
            self._frontier = end
        return window

    def _next_end(self) -> Wall:
        """Return where the next window ends."""
        start, latest = self._frontier, min(self._end, self._frontier + self._longest)
        if self._nearest_end is not None:
            latest, self._nearest_end = min(latest, max(self._nearest_end, start + SECOND)), None
        return self._end_near(start, latest if self._is_one_by_one else self._sizer.reach(start, self.limit, latest))

    def _end_near(self, start: Wall, end: Wall) -> Wall:
        """Return where a window can end: at a whole second, past its start, not past the end, and not in a seam."""
        end = max(end.replace(microsecond=0), start + SECOND)
        if (seam := self._seam(end)) is not None:
            end = seam[0] if seam[0] > start else seam[1]
        return min(end, max(self._end, start + SECOND))

    def _is_near_seam(self, window: Window) -> bool:
        """Tell whether the API may count rows of a window that its local time leaves out: those of another pass."""
        for edge in (window.date_from, window.start, window.end):
            seam = self._seam_near(edge)
            if seam is not None and seam[0] <= edge <= seam[1]:
                return True
        return False

    def _seam(self, time: Wall) -> tuple[Wall, Wall] | None:
        """Return the seam that a time lies in, if there is one."""
        seam = self._seam_near(time)
        return seam if seam is not None and seam[0] < time < seam[1] else None

    def _boundary_of(self, page: Page) -> Wall:
        """Return the time before which a page in order holds every row: its last second may go on beyond it."""
        last = page.times[-1].replace(microsecond=0)
        seam = self._seam(last)
        return last if seam is None else seam[0]

    def _handle_by_time(self, window: Window, page: Page) -> PageDecision:
        """Handle a page that was asked for by time, after the page that waits for it, if there is one."""
        held = self._sort.held
        if held is None:
            return self._handle_whole(window, page) or self._handle_overfull(window, page)
        if not self._sort.settle(window, page):
            return replace(self._narrow(*held), drops_held=True)
        self._learn_oldest(*held, self._boundary_of(held[1]))
        decision = self._handle_whole(window, page) or self._handle_overfull(window, page)
        return replace(decision, releases_held=True)

    def _handle_whole(self, window: Window, page: Page) -> PageDecision | None:
        """Take a page that holds all rows of its window; None where it does not."""
        if not is_whole(len(page.times), page.total, page.limit):
            return None
        self._drop_prefetch(window)
        inside = page.inside(window.start, window.end)
        self._sort.settle_probe(window, len(inside))
        self._sizer.learn(window.start, window.end, inside)
        self.audit.count(page, window.start, window.end, is_whole=True)
        return PageDecision(emit=True, boundary=window.end)

    def _handle_overfull(self, window: Window, page: Page) -> PageDecision:
        """Take the oldest rows where the page is sure to hold them; else ask for less, or by offset."""
        if page.total is not None and not self._is_near_seam(window):
            self.audit.open(window, page.total)
        self._sort.settle_probe(window, None)
        is_oldest = window.lead <= SECOND and self._sort.is_oldest(window, page)
        boundary = self._boundary_of(page) if is_oldest else window.start
        if boundary > window.start:
            if self._sort.is_confirmed:
                self._learn_oldest(window, page, boundary)
                return PageDecision(emit=True, boundary=boundary, follow_up=self._go_on(window, page, boundary))
            if page.total is not None:
                self._sort.hold(window, page)
                return PageDecision(emit=True, hold=True, boundary=boundary, follow_up=(Window(boundary, window.end),))
            return self._probe(window, page)
        self._drop_prefetch(window)
        if window.lead > SECOND or self._end_near(window.start, window.start + SECOND) >= window.end:
            return PageDecision(needs_offset_scan=True)
        return self._go_back(window, window.start + SECOND) if is_oldest else self._narrow(window, page)

    def _handle_predicted(self, window: Window, page: Page) -> PageDecision:
        """Handle a page that was asked for by number: whether it begins before the time that was reached decides."""
        prefetch = self._prefetch
        if prefetch is None or not prefetch.is_predicted(window):
            return PageDecision()
        start = prefetch.boundary
        is_in_place = self._sort.is_believed and page.is_ascending and page.times and page.times[0] < start
        boundary = self._boundary_of(page) if is_in_place else start
        if boundary <= start:
            return self._mispredict(window)
        is_last = (
            page.total is not None and len(page.times) < page.limit and page.total <= window.offset + len(page.times)
        )
        end = window.end if is_last else boundary
        self._sizer.learn(start, end, page.inside(start, end))
        self.audit.count(page, start, end, is_whole=is_last)
        prefetch.take(window, page, boundary)
        if is_last:
            self._prefetch, self._frontier = None, window.end
        return PageDecision(emit=True, start=start, boundary=end, follow_up=self._resume())

    def _mispredict(self, window: Window) -> PageDecision:
        """Leave a page aside that does not begin where it was thought to, and ask from where the reading has come."""
        if self._prefetch is None or not self._prefetch.is_predicted(window):
            return PageDecision()
        self._prefetch.mispredict(window)
        return PageDecision(follow_up=(Window(self._prefetch.boundary, self._prefetch.end),))

    def _probe(self, window: Window, page: Page) -> PageDecision:
        """Have the sort of an API that does not count confirmed: most of the page's time has to hold just its rows."""
        end = page.times[int(len(page.times) * _PROBED_SHARE)].replace(microsecond=0)
        if end != self._end_near(window.start, end):
            return self._narrow(window, page)
        self._sort.probe(Window(window.start, end), len(page.inside(window.start, end)))
        return self._go_back(window, end)

    def _learn_oldest(self, window: Window, page: Page, boundary: Wall) -> None:
        """Learn from the oldest rows of a window, which are taken, and from how many are left."""
        self._sizer.learn(window.start, boundary, page.inside(window.start, boundary))
        self.audit.count(page, window.start, boundary, is_whole=False)
        if page.total is not None and boundary < window.end:
            self._sizer.learn_total(boundary, window.end, page.total - len(page.times))

    def _narrow(self, window: Window, page: Page) -> PageDecision:
        """Ask again for less than the window, as its page says where its rows lie."""
        inside = page.inside(window.start, window.end)
        return self._go_back(window, self._sizer.narrow(window, inside, page.total, page.limit))

    def _go_back(self, window: Window, nearest_end: Wall) -> PageDecision:
        """Plan a window anew, ending at the given time at the latest."""
        nearest_end = self._end_near(window.start, nearest_end)
        if window.end == self._frontier:
            self._frontier, self._nearest_end = window.start, nearest_end
            return PageDecision()
        frontier, end, kept = self._frontier, self._end, self._nearest_end
        self._frontier, self._end, self._nearest_end = window.start, window.end, nearest_end
        pieces = []
        while self._frontier < window.end:
            pieces.append(Window(self._frontier, self._next_end()))
            self._frontier = pieces[-1].end
        self._frontier, self._end, self._nearest_end = frontier, end, kept
        return PageDecision(follow_up=tuple(pieces))

    def _go_on(self, window: Window, page: Page, boundary: Wall) -> tuple[Window, ...]:
        """Go on with the rest of a window: by number where it is counted, else in a fresh one where none is beyond."""
        is_of_prefetch = self._prefetch is not None and self._prefetch.boundary == window.start
        if self._is_ahead and page.total is not None and (window.end == self._frontier or is_of_prefetch):
            if self._prefetch is None or not is_of_prefetch:
                self._prefetch = OffsetPrefetch(page.limit, window.start, window.end)
            self._prefetch.take(window, page, boundary)
            return self._resume()
        self._drop_prefetch(window)
        if window.end == self._frontier:
            self._frontier = boundary
            return ()
        return (Window(boundary, window.end),)

    def _resume(self) -> tuple[Window, ...]:
        """Go on from where the reading has come, unless pages from there on are under way or can be predicted."""
        prefetch = self._prefetch
        if prefetch is None or prefetch.is_waiting or prefetch.has_more:
            return ()
        return (Window(prefetch.boundary, prefetch.end),)

    def _drop_prefetch(self, window: Window) -> None:
        """Go on without numbers from the end of a window, where the reading has come to its start."""
        if self._prefetch is not None and self._prefetch.boundary == window.start:
            self._prefetch, self._frontier = None, window.end

    def _reopen(self, decision: PageDecision) -> PageDecision:
        self._open += len(decision.follow_up)
        return decision

    def _found(self, start: Wall | None) -> PageDecision:
        """Go on from the oldest day that the API serves, once it is found."""
        if start is None:
            return PageDecision()
        # The windows were refused for their age, not for their length.
        self._retention, self._longest = None, self._longest_at_first
        self._frontier = self._oldest = start
        return PageDecision(boundary=start)

    def _has_moved(self, window: Window, page: Page) -> bool:
        """Tell whether the page and its count disagree, so that the data moved and the window is to be asked again."""
        repeats = self._repeats.pop(window, 0)
        known = window.offset + len(page.times)
        if page.total is None or not has_moved(len(page.times), page.total, page.limit, offset=window.offset):
            return False
        # More rows than are counted are no loss: that is asked again once, and believed if it stays.
        is_surplus = page.total < known
        if repeats >= (self._most_surplus_repeats if is_surplus else self._most_repeats):
            self._most_surplus_repeats -= is_surplus and repeats > 0
            return False
        self._repeats[window] = repeats + 1
        return True
