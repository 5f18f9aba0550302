"""Values of reports come in many forms: each becomes what is declared, and none loses anything."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_callgear.extraction.values import parse_value
from tap_callgear.report_types import REPORT_TYPES
from tap_callgear.reports.columns import form_of
from tap_callgear.reports.forms import scalar_text
from tap_callgear.reports.layout import UNEXPECTED
from tests.extraction.both_ways import EXACT, raw
from tests.extraction.test_any_row import values

from .support import TIME, laid_out, record_of, records_type

ROW = {"call_start_date_time": TIME, "communication_id": 2900000003}

COLUMNS = (
    *("call_status", "call_is_internal", "contact_phone_number", "tags", "communication_comment", "employees"),
    *("call_talk_duration", "sale_date", "call_start_date", "call_start_time", "call_finish_date_time", "visitor_id"),
    *("sale_cost", "visits_count", "communication_kinds", "tag_name", "cc_14", "segments", "person_id"),
)

LAYOUT = laid_out("calls", *COLUMNS)
WARNINGS: list[str] = []
RECORDS = records_type(LAYOUT, WARNINGS)
VALIDATOR = jsonschema.Draft7Validator(LAYOUT.schema)

pairs = st.fixed_dictionaries(
    {}, optional={"value": values, "value_id": values, "extra": values, "id": values, "name": values, "items": values}
)


def told(column: str, value: object) -> dict[str, Any]:
    """Return what becomes of a value of a column."""
    record = record_of(LAYOUT, {**ROW, column: value})
    names = LAYOUT.properties_of([column])
    return {name: record[name] for name in names} | (
        {UNEXPECTED: json.loads(record[UNEXPECTED])} if record[UNEXPECTED] else {}
    )


@pytest.mark.parametrize(
    "column, value, becomes",
    [
        (
            "call_status",
            {"value": "Missed", "value_id": "lost"},
            {"call_status": "Missed", "call_status_id": "lost"},
        ),
        (
            "call_is_internal",
            {"value": "No", "value_id": False},
            {"call_is_internal": "No", "call_is_internal_id": "false"},
        ),
        ("call_status", {"value": None, "value_id": None}, {"call_status": None, "call_status_id": None}),
        ("call_status", "Missed", {"call_status": "Missed", "call_status_id": None}),
        ("call_status", None, {"call_status": None, "call_status_id": None}),
        (
            "call_status",
            {"value": "Missed", "value_id": "lost", "color": "red"},
            {
                "call_status": "Missed",
                "call_status_id": "lost",
                UNEXPECTED: {"call_status": {"value": "Missed", "value_id": "lost", "color": "red"}},
            },
        ),
        (
            "contact_phone_number",
            {"value": "15550100", "extra": {"call_status": "lost", "call_direction": "in"}},
            {
                "contact_phone_number": "15550100",
                "contact_phone_number_extra": {"call_status": "lost", "call_direction": "in"},
            },
        ),
        ("contact_phone_number", 15550100, {"contact_phone_number": "15550100", "contact_phone_number_extra": None}),
        (
            "tags",
            {"communication_id": 7, "communication_type": "call", "items": [{"id": 1, "name": "Order"}]},
            {
                "tags": {
                    "items": [{"id": 1, "name": "Order", "color": None}],
                    "communication_id": "7",
                    "communication_type": "call",
                }
            },
        ),
        (
            "communication_comment",
            "call again",
            {
                "communication_comment": {
                    "comment": "call again",
                    "communication_id": None,
                    "communication_type": None,
                }
            },
        ),
        ("employees", ["Ann"], {"employees": [{"employee_full_name": "Ann"}]}),
        ("employees", [{"employee_full_name": "Ann"}], {"employees": [{"employee_full_name": "Ann"}]}),
        ("employees", None, {"employees": []}),
        ("call_talk_duration", "01:02:03", {"call_talk_duration": "01:02:03", "call_talk_duration_seconds": 3723}),
        ("call_talk_duration", 75, {"call_talk_duration": "75", "call_talk_duration_seconds": 75}),
        ("call_talk_duration", "long", {"call_talk_duration": "long", "call_talk_duration_seconds": None}),
        ("call_start_time", "09:00:00", {"call_start_time": "09:00:00"}),
        ("call_finish_date_time", TIME, {"call_finish_date_time": "2026-11-20T08:00:00+00:00"}),
        ("call_start_date", "2026-11-20", {"call_start_date": "2026-11-20"}),
        ("call_start_date", TIME, {"call_start_date": "2026-11-20", UNEXPECTED: {"call_start_date": TIME}}),
        ("sale_date", "soon", {"sale_date": None, UNEXPECTED: {"sale_date": "soon"}}),
        ("visitor_id", "10400000728", {"visitor_id": 10400000728}),
        ("visitor_id", "A-7", {"visitor_id": None, UNEXPECTED: {"visitor_id": "A-7"}}),
        ("sale_cost", "12.50", {"sale_cost": Decimal("12.50")}),
        ("person_id", 12345678901234567890123, {"person_id": "12345678901234567890123"}),
        ("cc_14", 12.5, {"cc_14": "12.5"}),
        ("segments", [{"segment_id": 1}], {"segments": '[{"segment_id":1}]'}),
    ],
)
def test_a_value_becomes_what_its_column_is_documented_to_hold(
    column: str, value: object, becomes: dict[str, Any]
) -> None:
    assert told(column, value) == becomes


def leaves(value: object) -> Counter[str]:
    """Return the texts of all that a value holds, each as often as it is held."""
    if isinstance(value, dict):
        return sum(map(leaves, value.values()), Counter())
    if isinstance(value, list):
        return sum(map(leaves, value), Counter())
    text = scalar_text(value)
    return Counter([text] if text else [])


@settings(max_examples=3 * settings().max_examples)
@given(column=st.sampled_from(COLUMNS), value=values | pairs)
def test_nothing_is_lost_whatever_a_column_holds(column: str, value: object) -> None:
    came = parse_value(raw({"it": value}))["it"]
    record = record_of(LAYOUT, {**ROW, column: value}, RECORDS)
    assert WARNINGS == []
    VALIDATOR.validate(parse_value(msgspec.Raw(EXACT.encode(record))))
    if record[UNEXPECTED] is not None:
        assert parse_value(msgspec.Raw(record[UNEXPECTED].encode())) == {column: came}
        return
    held = [record[name] for name in LAYOUT.properties_of([column])]
    kind = next(iter(form_of(column).properties.values()))
    if kind.get("format") == "date-time":
        assert (held == [None]) == (not isinstance(came, str) or came.strip().lower() in {"", "null"})
        return
    as_text = scalar_text(came)
    assert as_text is None or as_text in held or leaves(came) <= leaves(held)


@pytest.mark.parametrize("kind", REPORT_TYPES)
def test_a_column_that_nobody_asked_for_is_kept_too(kind: str) -> None:
    layout = laid_out(kind)
    row = {**dict.fromkeys(REPORT_TYPES[kind].columns, 7), REPORT_TYPES[kind].cursor: TIME, "colour": "red"}
    assert json.loads(record_of(layout, row)[UNEXPECTED]) == {"colour": "red"}
