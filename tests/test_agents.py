"""An agent reads for its customers: each has its own bookmark, and every record says whose it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .support import STREAMS, assert_in_order, instants_of, outcomes, play, run_tap

if TYPE_CHECKING:
    from datetime import datetime

    from tap_callgear.sandbox import Sandbox

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


def test_every_customer_is_read_whole_and_every_record_says_whose_it_is() -> None:
    with play(rows=200, user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config=CONFIG)
        assert run.exit_code == 0, run.stderr
        for stream in STREAMS:
            assert "user_id" in run.schema(stream)["properties"]
            assert {record["user_id"] for record in run.records(stream)} == set(USERS)
            assert bookmarks(run.state, stream).keys() == set(USERS)
        for user_id in USERS:
            assert_all_of(run, sandbox, user_id)
        assert set(outcomes(sandbox)) == {"ok"}


def test_a_customer_added_later_gets_its_full_history_and_the_others_go_on() -> None:
    with play(rows=200, user_ids=(*USERS, LATECOMER)) as sandbox:
        first = run_tap(sandbox, config=CONFIG)
        second = run_tap(sandbox, config={**CONFIG, "user_ids": [*USERS, LATECOMER]}, state=first.state)
        assert second.exit_code == 0
        assert_all_of(second, sandbox, LATECOMER)
        for stream in STREAMS:
            reached = bookmarks(first.state, stream)
            for user_id in USERS:
                again = of_user(second, stream, user_id)
                assert {record["date_time"] for record in again} == {reached[user_id]}


def test_a_customer_that_is_left_out_for_a_while_keeps_its_bookmark() -> None:
    with play(rows=100, user_ids=USERS) as sandbox:
        first = run_tap(sandbox, config=CONFIG)
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


def test_a_customer_named_twice_is_read_once() -> None:
    with play(rows=60, user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config={**CONFIG, "user_ids": [USERS[0], USERS[0]]})
        assert run.exit_code == 0
        assert_all_of(run, sandbox, USERS[0])


def test_a_customer_that_does_not_exist_is_said_in_one_line() -> None:
    with play(user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config={**CONFIG, "user_ids": [1], "timezone": "UTC"})
        assert run.exit_code == 1
        (complaint,) = run.complaints
        assert "user_id" in complaint


def test_an_agent_without_customers_is_told_which_setting_it_needs() -> None:
    with play(user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config={"timezone": "UTC"})
        assert run.exit_code == 1
        (complaint,) = run.complaints
        assert "user_ids" in complaint


def test_a_customers_own_account_has_no_user_id_in_its_records() -> None:
    with play(rows=40) as sandbox:
        run = run_tap(sandbox)
        assert "user_id" not in run.schema("communications")["properties"]
        assert all("user_id" not in record for record in run.records("communications"))
