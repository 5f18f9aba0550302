"""The reports that people build for themselves, as Airbyte sees them: in the form, in discovery, in a read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.reports.account import CALLS, CONTACTS, LEADS
from tests.support import BY_DEFAULT, play

from .support import catalog_for, form_for, pruned, read, run_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

REPORTS = ["48401", "Leads", '{"report_id": 48402, "method": "get.calls"}']


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an account."""
    with play(rows=90) as account:
        yield account


def test_discovery_shows_reports_with_their_keys_and_both_modes(sandbox: Sandbox) -> None:
    sandbox.requests.clear()
    run = run_source("discover", config=form_for(sandbox, reports=REPORTS))
    assert (run.exit_code, run.stderr, run.logs("WARN"), run.errors) == (0, "", [], [])
    streams = {stream["name"]: stream for stream in run.the("CATALOG")["catalog"]["streams"]}
    assert {CONTACTS, CALLS, LEADS} <= streams.keys()
    contacts = streams[CONTACTS]
    assert contacts["source_defined_primary_key"] == [["communication_type_id"], ["communication_id"]]
    assert contacts["default_cursor_field"] == ["communication_date_time"]
    assert contacts["supported_sync_modes"] == ["full_refresh", "incremental"]
    assert "All contacts" in contacts["json_schema"]["description"]
    assert contacts["json_schema"]["properties"]["communication_date_time"]["airbyte_type"] == "timestamp_with_timezone"
    assert "getobj.report_state" not in {request.method for request in sandbox.requests}


@pytest.mark.parametrize("sync_mode", ["incremental", "full_refresh"])
def test_a_read_asks_once_which_reports_there_are(sandbox: Sandbox, sync_mode: str) -> None:
    sandbox.requests.clear()
    catalog = catalog_for((CONTACTS, LEADS), sync_mode=sync_mode)
    run = read(sandbox, config=form_for(sandbox, reports=REPORTS), catalog=catalog)
    assert run.exit_code == 0, run.errors
    assert Counter(request.method for request in sandbox.requests)["get.reports_list"] == 1
    records = run.records(CONTACTS)
    keys = {(record["communication_type_id"], int(record["communication_id"])) for record in records}
    assert keys == set(sandbox.keys("communications"))
    assert len(records[0]) > 30, "Airbyte asks for all columns, where nothing is deselected"
    assert run.statuses(LEADS) == ["STARTED", "RUNNING", "COMPLETE"]


def test_columns_can_be_deselected_and_a_state_is_gone_on_from(sandbox: Sandbox) -> None:
    config = form_for(sandbox, reports=["48401"], lookback_days=0)
    catalog = pruned(catalog_for((CONTACTS,)), CONTACTS, ["tags"])
    first = read(sandbox, config=config, catalog=catalog)
    assert first.records(CONTACTS)[0].keys() == {
        *("communication_type_id", "communication_id", "communication_date_time", "tags")
    }
    again = read(sandbox, config=config, catalog=catalog, state=first.state)
    last = first.records(CONTACTS)[-1]["communication_date_time"]
    assert {record["communication_date_time"] for record in again.records(CONTACTS)} == {last}


def test_a_check_says_which_report_cannot_be_read(sandbox: Sandbox) -> None:
    good = run_source("check", config=form_for(sandbox, reports=REPORTS))
    assert good.connection == {"status": "SUCCEEDED"}
    assert any(f"{len(BY_DEFAULT) + len(REPORTS)} streams can be read" in line for line in good.logs("INFO"))
    bad = run_source("check", config=form_for(sandbox, reports=["Leads", "nope"]))
    assert bad.connection["status"] == "FAILED"
    assert "leave out nope" in bad.connection["message"]


def test_a_report_that_is_gone_fails_alone(sandbox: Sandbox) -> None:
    catalog = catalog_for(("report_calls_99", LEADS))
    config = form_for(sandbox, reports=["Leads", '{"report_id": 99, "method": "get.calls"}'])
    run = read(sandbox, config=config, catalog=catalog)
    assert run.exit_code == 1
    assert run.statuses("report_calls_99")[-1] == "INCOMPLETE"
    assert "the report 99 cannot be read" in run.error["message"]
    assert run.statuses(LEADS)[-1] == "COMPLETE"
