"""An over-full page is a sample: it says where a page's worth of rows ends, if it is large enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.extraction.density import SECOND, DensitySample

START = datetime(2026, 1, 5)  # noqa: DTZ001 - local time has no zone
HOUR = timedelta(hours=1)
END = START + 24 * HOUR


def even(count: int) -> list[datetime]:
    """Return times at equal distances."""
    return [START + (END - START) * number / count for number in range(count)]


def test_a_large_sample_knows_and_keeps_a_little_distance() -> None:
    reach = DensitySample(END, even(10_000), 20_000).reach(START, 10_000, END, START + HOUR)
    assert START + 11 * HOUR < reach < START + 12 * HOUR


def test_a_small_sample_only_holds_a_bold_guess_back() -> None:
    sample = DensitySample(END, even(100), 400)
    assert sample.reach(START, 100, END, START + HOUR) == START + HOUR
    assert START + 6 * HOUR < sample.reach(START, 100, END, END) < END


def test_the_end_lies_before_a_second_of_many_ties() -> None:
    ties = START + 5 * HOUR
    times = sorted([*even(1_000), *[ties] * 9_000])
    assert DensitySample(END, times, 20_000).reach(START, 10_000, END, END) == ties - SECOND


@given(
    places=st.lists(st.integers(0, 86_399), max_size=200),
    more=st.integers(1, 100),
    limit=st.integers(1, 10_000),
    start=st.integers(0, 100_000),
    guess=st.integers(1, 100_000),
)
def test_a_survey_never_reaches_beyond_what_it_is_allowed(
    places: list[int], more: int, limit: int, start: int, guess: int
) -> None:
    begin = START + SECOND * start
    latest = begin + 2 * HOUR
    guessed = min(latest, begin + SECOND * guess)
    sample = DensitySample(END, sorted(START + SECOND * place for place in places), len(places) + more)
    reach = sample.reach(begin, limit, latest, guessed)
    assert reach <= latest
    if not places or begin >= END:
        assert reach == guessed
