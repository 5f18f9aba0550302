"""A report that is nothing but times, served with every habit the API may have; and the loop that reads it."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from tap_callgear.extraction.offset_scan import scan_by_offset
from tap_callgear.extraction.pages import Page, PageDecision, Window
from tap_callgear.extraction.planner import WindowPlanner
from tap_callgear.extraction.refused_windows import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 1, 1)  # noqa: DTZ001 - local time has no zone
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

_MOST_REQUESTS = 20_000

Order = Literal["sorted", "newest first", "random", "biased", "page only"]


class Refused(Exception):
    """The window is too long."""


class TooHeavy(Exception):
    """The API fails over the window."""


class TooRecent(Exception):
    """The window starts too late."""


_WHY = {Refused: Refusal.INTERVAL, TooHeavy: Refusal.WEIGHT, TooRecent: Refusal.START}


class Row(NamedTuple):
    """A row: its time, and its key."""

    local_time: datetime
    key: int


@dataclass
class Api:
    """Serves rows.

    Attributes:
        rows: All of them, in order.
        limit: Rows a page.
        order: How a page's rows are chosen and arranged.
        bounds: Whether a request includes its start, and whether it includes its end.
        has_totals: Whether pages say how many rows the window holds.
        lies: How much the totals of the first pages are off, one after the other.
        longest: The longest window that is answered.
        oldest: Nothing from before is answered.
        latest: No request that starts after it is answered.
        heaviest: The longest window that the API manages.
        empty_every: One answer in so many comes from a copy of the data that holds nothing yet; 0 for none.
        chance: Deals the rows.
        asked: The windows that were asked for, but for offsets into one second.
    """

    rows: Sequence[Row]
    limit: int
    order: Order = "random"
    bounds: tuple[bool, bool] = (True, True)
    has_totals: bool = True
    lies: list[int] = field(default_factory=list)
    longest: timedelta = timedelta(days=92)
    oldest: datetime = START - 9 * DAY
    latest: datetime = START + 9_999 * DAY
    heaviest: timedelta = timedelta.max
    empty_every: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - no secret
    asked: list[Window] = field(default_factory=list)

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer for a window: a page of rows, and how many there are."""
        if offset is None:
            self.asked.append(window)
        assert len(self.asked) < _MOST_REQUESTS, "the reading does not end"
        if window.end - window.date_from > self.longest or window.date_from < self.oldest:
            raise Refused
        if window.date_from > self.latest:
            raise TooRecent
        if window.length > self.heaviest:
            raise TooHeavy
        first, last = (
            find(self.rows, bound, key=lambda row: row.local_time)
            for find, bound in (
                (bisect_left if self.bounds[0] else bisect_right, window.date_from),
                (bisect_right if self.bounds[1] else bisect_left, window.end),
            )
        )
        rows = list(self.rows[first:last])
        total = len(rows)
        if offset is None and self.lies:
            total = max(0, total + self.lies.pop())
            # A full page that is counted as the whole window cannot be told from the truth.
            total = len(rows) if total == self.limit else total
        if self.empty_every and len(self.asked) % self.empty_every == 0:
            return [], 0 if self.has_totals else None
        page = self._arrange(rows)[offset or window.offset :][: self.limit]
        return sorted(page) if self.order == "page only" else page, total if self.has_totals else None

    def _arrange(self, rows: list[Row]) -> list[Row]:
        if self.order == "newest first":
            rows.reverse()
        elif self.order in {"random", "page only"}:
            self.chance.shuffle(rows)
        elif self.order == "biased" and rows:
            # As if by visitor: a page shows one stretch of the window, in no order.
            turn = self.chance.randrange(len(rows))
            rows = rows[turn:] + rows[:turn]
            pages = [rows[place : place + self.limit] for place in range(0, len(rows), self.limit)]
            rows = [row for page in pages for row in self.chance.sample(page, len(page))]
        return rows


@dataclass
class _Slot:
    window: Window
    page: tuple[list[Row], int | None] | Exception | None = None


