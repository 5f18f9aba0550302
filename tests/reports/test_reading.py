"""Reports of people's own are read whole, with what they chose, as every other report is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from callgear_sandbox.documentation import DOCUMENTED
from tests.support import ALL_STREAMS, BY_DEFAULT, play, run_tap

from .account import (
    CALLS,
    CHATS,
    CONTACTS,
    CRM,
    DEALS,
    EVERY_REPORT,
    LEADS,
    MGF_CALLS,
    STREAMS,
    TAGGED,
    VISITED,
    VISITS,
    asked,
    catalog_of,
    entry_of,
    read_reports,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox
    from tests.support import Json, Run

CURSORS = {
    CONTACTS: "communication_date_time",
    CALLS: "call_start_date_time",
    CRM: "communication_date_time",
    CHATS: "chat_start_date_time",
    DEALS: "deal_date_time",
    LEADS: "lead_date_time",
    VISITED: "visit_date_time",
    TAGGED: "tagging_date_time",
    MGF_CALLS: "call_start_date_time",
}
KEYS = {
    CONTACTS: ["communication_type_id", "communication_id"],
    CALLS: ["communication_id"],
    CRM: ["communication_type_id", "communication_id"],
    CHATS: ["communication_id"],
    DEALS: ["deal_date_time", "row_number"],
    LEADS: ["lead_date_time", "row_number"],
    VISITED: ["visitor_session_id"],
    TAGGED: ["tag_id", "communication_type_id", "communication_id", "tagging_date_time"],
    MGF_CALLS: ["communication_id"],
}


LEADS_THAT_ARE = 58
"""Every seventh contact; the sandbox knows fewer, since their keys are repeated or null."""


def key_of(stream: str, record: Json) -> tuple[object, ...]:
    """Return the key of a record."""
    return tuple(record[name] for name in KEYS[stream])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an account in a zone of its own."""
    with play(zone="Asia/Dubai") as account:
        yield account


@pytest.fixture(scope="module")
def catalog(sandbox: Sandbox) -> Json:
    """Discover every report."""
    run = run_tap(sandbox, "--discover", config={"reports": [*EVERY_REPORT]})
    assert run.exit_code == 0, run.stderr
    discovered: Json = json.loads(run.stdout)
    return discovered


@pytest.fixture(scope="module")
def everything(sandbox: Sandbox) -> Run:
    """Read every report with all columns, page by page, beside the fixed report of contacts."""
    later = "2025-12-20"  # tags are attached days after the contact
    config = {"reports": [*EVERY_REPORT], "page_size": 150, "end_date": later}
    sandbox.requests.clear()
    run = run_tap(sandbox, config=config, catalog=catalog_of(["communications", *STREAMS]))
    assert run.exit_code == 0, run.stderr
    assert run.warnings == []
    assert asked(sandbox)["get.reports_list"] == 1
    assert asked(sandbox)["getobj.columns_tree"] == 8, "one for each type"
    assert asked(sandbox)["getobj.report_state"] == 0, "the catalog says what to read"
    return run


def test_without_the_setting_nothing_is_asked_and_nothing_more_is_there() -> None:
    with play(rows=40) as sandbox:
        run = run_tap(sandbox, "--discover")
        assert sandbox.requests == []
        assert [entry["tap_stream_id"] for entry in json.loads(run.stdout)["streams"]] == list(ALL_STREAMS)
        read = run_tap(sandbox, config={"reports": []})
        assert {message["stream"] for message in read.of_type("SCHEMA")} == set(BY_DEFAULT)
        assert not any("report_id" in request.params for request in sandbox.requests)
        assert not asked(sandbox).keys() & {"get.reports_list", "get.report_types", "getobj.columns_tree"}


def test_discovery_shows_each_report_after_all_else_with_its_name_key_and_cursor(catalog: Json) -> None:
    assert [entry["tap_stream_id"] for entry in catalog["streams"]] == [*ALL_STREAMS, *STREAMS]
    for stream in STREAMS:
        entry = entry_of(catalog, stream)
        assert (entry["key_properties"], entry["replication_key"]) == (KEYS[stream], CURSORS[stream])
        automatic = {
            part["breadcrumb"][1] for part in entry["metadata"] if part["metadata"].get("inclusion") == "automatic"
        }
        assert automatic == {*KEYS[stream], CURSORS[stream]}
    assert "محادثات" in entry_of(catalog, CHATS)["schema"]["description"]


@pytest.mark.measured
def test_what_people_chose_is_read_by_default_and_every_column_can_be(sandbox: Sandbox) -> None:
    sandbox.requests.clear()
    run = run_tap(sandbox, config={"reports": ["Contacts for the CRM", "Leads"]})
    assert run.exit_code == 0, run.stderr
    assert {message["stream"] for message in run.of_type("SCHEMA")} == {*BY_DEFAULT, CRM, LEADS}
    assert [*run.schema(CRM)["properties"]] == [
        "communication_date_time",
        "communication_id",
        "communication_type",
        "communication_type_id",
        "segments",
        "cc_14",
        "cf_14",
        "cf_15",
        "unexpected_values",
    ]
    assert set(run.schema(LEADS)["properties"]) == {
        *("lead_date_time", "lead_ext_id", "communication_id", "communication_type", "communication_type_id"),
        *("visitor_session_id", "visitor_type", "visitor_type_id", "utm_source", "row_number", "unexpected_values"),
    }
    assert asked(sandbox)["get.reports_list"] == 1
    assert asked(sandbox)["getobj.columns_tree"] == asked(sandbox)["getobj.report_state"] == 2
    assert asked(sandbox)["get.report_types"] == 0
    assert asked(sandbox)["get.communications"] == 3, (
        "to try the key, to read 400 rows, and to look beyond so round a number"
    )


