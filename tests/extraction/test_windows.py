"""The window walk finds every row once, in order, with few requests, whatever the API's habits."""

from __future__ import annotations

import random
from datetime import timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.extraction.pages import Page, Window
from tap_callgear.extraction.windows import LONGEST, Walk

from .simulation import DAY, SECOND, START, Api, Order, Refused, Row, TooHeavy, walk

MINUTE = timedelta(minutes=1)
ORDERS: list[Order] = ["sorted", "newest first", "random", "biased"]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Row], timedelta]:
    """Draw rows and how long a time they spread over: scattered ones, bursts, and clumps of one and the same second."""
    length = draw(st.sampled_from([SECOND, MINUTE, DAY, 40 * DAY, 89 * DAY, 400 * DAY]))
    seconds = length // SECOND
    crowds = draw(
        st.lists(
            st.tuples(st.integers(0, seconds), st.integers(1, 24), st.sampled_from([0, 1, 30, 4_000, 10_000_000])),
            max_size=5,
        )
    )
    chance = random.Random(draw(st.integers(0, 1_000)))  # noqa: S311 - no secret
    places = [min(seconds, at + chance.randint(0, spread)) for at, rows, spread in crowds for _ in range(rows)]
    rows = [Row(START + SECOND * place, key) for key, place in enumerate(places)]
    return sorted(rows), length


aheads = st.sampled_from([1, 3])
"""Windows at a time."""


def bound(rows: int, limit: int, length: timedelta) -> int:
    """Give the most windows that a walk may ask for: to find a crowd, each may have to be halved down to a second."""
    return 30 + 2 * ceil(length / LONGEST) + 250 * (ceil(rows / limit) or 1)