@dataclass
class SimulatedReader:
    """Reads a range as `WindowReader` does.

    Attributes:
        planner: Says what to ask for.
        emitted: The rows as they left.
        ended_at: Where the API served no more, if it did not.
    """

    api: Api
    planner: WindowPlanner
    ahead: int = 1
    emitted: list[Row] = field(default_factory=list)
    ended_at: datetime | None = None
    _slots: deque[_Slot] = field(default_factory=deque)
    _held: list[Row] = field(default_factory=list)

    def run(self) -> list[Row]:
        """Read all; return the rows as they left."""
        while self.ended_at is None:
            while len(self._slots) < self.ahead and (window := self.planner.next_window()):
                self._slots.append(_Slot(window))
            for slot in list(self._slots)[: self.ahead]:
                if slot.page is None:
                    slot.page = _try(self.api, slot.window)
            if not self._slots:
                break
            slot = self._slots.popleft()
            self._follow(slot.window, *self._decide(slot))
        return self.emitted

    def _follow(self, window: Window, decision: PageDecision, rows: list[Row]) -> None:
        self._slots.extendleft(_Slot(window) for window in reversed(decision.follow_up))
        if decision.releases_held:
            self.emitted += self._held
        if decision.ends_early:
            self.ended_at = decision.boundary
        if decision.emit:
            start, boundary = decision.start or window.start, decision.boundary or window.end
            rows = sorted({row for row in rows if start <= row.local_time < boundary})
            if decision.hold:
                self._held = rows
            else:
                self.emitted += rows

    def _decide(self, slot: _Slot) -> tuple[PageDecision, list[Row]]:
        planner, window = self.planner, slot.window
        assert slot.page is not None
        if isinstance(slot.page, Exception):
            if (refused := planner.refuse(window, _WHY[type(slot.page)])) is None:
                raise slot.page
            return refused, []
        rows, total = slot.page
        page = self._page(rows, total)
        decision = planner.handle_page(window, page)
        if decision.needs_peek:
            looks = (set(self.api.ask(window, len(rows))[0]) for _ in range(1 if total is None else 2))
            peeked = planner.handle_peek(window, page, is_capped=any(not more <= set(rows) for more in looks))
            decision = replace(peeked, releases_held=decision.releases_held)
        if decision.needs_offset_scan:
            scan = scan_by_offset(lambda offset: self.api.ask(window, offset), lambda row: row.key, planner.limit)
            rows = scan.rows
            scanned = planner.handle_scan(window, self._page(rows, None), missing=scan.missing, doubled=scan.doubled)
            decision = replace(scanned, releases_held=decision.releases_held)
        return decision, rows

    def _page(self, rows: list[Row], total: int | None) -> Page:
        times = [row.local_time for row in rows]
        return Page(times, total, self.planner.limit, is_ascending=times == sorted(times))


def read_range(
    api: Api, start: datetime, end: datetime, *, is_sorted: bool, ahead: int = 1, most_missing: int = 0
) -> list[Row]:
    """Read a range as `WindowReader` does; return the rows as they leave, of which none is said to be missing.

    Args:
        api: Serves the rows.
        start: The first second.
        end: The second after the last.
        is_sorted: Whether the API is asked to sort.
        ahead: Windows asked for at a time.
        most_missing: Rows that may be said to be missing, where the API insists on more than it has.
    """
    planner = WindowPlanner(start, end, limit=api.limit, is_sorted=is_sorted, is_ahead=ahead > 1)
    rows = SimulatedReader(api, planner, ahead).run()
    asked = len(api.asked)
    assert planner.audit.missing(lambda window: api.ask(window)[1]) <= most_missing
    del api.asked[asked:]
    return rows


def _try(api: Api, window: Window) -> tuple[list[Row], int | None] | Exception:
    try:
        return api.ask(window)
    except (Refused, TooHeavy, TooRecent) as refusal:
        return refusal
