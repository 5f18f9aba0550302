"""Points: the tap waits for the minute's, and stops for the day's with a state to go on from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from .support import STREAMS, assert_complete, bookmark, instants_of, outcomes, play, run_tap

CONFIG = {"page_size": 60, "lookback_days": 0}


def test_a_few_points_a_minute_are_enough() -> None:
    with play(rows=140, points_per_minute=4, minute_seconds=2) as sandbox:
        run = run_tap(sandbox, config=CONFIG)
        assert_complete(run, sandbox)
        assert outcomes(sandbox)["limit_exceeded"] <= 2
        assert "Waiting for the minute's points" in run.stderr
        assert re.search(r"waited [1-9][\d.]* s for points", run.stderr)


@pytest.mark.parametrize("ahead, points", [(16, 10), (4, 3)])
def test_more_requests_at_a_time_than_points_are_hardly_refused_and_never_idle(ahead: int, points: int) -> None:
    with play(rows=100, points_per_minute=points, minute_seconds=2, latency=0.05) as sandbox:
        run = run_tap(sandbox, config={**CONFIG, "page_size": 40, "max_parallel_requests": ahead}, timeout=60)
        assert_complete(run, sandbox)
        assert outcomes(sandbox)["limit_exceeded"] <= 2


def test_a_plan_without_any_points_ends_the_run_and_is_not_asked_again_and_again() -> None:
    with play(points_per_day=0) as sandbox:
        run = run_tap(sandbox, config=CONFIG, timeout=10)
        assert len(sandbox.requests) < 10
        assert run.exit_code == 1
        assert len(run.complaints) == 1, run.stderr


def test_a_run_whose_day_is_spent_says_so_and_the_next_one_goes_on_from_there() -> None:
    with play(rows=400, points_per_day=8) as sandbox:
        run = run_tap(sandbox, config=CONFIG)
        assert run.exit_code == 1
        assert len(run.complaints) == 1, run.stderr
        (complaint,) = run.complaints
        assert re.search(r"day's points \(8\) are spent \(limit_exceeded\)", complaint)
        assert re.search(r"come back in \d+ h \d+ min, at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", complaint)
        assert "on_day_limit" in complaint
        assert outcomes(sandbox)["limit_exceeded"] <= 1
        assert run.records("communications")
        assert "RECORD" not in [
            message["type"] for message in run.messages[run.messages.index(run.of_type("STATE")[-1]) :]
        ]

        sandbox.options = replace(sandbox.options, points_per_day=None)
        rest = run_tap(sandbox, config=CONFIG, state=run.state)
        assert rest.exit_code == 0
        for stream in STREAMS:
            first, second = instants_of(stream, run.records(stream)), instants_of(stream, rest.records(stream))
            assert first | second == sandbox.instants(stream)
            again = {first[key].isoformat() for key in first.keys() & second.keys()}
            assert again <= {bookmark(run.state, stream)}, "more than the last second was read again"


@pytest.mark.measured
def test_a_run_may_wait_for_the_next_day() -> None:
    with play(rows=130, points_per_day=5, day_seconds=2) as sandbox:
        run = run_tap(sandbox, config={**CONFIG, "on_day_limit": "wait"})
        assert_complete(run, sandbox)
        assert "Waiting for the day's points" in run.stderr