@given(
    ahead=aheads,
    history=histories(),
    limit=st.sampled_from([1, 2, 5, 20, 100]),
    order=st.sampled_from(ORDERS),
    is_inclusive=st.booleans(),
    has_totals=st.booleans(),
    is_sort_asked=st.booleans(),
)
def test_every_row_leaves_once_and_in_order(
    ahead: int,
    history: tuple[list[Row], timedelta],
    limit: int,
    order: Order,
    is_inclusive: bool,  # noqa: FBT001 - a habit of the API
    has_totals: bool,  # noqa: FBT001 - a habit of the API
    is_sort_asked: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    rows, length = history
    api = Api(rows, limit, order, is_inclusive, has_totals)
    end = START + length + SECOND
    assert walk(api, START, end, is_sorted=is_sort_asked, ahead=ahead) == rows
    assert all(window.length <= LONGEST for window in api.asked)
    assert all(START <= window.start <= window.end <= end for window in api.asked)
    assert len(api.asked) <= bound(len(rows), limit, length)


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
    api = Api(rows, 10, "sorted" if is_sorted else "random", lies=lies)
    assert walk(api, START, START + length + SECOND, is_sorted=is_sorted, ahead=ahead) == rows
    assert len(api.asked) <= bound(len(rows), 10, length) + 4 * 12


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
        emitted = walk(api, START, end, is_sorted=is_sorted, ahead=ahead)
    except Refused:
        assert end - oldest < DAY
        return
    assert emitted == rows[len(rows) - len(emitted) :]
    assert {row for row in rows if row.wall >= oldest + timedelta(hours=1)} <= set(emitted)
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
    assert walk(api, START, START + length + SECOND, is_sorted=is_sorted, ahead=ahead) == rows
    assert len(api.asked) <= bound(len(rows), 10, length) + 6 * ceil(length / (DAY * days))


def test_an_api_that_fails_over_every_window_is_given_up_after_a_few() -> None:
    api = Api([], 10, heaviest=timedelta(seconds=-1))
    with pytest.raises(TooHeavy):
        walk(api, START, START + 89 * DAY, is_sorted=True)
    assert len(api.asked) == 5


def test_a_short_window_that_fails_is_not_halved() -> None:
    api = Api([], 10, heaviest=timedelta(seconds=-1))
    with pytest.raises(TooHeavy):
        walk(api, START, START + timedelta(hours=1), is_sorted=True)
    assert len(api.asked) == 1


def test_an_api_that_answers_for_no_day_at_all_is_given_up() -> None:
    api = Api([], 10, oldest=START + 500 * DAY)
    with pytest.raises(Refused):
        walk(api, START, START + 400 * DAY, is_sorted=True)
    assert len(api.asked) < 30


def test_nothing_is_asked_where_there_is_no_time_between_start_and_end() -> None:
    api = Api([], 10)
    assert walk(api, START, START, is_sorted=True) == []
    assert walk(api, START, START - DAY, is_sorted=True) == []
    assert api.asked == []


def even_rows(count: int, length: timedelta) -> list[Row]:
    """Return rows at equal distances."""
    return [Row(START + length * key // count, key) for key in range(count)]


def weekly_rows(count: int, length: timedelta) -> list[Row]:
    """Return rows as people make them: a fifth of the traffic at nights and at weekends."""
    chance = random.Random(7)  # noqa: S311 - no secret
    rows: list[Row] = []
    while len(rows) < count:
        wall = START + SECOND * chance.randrange(length // SECOND)
        if (wall.weekday() < 5 and 8 <= wall.hour < 20) or chance.random() < 0.2:
            rows.append(Row(wall, len(rows)))
    return sorted(rows)


def test_an_api_that_sorts_wastes_no_request() -> None:
    rows = even_rows(20_000, 200 * DAY)
    api = Api([Row(row.wall.replace(microsecond=0), row.key) for row in rows], 100, "sorted")
    assert len(walk(api, START, START + 200 * DAY, is_sorted=True)) == 20_000
    assert len(api.asked) <= 1.05 * 200


@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("order, most", [("sorted", 1.2), ("random", 1.5)])
def test_the_rhythm_of_the_week_is_learned_so_that_few_windows_are_asked_for_twice(
    order: Order, most: float, ahead: int
) -> None:
    rows = weekly_rows(30_000, 300 * DAY)
    api = Api(rows, 200, order)
    assert walk(api, START, START + 300 * DAY, is_sorted=order == "sorted", ahead=ahead) == rows
    assert len(api.asked) <= most * 30_000 / 200


def test_a_quiet_history_takes_a_request_every_89_days() -> None:
    api = Api([Row(START + DAY * day, day) for day in range(400)], 1_000, "random")
    assert len(walk(api, START, START + 400 * DAY, is_sorted=False)) == 400
    assert len(api.asked) == 5


def test_how_many_rows_are_to_come_is_known_from_the_total_of_a_page() -> None:
    the_walk = Walk(START, START + 10 * DAY, limit=10, is_sorted=True, snap=lambda wall: wall)
    window = the_walk.plan()
    assert window == Window(START, START + 10 * DAY)
    times = [START + timedelta(hours=hour) for hour in range(10)]
    verdict = the_walk.judge(window, Page(times, 240, 10, is_ascending=True))
    assert (verdict.is_taken, verdict.boundary, verdict.then) == (True, times[-1], ())
    assert the_walk.expect_after(times[-1]) == pytest.approx(230, rel=0.3)


def sorted_walk() -> Walk:
    """Return a walk over a report that is asked to sort."""
    return Walk(START, START + 200 * DAY, limit=10, is_sorted=True, snap=lambda wall: wall)


def asked(the_walk: Walk) -> Window:
    """Return the next window, which there must be."""
    window = the_walk.plan()
    assert window is not None
    return window


def relies_on_the_sort(the_walk: Walk) -> bool:
    """Tell whether a page that is over-full and in order is taken for the oldest rows of its window."""
    window = asked(the_walk)
    times = [window.start + MINUTE * number for number in range(10)]
    return the_walk.judge(window, Page(times, 240, 10, is_ascending=True)).is_taken


def test_a_sort_that_holds_is_relied_on() -> None:
    assert relies_on_the_sort(sorted_walk())


def test_a_sort_that_does_not_hold_is_treated_as_none() -> None:
    the_walk = sorted_walk()
    page = Page([START + MINUTE, START], 9, 2, is_ascending=False)
    assert not the_walk.judge(asked(the_walk), page).is_taken
    assert not relies_on_the_sort(the_walk)


def test_times_that_step_back_with_the_clocks_are_sorted_all_the_same() -> None:
    the_walk = sorted_walk()
    page = Page([START + MINUTE, START], 2, 10, is_ascending=False, is_repeated_hour=True)
    assert the_walk.judge(asked(the_walk), page).is_taken
    assert relies_on_the_sort(the_walk)


def test_a_sort_that_the_api_refuses_is_not_relied_on() -> None:
    the_walk = sorted_walk()
    the_walk.distrust_sort()
    assert not relies_on_the_sort(the_walk)
