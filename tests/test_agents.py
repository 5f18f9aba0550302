"""An agent reads for its customers: each has its own bookmark, and every record says whose it is."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.tap import TapCallGear
from tap_callgear.writer import BlockWriter

from .fakes import FakeClock
from .impostor import error, impostor, result
from .signals import signals_kept
from .support import BY_DEFAULT, STREAMS, assert_in_order, config_for, instants_of, outcomes, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from callgear_sandbox import Sandbox

    from .impostor import Answer
    from .support import Json, Run

USERS = (7001, 7002)
LATECOMER = 7003
CONFIG: Json = {"user_ids": [*USERS], "page_size": 60, "lookback_days": 0}


def of_user(run: Run, stream: str, user_id: int) -> list[Json]:
    """Return the records of a customer."""
    return [record for record in run.records(stream) if record["user_id"] == user_id]


def bookmarks(state: Json, stream: str) -> dict[int, str]:
    """Return the bookmark of every customer."""
    partitions = state["bookmarks"][stream]["partitions"]
    return {part["context"]["user_id"]: part["replication_key_value"] for part in partitions}


def assert_all_of(run: Run, sandbox: Sandbox, user_id: int) -> None:
    """Assert that every row of a customer came once and in order."""
    for stream in STREAMS:
        records = of_user(run, stream, user_id)
        truth: dict[Any, datetime] = dict(sandbox.instants(stream, user_id))
        assert instants_of(stream, records) == truth
        assert len(records) == len(truth)
        assert_in_order(records)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an agent with two customers, and one who comes later."""
    with play(rows=200, user_ids=(*USERS, LATECOMER)) as of_agent:
        yield of_agent


@pytest.fixture(scope="module")
def first(sandbox: Sandbox) -> Run:
    """Read for two customers, with every request answered."""
    run = run_tap(sandbox, config=CONFIG)
    assert set(outcomes(sandbox)) == {"ok"}
    return run


@pytest.mark.measured
def test_every_customer_is_read_whole_and_every_record_says_whose_it_is(first: Run, sandbox: Sandbox) -> None:
    assert first.exit_code == 0, first.stderr
    for stream in STREAMS:
        assert "user_id" in first.schema(stream)["properties"]
        assert {record["user_id"] for record in first.records(stream)} == set(USERS)
        assert bookmarks(first.state, stream).keys() == set(USERS)
    for user_id in USERS:
        assert_all_of(first, sandbox, user_id)


def test_a_customer_added_later_gets_its_full_history_and_the_others_go_on(first: Run, sandbox: Sandbox) -> None:
    second = run_tap(sandbox, config={**CONFIG, "user_ids": [*USERS, LATECOMER]}, state=first.state)
    assert second.exit_code == 0
    assert_all_of(second, sandbox, LATECOMER)
    for stream in STREAMS:
        reached = bookmarks(first.state, stream)
        for user_id in USERS:
            again = of_user(second, stream, user_id)
            assert {record["date_time"] for record in again} == {reached[user_id]}


def test_a_customer_that_is_left_out_for_a_while_keeps_its_bookmark(first: Run, sandbox: Sandbox) -> None:
    second = run_tap(sandbox, config={**CONFIG, "user_ids": [USERS[0]]}, state=first.state)
    for stream in STREAMS:
        assert bookmarks(second.state, stream)[USERS[1]] == bookmarks(first.state, stream)[USERS[1]]


def test_a_run_that_stops_between_customers_is_gone_on_from() -> None:
    with play(rows=200, user_ids=USERS, points_per_day=9) as sandbox:
        first = run_tap(sandbox, config=CONFIG)
        assert first.exit_code == 1
        sandbox.options = replace(sandbox.options, points_per_day=None)
        second = run_tap(sandbox, config=CONFIG, state=first.state)
        for stream in STREAMS:
            for user_id in USERS:
                records = [*of_user(first, stream, user_id), *of_user(second, stream, user_id)]
                assert instants_of(stream, records) == sandbox.instants(stream, user_id)


