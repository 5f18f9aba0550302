"""Reading: records, states and statuses as the protocol wants them, and only what is asked for."""

from __future__ import annotations

import json
import os
import textwrap
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.airbyte.__main__ import main
from tests.support import KEYS, STREAMS, play

from .support import (
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

    from tap_callgear.sandbox import Sandbox

    from .support import SourceRun

PAGE = 60
ROWS = 300


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give a sandbox for all the tests."""
    with play(rows=ROWS) as small:
        yield small


@pytest.fixture(scope="module")
def run(sandbox: Sandbox) -> SourceRun:
    """Read it once for all the tests that look on."""
    return read(sandbox, config={"page_size": PAGE})


def test_everything_is_read_once_and_in_order(run: SourceRun, sandbox: Sandbox) -> None:
    assert_read(run, sandbox)
    assert run.stderr == ""


def test_streams_are_read_one_after_the_other_as_the_catalog_has_them(sandbox: Sandbox) -> None:
    backwards = tuple(reversed(STREAMS))
    run = read(sandbox, catalog=catalog_for(backwards))
    assert_read(run, sandbox)
    order = [message["record"]["stream"] for message in run.of_type("RECORD")]
    assert order == [backwards[0]] * ROWS + [backwards[1]] * ROWS


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


def test_only_the_fields_of_a_pruned_schema_are_asked_for_and_leave() -> None:
    wanted = ["date_time", "visitor_id", "tags", "unheard_of"]
    with play(rows=40) as sandbox:
        run = read(sandbox, catalog=pruned(catalog_for(), "communications", wanted))
        assert_read(run, sandbox)
        asked = {
            name
            for request in sandbox.requests
            if request.method == "get.communications_report"
            for name in json.loads(json.dumps(request.params["fields"]))
        }
    kept = {*KEYS["communications"], "date_time", "visitor_id", "tags"}
    assert asked == kept
    assert all(record.keys() == kept for record in run.records("communications"))
    assert all(len(record) > 20 for record in run.records("visitor_sessions"))


def test_a_stream_that_is_not_configured_is_not_asked_for() -> None:
    with play(rows=40) as sandbox:
        run = read(sandbox, catalog=catalog_for(["visitor_sessions"]))
        assert_read(run, sandbox, ["visitor_sessions"])
        assert not [request for request in sandbox.requests if request.method == "get.communications_report"]
    assert {name_of(state) for state in run.state} == {"visitor_sessions"}


def test_what_airbyte_adds_to_a_catalog_is_tolerated(sandbox: Sandbox) -> None:
    more: dict[str, Any] = {
        "generation_id": 7,
        "minimum_generation_id": 0,
        "sync_id": 9,
        "cursor_field": ["date_time"],
        "primary_key": [],
    }
    run = read(sandbox, catalog=catalog_for(["communications"], **more, include_files=False))
    assert_read(run, sandbox, ["communications"])
    assert run.state[0]["stream"]["stream_state"].keys() == {"date_time"}


def test_a_catalog_without_streams_has_nothing_to_read(sandbox: Sandbox) -> None:
    run = read(sandbox, catalog={"streams": []})
    assert (run.exit_code, run.errors, run.of_type("TRACE")) == (0, [], [])


def test_the_log_goes_out_in_messages_with_levels(sandbox: Sandbox) -> None:
    run = read(sandbox, catalog=catalog_for(["communications"]), env={"TAP_CALLGEAR_LOGLEVEL": "debug"})
    assert run.logs("DEBUG")
    (summary,) = [line for line in run.logs("INFO") if f"Read {ROWS} records" in line]
    assert summary.startswith("communications: ")
    assert run.stderr == ""
    quiet = read(sandbox, catalog=catalog_for(["communications"]), env={"TAP_CALLGEAR_LOGLEVEL": "ERROR"})
    assert quiet.of_type("LOG") == []


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


def test_the_console_script_is_the_same_command() -> None:
    (script,) = entry_points(group="console_scripts", name="source-callgear")
    assert script.load() is main


def test_counts_add_up(run: SourceRun) -> None:
    assert_counted(run)