@pytest.mark.parametrize("stream", STREAMS)
def test_every_row_of_a_report_comes_once_in_order_and_in_its_declared_types(
    sandbox: Sandbox, everything: Run, stream: str
) -> None:
    records = everything.records(stream)
    keys = {key_of(stream, record) for record in records}
    method = f"get.{stream.removeprefix('report_').rpartition('_')[0]}"
    assert len(records) == len(keys)
    assert {record["unexpected_values"] for record in records} == {None}
    times = [record[CURSORS[stream]] for record in records]
    assert times == sorted(times)
    rows = LEADS_THAT_ARE if stream == LEADS else len(sandbox.keys(DOCUMENTED[method].name))
    assert len(records) == rows


def test_contacts_are_row_by_row_those_of_the_fixed_report(everything: Run) -> None:
    of_all = everything.records("communications")
    fixed = {(record["communication_type"], str(record["id"])): record for record in of_all}
    records = everything.records(CONTACTS)
    assert {key_of(CONTACTS, record) for record in records} == fixed.keys()
    for record in records:
        of = fixed[record["communication_type_id"], record["communication_id"]]
        assert record["communication_date_time"] == of["date_time"]
        for name in ("visitor_id", "visitor_session_id", "campaign_name", "sale_date", "sale_cost", "utm_source"):
            assert record[name] == of[name], name
        assert [tag["id"] for tag in record["tags"]["items"]] == [tag["tag_id"] for tag in of["tags"]]
        assert record["visitor_type_id"] == of["visitor_type"]
        assert record["communication_kinds"] == of["attributes"]


def test_the_same_columns_have_the_same_values_in_the_report_of_few(everything: Run) -> None:
    of_all = {key_of(CONTACTS, record): record for record in everything.records(CONTACTS)}
    assert {key_of(CRM, record): record for record in everything.records(CRM)} == of_all


def test_values_of_several_forms_arrive_whole() -> None:
    with play(quirks=True, rows=200, until=None) as sandbox:
        run = read_reports(sandbox, reports=["All contacts", 48402], streams=[CONTACTS, CALLS])
    assert run.exit_code == 0, run.stderr
    calls = run.records(CALLS)
    assert {type(record["communication_id"]) for record in calls} == {str}
    assert any(record["employees"] for record in calls)
    assert all(one["employee_full_name"] for record in calls for one in record["employees"])
    assert {record["call_status_id"] for record in calls} >= {"accepted", "lost"}


def test_a_run_goes_on_from_a_state_and_an_overlap_repeats_the_same_keys(sandbox: Sandbox, everything: Run) -> None:
    state = {
        "bookmarks": {
            stream: {"replication_key": CURSORS[stream], "replication_key_value": "2025-11-15T00:00:00+00:00"}
            for stream in (CONTACTS, LEADS, DEALS)
        }
    }
    chosen = (CONTACTS, LEADS, DEALS)
    run = read_reports(
        sandbox, reports=["All contacts", "Leads", "Deals"], streams=chosen, state=state,
        config={"lookback_days": 2},
    )  # fmt: skip
    for stream in chosen:
        again = run.records(stream)
        assert again[0][CURSORS[stream]] >= "2025-11-13T00:00:00+00:00"
        first = {key_of(stream, record): record for record in everything.records(stream)}
        since = {key for key, record in first.items() if record[CURSORS[stream]] >= "2025-11-13T00:00:00+00:00"}
        assert {key_of(stream, record) for record in again} == since
        assert all(first[key_of(stream, record)] == record for record in again)
        assert run.state["bookmarks"][stream]["replication_key_value"] == again[-1][CURSORS[stream]]


def test_rows_that_share_their_second_are_all_read_and_numbered() -> None:
    with play(same_second=7, rows=210) as sandbox:
        run = read_reports(sandbox, reports=["Leads", "Deals"], streams=[LEADS, DEALS], config={"page_size": 20})
        expected = len(sandbox.keys("flat_deals"))
    assert run.exit_code == 0, run.stderr
    deals = run.records(DEALS)
    assert len({key_of(DEALS, record) for record in deals}) == len(deals) == expected
    assert {record["row_number"] for record in deals} > {1, 2}
    assert len({key_of(LEADS, record) for record in run.records(LEADS)}) == 30


def test_windows_are_as_long_as_the_method_takes() -> None:
    with play(rows=60, days=400) as long:
        run = read_reports(long, reports=["All contacts", VISITS], streams=[CONTACTS, VISITED])
        assert run.exit_code == 0, run.stderr
        refused = [request for request in long.requests if request.outcome != "ok"]
        assert refused == []
        assert asked(long)["get.communications"] == 3, "one to try the key, two windows"
        assert asked(long)["get.visits"] == 14
        assert len(run.records(VISITED)) == len(long.keys("flat_visits"))
