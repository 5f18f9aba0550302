"""A report that is nothing but times, served with every habit the API may have; and the loop that walks it."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from tap_callgear.extraction.dense import read_dense
from tap_callgear.extraction.pages import Page, Verdict, Window
from tap_callgear.extraction.windows import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 1, 1)  # noqa: DTZ001 - wall time has no zone
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

Order = Literal["sorted", "newest first", "random", "biased"]


class Refused(Exception):
    """The window is too long."""


class TooHeavy(Exception):
    """The API fails over the window."""


@dataclass(frozen=True, order=True)
class Row:
    """A row: its time, and its key."""

    wall: datetime
    key: int


@dataclass
class Api:
    """Serves rows.

    Attributes:
        rows: All of them, in order.
        limit: Rows a page.
        order: How a page's rows are chosen and arranged.
        is_inclusive: Whether a window includes its end.
        has_totals: Whether pages say how many rows the window holds.
        lies: How much the totals of the first pages are off, one after the other.
        longest: The longest window that is answered.
        oldest: Nothing from before is answered.
        heaviest: The longest window that the API manages.
        chance: Deals the rows.
        asked: The windows that were asked for, but for offsets into a dense second.
    """

    rows: Sequence[Row]
    limit: int
    order: Order = "random"
    is_inclusive: bool = True
    has_totals: bool = True
    lies: list[int] = field(default_factory=list)
    longest: timedelta = timedelta(days=92)
    oldest: datetime = START
    heaviest: timedelta = timedelta.max
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - no secret
    asked: list[Window] = field(default_factory=list)

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer for a window: a page of rows, and how many there are."""
        if offset is None:
            self.asked.append(window)
        if window.length > self.longest or window.start < self.oldest:
            raise Refused
        if window.length > self.heaviest:
            raise TooHeavy
        if not self.is_inclusive and window.length == timedelta():
            return [], 0 if self.has_totals else None
        first = bisect_left(self.rows, window.start, key=lambda row: row.wall)
        find = bisect_right if self.is_inclusive else bisect_left
        rows = list(self.rows[first : find(self.rows, window.end, key=lambda row: row.wall)])
        total = len(rows)
        if offset is None and self.lies:
            total = max(0, total + self.lies.pop())
            # A full page that is counted as the whole window cannot be told from the truth.
            total = len(rows) if total == self.limit else total
        return self._arrange(rows)[offset or window.offset :][: self.limit], total if self.has_totals else None

    def _arrange(self, rows: list[Row]) -> list[Row]:
        if self.order == "newest first":
            rows.reverse()
        elif self.order == "random":
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


def walk(api: Api, start: datetime, end: datetime, *, is_sorted: bool, ahead: int = 1) -> list[Row]:
    """Walk a range as the reader does; give the rows as they leave."""
    the_walk = Walk(start, end, limit=api.limit, is_sorted=is_sorted, is_ahead=ahead > 1, snap=lambda wall: wall)
    slots: deque[_Slot] = deque()
    emitted: list[Row] = []
    seen: set[int] = set()
    while True:
        while len(slots) < ahead and (window := the_walk.plan()):
            slots.append(_Slot(window))
        for slot in list(slots)[:ahead]:
            if slot.page is None:
                slot.page = _try(api, slot.window)
        if not slots:
            return emitted
        slot = slots.popleft()
        verdict, rows = _judge(the_walk, api, slot)
        slots.extendleft(_Slot(window) for window in reversed(verdict.then))
        if verdict.is_taken:
            boundary = verdict.boundary or slot.window.end
            start = verdict.start or slot.window.start
            emitted += sorted(row for row in rows if row.wall >= start and row.key not in seen)
            seen = {row.key for row in rows if row.wall >= boundary}


def _try(api: Api, window: Window) -> tuple[list[Row], int | None] | Exception:
    try:
        return api.ask(window)
    except (Refused, TooHeavy) as refusal:
        return refusal


def _judge(the_walk: Walk, api: Api, slot: _Slot) -> tuple[Verdict, list[Row]]:
    assert slot.page is not None
    if isinstance(slot.page, Exception):
        refuse = the_walk.refuse_interval if isinstance(slot.page, Refused) else the_walk.refuse_weight
        if (verdict := refuse(slot.window)) is None:
            raise slot.page
        return verdict, []
    rows, total = slot.page
    times = [row.wall for row in rows]
    page = Page(times, total, api.limit, is_ascending=times == sorted(times))
    verdict = the_walk.judge(slot.window, page)
    if verdict.is_too_dense:
        rows = read_dense(lambda offset: api.ask(slot.window, offset), lambda row: row.key, api.limit)
        verdict = the_walk.finish_dense(slot.window)
    return verdict, rows
