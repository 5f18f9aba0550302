"""A report that cannot be read is one plain line, and the others are read; what is doubtful is tried and remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import STREAMS, assert_complete, outcomes, play, run_tap

from .account import CALLS, CONTACTS, LEADS, MGF_CALLS, VISITED, VISITS, asked, read_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox
    from tests.support import Json

METHODS = ("get.communications", "get.visits")
MOST_AT_A_TIME = 4
"""Requests that are under way before the first is answered."""

NO_RIGHT = {"get.reports_list": "method_component_disabled:dataapi_provisioning"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an account."""
    with play(rows=60) as account:
        yield account


@pytest.mark.measured
def test_reports_that_cannot_be_read_are_told_and_the_rest_is_read(sandbox: Sandbox) -> None:
    told = {
        "99": "there is no report 99: it was deleted",
        "Contacts for CRM": "did you mean Contacts for the CRM?",
        "Summary": "its type is summary_analytics, which is aggregated: only flat reports",
        "report_calls_98": "the report 98 cannot be read (invalid_parameter_value): it was deleted",
    }
    unlisted = {"report_id": 98, "method": "get.calls"}
    run = run_tap(sandbox, config={"reports": [99, "Contacts for CRM", "Summary", unlisted, 48409]})
    assert run.exit_code == 1
    assert len(run.warnings) == len(told)
    for report, why in told.items():
        assert any(f"{report} is skipped" in line and why in line for line in run.warnings), report
    assert f"Not every report of the setting reports was read: leave out {', '.join(told)}," in run.complaints[-1]
    assert "Traceback" not in run.stderr
    assert_complete(replace(run, exit_code=0), sandbox)
    assert len(run.records(MGF_CALLS)) == len(sandbox.keys("flat_mgf_calls"))


def test_without_the_right_to_list_reports_the_others_streams_are_read() -> None:
    with play(rows=60, refused_methods=NO_RIGHT) as sandbox:
        run = run_tap(sandbox, config={"reports": ["Leads", {"report_id": 48407, "method": "get.visits"}]})
        assert asked(sandbox)["get.reports_list"] == 1
    assert run.exit_code == 1
    (warning,) = run.warnings
    assert "Leads is skipped: get.reports_list" in warning
    assert "method_component_disabled" in warning
    assert "leave out Leads" in run.complaints[-1]
    assert run.records(VISITED), "what is named by id and method needs no list"
    assert {*STREAMS} <= {message["stream"] for message in run.of_type("RECORD")}


def test_a_method_that_is_refused_is_a_stream_that_is_skipped() -> None:
    with play(rows=60, refused_methods={"get.calls": "forbidden"}) as sandbox:
        run = run_tap(sandbox, config={"reports": [48402, 48409]})
    assert run.exit_code == 1
    (warning,) = run.warnings
    assert f"The stream {CALLS} is skipped" in warning
    assert f"leave out {CALLS}" in run.complaints[-1]
    assert run.records(MGF_CALLS)


def test_a_report_that_is_deleted_after_discovery_is_skipped_with_its_line(sandbox: Sandbox) -> None:
    catalog: Json = {"streams": [{"tap_stream_id": name, "metadata": []} for name in ("report_calls_99", "tags")]}
    run = run_tap(sandbox, config={"reports": [99]}, catalog=catalog)
    assert run.exit_code == 1
    assert any("there is no report 99" in line for line in run.warnings)
    assert any("streams that there are not: report_calls_99" in line for line in run.warnings)
    assert "leave out 99" in run.complaints[-1]
    assert run.records("tags")


