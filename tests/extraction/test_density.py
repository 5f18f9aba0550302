"""The hours of the week are learned from the rows, and a guess is never worse than a wasted request."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.extraction.density import HOUR, TrafficProfile

MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - local time has no zone
WEEK = timedelta(days=7)


def hourly(start: datetime, hours: int, rows: dict[int, int], usual: int = 1) -> list[datetime]:
    """Return times of so many rows in each hour of the day."""
    local_times = [start + HOUR * hour for hour in range(hours)]
    return [local_time for local_time in local_times for _ in range(rows.get(local_time.hour, usual))]


def learned(weeks: int, rows: dict[int, int]) -> TrafficProfile:
    """Return a profile that has seen some weeks."""
    profile = TrafficProfile()
    for week in range(weeks):
        times = hourly(MONDAY + WEEK * week, 168, rows)
        profile.learn(MONDAY + WEEK * week, MONDAY + WEEK * (week + 1), times, len(times))
    return profile


def test_nothing_is_known_before_a_row_was_seen_and_emptiness_says_nothing() -> None:
    profile = TrafficProfile()
    assert not profile.is_known
    assert profile.expect(MONDAY, MONDAY + WEEK) == 0
    assert profile.reach(MONDAY, 10, MONDAY + WEEK) == MONDAY + WEEK
    profile.learn(MONDAY, MONDAY + WEEK, [], 0)
    profile.compare(0, 5)
    assert not profile.is_known


def test_the_hours_of_a_week_are_expected_as_they_were_seen() -> None:
    profile = learned(4, {9: 100})
    next_week = MONDAY + WEEK * 4
    assert profile.expect(next_week + HOUR * 9, next_week + HOUR * 10) == pytest.approx(100, rel=0.15)
    assert profile.expect(next_week + HOUR * 3, next_week + HOUR * 4) == pytest.approx(1, abs=1)
    assert profile.expect(next_week, next_week + WEEK) == pytest.approx(7 * 123, rel=0.1)


def test_a_burst_says_little_of_the_next_week() -> None:
    profile = learned(4, {9: 100})
    week = MONDAY + WEEK * 4
    profile.learn(week + HOUR * 9, week + HOUR * 10, [week + HOUR * 9] * 50, 20_000)
    assert profile.expect(week + WEEK + HOUR * 9, week + WEEK + HOUR * 10) < 250


def test_good_guesses_make_it_steady_and_bad_ones_cautious() -> None:
    profile = TrafficProfile()
    steadiness = [profile.is_steady]
    for rows in (100, 300):
        for _ in range(10):
            profile.compare(100, rows)
        steadiness.append(profile.is_steady)
    assert steadiness == [False, True, False]
    assert profile.trust == 0.6


def test_the_level_follows_a_growing_account() -> None:
    profile = learned(2, {})
    before = profile.expect(MONDAY, MONDAY + WEEK)
    for _ in range(5):
        profile.compare(100, 150)
    assert profile.expect(MONDAY, MONDAY + WEEK) > before


@given(
    rows=st.dictionaries(st.integers(0, 23), st.integers(0, 200), max_size=6),
    start=st.integers(0, 700_000),
    wanted=st.floats(0.5, 5_000),
    length=st.integers(1, 7_000_000),
)
def test_a_reach_holds_the_rows_that_were_wanted_and_stays_within_its_bounds(
    rows: dict[int, int], start: int, wanted: float, length: int
) -> None:
    profile = learned(2, rows)
    begin = MONDAY + timedelta(seconds=start)
    latest = begin + timedelta(seconds=length)
    end = profile.reach(begin, wanted, latest)
    assert begin <= end <= latest
    if end < latest:
        assert profile.expect(begin, end) == pytest.approx(wanted, rel=0.01, abs=0.01)
    else:
        assert profile.expect(begin, latest) <= wanted * 1.01 + 0.01
