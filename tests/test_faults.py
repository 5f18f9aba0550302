"""Three requests out of ten fail, each time in one way: the data is complete all the same, and the run ends well."""

from __future__ import annotations

from typing import get_args

import pytest

from tap_callgear.sandbox.options import FaultKind

from .support import assert_complete, outcomes, play, run_tap

SHARE = 0.3
KINDS = [kind for kind in get_args(FaultKind) if kind != "slow"]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_arrives_although_requests_fail_with(kind: FaultKind) -> None:
    with play(rows=150, faults={kind: SHARE}) as sandbox:
        run = run_tap(sandbox, config={"page_size": 60})
        assert_complete(run, sandbox)
        assert outcomes(sandbox)[kind] > 0
        assert "trying again" in run.stderr


def test_everything_arrives_although_replies_are_later_than_the_time_out() -> None:
    with play(rows=150, faults={"slow": SHARE}, slow_seconds=1.2) as sandbox:
        run = run_tap(sandbox, config={"page_size": 30, "request_timeout": 0.5})
        assert_complete(run, sandbox)
        assert outcomes(sandbox)["slow"] > 0
        assert "request_timeout" in run.stderr


def test_everything_arrives_although_requests_fail_in_every_way() -> None:
    with play(rows=150, faults=dict.fromkeys(KINDS, SHARE / len(KINDS))) as sandbox:
        run = run_tap(sandbox, config={"page_size": 30})
        assert_complete(run, sandbox)
        assert set(outcomes(sandbox)) > {"ok"}
