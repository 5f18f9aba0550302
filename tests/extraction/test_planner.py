"""The window planner finds every row once, in order, with few requests, whatever the API's habits."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from math import ceil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tap_callgear.extraction.pages import Page, PageDecision, Window
from tap_callgear.extraction.planner import LONGEST, WindowPlanner
from tap_callgear.extraction.refused_windows import Refusal

from .simulation import DAY, SECOND, START, Api, Order, Refused, Row, SimulatedReader, TooHeavy, read_range

MINUTE = timedelta(minutes=1)
ORDERS: list[Order] = ["sorted", "newest first", "random", "biased", "page only"]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Row], timedelta]:
    """Draw rows and how long a time they spread over: scattered ones, bursts, and clumps of one and the same second."""
    length = draw(st.sampled_from([SECOND, MINUTE, DAY, 40 * DAY, 89 * DAY, 400 * DAY]))
    seconds = length // SECOND
    bursts = draw(
        st.lists(
            st.tuples(st.integers(0, seconds), st.integers(1, 24), st.sampled_from([0, 1, 30, 4_000, 10_000_000])),
            max_size=5,
        )
    )
    chance = random.Random(draw(st.integers(0, 1_000)))  # noqa: S311 - no secret
    places = [min(seconds, at + chance.randint(0, spread)) for at, rows, spread in bursts for _ in range(rows)]
    rows = [Row(START + SECOND * place, key) for key, place in enumerate(places)]
    return sorted(rows), length


LASTING: list[Order] = ["sorted", "newest first"]
"""Orders in which what a page shows beyond another is sure to be new, if there is more."""

aheads = st.sampled_from([1, 3])
"""Windows at a time."""


def bound(rows: int, limit: int, length: timedelta) -> int:
    """Return the most windows that may be asked for: to find ties, each may have to be halved down to a second."""
    return 30 + 2 * ceil(length / LONGEST) + 250 * (ceil(rows / limit) or 1)


@given(
    ahead=aheads,
    history=histories(),
    limit=st.sampled_from([1, 2, 5, 20, 100]),
    order=st.sampled_from(ORDERS),
    bounds=st.tuples(st.booleans(), st.booleans()),
    has_totals=st.booleans(),
    is_sort_asked=st.booleans(),
)
def test_every_row_leaves_once_and_in_order(
    ahead: int,
    history: tuple[list[Row], timedelta],
    limit: int,
    order: Order,
    bounds: tuple[bool, bool],
    has_totals: bool,  # noqa: FBT001 - a habit of the API
    is_sort_asked: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    rows, length = history
    api = Api(rows, limit, order, bounds, has_totals)
    end = START + length + SECOND
    assert read_range(api, START, end, is_sorted=is_sort_asked, ahead=ahead) == rows
    assert all(START - SECOND <= window.date_from <= window.end <= end for window in api.asked)
    assert all(window.end - window.date_from <= LONGEST for window in api.asked)
    assert len(api.asked) <= bound(len(rows), limit, length)


@pytest.mark.parametrize("ahead", [1, 3])
@pytest.mark.parametrize("a_second", [8, 10, 20])
def test_pages_of_few_different_seconds_take_few_requests(a_second: int, ahead: int) -> None:
    rows = [Row(START + MINUTE * (key // a_second), key) for key in range(1_400)]
    api = Api(rows, 50 if a_second < 20 else 100, "sorted")
    assert read_range(api, START, START + LONGEST, is_sorted=True, ahead=ahead) == rows
    assert len(api.asked) <= 7 * 1_400 / api.limit


@example(ahead=1, history=([], SECOND), lies=[1, 1, 1, 1], is_sorted=False)
@given(
    ahead=aheads,
    history=histories(),
    lies=st.lists(st.integers(-3, 3), max_size=12),
    is_sorted=st.booleans(),
)
def test_totals_that_are_wrong_for_a_while_lose_nothing(
    ahead: int,
    history: tuple[list[Row], timedelta],
    lies: list[int],
    is_sorted: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    rows, length = history
    api = Api(rows, 10, "sorted" if is_sorted else "random", lies=list(lies))
    # No row is lost in any case. What is counted too many twice, when it is counted and when it is counted again, is
    # said to be missing.
    surplus = [lie for lie in lies if lie > 0]
    most_missing = sum(surplus) if len(surplus) > 1 else 0
    end = START + length + SECOND
    assert read_range(api, START, end, is_sorted=is_sorted, ahead=ahead, most_missing=most_missing) == rows
    assert len(api.asked) <= bound(len(rows), 10, length) + 4 * 12


@example(ahead=1, history=([], timedelta(days=89)), days=3.0, kept=76.0, is_sorted=True)
@example(ahead=4, history=([], timedelta(days=89)), days=1.0, kept=76.0, is_sorted=False)
@given(
    ahead=aheads,
    history=histories(),
    days=st.floats(1, 92),
    kept=st.floats(0, 400) | st.none(),
    is_sorted=st.booleans(),
)
def test_an_api_that_answers_for_less_time_is_asked_for_less(
    ahead: int,
    history: tuple[list[Row], timedelta],
    days: float,
    kept: float | None,
    is_sorted: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    rows, length = history
    end = START + length + SECOND
    oldest = START if kept is None else max(START, end - DAY * kept)
    api = Api(rows, 10, "sorted" if is_sorted else "random", longest=DAY * days, oldest=oldest)
    try:
        emitted = read_range(api, START, end, is_sorted=is_sorted, ahead=ahead)
    except Refused:
        assert end - oldest < DAY
        return
    assert emitted == rows[len(rows) - len(emitted) :]
    assert {row for row in rows if row.local_time >= oldest + timedelta(hours=1)} <= set(emitted)
    assert len(api.asked) <= bound(len(rows), 10, length) + 2 * ceil(length / (DAY * days)) + 20


@given(ahead=aheads, history=histories(), days=st.floats(6, 89), is_sorted=st.booleans())
def test_windows_that_are_too_heavy_are_halved(
    ahead: int,
    history: tuple[list[Row], timedelta],
    days: float,
    is_sorted: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    rows, length = history
    api = Api(rows, 10, "sorted" if is_sorted else "random", heaviest=DAY * days)
    assert read_range(api, START, START + length + SECOND, is_sorted=is_sorted, ahead=ahead) == rows
    assert len(api.asked) <= bound(len(rows), 10, length) + 6 * ceil(length / (DAY * days))


def test_an_api_that_fails_over_every_window_is_given_up_after_a_few() -> None:
    api = Api([], 10, heaviest=timedelta(seconds=-1))
    with pytest.raises(TooHeavy):
        read_range(api, START, START + 89 * DAY, is_sorted=True)
    assert len(api.asked) == 5


def test_a_short_window_that_fails_is_not_halved() -> None:
    api = Api([], 10, heaviest=timedelta(seconds=-1))
    with pytest.raises(TooHeavy):
        read_range(api, START, START + timedelta(hours=1), is_sorted=True)
    assert len(api.asked) == 1


def test_an_api_that_answers_for_no_day_at_all_is_given_up() -> None:
    api = Api([], 10, oldest=START + 500 * DAY)
    with pytest.raises(Refused):
        read_range(api, START, START + 400 * DAY, is_sorted=True)
    assert len(api.asked) < 30


def test_nothing_is_asked_where_there_is_no_time_between_start_and_end() -> None:
    api = Api([], 10)
    assert read_range(api, START, START, is_sorted=True) == []
    assert read_range(api, START, START - DAY, is_sorted=True) == []
    assert api.asked == []


def even_rows(count: int, length: timedelta) -> list[Row]:
    """Return rows at equal distances."""
    return [Row(START + length * key // count, key) for key in range(count)]


@cache
def weekly_rows(count: int, length: timedelta) -> list[Row]:
    """Return rows as people make them: a fifth of the traffic at nights and at weekends."""
    chance = random.Random(7)  # noqa: S311 - no secret
    rows: list[Row] = []
    while len(rows) < count:
        local_time = START + SECOND * chance.randrange(length // SECOND)
        if (local_time.weekday() < 5 and 8 <= local_time.hour < 20) or chance.random() < 0.2:
            rows.append(Row(local_time, len(rows)))
    return sorted(rows)


def test_an_api_that_sorts_wastes_no_request() -> None:
    rows = even_rows(20_000, 200 * DAY)
    api = Api([Row(row.local_time.replace(microsecond=0), row.key) for row in rows], 100, "sorted")
    assert len(read_range(api, START, START + 200 * DAY, is_sorted=True)) == 20_000
    assert len(api.asked) <= 1.05 * 200


@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("order, most", [("sorted", 1.2), ("random", 1.5)])
def test_the_traffic_of_the_week_is_learned_so_that_few_windows_are_asked_for_twice(
    order: Order, most: float, ahead: int
) -> None:
    rows = weekly_rows(30_000, 300 * DAY)
    api = Api(rows, 200, order)
    assert read_range(api, START, START + 300 * DAY, is_sorted=order == "sorted", ahead=ahead) == rows
    assert len(api.asked) <= most * 30_000 / 200


def test_a_quiet_history_takes_a_request_every_89_days() -> None:
    api = Api([Row(START + DAY * day, day) for day in range(400)], 1_000, "random")
    assert len(read_range(api, START, START + 400 * DAY, is_sorted=False)) == 400
    assert len(api.asked) == 5


@pytest.mark.parametrize("has_totals", [True, False], ids=["counted", "not counted"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("every", [3, 7])
def test_answers_of_a_copy_that_holds_nothing_yet_lose_nothing(
    every: int,
    ahead: int,
    order: Order,
    has_totals: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    rows = even_rows(3_000, 100 * DAY)
    api = Api(rows, 100, order, has_totals=has_totals, empty_every=every)
    read = read_range(api, START, START + 100 * DAY, is_sorted=order == "sorted", ahead=ahead)
    assert read == rows[: len(read)]
    assert len(read) > 2_980  # the next run begins before the last of them


@pytest.mark.parametrize("is_empty", [True, False], ids=["it is empty", "it was not"])
def test_the_empty_time_before_the_first_rows_is_doubted_once_where_they_begin_at_once(*, is_empty: bool) -> None:
    times = minutes(START, 901)
    planner = WindowPlanner(START - 80 * DAY, START + 80 * DAY, limit=1_000, longest=80 * DAY, is_sorted=False)
    empty, full = Page([], 0, 1_000, is_ascending=True), Page(times, 901, 1_000, is_ascending=True)
    before = asked(planner)
    assert planner.handle_page(before, empty).emit
    after = asked(planner)
    again = planner.handle_page(after, replace(full, times=full.times[-501:], total=501))
    assert (again.emit, again.follow_up) == (False, (before, after))
    assert planner.handle_page(before, empty if is_empty else full).emit
    assert planner.handle_page(after, full).emit


def test_a_pause_of_the_traffic_costs_few_requests() -> None:
    before, after = even_rows(2_000, 50 * DAY), even_rows(2_000, 50 * DAY)
    rows = [*before, *(Row(row.local_time + 700 * DAY, row.key + 2_000) for row in after)]
    api = Api(rows, 100, "random")
    assert read_range(api, START, START + 800 * DAY, is_sorted=False) == rows
    assert len(api.asked) <= 100


def sorted_planner() -> WindowPlanner:
    """Return a planner of a report that is asked to sort."""
    return WindowPlanner(START, START + 200 * DAY, limit=10, is_sorted=True)


def asked(planner: WindowPlanner) -> Window:
    """Return the next window, which there must be."""
    window = planner.next_window()
    assert window is not None
    return window


def minutes(start: datetime, count: int) -> list[datetime]:
    """Return a time a minute."""
    return [start + MINUTE * number for number in range(count)]


def test_the_first_page_of_a_sorted_report_waits_until_the_next_one_confirms_it() -> None:
    planner = WindowPlanner(START, START + 10 * DAY, limit=10, is_sorted=True)
    window = asked(planner)
    times = minutes(START, 10)
    decision = planner.handle_page(window, Page(times, 240, 10, is_ascending=True))
    assert decision == PageDecision(
        emit=True, hold=True, boundary=times[-1], follow_up=(Window(times[-1], window.end),)
    )
    assert planner.next_window() is None
    second = Page(minutes(times[-1], 10), 231, 10, is_ascending=True)
    assert planner.handle_page(decision.follow_up[0], second).releases_held
    assert planner.expect_after(second.times[-1]) == pytest.approx(222, rel=0.6)


def test_a_page_is_dropped_where_the_next_one_lacks_rows_that_were_counted() -> None:
    planner = sorted_planner()
    times = minutes(START, 10)
    (then,) = planner.handle_page(asked(planner), Page(times, 240, 10, is_ascending=True)).follow_up
    decision = planner.handle_page(then, Page([times[-1]], 1, 10, is_ascending=True))
    assert (decision.drops_held, decision.emit) == (True, False)
    assert asked(planner).start == START
    assert not relies_on_the_sort(planner)


def test_a_page_that_waits_is_read_again_where_neither_what_follows_it_nor_an_earlier_start_is_served() -> None:
    planner = WindowPlanner(START, START + 10 * DAY, limit=10, is_sorted=True)
    (then,) = planner.handle_page(asked(planner), Page(minutes(START, 10), 240, 10, is_ascending=True)).follow_up
    refused = planner.refuse(then, Refusal.START)
    assert refused is not None
    decision = planner.refuse(refused.follow_up[0], Refusal.INTERVAL)
    assert decision is not None
    assert (decision.drops_held, decision.ends_early) == (True, False)
    assert asked(planner).start == START


def relies_on_the_sort(planner: WindowPlanner) -> bool:
    """Whether a page that is over-full and in order is taken for the oldest rows of its window."""
    window = asked(planner)
    return planner.handle_page(window, Page(minutes(window.start, 10), 240, 10, is_ascending=True)).emit


def test_a_sort_that_holds_is_relied_on() -> None:
    assert relies_on_the_sort(sorted_planner())


def test_a_sort_that_does_not_hold_is_treated_as_none() -> None:
    planner = sorted_planner()
    page = Page([START + MINUTE, START], 9, 2, is_ascending=False)
    assert not planner.handle_page(asked(planner), page).emit
    assert not relies_on_the_sort(planner)


class DeletingApi(Api):
    """Deletes a row while it is read: the last of the tenth page."""

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer for a window."""
        page, total = super().ask(window, offset)
        if len(self.asked) == 10 and page:
            self.rows = [row for row in self.rows if row != max(page)]
        return page, total


