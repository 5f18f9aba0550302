"""Windows end where a page of rows is likely to, as far as that is known: by the weeks, or by a page of too many."""

from __future__ import annotations

from datetime import datetime, timedelta

from tap_callgear.extraction.pages import Window
from tap_callgear.extraction.window_sizer import WindowSizer

START = datetime(2026, 6, 1)  # noqa: DTZ001 - local time has no zone
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
LATEST = START + 52 * WEEK


def even(count: int, length: timedelta) -> list[datetime]:
    """Return times that are spread evenly."""
    return [START + length * number / count for number in range(count)]


def test_nothing_limits_a_window_before_a_row_was_seen() -> None:
    sizer = WindowSizer()
    assert not sizer.is_known
    assert sizer.reach(START, 100, LATEST) == LATEST


def test_a_window_ends_short_of_where_a_page_is_expected_to_be_full() -> None:
    sizer = WindowSizer()
    sizer.learn(START, START + WEEK, even(1_680, WEEK))
    assert START + 60 * HOUR < sizer.reach(START + WEEK, 1_000, LATEST) - WEEK < START + 100 * HOUR
    assert sizer.expect(START + WEEK, START + WEEK + 10 * HOUR) == 100


def test_an_empty_range_teaches_nothing() -> None:
    sizer = WindowSizer()
    sizer.learn(START, START, [])
    assert not sizer.is_known


def test_a_page_of_too_many_rows_says_where_the_next_window_ends() -> None:
    sizer, window = WindowSizer(), Window(START, START + WEEK)
    assert sizer.narrow(window, even(1_000, WEEK), 4_000, 1_000) < window.end
    end = sizer.reach(START, 1_000, window.end)
    assert START + 30 * HOUR < end < START + 42 * HOUR


def test_a_window_that_its_sample_did_not_shorten_enough_is_cut_by_its_count() -> None:
    sizer, window = WindowSizer(), Window(START, START + WEEK)
    sizer.narrow(window, even(1_000, WEEK), 4_000, 1_000)
    assert sizer.narrow(window, even(1_000, WEEK), 4_000, 1_000) == START + WEEK * 0.9 / 4


def test_a_window_that_nothing_counts_is_halved_at_the_least() -> None:
    window = Window(START, START + WEEK)
    assert WindowSizer().narrow(window, even(1_000, WEEK), None, 1_000) == START + WEEK * 0.45
    assert WindowSizer().narrow(window, even(100, WEEK), None, 1_000) == START + WEEK / 2
