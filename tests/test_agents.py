"""An agent reads for its customers: each has its own bookmark, and every record says whose it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from .support import STREAMS, assert_in_order, instants_of, outcomes, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from callgear_sandbox import Sandbox

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
    """Give an agent with two customers, and one who comes later."""
    with play(rows=200, user_ids=(*USERS, LATECOMER)) as of_agent:
        yield of_agent


@pytest.fixture(scope="module")
def first(sandbox: Sandbox) -> Run:
    """Read for two customers, with every request answered."""
    run = run_tap(sandbox, config=CONFIG)
    assert set(outcomes(sandbox)) == {"ok"}
    return run


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