@pytest.mark.parametrize("ahead", [1, 4])
def test_a_row_that_is_deleted_while_it_is_read_costs_few_requests(ahead: int) -> None:
    api = DeletingApi(even_rows(5_000, 100 * DAY), 100, "sorted")
    read = read_range(api, START, START + 100 * DAY, is_sorted=True, ahead=ahead)
    assert {*api.rows} <= {*read}
    assert len(read) >= 4_999
    assert len(api.asked) < 70


class TiringApi(Api):
    """Sorts its first dozen pages as it is asked to; of later ones it sorts no more than what each happens to hold."""

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer for a window."""
        if len(self.asked) == 12:
            self.order = "page only"
        return super().ask(window, offset)


@pytest.mark.parametrize("has_totals", [True, False], ids=["counted", "not counted"])
@pytest.mark.parametrize("ahead", [1, 4])
def test_a_sort_that_stops_in_the_middle_loses_nothing(ahead: int, has_totals: bool) -> None:  # noqa: FBT001
    rows = even_rows(3_000, 100 * DAY)
    api = TiringApi(rows, 100, "sorted", has_totals=has_totals)
    assert read_range(api, START, START + 100 * DAY, is_sorted=True, ahead=ahead) == rows
    assert len(api.asked) < 110


def test_times_that_step_back_with_the_clocks_are_sorted_all_the_same() -> None:
    planner = sorted_planner()
    page = Page([START + MINUTE, START], 2, 10, is_ascending=False, is_repeated_hour=True)
    assert planner.handle_page(asked(planner), page).emit
    assert relies_on_the_sort(planner)


def test_a_sort_that_the_api_refuses_is_not_relied_on() -> None:
    planner = sorted_planner()
    planner.distrust_sort()
    assert not relies_on_the_sort(planner)


@given(
    ahead=aheads,
    history=histories(),
    hours=st.integers(0, 60),
    bounds=st.tuples(st.booleans(), st.booleans()),
    order=st.sampled_from(ORDERS),
)
def test_hours_that_are_served_only_from_an_earlier_start_are_read_whole(
    ahead: int, history: tuple[list[Row], timedelta], hours: int, bounds: tuple[bool, bool], order: Order
) -> None:
    rows, length = history
    end = START + length + SECOND
    api = Api(rows, 10, order, bounds, latest=end - timedelta(hours=hours))
    assert read_range(api, START, end, is_sorted=True, ahead=ahead) == rows


def test_a_start_that_is_never_accepted_ends_the_reading_there() -> None:
    planner = WindowPlanner(START, START + DAY, limit=10, is_sorted=True)
    reading = SimulatedReader(Api([], 10, latest=START - 5 * DAY), planner)
    assert (reading.run(), reading.ended_at) == ([], START)
    assert len(reading.api.asked) < 12


def read_by(api: Api, limit: int, length: timedelta, ahead: int) -> list[Row]:
    """Return the rows that leave where so many are asked for at a time, however many the API hands out."""
    planner = WindowPlanner(START, START + length + SECOND, limit=limit, is_sorted=True, is_ahead=ahead > 1)
    return SimulatedReader(api, planner, ahead).run()


@given(
    ahead=aheads,
    history=histories(),
    cap=st.sampled_from([7, 40]),
    order=st.sampled_from(ORDERS),
)
def test_pages_that_are_shorter_than_they_are_asked_for_lose_nothing(
    ahead: int, history: tuple[list[Row], timedelta], cap: int, order: Order
) -> None:
    rows, length = history
    api = Api(rows, cap, order)
    assert read_by(api, 50, length, ahead) == rows


@given(
    ahead=aheads,
    history=histories(),
    cap=st.sampled_from([7, 40]),
    order=st.sampled_from(LASTING),
)
def test_pages_that_are_shorter_than_they_are_asked_for_lose_nothing_where_nothing_is_counted(
    ahead: int, history: tuple[list[Row], timedelta], cap: int, order: Order
) -> None:
    rows, length = history
    api = Api(rows, cap, order, has_totals=False)
    assert read_by(api, 50, length, ahead) == rows


@dataclass
class CountingPages(Api):
    """Counts no more than the rows of its page, or than some number."""

    most: int | None = None

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer with a count that says nothing."""
        rows, _ = super().ask(window, offset)
        return rows, len(rows) if self.most is None else min(len(rows), self.most)


