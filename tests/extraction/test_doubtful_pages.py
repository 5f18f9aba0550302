"""A page that lacks rows which should be there is asked for again, a few times; then it is believed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tap_callgear.extraction.doubtful_pages import Doubt, DoubtfulPages
from tap_callgear.extraction.pages import Page, Window
from tap_callgear.extraction.seen_rows import SeenRows
from tap_callgear.extraction.sort_trust import SortTrust
from tap_callgear.extraction.window_sizer import WindowSizer

from .simulation import DAY, SECOND, START

if TYPE_CHECKING:
    from datetime import datetime

HOUR = timedelta(hours=1)
DAY_LONG = Window(START, START + DAY)


def page(*times: datetime, limit: int = 100) -> Page:
    """Return a page that is counted rightly."""
    return Page(times, len(times), limit, is_ascending=True)


class Desk:
    """The doubts about a reading, and what they know."""

    def __init__(self, *, is_sorted: bool = False) -> None:
        """Know nothing."""
        self.sizer, self.seen, self.sort = WindowSizer(), SeenRows(), SortTrust(is_sorted)
        self.pages = DoubtfulPages(self.sizer, self.seen, self.sort)

    def learn_traffic(self) -> None:
        """Learn that there are ten rows an hour."""
        week = [START - 7 * DAY + HOUR * hour / 10 for hour in range(7 * 240)]
        self.sizer.learn(START - 7 * DAY, START, week)


@pytest.mark.parametrize("expected, is_asked_again", [(19.9, False), (20.0, True)])
def test_that_no_row_comes_is_strange_where_twenty_are_expected(*, expected: float, is_asked_again: bool) -> None:
    assert Doubt().settle("days", 0, expected) == is_asked_again
    assert not Doubt().settle("days", 1, expected)


def test_a_page_is_asked_for_again_twice_and_then_believed() -> None:
    doubt = Doubt()
    assert [doubt.settle("days", 0, 100.0) for _ in range(3)] == [True, True, False]
    assert [doubt.settle("more days", 5, 0.0, lacks_seen=True) for _ in range(3)] == [True, True, False]


def test_in_a_pause_of_the_traffic_no_emptiness_is_strange() -> None:
    doubt = Doubt()
    assert [doubt.settle("first", 0, 100.0) for _ in range(3)] == [True, True, False]
    assert not doubt.settle("second", 0, 100.0)
    assert not doubt.settle("third", 5, 100.0)
    assert doubt.settle("fourth", 0, 100.0)


def test_emptiness_is_doubted_ever_less_where_that_was_in_vain_until_a_doubt_was_right() -> None:
    doubt = Doubt()

    def doubts(what: str, rows: int) -> int:
        count = 0
        while doubt.settle(what, 0, 100.0):
            count += 1
            if rows:
                assert not doubt.settle(what, rows, 0.0)
                break
        assert not doubt.settle("rows between", 5, 0.0)
        return count

    assert [doubts(f"{number}", 0) for number in range(4)] == [2, 1, 0, 0]
    doubt = Doubt()
    assert [doubts("in vain", 0), doubts("right", 5), doubts("in vain again", 0)] == [2, 1, 2]


def test_what_is_asked_for_is_doubted_by_itself() -> None:
    doubt = Doubt()
    assert all(doubt.settle(days, 0, 100.0) for days in ("first", "first", "second", "second"))


def test_an_empty_window_is_asked_for_again_where_the_traffic_is_known() -> None:
    assert Desk().pages.ask_again(DAY_LONG, page()) == ()
    desk = Desk()
    desk.learn_traffic()
    assert desk.pages.ask_again(DAY_LONG, page()) == (DAY_LONG,)


def test_a_page_asked_for_by_number_is_left_to_those_who_know_its_place() -> None:
    desk = Desk()
    desk.learn_traffic()
    assert desk.pages.ask_again(Window(START, START + DAY, offset=5), page()) == ()


def test_a_window_that_lacks_a_row_which_was_seen_is_asked_for_again_until_the_row_is_given_up() -> None:
    desk = Desk()
    desk.seen.learn(page(START + HOUR, START + 2 * HOUR), START, START + DAY)
    short = page(START + 2 * HOUR)
    assert [desk.pages.ask_again(DAY_LONG, short) for _ in range(4)] == [(DAY_LONG,), (DAY_LONG,), (), ()]


def test_the_first_second_may_be_left_out_where_no_earlier_one_is_asked_for() -> None:
    desk = Desk()
    desk.seen.learn(page(START), START, START + DAY)
    bare = Window(START, START + DAY, lead=timedelta())
    assert desk.pages.ask_again(bare, page(START + HOUR)) == ()
    assert desk.pages.ask_again(DAY_LONG, page(START + HOUR)) == (DAY_LONG,)


def test_a_sorted_page_that_lacks_rows_is_taken_as_one_without_an_order_and_a_second_one_ends_the_belief() -> None:
    desk = Desk(is_sorted=True)
    full = page(*(START + HOUR * hour for hour in range(5, 15)), limit=10)
    for is_believed in (True, False):
        desk.seen.learn(page(START + 6.5 * HOUR), START, START + DAY)
        assert [desk.pages.ask_again(DAY_LONG, full) for _ in range(3)] == [(DAY_LONG,), (DAY_LONG,), ()]
        assert desk.sort.is_believed == is_believed
        assert not desk.sort.is_oldest(DAY_LONG, full)
        assert desk.sort.is_oldest(DAY_LONG, full) == is_believed


def test_rows_beyond_the_end_of_a_sorted_page_are_not_lacking() -> None:
    desk = Desk(is_sorted=True)
    full = page(*(START + SECOND * second for second in range(10)), limit=10)
    desk.seen.learn(page(START + HOUR), START, START + DAY)
    assert desk.pages.ask_again(DAY_LONG, full) == ()


@pytest.mark.parametrize("begin, is_doubted", [(2.9 * DAY, True), (3 * DAY, False)])
def test_the_emptiness_before_the_first_rows_is_doubted_where_they_begin_within_three_days(
    *, begin: timedelta, is_doubted: bool
) -> None:
    desk = Desk()
    before, after = Window(START - 30 * DAY, START), Window(START, START + 30 * DAY)
    assert desk.pages.ask_again(before, page()) == ()
    again = (before, after) if is_doubted else ()
    assert desk.pages.ask_again(after, page(START + begin)) == again
    assert desk.pages.ask_again(before, page()) == ()
    assert desk.pages.ask_again(after, page(START + begin)) == ()
