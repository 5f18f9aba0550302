"""What a stream declares is complete, described, and true to the API's documentation.

What is documented stands in ``methods.json`` of the sandbox, which the streams have no part in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from callgear_sandbox.documentation import DOCUMENTED, NAMED
from tap_callgear.streams import STREAMS
from tap_callgear.streams.daily import DailyReportStream
from tap_callgear.streams.list import ListStream
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.streams.base import ApiStream

Schema = dict[str, Any]


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

NEVER_FOR_A_CUSTOMER = {"crm_accounts"}
"""Streams of methods that take a user, and that no agent may call."""

NO_STREAMS = {
    "get.available_virtual_numbers",
    "get.campaign_available_phone_numbers",
    "get.campaign_available_redirection_phone_numbers",
    "get.campaign_parameter_weights",
    "get.schedules",
    "get.sip_line_virtual_numbers",
    *(method for method, documented in DOCUMENTED.items() if documented.takes("report_id") and documented.report_type),
    "get.reports_list",
    "get.report_types",
    "getobj.columns_tree",
    "getobj.report_state",
}
"""Methods that no stream reads: of settings, of what there is to choose from, and of people's own reports."""

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
    fields = DOCUMENTED[stream.method].fields
    for path, inner in declared(stream.schema):
        _, _, named = inner["description"].removesuffix(".").rpartition("Documented values: ")
        values = fields[path].values if path in fields else ()
        assert set(values) <= set(named.split(", ")), path


@every_stream
def test_every_documented_field_is_declared_and_no_other_is(stream: type[ApiStream]) -> None:
    documented = DOCUMENTED[stream.method].fields.keys() - LEFT_OUT.get(stream.name, set())
    assert {path for path, _ in declared(stream.schema)} == documented | ADDED.get(stream.name, set())


@every_stream
def test_a_declared_type_holds_the_documented_one(stream: type[ApiStream]) -> None:
    fields = DOCUMENTED[stream.method].fields
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
def test_what_is_asked_for_is_documented(stream: type[ApiStream]) -> None:
    documented = DOCUMENTED[stream.method]
    assert stream.takes_user_id == documented.takes("user_id") or stream.name in NEVER_FOR_A_CUSTOMER
    assert stream.takes_fields == documented.takes("fields")
    variants = stream.variants if issubclass(stream, ListStream) else ()
    asked = {*stream.params, *(name for variant in variants for name in variant)}
    assert all(map(documented.takes, asked | ({stream.parent_param} if stream.parent else set())))
    if issubclass(stream, ListStream):
        assert stream.takes_paging == documented.takes("limit")
    if issubclass(stream, ReportStream) and documented.interval_days is not None:
        assert stream.longest_window.days <= documented.interval_days


@every_stream
def test_rows_are_told_apart_and_ordered_by_what_is_documented(stream: type[ApiStream]) -> None:
    documented = DOCUMENTED[stream.method]
    assert stream.primary_keys == documented.key
    if issubclass(stream, ReportStream):
        assert stream.replication_key == (documented.time or "date")
    names = {wrong: right for right, wrong in documented.examples_say.items()}
    assert names.items() <= stream.field_aliases.items()


@every_stream
def test_the_api_sorts_and_filters_by_what_the_tap_has_it_sort_and_filter_by(stream: type[ApiStream]) -> None:
    columns = DOCUMENTED[stream.method].columns
    assert set(stream.sorts_by) <= set(columns.sortable)
    if issubclass(stream, ListStream):
        can_seek = set(stream.primary_keys) <= set(columns.sortable) and stream.primary_keys[0] in columns.filterable
        assert stream.seeks_by_key == can_seek
        assert bool(stream.sorts_by) == (bool(columns.sortable) and not can_seek)
    if issubclass(stream, DailyReportStream):
        assert set(stream.sorts_by) >= set(stream.primary_keys) & set(columns.sortable)


@every_stream
def test_other_names_lead_to_declared_properties_and_are_none_themselves(stream: type[ApiStream]) -> None:
    names = {path.rpartition(".")[2] for path, _ in declared(stream.schema)}
    assert set(stream.field_aliases.values()) <= names
    assert not names & set(stream.field_aliases)


def test_no_two_streams_share_a_name_or_a_method() -> None:
    assert len({stream.name for stream in STREAMS}) == len({stream.method for stream in STREAMS}) == len(STREAMS)


def test_every_documented_method_is_a_stream_or_known_to_be_none() -> None:
    assert {stream.method for stream in STREAMS} | NO_STREAMS == DOCUMENTED.keys()
    assert {NAMED[stream.name].method for stream in STREAMS} == {stream.method for stream in STREAMS}


@pytest.mark.parametrize("stream", REPORTS, ids=lambda stream: stream.name)
def test_a_report_is_sorted_by_time_where_the_api_can(stream: type[ReportStream]) -> None:
    sortable = DOCUMENTED[stream.method].columns.sortable
    assert (stream.replication_key in stream.sorts_by) == (stream.replication_key in sortable)


def test_no_secret_of_a_line_is_ever_asked_for() -> None:
    names = {path.rpartition(".")[2] for stream in STREAMS for path, _ in declared(stream.schema)}
    assert not names & {"password", "access_token"}