@given(
    ahead=aheads,
    history=histories(),
    cap=st.sampled_from([10, 40, 50]),
    most=st.sampled_from([None, 0, 1, 20]),
    order=st.sampled_from(LASTING),
)
def test_counts_that_say_no_more_than_how_long_a_page_is_lose_nothing(
    ahead: int, history: tuple[list[Row], timedelta], cap: int, most: int | None, order: Order
) -> None:
    rows, length = history
    api = CountingPages(rows, cap, order, most=most)
    assert read_by(api, 50, length, ahead) == rows


@pytest.mark.parametrize("most", [None, 0])
@pytest.mark.parametrize("cap", [10, 50])
def test_counts_that_say_nothing_cost_hardly_more_than_none(cap: int, most: int | None) -> None:
    rows = [Row(START + minute * MINUTE, minute) for minute in range(1_000)]
    asked: list[int] = []
    for api in (Api(rows, cap, "sorted", has_totals=False), CountingPages(rows, cap, "sorted", most=most)):
        planner = WindowPlanner(START, START + DAY, limit=50, is_sorted=True)
        assert SimulatedReader(api, planner, 1).run() == rows
        asked.append(len(api.asked))
    assert asked[1] <= 1.1 * asked[0] + 6


def test_a_quiet_page_whose_count_is_its_length_is_looked_beyond_where_it_is_a_round_number_alone() -> None:
    for count, may_go_on in ((0, False), (9, False), (10, True), (12, False), (23, False), (30, True)):
        planner = WindowPlanner(START, START + DAY, limit=50, is_sorted=True)
        decision = planner.handle_page(asked(planner), Page(minutes(START, count), count, 50, is_ascending=True))
        assert decision.needs_peek == may_go_on


