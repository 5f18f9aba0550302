"""Numbers and times are told no more exactly than they matter, and a line gives up first what matters least."""

from __future__ import annotations

import pytest

from tap_callgear.progress_words import cost, counted, duration, fitted, rounded


def test_one_thing_is_no_plural() -> None:
    assert counted(1, "record") == "1 record"
    assert counted(0, "record") == "0 records"
    assert cost(2, 1) == "2 requests and 1 point"


@pytest.mark.parametrize("number, told", [(0, 0), (999.4, 999), (1_234, 1_230), (98_765.4, 98_800)])
def test_a_guess_has_no_more_than_three_digits(number: float, told: int) -> None:
    assert rounded(number) == told


@pytest.mark.parametrize(
    "seconds, told",
    [(0.2, "1 s"), (119, "119 s"), (120, "2 min"), (7_199, "120 min"), (7_200, "2 h"), (90_000, "25 h")],
)
def test_a_time_is_as_exact_as_matters(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(
    "width, line",
    [(80, "calls  50%  to May  9 left"), (22, "calls  50%  9 left"), (17, "calls  50%"), (1, "calls  50%")],
)
def test_what_matters_least_goes_first_where_there_is_no_room(width: int, line: str) -> None:
    assert fitted(["calls", "50%", "", "to May", "9 left"], ("to May", "9 left"), width) == line
