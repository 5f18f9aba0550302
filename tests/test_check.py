"""`--test` tells a person whether the settings work, in few requests, and by its exit code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.streams import STREAMS as EVERY_STREAM

from .screen import on_a_terminal
from .support import ALL_STREAMS, BY_DEFAULT, STREAMS, play, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from callgear_sandbox import Sandbox

METHODS = {stream.method: 1 for stream in EVERY_STREAM if stream.selected_by_default}
MANY = tuple(range(1001, 1201))


def methods(sandbox: Sandbox) -> Counter[str | None]:
    """Return what was asked, each with its number."""
    return Counter(request.method for request in sandbox.requests)


@pytest.mark.measured
def test_a_test_costs_one_request_a_stream_and_one_for_the_account() -> None:
    with play(rows=3000, days=200) as sandbox:
        run = run_tap(sandbox, "--test")
    assert run.exit_code == 0
    assert methods(sandbox) == {"get.account": 1, **METHODS}
    assert sum(request.rows for request in sandbox.requests) < 15
    assert {stream: len(run.records(stream)) for stream in BY_DEFAULT} == dict.fromkeys(BY_DEFAULT, 1)
    assert run.complaints == []
    assert run.stderr.endswith("| The settings work: zone UTC, 6 streams can be read.\n")
    assert "METRIC" not in run.stderr


@pytest.mark.measured
def test_a_terminal_shows_no_records_but_one_line_that_says_what_works(tmp_path: Path) -> None:
    refused = {"get.tags": "forbidden"}
    with play(rows=40, zone="Asia/Dubai", refused_methods=refused) as sandbox:
        seen = on_a_terminal(sandbox, tmp_path, "--test", shows_output=True)
    assert seen.run.exit_code == 0
    warning, verdict = seen.lines
    assert "| WARNING " in warning
    assert all(words in warning for words in ("tags is skipped", "forbidden", "grant it"))
    assert verdict == "The settings work: zone Asia/Dubai, 5 streams can be read."


@pytest.mark.measured
def test_a_test_of_an_agent_asks_a_sample_of_the_customers_side_by_side() -> None:
    with play(rows=4, latency=0.2, user_ids=MANY) as sandbox:
        run = run_tap(sandbox, "--test", config={"user_ids": [*MANY]})
        assert sandbox.most_at_a_time == 4
    assert run.exit_code == 0
    asked = [request.params.get("user_id") for request in sandbox.requests]
    assert 10 <= len(set(asked)) <= 20
    assert {MANY[0], MANY[-1]} <= set(asked)
    assert len(asked) <= 2 * 20 + len(BY_DEFAULT)
    assert "; a sample of 20 of the 200 users of user_ids were asked for." in run.stderr


def test_a_test_names_the_customer_that_is_refused_and_what_works(tmp_path: Path) -> None:
    with play(rows=4, user_ids=(11, 12, 13), refused_users={"12": "account_inactive"}) as sandbox:
        seen = on_a_terminal(
            sandbox, tmp_path, "--test", shows_output=True, columns=400, user_ids=[11, 12, 13], timezone="UTC"
        )
    assert seen.run.exit_code == 1
    warning, verdict, error = seen.lines
    assert "User 12 is skipped." in warning
    assert verdict == "Some of it works: zone UTC, 6 streams can be read; 3 users of user_ids were asked for."
    assert "| ERROR " in error
    assert "user_ids: 12;" in error
    assert methods(sandbox)["get.communications_report"] == 3
    assert methods(sandbox)["get.visitor_sessions_report"] == 1


def test_a_test_of_an_account_without_records_passes() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--test", config={"start_date": "2020-01-01", "end_date": "2020-02-01"})
    assert run.exit_code == 0
    assert not [stream for stream in STREAMS if run.records(stream)]


@pytest.mark.parametrize(
    "options, settings, says",
    [
        ({"rights": "none"}, {}, "forbidden"),
        ({"user_ids": (11,)}, {}, "required_parameter_missed"),
        ({"user_ids": (11,)}, {"timezone": None}, "an agent's key needs user_ids"),
        ({"user_ids": (11,)}, {"user_ids": [7, 8]}, "(7, 8)"),
        ({"key_state": "expired", "user_ids": (11, 12)}, {"user_ids": [11, 12]}, "access_token_expired"),
    ],
)
def test_a_test_that_fails_says_so_by_its_exit_code(
    options: dict[str, Any], settings: dict[str, Any], says: str
) -> None:
    with play(rows=20, **options) as sandbox:
        run = run_tap(sandbox, "--test", config={"timezone": "UTC", **settings})
    assert run.exit_code == 1
    assert says in run.complaints[-1]
    assert run.stdout == b""
    assert "works" not in run.stderr


def test_a_test_notices_a_stream_that_alone_cannot_be_read() -> None:
    with play(rows=20, refused_fields=("component:date_time",)) as sandbox:
        run = run_tap(sandbox, "--test")
    assert run.exit_code == 1
    assert "get.communications_report" in run.complaints[-1]


def test_a_test_of_the_schema_asks_nothing_and_writes_every_schema() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--test=schema")
    assert run.exit_code == 0
    told = [(message["type"], message["stream"]) for message in run.messages]
    assert told == [("SCHEMA", name) for name in ALL_STREAMS]
    assert not sandbox.requests