@dataclass
class EndingEarly(Api):
    """Ends four pages of ten early, wherever that may be."""

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer with the beginning of a page."""
        rows, total = super().ask(window, offset)
        least = 0 if self.has_totals else 1  # an empty page that nothing counts cannot be told from the truth
        ends_early = self.chance.random() < 0.4 and len(rows) > least
        return rows[: self.chance.randint(least, len(rows))] if ends_early else rows, total


@pytest.mark.parametrize(
    "order, has_totals", [*((order, True) for order in ORDERS), *((order, False) for order in LASTING)]
)
@pytest.mark.parametrize("ahead", [1, 4])
def test_a_page_that_once_ended_early_does_not_make_those_that_follow_small(
    *, order: Order, has_totals: bool, ahead: int
) -> None:
    rows = [Row(START + minute * timedelta(minutes=10), minute) for minute in range(2_000)]
    api = EndingEarly(rows, 50, order, has_totals=has_totals)
    assert read_range(api, START, START + 20 * DAY, is_sorted=True, ahead=ahead) == rows
    assert len(api.asked) < 10 * len(rows) / api.limit


@dataclass
class Miscounting(Api):
    """Counts more rows than there are, always."""

    more: int = 3

    def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
        """Answer with a count that is too great."""
        rows, total = super().ask(window, offset)
        return rows, None if total is None else total + self.more


@given(ahead=aheads, history=histories(), order=st.sampled_from(ORDERS))
def test_counts_that_are_always_too_great_lose_nothing_and_end(
    ahead: int, history: tuple[list[Row], timedelta], order: Order
) -> None:
    rows, length = history
    api = Miscounting(rows, 10, order)
    assert read_by(api, 10, length, ahead) == rows


@dataclass
class Doubling(Api):
    """Hands out some rows twice and counts them twice, as a join does."""

    def __post_init__(self) -> None:
        """Double every third row."""
        self.rows = sorted([*self.rows, *list(self.rows)[::3]])


@given(ahead=aheads, history=histories(), limit=st.sampled_from([5, 20, 100]), order=st.sampled_from(ORDERS[:-1]))
def test_rows_that_come_twice_leave_once(
    ahead: int, history: tuple[list[Row], timedelta], limit: int, order: Order
) -> None:
    rows, length = history
    api = Doubling(rows, limit, order)
    assert read_range(api, START, START + length + SECOND, is_sorted=True, ahead=ahead) == rows


def test_rows_that_were_counted_and_never_came_are_noticed() -> None:
    rows = whole_seconds(even_rows(2_000, 80 * DAY))

    @dataclass
    class Forgetful(Api):
        def ask(self, window: Window, offset: int | None = None) -> tuple[list[Row], int | None]:
            if window.length < 20 * DAY:
                self.rows = [row for row in self.rows if row.key % 50]
            return super().ask(window, offset)

    planner = WindowPlanner(START, START + 80 * DAY, limit=100, is_sorted=False)
    read = SimulatedReader(Forgetful(rows, 100, "random"), planner).run()
    assert planner.audit.missing(lambda _: 2_000) == 2_000 - len(read) == 40


def whole_seconds(rows: list[Row]) -> list[Row]:
    """Return rows at times as the API tells them."""
    return [Row(row.local_time.replace(microsecond=0), row.key) for row in rows]
