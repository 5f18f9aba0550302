"""Reports by day go on from a day of the account, site by site; lists are read page by page."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.tap import TapCallGear

from .signals import signals_kept
from .support import Run, catalog_of, key_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

pytestmark = pytest.mark.measured

STREAMS = ("campaign_daily_stats", "source_costs", "tags", "contacts")
BY_DAY = STREAMS[:2]
LISTS = STREAMS[2:]
CONFIG: dict[str, Any] = {"page_size": 15, "lookback_days": 0}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox whose days begin long before those of UTC."""
    with play(rows=60, days=8, zone="Asia/Dubai", until=datetime(2025, 11, 20, 22, tzinfo=timezone.utc)) as running:
        yield running


@pytest.fixture(scope="module")
def first(sandbox: Sandbox) -> Run:
    """Read some days by small pages, and two lists."""
    return run_tap(sandbox, config=CONFIG, catalog=catalog_of(sandbox, STREAMS))


def keys_of(run: Run, stream: str) -> list[Any]:
    """Return the key of every record in the order they came."""
    return [key_of(stream, record) for record in run.records(stream)]


def days_of(run: Run, stream: str) -> set[str]:
    """Return the days that records were read of."""
    return {record["date"] for record in run.records(stream)}


def test_small_pages_hold_every_row_once(sandbox: Sandbox, first: Run) -> None:
    assert first.exit_code == 0, first.stderr
    assert first.warnings == []
    for stream in STREAMS:
        keys = keys_of(first, stream)
        assert len(keys) == len(set(keys)) == len(set(sandbox.keys(stream))) > 0, stream
    for stream in LISTS:
        assert keys_of(first, stream) == sorted(keys_of(first, stream))


def test_days_are_those_of_the_account(first: Run) -> None:
    for site in {record["site_id"] for record in first.records("campaign_daily_stats")}:
        assert_in_order_of_days([each for each in first.records("campaign_daily_stats") if each["site_id"] == site])
    assert max(days_of(first, "campaign_daily_stats")) == "2025-11-21", "it is tomorrow in Dubai already"


def assert_in_order_of_days(records: list[dict[str, Any]]) -> None:
    """Assert that records come in the order of their days."""
    days = [record["date"] for record in records]
    assert days == sorted(days)


def test_the_next_run_reads_the_last_day_again_site_by_site(sandbox: Sandbox, first: Run) -> None:
    marks = first.state["bookmarks"]["campaign_daily_stats"]["partitions"]
    assert {part["replication_key_value"] for part in marks} == {"2025-11-21"}
    gone = {"context": {"site_id": 5}, "replication_key": "date", "replication_key_value": "2025-11-01"}
    state = {"bookmarks": {**first.state["bookmarks"], "campaign_daily_stats": {"partitions": [*marks, gone]}}}
    second = run_tap(sandbox, config=CONFIG, catalog=catalog_of(sandbox, STREAMS), state=state)
    assert second.exit_code == 0, second.stderr
    assert days_of(second, "campaign_daily_stats") == {"2025-11-21"}
    assert gone in second.state["bookmarks"]["campaign_daily_stats"]["partitions"], "a site that is gone keeps its own"
    for stream in LISTS:
        assert keys_of(second, stream) == keys_of(first, stream)


def test_a_run_that_stops_half_way_is_gone_on_from_day_by_day(first: Run) -> None:
    until = datetime(2025, 11, 20, 22, tzinfo=timezone.utc)
    with play(rows=60, days=8, zone="Asia/Dubai", until=until, points_per_day=6) as sandbox:
        catalog = catalog_of(sandbox, ["source_costs"])
        stopped = run_tap(sandbox, config={**CONFIG, "max_parallel_requests": 1}, catalog=catalog)
    assert stopped.exit_code == 1
    with play(rows=60, days=8, zone="Asia/Dubai", until=until) as sandbox:
        rest = run_tap(sandbox, config=CONFIG, catalog=catalog, state=stopped.state)
    assert rest.exit_code == 0
    assert 0 < len(stopped.records("source_costs")) < len(first.records("source_costs"))
    assert {*keys_of(stopped, "source_costs"), *keys_of(rest, "source_costs")} == set(keys_of(first, "source_costs"))


def test_lists_are_asked_for_by_key_and_sites_once_for_all_that_need_them() -> None:
    with play(rows=60, days=4) as sandbox:
        catalog = catalog_of(sandbox, ["ct_ac_summaries", "sources", *BY_DAY])
        run = run_tap(sandbox, config={**CONFIG, "page_size": 7}, catalog=catalog)
        assert run.exit_code == 0, run.stderr
        asked = [request for request in sandbox.requests if request.method in {"get.sites", "get.sources"}]
    assert [request.params["fields"] for request in asked if request.method == "get.sites"] == [["id"]]
    filters = [request.params.get("filter") for request in asked if request.method == "get.sources"]
    assert filters[0] is None
    assert len(filters) > 1
    assert all(isinstance(each, dict) and each["operator"] == ">" for each in filters[1:])


def test_what_is_asked_for_site_by_site_is_incomplete_where_not_every_site_comes() -> None:
    with play(rows=20, days=4, total_items="+3") as sandbox:
        run = run_tap(sandbox, config={"page_size": 50}, catalog=catalog_of(sandbox, ["ct_ac_summaries"]))
    assert run.exit_code == 1
    assert run.records("ct_ac_summaries")
    assert any("ct_ac_summaries is incomplete. get.sites counts 3 more rows" in line for line in run.warnings)


def test_a_list_that_is_read_last_leaves_whole_where_the_state_stays_as_it_was() -> None:
    users = {"user_ids": [11]}
    with play(rows=20, user_ids=(11,)) as sandbox:
        catalog = catalog_of(sandbox, ["tags"], config=users)
        first = run_tap(sandbox, config=users, catalog=catalog)
        second = run_tap(sandbox, config=users, catalog=catalog, state=first.state)
    assert second.state == first.state
    assert second.records("tags") == first.records("tags") != []


def test_a_day_in_a_state_stays_a_day_and_one_of_the_future_becomes_the_present() -> None:
    def mark(value: str) -> dict[str, Any]:
        return {"replication_key": "date", "replication_key_value": value}

    given = {"source_costs": mark("2025-11-05T00:00:00+00:00"), "ct_summaries": mark("2999-01-01")}
    with signals_kept():
        tap = TapCallGear(
            config={"access_token": "sandbox-key-1234567890", "start_date": "2025-11-01"},
            catalog=catalog_of("http://127.0.0.1:1", list(given)),
            state={"bookmarks": given},
        )
    marks = {name: each["replication_key_value"] for name, each in tap.state["bookmarks"].items()}
    assert marks["source_costs"] == "2025-11-05"
    assert "2026-01-01" < marks["ct_summaries"] < "2900-01-01"
    assert len(marks["ct_summaries"]) == len("2025-11-05")
