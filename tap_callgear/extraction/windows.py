"""The window walk: which window of time to ask for next, told what the pages held.

Offsets over an unsorted or moving result lose and repeat rows, so the walk asks for windows of time that fit one
page. It is pure: no request, no clock, no zone; times are the account's wall time as the API speaks it.

Consecutive windows share their boundary second, because it is not documented whether ``date_till`` is inclusive.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.counted import CountedRange
from tap_callgear.extraction.history import HistorySearch
from tap_callgear.extraction.pages import Page, Verdict, Window, has_moved, is_whole
from tap_callgear.extraction.rhythm import Rhythm
from tap_callgear.extraction.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_callgear.extraction.clock import Wall

LONGEST = timedelta(days=89)
"""The API answers for three months at the most, and no three months are shorter than 89 days."""

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
_PROOF = 8
"""Different times in a row that come in order only where the API sorts: by chance it happens once in 40,000 pages."""

_MOST_REPEATS = 3
_MOST_HALVINGS = 4
_SHORTEST_HALVED = timedelta(hours=1)


class Walk:
    """Walks from a start to an end; `plan` and `judge` are called in turn, pages being judged in window order."""

    def __init__(
        self,
        start: Wall,
        end: Wall,
        *,
        limit: int,
        is_sorted: bool,
        is_ahead: bool = False,
        longest: timedelta = LONGEST,
        snap: Callable[[Wall], Wall],
    ) -> None:
        """Stand at the start.

        Args:
            start: The first wall time.
            end: The last wall time.
            limit: Rows a page.
            is_sorted: Whether the API is asked to sort by time, so that an over-full page holds the oldest rows.
            is_ahead: Whether windows are asked for before the one before them was judged.
            longest: The longest window to ask for.
            snap: Moves a wall time that a change of the clocks skips to one that exists.
        """
        self._frontier = start
        self._end = max(end, start)
        self._limit = limit
        self._is_sorted = is_sorted
        self._is_proven = False
        self._is_ahead = is_ahead
        self._has_totals = False
        self._counted: CountedRange | None = None
        self._numbers: dict[Window, int] = {}
        self._snap = snap
        self._longest = self._longest_at_first = longest
        self._rhythm = Rhythm()
        self._survey: Survey | None = None
        self._search: HistorySearch | None = None
        self._nearest_end: Wall | None = None
        self._narrowed_at: Wall | None = None
        self._repeats: dict[Window, int] = {}
        self._halvings = 0
        self._open = 0

    def plan(self) -> Window | None:
        """Give the next window to ask for, or None while there is nothing to ask before a page was judged."""
        if self._search is not None:
            window = None if self._open else Window(*self._search.probe())
        elif (hinted := self._plan_hinted()) is not None:
            window = hinted
        elif self._frontier >= self._end or (self._open and self._is_step_by_step):
            window = None
        else:
            window = Window(self._frontier, self._plan_end())
            self._frontier = window.end
        if window is not None:
            self._open += 1
        return window

    def judge(self, window: Window, page: Page) -> Verdict:
        """Say what to do with the page that answers a window.

        Args:
            window: The oldest window that is not yet judged.
            page: What the reply held.

        Returns:
            The verdict; the windows in it are open from then on.
        """
        self._open -= 1
        if self._search is not None:
            return self._found(self._search.served())
        if self._has_moved(window, page):
            return self._reopen(Verdict(then=(window,)))
        self._halvings = 0
        self._has_totals = self._has_totals or page.total is not None
        if self._is_sorted and not page.is_ascending and not page.is_repeated_hour:
            self._is_sorted = False
        if window.offset:
            return self._reopen(self._judge_hinted(window, page))
        if is_whole(len(page.times), page.total, page.limit):
            self._drop_counted(window)
            self._learn(window, page, window.end)
            return Verdict(is_taken=True, boundary=window.end)
        return self._reopen(self._judge_overfull(window, page))

    def refuse_interval(self, window: Window) -> Verdict | None:
        """Say what to do where the API refuses a window as too long.

        Args:
            window: The oldest window that is not yet judged.

        Returns:
            The verdict, or None where even a day is refused and no later day is left to try.
        """
        if window.offset:
            return self.refuse_hint(window)
        self._open -= 1
        self._drop_counted(window)
        if self._search is not None:
            return self._found(self._search.refused()) if not self._search.is_hopeless() else None
        if window.length > DAY:
            self._longest = max(DAY, window.length / 2)
            return self._reopen(self._halve(window))
        if self._open or not (search := HistorySearch(window.start, self._end)).has_days:
            return None
        self._search = search
        return Verdict()

    def refuse_weight(self, window: Window) -> Verdict | None:
        """Say what to do where the API fails over a window: a smaller one may do.

        Args:
            window: The oldest window that is not yet judged.

        Returns:
            The verdict, or None where the window is small enough, or enough smaller ones have failed.
        """
        if window.offset:
            return self.refuse_hint(window)
        self._open -= 1
        self._drop_counted(window)
        self._halvings += 1
        if self._search is not None or self._halvings > _MOST_HALVINGS or window.length <= _SHORTEST_HALVED:
            return None
        return self._reopen(self._halve(window))

    def refuse_hint(self, window: Window) -> Verdict | None:
        """Say what to do where the API refuses a window that was asked for by number.

        Args:
            window: The oldest window that is not yet judged.

        Returns:
            The verdict, or None where the window was not asked for so.
        """
        if not window.offset:
            return None
        self._open -= 1
        self._is_ahead = False
        return self._reopen(self._miss(window))

    def distrust_sort(self) -> None:
        """Go on as if the API did not sort: it refuses to."""
        self._is_sorted = False

    def finish_dense(self, window: Window) -> Verdict:
        """Say how to go on after a window was read whole by offset."""
        return Verdict(is_taken=True, boundary=window.end)

    def expect_after(self, boundary: Wall) -> float:
        """Give how many rows are expected from a wall time to the end."""
        return self._rhythm.expect(boundary, self._end)

    @property
    def _is_step_by_step(self) -> bool:
        """Tell whether the longest window is asked for, one at a time: it wastes nothing where the API sorts."""
        if self._is_sorted:
            return not self._is_ahead or not (self._is_quiet if self._has_totals else self._rhythm.is_steady)
        return not self._rhythm.is_known

    @property
    def _is_quiet(self) -> bool:
        """Tell whether the longest window is sure to fit a page, and no counted range is still being read."""
        if self._counted is not None:
            return False
        latest = min(self._end, self._frontier + self._longest)
        return self._rhythm.is_known and self._rhythm.expect(self._frontier, latest) < self._limit / 2

    def _plan_hinted(self) -> Window | None:
        """Give the next window of a counted range."""
        counted = self._counted
        if counted is None or not (self._is_sorted and self._is_ahead):
            return None
        end = self._whole(counted.boundary, max(self._frontier, counted.boundary + self._longest))
        if (asked := counted.ask_next(end)) is None:
            return None
        offset, number = asked
        window = Window(counted.boundary, end, offset)
        self._frontier = end
        if offset:
            self._numbers[window] = number
        return window

    def _is_of_counted(self, window: Window) -> bool:
        """Tell whether a window goes on where the reading of the counted range has come."""
        return self._counted is not None and self._counted.boundary == window.start

    def _drop_counted(self, window: Window) -> None:
        """Go on without numbers from the end of a window, where the reading has come to its start."""
        if self._is_of_counted(window):
            self._counted, self._frontier = None, window.end
            self._numbers.clear()

    def _plan_end(self) -> Wall:
        start, latest = self._frontier, min(self._end, self._frontier + self._longest)
        if self._nearest_end is not None:
            latest, self._nearest_end = min(latest, max(self._nearest_end, start + SECOND)), None
        if self._is_step_by_step:
            return self._whole(start, latest)
        end = self._rhythm.reach(start, self._limit * self._rhythm.trust, latest)
        if self._survey is not None:
            end = self._survey.reach(start, self._limit, latest, end)
        return self._whole(start, end)

    def _whole(self, start: Wall, end: Wall) -> Wall:
        """Make an end usable: a whole second that exists on the account's clocks, past the start, not past the end."""
        end = self._snap(max(end.replace(microsecond=0), start + SECOND))
        return min(max(end, start + SECOND), max(self._end, start + SECOND))

    def _judge_overfull(self, window: Window, page: Page) -> Verdict:
        is_oldest = self._holds_oldest(window, page)
        last = page.times[-1] if is_oldest else window.start
        if last > window.start:
            self._learn(window, page, last)
            if page.total is not None and last < window.end:
                self._rhythm.learn_total(last, window.end, page.total - len(page.times))
            return Verdict(is_taken=True, boundary=last, then=self._go_on(window, page))
        self._drop_counted(window)
        if window.length <= SECOND:
            if window.length and window.end in page.times:
                # The API includes the end, so the one second alone can be asked for.
                return Verdict(then=(Window(window.start, window.start),))
            return Verdict(is_too_dense=True)
        if is_oldest:
            return self._go_back(window, window.start + SECOND)
        return self._narrow(window, page)

    def _holds_oldest(self, window: Window, page: Page) -> bool:
        """Tell whether an over-full page holds the oldest rows of its window, as the sort promises.

        A page of hardly any different times would look sorted by chance, so the sort is believed only once a page of
        many was in order.
        """
        if not (self._is_sorted and page.is_ascending and page.times and page.times[0] >= window.start):
            return False
        self._is_proven = self._is_proven or len(set(page.times)) >= _PROOF
        return self._is_proven

    def _narrow(self, window: Window, page: Page) -> Verdict:
        """Ask again for less than the window, as its page says where its rows lie."""
        is_second_time = self._narrowed_at == window.start
        self._narrowed_at = window.start
        total = page.total if page.total is not None and page.total > len(page.times) else None
        times = sorted(time for time in page.times if window.start <= time <= window.end)
        if total is not None and times and not is_second_time:
            self._survey = Survey(window.end, times, total)
            self._rhythm.learn(window.start, window.end, times, total)
            nearest = window.start + window.length * 0.98
        else:
            rows = page.total or 2 * len(page.times) or 1
            self._survey = None
            self._rhythm.compare(self._rhythm.expect(window.start, window.end), rows)
            if not self._rhythm.is_known:
                self._rhythm.learn(window.start, window.end, times, rows if page.total else 2 * rows)
            nearest = window.start + window.length * min(0.5, 0.9 * self._limit / rows)
        return self._go_back(window, self._whole(window.start, nearest))

    def _halve(self, window: Window) -> Verdict:
        return self._go_back(window, self._whole(window.start, window.start + window.length / 2))

    def _go_back(self, window: Window, nearest_end: Wall) -> Verdict:
        """Plan a window anew, ending at the given time at the latest."""
        if window.end == self._frontier:
            self._frontier, self._nearest_end = window.start, nearest_end
            return Verdict()
        frontier, end, kept = self._frontier, self._end, self._nearest_end
        self._frontier, self._end, self._nearest_end = window.start, window.end, nearest_end
        pieces = []
        while self._frontier < window.end:
            pieces.append(Window(self._frontier, self._plan_end()))
            self._frontier = pieces[-1].end
        self._frontier, self._end, self._nearest_end = frontier, end, kept
        return Verdict(then=tuple(pieces))

    def _go_on(self, window: Window, page: Page) -> tuple[Window, ...]:
        """Go on with the rest of a window: by number where it is counted, else in a fresh one where none is beyond."""
        last = page.times[-1]
        if self._is_ahead and page.total is not None and (window.end == self._frontier or self._is_of_counted(window)):
            if self._counted is None or not self._is_of_counted(window):
                self._counted = CountedRange(page.limit, window.start, window.end)
            self._counted.take(page.times, page.total, number=self._counted.first)
            return self._resume()
        self._drop_counted(window)
        if window.end == self._frontier:
            self._frontier = last
            return ()
        return (Window(last, window.end),)

    def _resume(self) -> tuple[Window, ...]:
        """Go on from where the reading has come, unless pages from there on are under way or can be planned."""
        counted = self._counted
        if counted is None or self._numbers or counted.has_more:
            return ()
        return (Window(counted.boundary, counted.end),)

    def _judge_hinted(self, window: Window, page: Page) -> Verdict:
        """Judge a page that was asked for by number: whether it begins before the time that was reached decides."""
        counted = self._counted
        if counted is None or window not in self._numbers:
            return Verdict()
        boundary = counted.boundary
        if not (self._is_sorted and page.is_ascending and page.times and page.times[0] < boundary < page.times[-1]):
            return self._miss(window)
        number = self._numbers.pop(window)
        is_last = (
            page.total is not None and len(page.times) < page.limit and page.total <= window.offset + len(page.times)
        )
        end = window.end if is_last else page.times[-1]
        fresh = replace(page, times=page.times[bisect_left(page.times, boundary) :])
        self._learn(Window(boundary, window.end), fresh, end)
        counted.take(page.times, page.total, number=number, offset=window.offset)
        if is_last:
            self._drop_counted(replace(window, start=counted.boundary))
        return Verdict(is_taken=True, start=boundary, boundary=end, then=self._resume())

    def _miss(self, window: Window) -> Verdict:
        """Leave a page aside that does not begin where it was thought to, and ask from where the reading has come."""
        if self._counted is None or self._numbers.pop(window, None) is None:
            return Verdict()
        self._counted.miss()
        return Verdict(then=(Window(self._counted.boundary, self._counted.end),))

    def _reopen(self, verdict: Verdict) -> Verdict:
        self._open += len(verdict.then)
        return verdict

    def _found(self, start: Wall | None) -> Verdict:
        """Go on from the oldest day that the API serves, once it is found."""
        if start is None:
            return Verdict()
        # The windows were refused for their age, not for their length.
        self._search, self._longest = None, self._longest_at_first
        self._frontier = start
        return Verdict(boundary=start)

    def _has_moved(self, window: Window, page: Page) -> bool:
        """Tell whether the page and its count disagree, so that the data moved and the window is to be asked again."""
        repeats = self._repeats.pop(window, 0)
        if not has_moved(len(page.times), page.total, page.limit, offset=window.offset):
            return False
        if repeats == _MOST_REPEATS:
            return False
        self._repeats[window] = repeats + 1
        return True

    def _learn(self, window: Window, page: Page, end: Wall) -> None:
        if end <= window.start:
            return
        if self._rhythm.is_known:
            self._rhythm.compare(self._rhythm.expect(window.start, end), len(page.times))
        self._rhythm.learn(window.start, end, page.times, len(page.times))
