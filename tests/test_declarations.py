"""What a stream declares is complete, described, and true to the API's documentation.

``documented_fields.json`` says of every method what its documentation says of its fields: the type, whether the method
sorts and filters by it, whether it comes by default, and the values that are named. One field is noted there that only
live replies are known to hold: `hold_duration` of the calls.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tap_callgear.streams.communications import Communications
from tap_callgear.streams.every import STREAMS
from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.visitor_sessions import VisitorSessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.streams.base import ApiStream

Schema = dict[str, Any]


class Field(NamedTuple):
    """What the documentation says of a field."""

    kind: str
    abilities: frozenset[str]
    values: tuple[str, ...]


ABILITIES = {"sort": "sortable", "filter": "filterable", "default": "default_fields"}
"""The words of the documentation, and where a stream declares what they mean."""

DECLARED_AS = {
    "string": {"string"},
    "enum": {"string"},
    "iso8601": {"string"},
    "number": {"integer", "number"},
    "boolean": {"boolean"},
    "object": {"object"},
    "array": {"array"},
    "array of string": {"array of string"},
    "array of number": {"array of integer"},
}
"""The documented types, and the declared ones that hold them."""

LEFT_OUT = {"sip_lines": {"password"}}
"""Documented fields that are not declared, so that they are never read: this one is a secret."""

ADDED = {
    "ct_ac_summaries": {"date", "site_id"},
    "ct_summaries": {"date"},
    "employee_stats": {"date"},
    "source_costs": {"date"},
}
"""Properties that no reply holds: the tap tells them, because it knows them from what it asked for."""

DECLARED_OTHERWISE = {
    # Trees of any depth.
    ("communication_sources", "filter"): "string",
    ("crm_accounts", "deals_load_error"): "string",
    ("crm_sources", "filter"): "string",
    ("sources", "filter"): "string",
    ("tags", "condition"): "string",
    # A telephone number is no amount.
    ("contacts", "phone_numbers"): "array of string",
    ("chats", "visitor_phone_number"): "string",
    ("offline_messages", "visitor_phone_number"): "string",
    # Identifiers of an ad system, as texts everywhere.
    ("campaign_daily_stats", "old_banner_ids"): "array of string",
    # A text by its table, a number by its meaning.
    ("campaign_daily_stats", "cost_sum"): "number",
    ("chats", "duration"): "integer",
    ("sites", "show_visitor_id.length_visitor_id"): "integer",
}
"""Properties whose type is another than the documented one."""


def documented() -> dict[str, dict[str, Field]]:
    """Read what is documented, by method and by the dotted path of the field."""
    path = Path(__file__).with_name("documented_fields.json")
    methods: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return {method: {name: field_of(text) for name, text in fields.items()} for method, fields in methods.items()}


def field_of(text: str) -> Field:
    """Read one line, such as ``enum sort filter: active, inactive``."""
    words, _, values = text.partition(": ")
    abilities = {word for word in words.split() if word in ABILITIES}
    kind = " ".join(word for word in words.split() if word not in ABILITIES)
    return Field(kind, frozenset(abilities), tuple(values.split(", ")) if values else ())


DOCUMENTED = documented()
REPORTS = [stream for stream in STREAMS if issubclass(stream, ReportStream)]

every_stream = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)


def declared(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Walk every property at every depth, as its dotted path and its own schema."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}{name}", inner
        yield from declared(inner.get("items", inner), f"{path}{name}.")


def types_of(inner: Schema) -> list[str]:
    """Return the JSON types that a property allows."""
    types = inner["type"]
    return [types] if isinstance(types, str) else types


def kind_of(inner: Schema) -> str:
    """Return the type of a property, null aside, and of an array what it holds."""
    (kind,) = (name for name in types_of(inner) if name != "null")
    return f"array of {kind_of(inner['items'])}" if kind == "array" else kind


def always_there(stream: type[ApiStream]) -> set[str]:
    """Return the properties that every record has."""
    return {*stream.primary_keys, *([stream.replication_key] if issubclass(stream, ReportStream) else [])}


@every_stream
def test_every_property_is_described_in_a_sentence(stream: type[ApiStream]) -> None:
    for path, inner in declared(stream.schema):
        description = inner.get("description", "")
        assert description[:1].strip(), path
        assert description.endswith("."), path


@every_stream
def test_every_property_has_a_type_down_to_the_leaf(stream: type[ApiStream]) -> None:
    for path, inner in declared(stream.schema):
        types = types_of(inner)
        if "array" in types:
            assert inner["items"].get("type"), path
        if "object" in types:
            assert inner.get("properties") or inner["additionalProperties"]["type"], path


@every_stream
def test_only_the_keys_are_sure_to_be_there(stream: type[ApiStream]) -> None:
    always = always_there(stream)
    assert always <= set(stream.schema["properties"])
    assert set(stream.schema["required"]) == always
    for path, inner in declared(stream.schema):
        assert ("null" in types_of(inner)) == (path not in always), path


@pytest.mark.parametrize("stream", REPORTS, ids=lambda stream: stream.name)
def test_the_replication_key_is_a_point_in_time_or_a_day(stream: type[ReportStream]) -> None:
    assert stream.schema["properties"][stream.replication_key]["format"] in {"date-time", "date"}


@every_stream
def test_documented_values_are_no_constraint(stream: type[ApiStream]) -> None:
    for path, inner in declared(stream.schema):
        assert "enum" not in inner, path
        assert "enum" not in inner.get("items", {}), path


@every_stream
def test_documented_values_are_named(stream: type[ApiStream]) -> None:
    fields = DOCUMENTED[stream.method]
    for path, inner in declared(stream.schema):
        _, _, named = inner["description"].removesuffix(".").rpartition("Documented values: ")
        values = fields[path].values if path in fields else ()
        assert set(values) <= set(named.split(", ")), path


@every_stream
def test_every_documented_field_is_declared_and_no_other_is(stream: type[ApiStream]) -> None:
    paths = {path for path, _ in declared(stream.schema)}
    assert paths == DOCUMENTED[stream.method].keys() - LEFT_OUT.get(stream.name, set()) | ADDED.get(stream.name, set())


@every_stream
def test_a_declared_type_holds_the_documented_one(stream: type[ApiStream]) -> None:
    fields = DOCUMENTED[stream.method]
    for path, inner in declared(stream.schema):
        if path not in fields:
            continue
        kind = kind_of(inner)
        if (other := DECLARED_OTHERWISE.get((stream.name, path))) is not None:
            assert kind == other, path
            continue
        told = fields[path].kind
        assert kind in DECLARED_AS[told] or kind.startswith(f"{told} of "), path
        assert (inner.get("format") in {"date-time", "date"}) == (told == "iso8601"), path


@every_stream
@pytest.mark.parametrize("ability", ABILITIES)
def test_the_api_promises_what_its_documentation_says_and_no_more(stream: type[ApiStream], ability: str) -> None:
    fields = DOCUMENTED[stream.method]
    told = {name for name, field in fields.items() if ability in field.abilities and "." not in name}
    assert getattr(stream, ABILITIES[ability]) == told - LEFT_OUT.get(stream.name, set())


@every_stream
def test_other_names_lead_to_declared_properties_and_are_none_themselves(stream: type[ApiStream]) -> None:
    names = {path.rpartition(".")[2] for path, _ in declared(stream.schema)}
    assert set(stream.other_names.values()) <= names
    assert not names & set(stream.other_names)


def test_no_two_streams_share_a_name_or_a_method() -> None:
    assert len({stream.name for stream in STREAMS}) == len(STREAMS)
    assert {stream.method for stream in STREAMS} == DOCUMENTED.keys()
    assert len(DOCUMENTED) == len(STREAMS)


def test_communications_can_be_sorted_by_time() -> None:
    assert Communications.replication_key in Communications.sortable


def test_visitor_sessions_cannot_be_sorted_by_time() -> None:
    assert VisitorSessions.replication_key not in VisitorSessions.sortable


def test_no_secret_of_a_line_is_ever_asked_for() -> None:
    names = {path.rpartition(".")[2] for stream in STREAMS for path, _ in declared(stream.schema)}
    assert not names & {"password", "access_token"}
