"""From columns to properties: names that differ, keys that are always there, rows that are told apart."""

from __future__ import annotations

import pytest

from tap_callgear.extraction.reading import TimedRecord
from tap_callgear.report_types import REPORT_TYPES
from tap_callgear.reports.columns import form_of
from tap_callgear.reports.layout import IDENTITY, ROW_NUMBER, property_names
from tap_callgear.reports.records import NumberedReader
from tests.extraction.both_ways import raw

from .support import IN_UTC, TIME, laid_out, record_of, records_type


@pytest.mark.parametrize(
    "columns, names",
    [
        (["call_status"], {"call_status": ("call_status", "call_status_id")}),
        (
            ["call_status", "call_status_id"],
            {"call_status": ("call_status", "call_status_value_id"), "call_status_id": ("call_status_id",)},
        ),
        (
            ["call_status", "call_status_id", "call_status_value_id"],
            {
                "call_status": ("call_status", "call_status_value_id_"),
                "call_status_id": ("call_status_id",),
                "call_status_value_id": ("call_status_value_id",),
            },
        ),
        (["user_id", "row_number"], {"user_id": ("user_id_",), "row_number": ("row_number_",)}),
        (["cc_14", "CC_14"], {"cc_14": ("cc_14",), "CC_14": ("CC_14_",)}),
    ],
)
def test_no_two_properties_are_called_alike(columns: list[str], names: dict[str, tuple[str, ...]]) -> None:
    assert property_names({column: form_of(column) for column in columns}) == names


@pytest.mark.parametrize("kind", REPORT_TYPES)
def test_key_and_time_are_declared_and_never_null(kind: str) -> None:
    layout = laid_out(kind, "tags", is_numbered=not REPORT_TYPES[kind].has_key)
    needed = {*layout.primary_keys, REPORT_TYPES[kind].cursor}
    assert set(layout.schema["required"]) == needed
    assert all("null" not in layout.schema["properties"][name]["type"] for name in needed)
    assert layout.schema["properties"]["tags"]["description"]


def test_the_key_of_contacts_is_the_id_behind_the_name_of_the_type() -> None:
    layout = laid_out("communications")
    assert layout.primary_keys == ("communication_type_id", "communication_id")
    assert layout.columns_of(["communication_type_id"]) == ["communication_type", "communication_id"]


def test_ids_that_come_as_numbers_and_as_text_are_one_key() -> None:
    layout = laid_out("communications")
    row = {"communication_date_time": TIME, "communication_type": {"value": "Calls", "value_id": "call"}}
    records = [record_of(layout, {**row, "communication_id": key}) for key in (2900000003, "2900000003")]
    assert [record["communication_id"] for record in records] == ["2900000003"] * 2


def test_a_part_of_a_key_that_is_missing_has_something_in_its_place() -> None:
    layout = laid_out("tags_history")
    record = record_of(layout, {"tagging_date_time": TIME, "communication_id": None, "communication_type": None})
    assert {name: record[name] for name in layout.primary_keys} == {
        "tag_id": 0,
        "communication_type_id": "-",
        "communication_id": "-",
        "tagging_date_time": IN_UTC,
    }


def test_a_row_is_told_from_others_by_all_that_it_holds_in_whatever_order() -> None:
    layout = laid_out("deals", "sale_cost", is_numbered=True)
    row = {"deal_date_time": TIME, "deal_ext_id": None, "communication_id": 7, "sale_cost": 1}
    rows = [row, dict(reversed(row.items())), {**row, "communication_id": "7"}, {**row, "sale_cost": 2}]
    records = records_type(layout)
    found = [records.reshape([raw(each)]) for each in rows]
    identities = [bytes(next(iter(each))).partition(IDENTITY.encode())[2] for each in found]
    assert identities[0] == identities[1] == identities[2] != identities[3]


def timed(bookmark: str, number: int | None = None) -> TimedRecord:
    """Return a record that holds nothing but maybe its number."""
    return TimedRecord(bookmark, {} if number is None else {ROW_NUMBER: number})


def test_rows_of_one_second_are_numbered() -> None:
    class Reader:
        left_out = ("tags",)

        @staticmethod
        def read() -> object:
            return iter([map(timed, "aab"), map(timed, "c")])

        @staticmethod
        def sample(count: int) -> object:
            return map(timed, "aab"[:count])

    numbered = NumberedReader(Reader())  # type: ignore[arg-type]
    read = [list(part) for part in numbered.read()]
    assert read == [[timed("a", 1), timed("a", 2), timed("b", 1)], [timed("c", 1)]]
    assert list(numbered.sample(1)) == [timed("a", 1)]
    assert numbered.left_out == ("tags",)
