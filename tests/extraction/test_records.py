"""Whatever a row holds, its record is valid under the declared schema, exact, and says what it had to leave out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from singer_sdk import typing as th

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.lenient_rows import LenientRows
from tap_callgear.extraction.records import RecordType, as_dictionary
from tap_callgear.extraction.undeclared import UndeclaredFields
from tap_callgear.streams.communications import Communications
from tap_callgear.streams.types import counts, integer
from tap_callgear.streams.visitor_sessions import VisitorSessions
from tests.extraction.both_ways import EXACT, TIME, leniently, raw, record_type

if TYPE_CHECKING:
    from tap_callgear.streams.report import ReportStream

STREAMS = (Communications, VisitorSessions)
KEYS = {"id": 7, "communication_type": "call", "date_time": "2026-11-20 12:00:00"}
VISIT = {"id": 7, "date_time": "2026-11-20 12:00:00"}


def read(records: RecordType, row: msgspec.Raw) -> dict[str, Any]:
    """Return the record of a row, as a dictionary."""
    return as_dictionary(records.read(row, TIME))


def session(**fields: object) -> dict[str, Any]:
    """Return the record of a session with these fields."""
    return read(record_type(VisitorSessions), raw({**VISIT, **fields}))


every_stream = pytest.mark.parametrize("stream", STREAMS)


@pytest.mark.parametrize(
    "items, sent, kept",
    [
        (th.IntegerType, "[1,null,2]", [1, 2]),
        (th.IntegerType, '["3",null,""]', [3]),
        (th.NumberType, "[1.50,null]", [Decimal("1.50")]),
        (th.BooleanType, "[null,false]", [False]),
        (th.StringType, '["a",null,1]', ["a", "1"]),
        (th.DateTimeType, '["2026-11-20 12:00:00",null,""]', ["2026-11-20T08:00:00+00:00"]),
        (th.ObjectType(additional_properties=th.IntegerType), '[{"a":1,"b":null},null,{}]', [{"a": 1}]),
        (th.ObjectType(th.Property("a", th.IntegerType)), '[{"a":1},null,{},{"a":null}]', [{"a": 1}]),
    ],
)
def test_nothing_is_left_of_the_empty_items_of_a_list(
    items: type[th.JSONTypeHelper[Any]], sent: str, kept: list[Any]
) -> None:
    schema = th.PropertiesList(th.Property("items", th.ArrayType(items))).to_dict()
    warnings: list[str] = []
    records = RecordType(
        schema,
        ["items"],
        time=None,
        constants={},
        field_aliases={},
        maybe_datetimes=(),
        zone=AccountZone("Asia/Dubai"),
        warn=warnings.append,
    )
    record = read(records, msgspec.Raw(b'{"items":%s}' % sent.encode()))
    assert record == {"items": kept}
    assert not warnings


@every_stream
def test_an_empty_row_has_every_property(stream: type[ReportStream]) -> None:
    record = read(record_type(stream), raw({}))
    assert list(record) == list(stream.schema["properties"])
    assert record.pop("date_time") == TIME
    assert {json.dumps(value) for value in record.values()} == {"null", "[]"}


@pytest.mark.parametrize(
    "name, sent, value",
    [
        ("duration", "125", 125),
        ("duration", "125.0", 125),
        ("duration", Decimal("125.0"), 125),
        ("duration", "00:02:05", 125),
        ("duration", "2:05", 125),
        ("duration", "1:2:3:4", None),
        ("duration", "a:b", None),
        ("duration", "1:\u00b2", None),
        ("duration", f"{'9' * 5000}:00", None),
        ("duration", "12.5", None),
        ("duration", True, 1),
        ("duration", "", None),
        ("duration", 0, 0),
        ("visitor_id", 2**63 - 1, 2**63 - 1),
        ("visitor_id", "9007199254740993", 9007199254740993),
        ("visitor_id", [1], None),
        ("ext_id", 42, "42"),
        ("ext_id", Decimal("1.50"), "1.50"),
        ("ext_id", True, "true"),
        ("ext_id", {"a": [1]}, '{"a":[1]}'),
        ("ext_id", "", ""),
        ("segments", None, []),
        ("segments", "", []),
        ("segments", {}, []),
        ("hits", None, []),
        ("hits", {"hit_url": "x"}, [{"hit_time": None, "hit_duration": None, "hit_url": "x"}]),
        ("hits", [{"hit_duration": "00:00:01", "hit_time": "2026-11-20 12:00:00", "hit_url": None}, None], None),
        ("integrated_campaign_data", [], None),
        ("integrated_campaign_data", {}, None),
        ("integrated_campaign_data", "text", None),
    ],
)
def test_a_value_in_another_guise_is_read_for_what_it_means(name: str, sent: object, value: object) -> None:
    if name == "hits" and isinstance(sent, list):
        value = [{"hit_time": "2026-11-20T08:00:00+00:00", "hit_duration": "00:00:01", "hit_url": None}]
    assert session(**{name: sent})[name] == value


@pytest.mark.parametrize(
    "sent, value",
    [
        ("", None),
        (None, None),
        ("2026-11-20 12:00:00", "2026-11-20T08:00:00+00:00"),
        ("0000-00-00 00:00:00", None),
        (1_700_000_000, None),
    ],
)
def test_nested_dates_are_utc_and_empty_ones_null(sent: object, value: str | None) -> None:
    contact = {"communication_type": "call", "communication_id": 5, "communication_date_time": sent}
    assert session(communications=[contact])["communications"] == [
        {"communication_type": "call", "communication_id": 5, "communication_date_time": value}
    ]


@pytest.mark.parametrize(
    "sent, value",
    [
        ("12:30:01", "12:30:01"),
        ("2026-11-20 12:00:00", "2026-11-20T08:00:00+00:00"),
        ("", None),
        ("a text of more than nineteen letters", "a text of more than nineteen letters"),
        (5, "5"),
    ],
)
def test_a_text_that_may_hold_a_time_is_utc_where_it_does(sent: object, value: str | None) -> None:
    assert session(hits=[{"hit_time": sent, "hit_url": "x"}])["hits"][0]["hit_time"] == value


@pytest.mark.parametrize(
    "sent, value",
    [
        (b"12.10", "12.10"),
        (b"0.1", "0.1"),
        (b'"99999999999999999999.99"', "99999999999999999999.99"),
        (b'" 12.10 "', "12.10"),
        (b'"1\xc2\xa0234.50"', "1234.50"),
        (b"5", "5"),
        (b"0", "0"),
        (b"1e999", "null"),
        (b"1e-999", "null"),
        (b'"nan"', "null"),
        (b'"Infinity"', "null"),
        (b'"1,5"', "null"),
        (b'""', "null"),
        (b"{}", "null"),
    ],
)
def test_money_is_exact_to_the_last_digit(sent: bytes, value: str) -> None:
    record = read(record_type(Communications), msgspec.Raw(b'{"id":1,"sale_cost":%s}' % sent))
    assert EXACT.encode(record["sale_cost"]).decode() == value


@pytest.mark.parametrize(
    "sent, value",
    [("true", True), ("t", True), (1, True), (" No ", False), ("f", False), (0, False), ("", None), ("maybe", None)],
)
def test_a_yes_or_no_is_read_in_every_spelling(sent: object, value: bool | None) -> None:  # noqa: FBT001
    records = record_type(Communications)
    assert read(records, raw({**KEYS, "visit_other_campaign": sent}))["visit_other_campaign"] is value
    assert records.value("visit_other_campaign", sent) is value


def test_what_is_not_declared_is_left_out_with_one_warning_a_field() -> None:
    warnings: list[str] = []
    records = record_type(VisitorSessions, warnings)
    for _ in range(3):
        record = read(records, raw({**VISIT, "brand_new": 1, "hits": [{"hit_url": "x", "hit_mood": 2}]}))
        assert "brand_new" not in record
        assert "hit_mood" not in record["hits"][0]
    assert len([text for text in warnings if "brand_new" in text]) == 1
    assert len([text for text in warnings if "hit_mood" in text]) == 1


def test_what_cannot_be_read_becomes_null_with_one_warning_a_field() -> None:
    warnings: list[str] = []
    records = record_type(VisitorSessions, warnings)
    for _ in range(3):
        assert read(records, raw({**VISIT, "hits_count": "many"}))["hits_count"] is None
        assert records.value("hits_count", "many") is None
    assert len(warnings) == 1
    assert "hits_count" in warnings[0]


def test_a_field_may_be_refused_while_a_row_is_read() -> None:
    records = LenientRows(
        VisitorSessions.schema["properties"],
        ["hits_count", "campaign_name"],
        undeclared=UndeclaredFields(),
        maybe_datetimes=(),
        zone=AccountZone("UTC"),
        warn=lambda _: records.leave_out("campaign_name"),
    )
    row = raw({"hits_count": "many", "campaign_name": "spring"})
    assert records.read(row)[0] == {"hits_count": None, "campaign_name": "spring"}
    assert records.read(row)[0] == {"hits_count": None}


def test_one_item_that_cannot_be_read_does_not_cost_the_others() -> None:
    hits = session(hits=[{"hit_url": "x"}, "odd", {"hit_url": "y"}])["hits"]
    assert [hit["hit_url"] for hit in hits] == ["x", "y"]


@pytest.mark.parametrize(
    "sent, value",
    [({"camapign_id": 3}, 3), ({"camapign_id": 3, "campaign_id": 4}, 4), ({"camapign_id": 3, "campaign_id": None}, 3)],
)
def test_a_misspelt_name_stands_for_the_declared_one_unless_that_is_there(sent: dict[str, object], value: int) -> None:
    warnings: list[str] = []
    assert read(record_type(VisitorSessions, warnings), raw({**VISIT, **sent}))["campaign_id"] == value
    assert warnings == []


def test_a_declared_field_that_is_not_wanted_is_dropped_without_a_word() -> None:
    warnings: list[str] = []
    records = record_type(VisitorSessions, warnings, wanted=["id", "date_time", "ext_id"])
    assert read(records, raw({**VISIT, "ext_id": "a", "hits_count": 5})).keys() == {"id", "date_time", "ext_id"}
    records.leave_out(["ext_id", "ext_id"])
    assert read(records, raw({**VISIT, "ext_id": "a"})).keys() == {"id", "date_time"}
    assert [text for text in warnings if "hits_count" in text or "ext_id" in text] == []


@pytest.mark.parametrize(
    "sent, value",
    [
        ({"1": 60, "7": 0}, {"1": 60, "7": 0}),
        ({"1": "60", "7": "1:00"}, {"1": 60, "7": 60}),
        ({"1": 60, "7": None}, {"1": 60}),
        ({"1": 60, "7": "much"}, {"1": 60}),
        ({"7": None}, None),
        ({}, None),
        ([], None),
        ("", None),
        (None, None),
        ("much", None),
    ],
)
def test_an_object_whose_names_are_data_keeps_them(sent: object, value: dict[str, int] | None) -> None:
    warnings: list[str] = []
    declared = th.PropertiesList(integer("id", "A key.", key=True), counts("seconds", "Seconds by status.")).to_dict()
    records = RecordType(
        declared,
        declared["properties"],
        time=None,
        constants={},
        field_aliases={},
        maybe_datetimes=(),
        zone=AccountZone("Asia/Dubai"),
        warn=warnings.append,
    )
    record = read(records, raw({"id": 7, "seconds": sent}))
    assert record["seconds"] == value
    assert len(warnings) == ("much" in str(sent))


def test_bytes_that_are_no_unicode_are_mended() -> None:
    record = read(record_type(VisitorSessions), msgspec.Raw(b'{"id":1,"exit_page":"caf\xe9"}'))
    assert record["exit_page"] == "caf\ufffd"


def test_a_row_that_is_no_object_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        read(record_type(VisitorSessions), msgspec.Raw(b"[]"))


@pytest.mark.parametrize("sent", ["2026-11-20 12:00:00", "", None, 5])
def test_the_time_is_the_one_that_is_known(sent: object) -> None:
    row = raw({**KEYS, "date_time": sent})
    assert read(record_type(Communications), row)["date_time"] == TIME
    assert leniently(record_type(Communications), row)["date_time"] == TIME


def test_every_record_has_the_constants_whatever_its_row_holds() -> None:
    records = RecordType(
        Communications.schema,
        ["id", "date_time", "site_id"],
        time="date_time",
        constants={"user_id": 11},
        field_aliases={},
        maybe_datetimes=(),
        zone=AccountZone("UTC"),
        warn=lambda _: None,
    )
    for site in (1, {"odd": True}):
        record = records.read(raw({"id": 7, "date_time": "", "site_id": site, "user_id": 99}), TIME)
        assert json.loads(EXACT.encode(record)) == {
            "id": 7,
            "date_time": TIME,
            "site_id": 1 if site == 1 else None,
            "user_id": 11,
        }