@pytest.mark.measured
@pytest.mark.parametrize("what", ["required", "refused"])
def test_parameters_of_which_two_things_are_documented_are_tried_and_remembered(what: Any) -> None:  # noqa: ANN401
    with play(rows=60, days=100, doubtful_parameters=what) as sandbox:
        run = read_reports(sandbox, reports=["All contacts", VISITS], streams=[CONTACTS, VISITED])
        assert run.exit_code == 0, run.stderr
        assert run.warnings == []
        refusal = {"required": "required_parameter_missed", "refused": "unexpected_parameters"}[what]
        assert 1 <= outcomes(sandbox)[refusal] <= len(METHODS) * MOST_AT_A_TIME
        estimated = run_tap(sandbox, "--estimate", config={"reports": [VISITS]})
        assert estimated.exit_code == 0, estimated.stderr
        assert len(run.records(VISITED)) == len(sandbox.keys("flat_visits"))
    assert len(run.records(CONTACTS)) == 60


@pytest.mark.parametrize("named_in", ["value", "nowhere"])
def test_where_the_key_of_contacts_is_refused_rows_are_numbered(named_in: Any) -> None:  # noqa: ANN401
    refused = ("get.communications/communication_id",)
    with play(rows=60, refused_fields=refused, named_in=named_in, same_second=3) as sandbox:
        run = read_reports(sandbox, reports=["All contacts", "48402"], streams=[CONTACTS, CALLS])
    assert run.exit_code == 0, run.stderr
    (told,) = (message for message in run.of_type("SCHEMA") if message["stream"] == CONTACTS)
    assert told["key_properties"] == ["communication_date_time", "row_number"]
    records = run.records(CONTACTS)
    assert len({(record["communication_date_time"], record["row_number"]) for record in records}) == 60
    assert {record["communication_type_id"] for record in records} > {"call"}
    (of_calls,) = (message for message in run.of_type("SCHEMA") if message["stream"] == CALLS)
    assert of_calls["key_properties"] == ["communication_id"]


@pytest.mark.measured
def test_a_refused_column_is_left_out_with_all_that_would_come_of_it() -> None:
    with play(rows=60, refused_fields=("get.calls/call_status",)) as sandbox:
        run = run_tap(sandbox, config={"reports": [48402]})
    assert run.exit_code == 0, run.stderr
    (warning,) = run.warnings
    assert "The field call_status is left out" in warning
    assert all({"call_status", "call_status_id"}.isdisjoint(record) for record in run.records(CALLS))
    assert "fields left out: call_status" in run.stderr


def test_columns_that_vanish_between_runs_are_left_out_with_one_warning(sandbox: Sandbox) -> None:
    text = {"type": ["string", "null"]}
    gone = {"schema": {"properties": {"utm_source": text, "cf_99": text, "cc_99": text}}, "tap_stream_id": LEADS}
    run = run_tap(sandbox, config={"reports": ["Leads"]}, catalog={"streams": [gone]})
    assert run.exit_code == 0, run.stderr
    (warning,) = run.warnings
    assert "cf_99, cc_99" in warning
    assert {frozenset(record) for record in run.records(LEADS)} == {
        frozenset({"lead_date_time", "row_number", "utm_source"})
    }


def test_a_test_and_an_estimate_cover_reports() -> None:
    with play(rows=60) as sandbox:
        tested = run_tap(sandbox, "--test", config={"reports": [48402, 99]})
        estimated = run_tap(sandbox, "--estimate", config={"reports": [48402]})
        calls = len(sandbox.keys("flat_calls"))
    assert tested.exit_code == 1
    assert len(tested.records(CALLS)) == 1
    assert "Some of it works" in tested.stderr
    assert "leave out 99" in tested.complaints[-1]
    assert estimated.exit_code == 0
    table = [line.split() for line in estimated.stdout.decode().splitlines()]
    assert [CALLS, f"{calls}", "1"] in table
    assert ["which", "reports", "there", "are", "4"] in table


def test_a_key_that_is_wrong_ends_discovery_as_it_ends_a_run(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, "--discover", config={"reports": [48402], "access_token": "wrong-key-1234567890"})
    assert (run.exit_code, run.stdout) == (1, b"")
    assert "this host does not know the key" in run.complaints[-1]
