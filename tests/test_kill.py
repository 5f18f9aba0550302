"""A run may end at any moment: the next one goes on from the last STATE, and nothing is lost."""

from __future__ import annotations

import signal
import time
from datetime import datetime, timedelta
from random import Random
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from callgear_sandbox import Sandbox

from .support import STREAMS, TIMEOUT, assert_in_order, bookmark, instants_of, key_of, play, run_tap, started

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .support import Json, Run, Started

PAGE = 50
ROWS = 500
NO_LOOKBACK = {"page_size": PAGE, "lookback_days": 0}


class SlowSandbox(Sandbox):
    """A sandbox that takes its time over every reply, and tells when it was asked."""

    def __init__(self) -> None:
        """Be slow from the start."""
        super().__init__(play(latency=10).options)
        self.was_asked = Event()

    def pause(self, seconds: float) -> None:
        """Tell that there was a request, and let it wait."""
        self.was_asked.set()
        super().pause(seconds)


def run_until(
    sandbox: Sandbox, records: int, number: int, *, config: Mapping[str, object], state: Json | None = None
) -> Run:
    """Run the tap, and send it a signal once so many records have come out of it."""
    with started(sandbox, config=config, state=state) as run:
        run.await_records(records)
        run.process.send_signal(number)
        return run.finish()


def keys_of(run: Run, stream: str) -> set[Any]:
    """Return the keys of a stream's records."""
    return {key_of(stream, record) for record in run.records(stream)}


def assert_ends_quickly(run: Started, number: int, exit_code: int) -> None:
    """Assert that a signal ends a run at once, with one line that is no failure's."""
    run.process.send_signal(number)
    sent = time.monotonic()
    ended = run.finish()
    assert time.monotonic() - sent < 5
    assert ended.exit_code == exit_code
    assert len([line for line in ended.complaints if "the next run goes on" in line]) == 1, ended.stderr
    assert "Traceback" not in ended.stderr


def assert_little_is_read_again(run: Run, state: Json, seen: Mapping[str, set[Any]]) -> None:
    """Assert that a run starts at its bookmark, and repeats no more than the page that was open before."""
    for stream in STREAMS:
        records = run.records(stream)
        assert_in_order(records)
        assert all(record["date_time"] >= (bookmark(state, stream) or "") for record in records)
        assert len(keys_of(run, stream) & seen[stream]) <= PAGE


def test_runs_that_are_killed_at_any_record_add_up_to_everything() -> None:
    chance = Random(1)  # noqa: S311 - no secret
    cuts = [1, *(chance.randrange(2, ROWS // 2) for _ in range(4))]
    state: Json = {}
    seen: dict[str, set[Any]] = {stream: set() for stream in STREAMS}
    with play(rows=ROWS, days=100, same_second=2) as sandbox:
        for cut in cuts:
            run = run_until(sandbox, cut, signal.SIGKILL, config=NO_LOOKBACK, state=state)
            assert run.exit_code == -signal.SIGKILL
            assert_little_is_read_again(run, state, seen)
            seen = {stream: keys | keys_of(run, stream) for stream, keys in seen.items()}
            state = run.state if run.states else state
        last = run_tap(sandbox, config=NO_LOOKBACK, state=state)
        assert last.exit_code == 0
        assert_little_is_read_again(last, state, seen)
        for stream in STREAMS:
            assert seen[stream] | keys_of(last, stream) == set(sandbox.instants(stream))


def test_every_state_of_a_run_is_a_place_to_go_on_from() -> None:
    with play(rows=ROWS, days=100, same_second=2) as sandbox:
        run = run_tap(sandbox, config=NO_LOOKBACK)
        emitted: dict[str, list[Json]] = {stream: [] for stream in STREAMS}
        for message in run.messages:
            if message["type"] == "RECORD" and message["stream"] in emitted:
                emitted[message["stream"]].append(message["record"])
            if message["type"] == "STATE":
                for stream, records in emitted.items():
                    reached = datetime.fromisoformat(bookmark(message["value"], stream) or "0001-01-01T00:00:00+00:00")
                    due = {key for key, instant in sandbox.instants(stream).items() if instant < reached}
                    assert due <= set(instants_of(stream, records))


def test_the_run_after_a_kill_reads_the_lookback_again_and_no_more() -> None:
    config = {"page_size": PAGE, "lookback_days": 2}
    with play(rows=ROWS, days=100) as sandbox:
        killed = run_until(sandbox, 300, signal.SIGKILL, config=config)
        reached = datetime.fromisoformat(bookmark(killed.state, "communications") or "")
        again = run_tap(sandbox, config=config, state=killed.state)
        due = {
            key for key, instant in sandbox.instants("communications").items() if instant >= reached - timedelta(days=2)
        }
        assert keys_of(again, "communications") == due


@pytest.mark.measured
@pytest.mark.parametrize("number, exit_code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_with_one_line_and_a_state_to_go_on_from(number: int, exit_code: int) -> None:
    with play(rows=ROWS, days=100) as sandbox:
        run = run_until(sandbox, 120, number, config=NO_LOOKBACK)
        assert run.exit_code == exit_code
        assert len(run.complaints) == 1, run.stderr
        assert run.messages[-1]["type"] == "STATE"
        rest = run_tap(sandbox, config=NO_LOOKBACK, state=run.state)
        for stream in STREAMS:
            records = [*run.records(stream), *rest.records(stream)]
            assert instants_of(stream, records) == sandbox.instants(stream)
            assert len(records) <= len(sandbox.instants(stream)) + 1, "more than the last second was read again"


def test_a_signal_ends_a_run_that_waits_for_a_reply() -> None:
    with SlowSandbox() as sandbox, started(sandbox, config={"timezone": "UTC"}) as run:
        assert sandbox.was_asked.wait(TIMEOUT)
        assert_ends_quickly(run, signal.SIGINT, 130)


def test_a_signal_ends_a_run_that_waits_for_the_zone() -> None:
    with SlowSandbox() as sandbox, started(sandbox) as run:
        assert sandbox.was_asked.wait(TIMEOUT)
        assert_ends_quickly(run, signal.SIGTERM, 143)


def test_a_signal_ends_a_run_that_waits_for_points() -> None:
    with play(points_per_minute=2) as sandbox, started(sandbox, config={"page_size": 20}) as run:
        run.await_line("Waiting for the minute's points")
        assert_ends_quickly(run, signal.SIGINT, 130)


@pytest.mark.measured
def test_a_broken_pipe_ends_a_run_with_one_line() -> None:
    with play(rows=ROWS) as sandbox, started(sandbox, config=NO_LOOKBACK) as started_run:
        started_run.await_records(3)
        started_run.stdout.close()
        run = started_run.finish()
        assert run.exit_code == 1
        assert len(run.complaints) == 1, run.stderr
