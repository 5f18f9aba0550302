"""Reading: records, states and statuses as the protocol wants them, and only what is asked for."""

from __future__ import annotations

import json
import os
import textwrap
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories import STORIES
from tests.support import KEYS, STREAMS, play

from .support import (
    SourceRun,
    assert_counted,
    assert_read,
    catalog_for,
    name_of,
    pruned,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from callgear_sandbox import Sandbox

pytestmark = pytest.mark.measured

PAGE = 60
ROWS = 300


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox for all the tests."""
    with play(rows=ROWS) as small:
        yield small


@pytest.fixture(scope="module")
def run(sandbox: Sandbox) -> SourceRun:
    """Read it once for all the tests that look on."""
    return read(sandbox, config={"page_size": PAGE})


def test_everything_is_read_once_and_in_order(run: SourceRun, sandbox: Sandbox) -> None:
    assert_read(run, sandbox)
    assert run.stderr == ""


def test_streams_are_read_as_the_catalog_has_them_whatever_airbyte_adds_to_it(sandbox: Sandbox) -> None:
    backwards = tuple(reversed(STREAMS))
    more: dict[str, Any] = {"generation_id": 7, "minimum_generation_id": 0, "sync_id": 9, "cursor_field": ["date_time"]}
    run = read(sandbox, catalog=catalog_for(backwards, **more, primary_key=[], include_files=False))
    assert_read(run, sandbox)
    order = [message["record"]["stream"] for message in run.of_type("RECORD")]
    assert order == [backwards[0]] * ROWS + [backwards[1]] * ROWS
    assert {key for stream in STREAMS for blob in run.blobs(stream) for key in blob} == {"date_time"}


def test_every_record_says_when_it_was_emitted(run: SourceRun) -> None:
    times = [message["record"]["emitted_at"] for message in run.of_type("RECORD")]
    assert all(isinstance(time, int) for time in times)
    assert times == sorted(times)
    assert times[0] > 1_700_000_000_000


def test_a_state_comes_at_least_once_a_window_and_only_of_the_stream_that_is_read(run: SourceRun) -> None:
    active, since = "", 0
    for message in run.messages:
        if message["type"] == "RECORD":
            active, since = message["record"]["stream"], since + 1
            assert since <= PAGE
        elif message["type"] == "STATE":
            assert name_of(message["state"]) == active
            since = 0


def test_a_state_is_as_far_as_the_records_before_it(run: SourceRun) -> None:
    latest: dict[str, str] = {}
    for message in run.messages:
        if message["type"] == "RECORD":
            latest[message["record"]["stream"]] = message["record"]["data"]["date_time"]
        elif message["type"] == "STATE":
            name = name_of(message["state"])
            assert message["state"]["stream"]["stream_state"] == {"date_time": latest[name]}


def test_a_stream_is_said_to_run_right_before_its_first_record(run: SourceRun) -> None:
    kinds = [
        message["trace"]["stream_status"]["status"] if message["type"] == "TRACE" else message["type"]
        for message in run.messages
        if message["type"] in {"TRACE", "RECORD", "STATE"}
    ]
    first = kinds.index("RUNNING")
    assert kinds[first - 1 : first + 2] == ["STARTED", "RUNNING", "RECORD"]
    assert kinds[-2:] == ["STATE", "COMPLETE"]


def test_only_the_streams_and_fields_that_are_configured_are_asked_for_and_leave() -> None:
    wanted = ["date_time", "visitor_id", "tags", "unheard_of"]
    with play(rows=40) as sandbox:
        run = read(sandbox, catalog=pruned(catalog_for(["communications"]), "communications", wanted))
        assert_read(run, sandbox, ["communications"])
        asked = [request.params for request in sandbox.requests if request.method != "get.account"]
        assert not [request for request in sandbox.requests if request.method == "get.visitor_sessions_report"]
    kept = {*KEYS["communications"], "date_time", "visitor_id", "tags"}
    assert all(set(json.loads(json.dumps(params["fields"]))) == kept for params in asked)
    assert all(record.keys() == kept for record in run.records("communications"))
    assert {name_of(state) for state in run.state} == {"communications"}


def test_the_log_goes_out_in_messages_with_levels(run: SourceRun) -> None:
    (summary,) = [line for line in run.logs("INFO") if "visitor_sessions" in line and f"Read {ROWS} records" in line]
    assert summary.startswith("visitor_sessions: ")
    assert run.logs("DEBUG") == []


def test_a_catalog_without_streams_has_nothing_to_read_and_the_level_of_the_log_can_be_chosen(sandbox: Sandbox) -> None:
    run = read(sandbox, catalog={"streams": []}, env={"TAP_CALLGEAR_LOGLEVEL": "error"})
    assert (run.exit_code, run.errors, run.messages) == (0, [], [])


def test_stray_prints_of_any_kind_do_not_get_into_the_protocol(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        textwrap.dedent("""
            import atexit, os, subprocess, sys, threading

            def stray():
                print("printed")
                os.write(1, b"written\\n")
                subprocess.run([sys.executable, "-S", "-c", "print('by a child')"], check=True)

            def when_ready():
                import time
                while "tap_callgear.airbyte.source" not in sys.modules:
                    time.sleep(0.001)
                while True:
                    time.sleep(0.001)
                    os.write(1, b"written by a thread\\n") if os.fstat(1) == os.fstat(2) else None

            threading.Thread(target=when_ready, daemon=True).start()
            atexit.register(stray)
        """),
        encoding="utf-8",
    )
    run = read(
        sandbox, env={"PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])}
    )
    assert_read(run, sandbox)
    for word in ("printed", "written\n", "by a child", "written by a thread"):
        assert word in run.stderr
        assert word.encode() not in run.stdout


def test_the_printed_commands_check_read_and_continue(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["airbyte"]
    printed = story.follow(story.terminal(tmp_path, sandbox))
    assert '"type":"SPEC"' in printed
    assert '"status":"SUCCEEDED"' in printed
    assert_read(SourceRun(0, (tmp_path / "messages.jsonl").read_bytes(), ""), sandbox)
    more = SourceRun(0, (tmp_path / "more.jsonl").read_bytes(), "")
    for stream in STREAMS:
        latest = max(sandbox.instants(stream).values())
        since = [at for at in sandbox.instants(stream).values() if at >= latest - timedelta(days=7)]
        assert len(more.records(stream)) == len(since), stream


def test_counts_add_up(run: SourceRun) -> None:
    assert_counted(run)
