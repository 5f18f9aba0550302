"""The streams as Airbyte is told of them: keys, cursor, modes and types, without any network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from tests.support import ALL_STREAMS, KEYS, STREAMS

from .support import NOWHERE, Json, form_for, run_source

if TYPE_CHECKING:
    from collections.abc import Iterator


def discovered(**settings: object) -> dict[str, Json]:
    """Return the streams of a run without network by their names."""
    run = run_source("discover", config=form_for(NOWHERE, **settings))
    assert (run.exit_code, run.stderr, run.logs("WARN"), run.errors) == (0, "", [], [])
    return {stream["name"]: stream for stream in run.the("CATALOG")["catalog"]["streams"]}


@pytest.fixture(scope="module")
def streams() -> dict[str, Json]:
    """Return the streams of a customer's own account."""
    return discovered()


def times(schema: Json) -> Iterator[Json]:
    """Find the date-times in a schema, however deep."""
    if schema.get("format") == "date-time":
        yield schema
    inside = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    for each in inside:
        yield from times(each)


def test_there_are_the_streams_of_the_contract(streams: dict[str, Json]) -> None:
    assert set(streams) == set(ALL_STREAMS)


@pytest.mark.parametrize("name", STREAMS)
def test_keys_and_cursor_are_the_sources_and_both_modes_can_be_resumed(streams: dict[str, Json], name: str) -> None:
    stream = streams[name]
    assert stream["supported_sync_modes"] == ["full_refresh", "incremental"]
    assert stream["source_defined_cursor"] is True
    assert stream["default_cursor_field"] == ["date_time"]
    assert stream["source_defined_primary_key"] == [[key] for key in KEYS[name]]
    assert stream["is_resumable"] is True


def test_a_list_has_no_cursor_and_is_read_whole(streams: dict[str, Json]) -> None:
    stream = streams["campaigns"]
    assert stream["supported_sync_modes"] == ["full_refresh"]
    assert stream["source_defined_cursor"] is False
    assert stream["default_cursor_field"] == []
    assert stream["source_defined_primary_key"] == [["id"]]
    assert stream["is_resumable"] is False


@pytest.mark.parametrize("name", STREAMS)
def test_the_schema_is_of_draft_07_and_knows_times_with_an_offset(streams: dict[str, Json], name: str) -> None:
    schema = streams[name]["json_schema"]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is True
    Draft7Validator.check_schema(schema)
    found = list(times(schema))
    assert len(found) > 1, "the nested one is among them"
    assert all(each["airbyte_type"] == "timestamp_with_timezone" for each in found)


def test_records_of_an_agent_say_whose_they_are(streams: dict[str, Json]) -> None:
    for name, stream in discovered(user_ids=[11, 12]).items():
        is_read_by_user = "user_id" in stream["json_schema"]["properties"]
        assert is_read_by_user == (name not in {"accounts", "chat_channels", "customers", "customer_users"})
        assert ("user_id" in streams[name]["json_schema"]["properties"]) == (name == "account_details")
        keys = [path for path in stream["source_defined_primary_key"] if path != ["user_id"]]
        assert keys == [[key] for key in KEYS[name]]


@pytest.mark.parametrize("given", [["11", "12"], [11.0, 12.0], "11,12", "[11, 12]"], ids=str)
def test_customers_may_be_named_in_any_way_that_a_read_understands(given: object) -> None:
    assert discovered(user_ids=given) == discovered(user_ids=[11, 12])


def test_discovery_does_not_stumble_over_settings_that_it_does_without() -> None:
    assert set(discovered(start_date="soon", user_ids=[[1], "x"], page_size="many")) == set(ALL_STREAMS)