REFUSED = 7002
OTHERS = (7001, 7003)
EVERYTHING: Json = {"user_ids": [7001, REFUSED, 7003], "page_size": 60}


@pytest.mark.parametrize(
    "refusal, most_requests, settings, options",
    [
        ("unknown", 1, {}, {}),
        ("unknown", 1, {"timezone": "UTC"}, {"named_in": "message", "error_metadata": False}),
        ("unknown", 2 + len(BY_DEFAULT), {}, {"named_in": "nowhere"}),
        ("ip_not_whitelisted", 1, {"stream_maps": {"tags": {"from": "'here'"}}}, {}),
        ("account_inactive", 1, {"timezone": "UTC"}, {}),
        ("forbidden", 2 + len(BY_DEFAULT), {}, {}),
        ("method_component_disabled:call_tracking", len(BY_DEFAULT), {"timezone": "UTC"}, {}),
    ],
)
def test_a_customer_that_is_refused_does_not_stop_the_others(
    refusal: str, most_requests: int, settings: Json, options: Json
) -> None:
    users = OTHERS if refusal == "unknown" else EVERYTHING["user_ids"]
    refused = {} if refusal == "unknown" else {str(REFUSED): refusal}
    with play(rows=80, user_ids=tuple(users), refused_users=refused, **options) as sandbox:
        run = run_tap(sandbox, config={**EVERYTHING, **settings})
        asked = [request for request in sandbox.requests if request.params.get("user_id") == REFUSED]
        assert run.exit_code == 1
        for user_id in OTHERS:
            assert_all_of(run, sandbox, user_id)
            assert all(of_user(run, stream, user_id) for stream in BY_DEFAULT)
    assert len(asked) <= most_requests
    assert any(f"user {REFUSED}" in warning.lower() for warning in run.warnings)
    assert "| ERROR " in run.complaints[-1]
    assert f"users of user_ids: {REFUSED};" in run.complaints[-1]
    assert refusal.partition(":")[0].replace("unknown", "invalid_parameter_value") in run.complaints[-1]


@pytest.mark.parametrize("refusal, exit_code", [("forbidden", 1), ("method_component_disabled:call_tracking", 0)])
def test_a_customer_that_is_refused_one_stream_has_the_others_read(refusal: str, exit_code: int) -> None:
    refused = {f"{REFUSED}/get.visitor_sessions_report": refusal}
    with play(rows=80, user_ids=tuple(EVERYTHING["user_ids"]), refused_users=refused) as sandbox:
        run = run_tap(sandbox, config=EVERYTHING)
        assert instants_of("communications", of_user(run, "communications", REFUSED)) == sandbox.instants(
            "communications", REFUSED
        )
    assert run.exit_code == exit_code
    (warning,) = run.warnings
    assert f"visitor_sessions (user {REFUSED}) is skipped" in warning
    assert {record["user_id"] for record in run.records("visitor_sessions")} == set(OTHERS)
    assert (f"users of user_ids: {REFUSED};" in run.complaints[-1]) == exit_code


def test_a_customer_that_keeps_its_zone_to_itself_is_skipped_where_times_are_read() -> None:
    refused = {f"{REFUSED}/{method}": "forbidden" for method in ("getobj.account", "get.account")}
    with play(rows=40, user_ids=tuple(EVERYTHING["user_ids"]), refused_users=refused) as sandbox:
        run = run_tap(sandbox, config=EVERYTHING)
        asked = [request.method for request in sandbox.requests if request.params.get("user_id") == REFUSED]
    assert run.exit_code == 1
    assert {record["user_id"] for record in run.records("communications")} == set(OTHERS)
    assert REFUSED in {record["user_id"] for record in run.records("employees")}, "no times are read there"
    assert asked.count("getobj.account") == asked.count("get.account") == 1
    assert f"The time zone of user {REFUSED} is not known: set timezone" in run.complaints[-1]


