"""Three requests out of ten fail, each time in one way: the data is complete all the same, and the run ends well."""

from __future__ import annotations

from typing import get_args

import pytest

from callgear_sandbox.options import FaultKind

from .support import assert_complete, outcomes, play, run_tap

SHARE = 0.3
GROUPS: list[tuple[FaultKind, ...]] = [
    ("500", "502", "503"),
    ("429", "429-retry-after"),
    ("reset", "cut", "html", "empty"),
    ("internal_error", "null_result", "other_id"),
]


def test_there_is_no_other_way_to_fail() -> None:
    assert {kind for group in GROUPS for kind in group} == {*get_args(FaultKind)} - {"slow"}


@pytest.mark.parametrize("kinds", GROUPS, ids=", ".join)
def test_everything_arrives_although_requests_fail_with(kinds: tuple[FaultKind, ...]) -> None:
    with play(rows=100, faults=dict.fromkeys(kinds, SHARE / len(kinds))) as sandbox:
        run = run_tap(sandbox, config={"page_size": 10})
        assert_complete(run, sandbox)
        assert set(outcomes(sandbox)) == {"ok", *kinds}
        assert "trying again" in run.stderr


def test_everything_arrives_although_large_replies_break_off() -> None:
    with play(rows=8_000, days=80, order="random", limit_maximum=1000, faults={"cut": SHARE}) as sandbox:
        run = run_tap(sandbox, config={"page_size": 1000, "max_parallel_requests": 8})
        assert_complete(run, sandbox)
        assert outcomes(sandbox)["cut"] > 0


def test_everything_arrives_although_replies_are_later_than_the_time_out() -> None:
    with play(rows=100, faults={"slow": SHARE}, slow_seconds=1.2) as sandbox:
        run = run_tap(sandbox, config={"page_size": 30, "request_timeout": 0.5})
        assert_complete(run, sandbox)
        assert outcomes(sandbox)["slow"] > 0
        assert "request_timeout" in run.stderr
