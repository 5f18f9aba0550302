"""A read may end at any moment, by a signal or a kill: the next goes on from the last states, and nothing is lost."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.support import STREAMS, TIMEOUT, instants_of, key_of, play
from tests.test_kill import SlowSandbox

from .support import assert_counted, catalog_for, ended, form_for, read, source_started

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox

    from .support import Json, SourceRun

PAGE = 50
ROWS = 400
NO_LOOKBACK: Json = {"page_size": PAGE, "lookback_days": 0}


def read_until(sandbox: Sandbox, records: int, number: int, state: object = None) -> SourceRun:
    """Read, and send a signal once so many records have come out."""
    form = form_for(sandbox, **NO_LOOKBACK)
    with source_started("read", config=form, catalog=catalog_for(), state=state) as run:
        run.await_records(records)
        run.process.send_signal(number)
        return ended(run)


def test_a_signal_ends_a_read_with_its_states_and_the_next_read_goes_on() -> None:
    with play(rows=ROWS, days=100) as sandbox:
        first = read_until(sandbox, 120, signal.SIGTERM)
        assert first.exit_code == -signal.SIGTERM
        assert first.stderr == ""
        assert first.errors == []
        assert len([line for line in first.logs("WARN") if "the next run goes on" in line]) == 1
        assert_counted(first)
        begun = [stream for stream in STREAMS if first.statuses(stream)]
        assert first.statuses(begun[-1])[-1] == "INCOMPLETE"
        assert all(first.statuses(stream)[-1] == "COMPLETE" for stream in begun[:-1])
        second = read(sandbox, config=NO_LOOKBACK, state=first.state)
        assert second.exit_code == 0
        for stream in STREAMS:
            records = [*first.records(stream), *second.records(stream)]
            assert instants_of(stream, records) == sandbox.instants(stream)
            assert len(records) <= ROWS + 1, "more than the last second was read again"


def test_reads_that_are_killed_at_any_record_add_up_to_everything() -> None:
    state: list[Json] = []
    seen: dict[str, Counter[Any]] = {stream: Counter() for stream in STREAMS}
    with play(rows=ROWS, days=100, same_second=2) as sandbox:
        for cut in (40, 230):
            run = read_until(sandbox, cut, signal.SIGKILL, state)
            assert run.exit_code == -signal.SIGKILL
            state = merged(state, run.state)
            count(seen, run)
        last = read(sandbox, config=NO_LOOKBACK, state=state)
        assert last.exit_code == 0
        count(seen, last)
        for stream in STREAMS:
            assert seen[stream].keys() == sandbox.instants(stream).keys()
            assert sum(seen[stream].values()) <= ROWS + 2 * PAGE + 4, "each read repeats a page at most"


def test_an_interrupt_ends_a_read_that_waits_for_a_reply() -> None:
    with SlowSandbox() as sandbox:
        form = form_for(sandbox, timezone="UTC")
        with source_started("read", config=form, catalog=catalog_for()) as run:
            assert sandbox.was_asked.wait(TIMEOUT)
            run.process.send_signal(signal.SIGINT)
            told = ended(run)
    assert told.exit_code == -signal.SIGINT
    assert told.statuses("communications") == ["STARTED", "INCOMPLETE"]
    assert told.statuses("visitor_sessions") == []


def merged(old: list[Json], new: list[Json]) -> list[Json]:
    """Return the latest state of every stream."""
    return list({state["stream"]["stream_descriptor"]["name"]: state for state in (*old, *new)}.values())


def count(seen: dict[str, Counter[Any]], run: SourceRun) -> None:
    """Count the records of a run by key."""
    for stream in STREAMS:
        seen[stream].update(key_of(stream, record) for record in run.records(stream))
