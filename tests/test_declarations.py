"""What a stream declares is complete, described, and true to the API's documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.streams.communications import Communications
from tap_callgear.streams.visitor_sessions import VisitorSessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.streams.report import ReportStream

Schema = dict[str, Any]

every_stream = pytest.mark.parametrize("stream", [Communications, VisitorSessions])


def declared(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Walk every property at every depth, as its dotted path and its own schema."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}{name}", inner
        yield from declared(inner.get("items", inner), f"{path}{name}.")


def types_of(inner: Schema) -> list[str]:
    """Return the JSON types that a property allows."""
    types = inner["type"]
    return [types] if isinstance(types, str) else types


@every_stream
def test_every_property_is_described_in_a_sentence(stream: type[ReportStream]) -> None:
    for path, inner in declared(stream.schema):
        description = inner.get("description", "")
        assert description[:1].strip(), path
        assert description.endswith("."), path


@every_stream
def test_every_property_has_a_type_down_to_the_leaf(stream: type[ReportStream]) -> None:
    for path, inner in declared(stream.schema):
        types = types_of(inner)
        if "array" in types:
            assert inner["items"].get("type"), path
        if "object" in types:
            assert inner["properties"], path


@every_stream
def test_only_the_keys_are_sure_to_be_there(stream: type[ReportStream]) -> None:
    always = {*stream.primary_keys, stream.replication_key}
    assert always <= set(stream.schema["properties"])
    assert set(stream.schema["required"]) == always
    for path, inner in declared(stream.schema):
        assert ("null" in types_of(inner)) == (path not in always), path


@every_stream
def test_the_replication_key_is_a_point_in_time(stream: type[ReportStream]) -> None:
    assert stream.schema["properties"][stream.replication_key]["format"] == "date-time"


@every_stream
def test_documented_values_are_no_constraint(stream: type[ReportStream]) -> None:
    for path, inner in declared(stream.schema):
        assert "enum" not in inner, path
        assert "enum" not in inner.get("items", {}), path


@every_stream
@pytest.mark.parametrize("ability", ["sortable", "filterable", "default_fields"])
def test_what_the_api_can_do_it_can_do_with_declared_properties(stream: type[ReportStream], ability: str) -> None:
    assert getattr(stream, ability) <= set(stream.schema["properties"])


@every_stream
def test_other_names_lead_to_declared_properties_and_are_none_themselves(
    stream: type[ReportStream],
) -> None:
    names = {path.rpartition(".")[2] for path, _ in declared(stream.schema)}
    assert set(stream.other_names.values()) <= names
    assert not names & set(stream.other_names)


@pytest.mark.parametrize(
    "stream, top_level, every_depth",
    [(Communications, 62, 74), (VisitorSessions, 58, 88)],
)
def test_no_documented_field_is_missing(stream: type[ReportStream], top_level: int, every_depth: int) -> None:
    assert len(stream.schema["properties"]) == top_level
    assert len(list(declared(stream.schema))) == every_depth


@pytest.mark.parametrize(
    "stream, sortable, filterable, default",
    [(Communications, 15, 58, 8), (VisitorSessions, 20, 36, 6)],
)
def test_the_api_promises_no_more_than_its_documentation_says(
    stream: type[ReportStream], sortable: int, filterable: int, default: int
) -> None:
    assert len(stream.sortable) == sortable
    assert len(stream.filterable) == filterable
    assert len(stream.default_fields) == default


def test_communications_can_be_sorted_by_time() -> None:
    assert Communications.replication_key in Communications.sortable


def test_visitor_sessions_cannot_be_sorted_by_time() -> None:
    assert VisitorSessions.replication_key not in VisitorSessions.sortable