def test_where_all_customers_are_refused_it_is_the_setting_that_is_named() -> None:
    with play(rows=20, user_ids=(1, 2), refused_users={"1": "ip_not_whitelisted", "2": "forbidden"}) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [1, 2, 3], "timezone": "UTC"})
    assert run.exit_code == 1
    assert run.of_type("RECORD") == []
    assert "Nothing can be read of any of the users of user_ids (1, 2, 3)." in run.complaints[-1]


def test_a_key_that_is_refused_is_not_tried_for_every_customer() -> None:
    with play(rows=20, user_ids=USERS, key_state="blocked") as sandbox:
        run = run_tap(sandbox, config=CONFIG)
        assert len(sandbox.requests) <= len(USERS)
    assert run.exit_code == 1
    (error,) = run.complaints
    assert "access_token_blocked" in error


def test_a_customer_that_is_refused_keeps_its_bookmark_and_goes_on_later() -> None:
    users = (REFUSED, 7003)
    with play(rows=80, user_ids=users) as sandbox:
        config = {**CONFIG, "user_ids": [*users]}
        first = run_tap(sandbox, config={**config, "end_date": "2025-11-10"})
        sandbox.options = replace(sandbox.options, refused_users={str(REFUSED): "account_inactive"})
        second = run_tap(sandbox, config=config, state=first.state)
        sandbox.options = replace(sandbox.options, refused_users={})
        third = run_tap(sandbox, config=config, state=second.state)
        assert [run.exit_code for run in (first, second, third)] == [0, 1, 0]
        for stream in STREAMS:
            assert bookmarks(second.state, stream)[REFUSED] == bookmarks(first.state, stream)[REFUSED]
            for user_id in users:
                records = [record for run in (first, second, third) for record in of_user(run, stream, user_id)]
                assert instants_of(stream, records) == sandbox.instants(stream, user_id)


def test_a_customer_that_is_refused_half_way_is_missed_though_it_is_the_only_one() -> None:
    rows = [
        {"id": hour, "communication_type": "call", "date_time": f"2025-11-01 {hour}:00:00"} for hour in range(10, 24)
    ]

    def answer(request: Json) -> Answer:
        params = request["params"]
        if request["method"] != "get.communications_report":
            return result(request, [])
        if params["date_from"] > "2025-11-01 12":
            return error(request, "forbidden", "No more")
        inside = [row for row in rows if params["date_from"] <= row["date_time"] <= params["date_till"]]
        return result(request, inside[: params["limit"]])

    config = {"user_ids": [11], "timezone": "UTC", "page_size": 10, "max_parallel_requests": 1}
    with impostor(answer) as url:
        run = run_tap(url, config={**config, "start_date": "2025-11-01", "end_date": "2025-11-02"})
    assert run.exit_code == 1
    assert run.records("communications")
    assert "users of user_ids: 11;" in run.complaints[-1]


def test_a_customer_for_whom_the_api_keeps_failing_holds_up_none_of_the_others() -> None:
    output = io.BytesIO()
    with play(rows=20, user_ids=(7001, 7002, 7003), refused_users={"7002/get.tags": "internal_error"}) as sandbox:
        config = config_for(sandbox, user_ids=[7001, 7002, 7003])
        clock = FakeClock()
        tap = TapCallGear(
            config=config,
            catalog={"streams": [{"tap_stream_id": "tags"}]},
            clock=clock,
            message_writer=BlockWriter(output, clock),
        )
        with signals_kept():
            tap.read_all()
        with pytest.raises(ConfigurationError, match=r"these users of user_ids: 7002\b.*internal_error"):
            tap.raise_if_required()
        tap.close()
    records = [json.loads(line)["record"] for line in output.getvalue().splitlines() if b'"RECORD"' in line]
    assert {record["user_id"] for record in records} == {7001, 7003}
