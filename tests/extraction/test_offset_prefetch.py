"""A sorted report is read ahead by number: few requests, many at a time, and no row lost where a number was wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.extraction.pages import Page, Window
from tap_callgear.extraction.planner import WindowPlanner

from .simulation import DAY, SECOND, START, Api, Refused, Row, SimulatedReader, read_range
from .test_planner import even_rows, histories, weekly_rows, whole_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGES = 60


def burst_rows(count: int, length: timedelta) -> list[Row]:
    """Return rows a twentieth of which fall into one hour."""
    chance = random.Random(5)  # noqa: S311 - no secret
    seconds = [chance.randrange(length // SECOND) for _ in range(count - count // 20)]
    seconds += [length // SECOND // 3 + chance.randrange(3600) for _ in range(count // 20)]
    return [Row(START + SECOND * second, key) for key, second in enumerate(sorted(seconds))]


SHAPES: Mapping[str, Callable[[int, timedelta], list[Row]]] = {
    "even": even_rows,
    "weekly": weekly_rows,
    "burst": burst_rows,
}


def measure(rows: list[Row], length: timedelta, limit: int, ahead: int) -> tuple[int, int]:
    """Read a sorted report; give the requests and the turns that they took."""
    api = Api(rows, limit, "sorted")
    planner = WindowPlanner(START, START + length, limit=limit, is_sorted=True, is_ahead=ahead > 1)
    slots: list[tuple[Window, int]] = []
    now = 0
    while True:
        while len(slots) < ahead and (window := planner.next_window()):
            slots.append((window, now + 1))
        if not slots:
            return len(api.asked), now
        window, ready = slots.pop(0)
        now = max(now, ready)
        page, total = api.ask(window)
        decision = planner.handle_page(window, Page([row.local_time for row in page], total, limit, is_ascending=True))
        slots[:0] = [(then, now + 1) for then in decision.follow_up]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("limit", [200, 500])
def test_four_at_a_time_take_a_quarter_of_the_time_and_hardly_a_request_more(shape: str, limit: int) -> None:
    length = 200 * DAY
    rows = whole_seconds(SHAPES[shape](PAGES * limit, length))
    one, turns_of_one = measure(rows, length, limit, ahead=1)
    four, turns_of_four = measure(rows, length, limit, ahead=4)
    assert one <= PAGES + 2
    assert turns_of_one == one
    assert four <= 1.05 * one
    assert turns_of_four <= 1.2 * four / 4
    assert turns_of_one >= 3.2 * turns_of_four


@dataclass
class Restless(Api):
    """Rows come and go while the report is read: those with negative keys are there at one time and not at another."""

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer for a window with some of the restless rows."""
        rows = self.rows
        self.rows = [row for row in rows if row.key >= 0 or self.chance.random() < 0.5]
        try:
            return super().ask(window, offset)
        finally:
            self.rows = rows


@given(
    history=histories(),
    restless=st.lists(st.integers(0, 10_000), max_size=60),
    limit=st.sampled_from([20, 60, 100]),
    bounds=st.tuples(st.booleans(), st.booleans()),
)
def test_no_lasting_row_is_lost_or_doubled_where_others_come_and_go(
    history: tuple[list[Row], timedelta],
    restless: list[int],
    limit: int,
    bounds: tuple[bool, bool],
) -> None:
    rows, length = history
    lasting = [Row(row.local_time, row.key) for row in rows]
    passing = [
        Row(START + SECOND * int(length // SECOND * place / 10_000), -1 - key) for key, place in enumerate(restless)
    ]
    api = Restless(sorted([*lasting, *passing]), limit, "sorted", bounds)
    planner = WindowPlanner(START, START + length + SECOND, limit=limit, is_sorted=True, is_ahead=True)
    read = SimulatedReader(api, planner, ahead=4).run()
    assert [row for row in read if row.key >= 0] == lasting
    assert [row.local_time for row in read] == sorted(row.local_time for row in read)


@dataclass
class Deaf(Api):
    """Takes no notice of the number that a page is to begin with."""

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer as if there were no offset."""
        rows, total = super().ask(replace(window, offset=0), offset)
        return rows, total


@dataclass
class Narrow(Api):
    """Refuses offsets beyond a few pages."""

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer, unless the number is too great."""
        if window.offset > 2 * self.limit:
            raise Refused
        return super().ask(window, offset)


@pytest.mark.parametrize("kind", [Deaf, Narrow])
def test_an_api_that_does_not_go_by_numbers_is_read_whole_with_few_more_requests(kind: type[Api]) -> None:
    rows = whole_seconds(weekly_rows(PAGES * 100, 200 * DAY))
    api = kind(rows, 100, "sorted")
    assert read_range(api, START, START + 200 * DAY, is_sorted=True, ahead=4) == rows
    assert len(api.asked) <= PAGES + 15


@pytest.mark.parametrize("at_a_time", [2, 7, 15, 90])
def test_rows_that_share_their_seconds_are_read_once(at_a_time: int) -> None:
    rows = [Row(START + timedelta(minutes=key // at_a_time), key) for key in range(3_000)]
    api = Api(rows, 100, "sorted")
    assert read_range(api, START, START + 200 * DAY, is_sorted=True, ahead=4) == rows


def test_a_sort_that_ends_half_way_ends_the_numbers_too() -> None:
    rows = whole_seconds(even_rows(3_000, 60 * DAY))

    @dataclass
    class Fickle(Api):
        def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
            if len(self.asked) == 12:
                self.order = "random"
            return super().ask(window, offset)

    api = Fickle(rows, 100, "sorted")
    assert read_range(api, START, START + 60 * DAY, is_sorted=True, ahead=4) == rows


def test_a_quiet_history_is_read_ahead_by_time() -> None:
    rows = [Row(START + DAY * day, day) for day in range(2_000)]
    assert measure(rows, 2_000 * DAY, 1_000, ahead=1) == (23, 23)
    assert measure(rows, 2_000 * DAY, 1_000, ahead=4) == (23, 7)


def test_a_full_page_that_ends_in_the_last_second_of_a_window_is_read_once() -> None:
    rows = [Row(START + min(DAY * 14 * key, 89 * DAY), key) for key in range(10)]
    api = Api(rows, 10, "sorted")
    assert read_range(api, START, START + 89 * DAY + SECOND, is_sorted=True, ahead=3) == rows


def test_nothing_is_asked_by_number_where_replies_tell_no_total() -> None:
    rows = whole_seconds(even_rows(3_000, 60 * DAY))
    api = Api(rows, 100, "sorted", has_totals=False)
    assert read_range(api, START, START + 60 * DAY, is_sorted=True, ahead=4) == rows
    assert not any(window.offset for window in api.asked)


def test_one_at_a_time_asks_for_nothing_by_number() -> None:
    rows = whole_seconds(even_rows(3_000, 60 * DAY))
    api = Api(rows, 100, "sorted")
    assert read_range(api, START, START + 60 * DAY, is_sorted=True) == rows
    assert not any(window.offset for window in api.asked)
