"""The reports that people build for themselves hold what the fixed ones hold, in the documented forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from callgear_sandbox.documentation import DOCUMENTED

from .conftest import COMMUNICATIONS, UNTIL, rows_of

if TYPE_CHECKING:
    from .conftest import Client, Json, Play

FLAT = [one for one in DOCUMENTED.values() if one.report_type]
WINDOW = {"date_from": "2026-10-21 12:00:00", "date_till": "2026-11-20 12:00:00"}


def reports(client: Client, **params: object) -> dict[str, Json]:
    """Return the reports that there are, by name."""
    listed = rows_of(client.call("get.reports_list", fields=["id", "type", "name"], **params))
    return {row["name"]: row for row in listed}


def columns(client: Client, report_type: object, **params: object) -> list[str]:
    """Return the columns that can be chosen for a type of report."""
    (tree,) = rows_of(client.call("getobj.columns_tree", report_type=report_type, **params))
    return [column["id"] for column in tree["columns"]]


def read(client: Client, name: str, **params: object) -> list[Json]:
    """Return all rows of a report, with all the columns that there are unless the test says otherwise."""
    report = reports(client)[name]
    asked = {"report_id": int(report["id"]), "fields": columns(client, report["type"]), "limit": 10_000, **WINDOW}
    return rows_of(client.call(f"get.{report['type']}", **{**asked, **params}))


def test_what_is_flat_can_be_found_out(client: Client) -> None:
    flat = rows_of(client.call("get.report_types", filter={"field": "configuration", "operator": "=", "value": "flat"}))
    assert {row["id"] for row in flat} < {one.report_type for one in FLAT}
    for report in reports(client).values():
        (state,) = rows_of(client.call("getobj.report_state", report_id=report["id"]))
        if report["type"] in {one.report_type for one in FLAT}:
            assert set(state["columns"]) <= set(columns(client, report["type"])), report


@pytest.mark.parametrize("documented", FLAT, ids=lambda documented: documented.method)
def test_every_flat_report_has_rows_with_every_column(client: Client, documented: Any) -> None:  # noqa: ANN401
    name = next(name for name, report in reports(client).items() if report["type"] == documented.report_type)
    later = {} if documented.report_type == "visits" else {"date_till": "2026-12-20 12:00:00"}
    rows = read(client, name, **later)
    assert rows
    assert all(row.keys() >= set(documented.inner()) for row in rows)
    times = [row[documented.time] for row in read(client, name, **later, sort=[{"field": documented.time}])]
    assert times == sorted(times)
    assert len(client.sandbox.keys(documented.name)) == len(rows) or documented.report_type == "leads"


def test_contacts_are_those_of_the_fixed_report(client: Client) -> None:
    fixed = {
        (row["communication_type"], row["id"]): row
        for row in client.rows(COMMUNICATIONS, fields=list(DOCUMENTED[COMMUNICATIONS].inner()), **WINDOW)
    }
    rows = read(client, "All contacts")
    assert len(rows) == len(fixed)
    for row in rows:
        of = fixed[row["communication_type"]["value_id"], row["communication_id"]]
        assert row["communication_date_time"] == of["date_time"]
        assert [tag["id"] for tag in row["tags"]["items"]] == [tag["tag_id"] for tag in of["tags"]]
        assert row["tags"]["communication_id"] == row["communication_comment"]["communication_id"] == of["id"]
        assert (row["visitor_id"], row["segments"]) == (of["visitor_id"], of["segments"])


def test_values_come_in_the_documented_forms(client: Client) -> None:
    calls = read(client, "История звонков")
    assert {row["is_blacklisted_phone"]["value_id"] for row in calls} == {False}
    assert {row["contact_phone_number"]["extra"]["call_direction"] for row in calls} == {"in", "out"}
    assert all(isinstance(name, str) for row in calls for name in row["employees"])
    people = [one for row in read(client, "Звонки за неделю") for one in row["employees"]]
    assert all(one.keys() == {"employee_full_name"} for one in people)
    assert max(row["call_total_duration"] for row in calls) > "00:01:00"
    assert {row["coaches"] for row in calls} == {None}
    assert {None, str} >= {type(row["person_id"]) for row in calls}
    history = read(client, "Tags")
    assert {tuple(row["tag_name"]) for row in history} == {("id", "name", "color")}


def test_columns_that_were_not_asked_for_do_not_come(client: Client) -> None:
    report = reports(client)["All contacts"]["id"]
    result = client.call("get.communications", report_id=report, **WINDOW)["result"]
    assert (result["data"], result["metadata"]["total_items"]) == ([], 300)
    asked = {"report_id": report, "fields": ["visitor_id", "colour"], **WINDOW}
    assert client.refusal("get.communications", **asked) == ("unexpected_parameters", "fields", "colour")


@pytest.mark.parametrize(
    "method, params, refusal",
    [
        ("get.communications", {"report_id": 1}, ("invalid_parameter_value", "report_id", 1)),
        ("get.calls", {"report_id": 48_401}, ("invalid_parameter_value", "report_id", 48_401)),
        ("get.communications", {"report_id": None}, ("data_type_error", "report_id", None)),
        (
            "get.communications",
            {"report_id": 48_401, "date_from": "2025-11-19 11:59:59"},
            ("date_interval_limit_reached", "date_till", "2026-11-20 12:00:00"),
        ),
        (
            "get.visits",
            {"report_id": 48_407, "date_from": "2026-10-20 11:59:59"},
            ("date_interval_limit_reached", "date_till", "2026-11-20 12:00:00"),
        ),
        ("getobj.columns_tree", {"report_type": "weather"}, ("invalid_parameter_value", "report_type", "weather")),
    ],
)
def test_what_a_flat_report_does_not_take_is_refused(
    client: Client, method: str, params: Json, refusal: tuple[str, object, object]
) -> None:
    window = {} if method.startswith("getobj") else WINDOW
    assert client.refusal(method, **{**window, **params}) == refusal


def test_a_filter_looks_at_what_is_behind_a_name_and_has_two_levels(client: Client) -> None:
    lost = {"field": "call_status", "operator": "=", "value": "lost"}
    rows = read(client, "Звонки за неделю", filter={"filters": [lost], "condition": "and"})
    assert {row["call_status"]["value"] for row in rows} == {"Missed"}
    deep = {"filters": [{"filters": [{"filters": [lost]}]}]}
    report = reports(client)["Звонки за неделю"]["id"]
    asked = {"report_id": report, "fields": ["call_status"], **WINDOW}
    assert client.refusal("get.calls", **asked, filter=deep)[:2] == ("invalid_parameter_value", "filter")


def test_parameters_of_which_two_things_are_documented_are_what_an_option_says(client: Client) -> None:
    options = client.sandbox.options
    asked = {"fields": ["visit_date_time"], "report_id": reports(client)["Visits"]["id"], **WINDOW}
    for what, params, mnemonic in (
        ("required", {}, "required_parameter_missed"),
        ("refused", {"is_realtime": False}, "unexpected_parameters"),
    ):
        client.sandbox.options = replace(options, doubtful_parameters=what)  # type: ignore[arg-type]
        assert client.refusal("get.visits", **asked, **params)[:2] == (mnemonic, "is_realtime")
    client.sandbox.options = options
    assert client.call("get.visits", **asked)["result"]


def test_a_field_can_be_refused_by_one_method_alone(play: Play) -> None:
    client = play(refused_fields=("get.communications/communication_id",))
    asked = {"report_id": reports(client)["All contacts"]["id"], "fields": ["communication_id"], **WINDOW}
    assert client.refusal("get.communications", **asked)[2] == "communication_id"
    asked["report_id"] = reports(client)["Звонки за неделю"]["id"]
    assert client.call("get.calls", **asked)["result"]


def test_every_user_has_reports_and_columns_of_their_own(play: Play) -> None:
    client = play(user_ids=(11, 12))
    client.sandbox.now = UNTIL + timedelta(days=1)
    one, other = (reports(client, user_id=user_id) for user_id in (11, 12))
    assert one.keys() > other.keys()
    assert {row["id"] for row in one.values()}.isdisjoint(row["id"] for row in other.values())
    custom = [set(columns(client, "communications", user_id=user_id)) & {"cc_14", "cf_14"} for user_id in (11, 12)]
    assert custom == [{"cc_14", "cf_14"}, set()]
    foreign = {"user_id": 12, "report_id": one["All contacts"]["id"], "fields": ["visitor_id"], **WINDOW}
    assert client.refusal("get.communications", **foreign)[:2] == ("invalid_parameter_value", "report_id")


def test_one_column_can_come_in_several_forms(play: Play) -> None:
    client = play(quirks=True)
    calls = read(client, "Звонки за неделю")
    assert {type(one) for row in calls for one in row["employees"] or ()} == {str, dict}
    assert {type(row["communication_id"]) for row in calls} == {int, str}
    assert {type(row["communication_comment"]) for row in calls} >= {dict, str}
    assert {None, list} >= {type(row["segments"]) if row["segments"] is not None else None for row in calls}
