"""An agent's customers are read side by side: as many requests at a time as may be, and all else as if one by one."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from .support import STREAMS, assert_in_order, catalog_of, instants_of, play, run_tap, started

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callgear_sandbox import Sandbox

    from .support import Json, Run

USERS = tuple(range(1001, 1013))
CONFIG: Json = {"user_ids": [*USERS], "page_size": 60, "lookback_days": 0}
LISTS = ("tags", "employees")


def of_user(run: Run, stream: str, user_id: int) -> list[Json]:
    """Return the records of a customer."""
    return [record for record in run.records(stream) if record["user_id"] == user_id]


def assert_all(sandbox: Sandbox, *runs: Run, streams: Sequence[str] = STREAMS) -> None:
    """Assert that some runs together read every row of every customer, customer by customer and in order."""
    for stream in streams:
        for user_id in USERS:
            records = [record for run in runs for record in of_user(run, stream, user_id)]
            truth = sandbox.instants(stream, user_id)
            assert instants_of(stream, records) == truth
            assert len(runs) > 1 or len(records) == len(truth)
        for run in runs:
            seen = [record["user_id"] for record in run.records(stream)]
            assert list(dict.fromkeys(seen)) == sorted(set(seen), key=USERS.index), "customers are not mixed"
            for user_id in set(seen):
                assert_in_order(of_user(run, stream, user_id))


def seconds(run: Run) -> dict[str, float]:
    """Return how long each stream took, as the log says."""
    found = re.findall(r"tap-callgear\.(\w+) +\| Read .* points? in ([\d.]+) s", run.stderr)
    return {stream: float(text) for stream, text in found}


def test_four_at_a_time_are_faster_than_one_and_come_to_the_same() -> None:
    with play(rows=100, latency=0.2, user_ids=USERS) as sandbox:
        catalog = catalog_of(sandbox, [*STREAMS, *LISTS], config=CONFIG)
        one = run_tap(sandbox, catalog=catalog, config={**CONFIG, "max_parallel_requests": 1})
        assert sandbox.most_at_a_time == 1
        sandbox.most_at_a_time = 0
        four = run_tap(sandbox, catalog=catalog, config=CONFIG)
        assert sandbox.most_at_a_time == 4
        for run in (one, four):
            assert (run.exit_code, run.complaints) == (0, [])
            assert_all(sandbox, run)
    assert [message["record"] for message in one.of_type("RECORD")] == [
        message["record"] for message in four.of_type("RECORD")
    ]
    assert one.state == four.state
    before, after = seconds(one), seconds(four)
    for stream in (*STREAMS, *LISTS):
        assert before[stream] / after[stream] > 2


@pytest.mark.measured
def test_zones_are_asked_for_side_by_side_and_once() -> None:
    with play(rows=10, latency=0.2, user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config={**CONFIG, "max_parallel_requests": 16})
        asked = [str(request.params["user_id"]) for request in sandbox.requests if request.method == "getobj.account"]
        assert run.exit_code == 0
        assert sorted(asked) == sorted(map(str, USERS))
        assert 4 < sandbox.most_at_a_time <= 16


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_ended_in_the_middle_is_gone_on_from(number: signal.Signals) -> None:
    with play(rows=150, latency=0.02, user_ids=USERS) as sandbox:
        with started(sandbox, config=CONFIG) as run:
            run.await_records(5 * 150)
            run.process.send_signal(number)
            first = run.finish()
        assert first.exit_code != 0
        second = run_tap(sandbox, config=CONFIG, state=first.state)
        assert second.exit_code == 0
        assert_all(sandbox, first, second)
        for stream in STREAMS:
            partitions = first.state["bookmarks"].get(stream, {}).get("partitions", [])
            reached = {part["context"]["user_id"]: part.get("replication_key_value", "") for part in partitions}
            for user_id in USERS:
                again = {record["date_time"] for record in of_user(second, stream, user_id)}
                assert not again or min(again) >= reached.get(user_id, "")


def test_the_days_points_may_end_while_others_are_read_ahead() -> None:
    config = {**CONFIG, "timezone": "UTC"}
    with play(rows=100, user_ids=USERS, points_per_day=16) as sandbox:
        catalog = catalog_of(sandbox, ["communications"], config=config)
        runs = [run_tap(sandbox, config=config, catalog=catalog)]
        while runs[-1].exit_code and len(runs) < 6:
            assert "day's points (16) are spent" in runs[-1].complaints[-1]
            sandbox.points = type(sandbox.points)()
            runs.append(run_tap(sandbox, config=config, catalog=catalog, state=runs[-1].state))
        assert 1 < len(runs) < 6
        assert_all(sandbox, *runs, streams=["communications"])
