"""Pages and their counts are believed as far as they agree, and asked for again where they do not, but not for ever."""

from __future__ import annotations

import pytest

from tap_callgear.extraction.page_counts import CountTrust, PageCounts, Repeats
from tap_callgear.extraction.pages import MOST_REPEATS, Page

from .simulation import SECOND, START


@pytest.mark.parametrize("rows, total", [(3, 4), (4, 3), (10, 9)])
def test_a_page_that_disagrees_with_its_count_is_asked_for_again_but_not_for_ever(rows: int, total: int) -> None:
    repeats = Repeats()
    asked = [repeats.ask_again(rows, total, 10) for _ in range(MOST_REPEATS + 1)]
    assert asked == [True] * MOST_REPEATS + [False]


@pytest.mark.parametrize("rows, total", [(3, 3), (3, None), (10, 10), (10, 99)])
def test_a_page_that_agrees_with_its_count_is_not_asked_for_again(rows: int, total: int | None) -> None:
    repeats = Repeats()
    assert not any(repeats.ask_again(rows, total, 10) for _ in range(2 * MOST_REPEATS))
    assert repeats.ask_again(3, 4, 10), "it counts only what was asked for again"


def test_a_round_count_is_in_doubt_until_one_goes_beyond_its_page() -> None:
    trust = CountTrust()
    assert trust.may_go_on(20, 20, 100)
    assert not trust.may_go_on(21, 21, 100)
    assert trust.believed(20, 19) is None
    assert trust.believed(20, 21) == 21
    assert not trust.may_go_on(20, 20, 100)


def test_a_page_that_nothing_counts_may_go_on_unless_it_is_full_or_of_few_rows() -> None:
    trust = CountTrust()
    assert [trust.may_go_on(rows, None, 1_000) for rows in (9, 10, 999, 1_000)] == [False, True, True, False]


def page(rows: int, total: int | None) -> Page:
    """Return a page of rows, of which a hundred come at the most."""
    return Page([START + SECOND * row for row in range(rows)], total, 100, is_ascending=True)


@pytest.mark.parametrize("total, missing", [(30, 0), (None, 0), (33, 3)])
def test_a_page_that_nothing_follows_is_whole_and_what_is_counted_beyond_it_is_missing(
    total: int | None, missing: int
) -> None:
    settled, counted = PageCounts(100).settle(page(30, total), is_capped=False)
    assert (settled.total, counted) == (total and 30, missing)


@pytest.mark.parametrize("total, limit", [(None, 30), (300, 30)])
def test_a_page_that_more_rows_follow_shows_how_many_come_at_the_most(total: int | None, limit: int) -> None:
    counts = PageCounts(100)
    counts.measure(page(30, total))
    settled, missing = counts.settle(page(30, total), is_capped=True)
    assert (settled.total, settled.limit, missing) == (total, limit, 0)
    assert counts.limit == limit
