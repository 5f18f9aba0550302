"""What is written by hand into a catalog, or comes from another one, is understood, named, or refused: never lost."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.singerlib import Catalog

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.streams import STREAMS as DECLARED
from tap_callgear.tap import TapCallGear

from .support import BY_DEFAULT, assert_complete, play, run_tap

if TYPE_CHECKING:
    from singer_sdk import Stream

Json = dict[str, Any]

GIVEN = {"access_token": "key-1234567890", "start_date": "2025-11-01"}
NAMES = [stream.name for stream in DECLARED]


def entry(name: str = "communications", **more: object) -> Json:
    """Return the entry of a stream as small as it may be."""
    return {"tap_stream_id": name, **more}


def root(**metadata: object) -> Json:
    """Return metadata of a whole stream."""
    return {"breadcrumb": [], "metadata": metadata}


def of(name: str, **metadata: object) -> Json:
    """Return metadata of a property."""
    return {"breadcrumb": ["properties", name], "metadata": metadata}


def tap_with(catalog: object, **settings: object) -> TapCallGear:
    """Return a tap that goes by a catalog as a file may hold it."""
    tap = TapCallGear(config={**GIVEN, **settings}, catalog=catalog)
    tap.tell_doubts()
    return tap


def selected(catalog: object) -> list[str]:
    """Return the streams that a catalog selects."""
    return [stream.name for stream in tap_with(catalog).selected_streams]


def properties(stream: Stream) -> list[str]:
    """Return the properties that a stream's SCHEMA tells of."""
    return list(stream.stream_maps[0].transformed_schema["properties"])


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was warned of."""
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


@pytest.fixture(scope="module")
def discovered() -> Json:
    """Return the catalog that discovery prints."""
    told: Json = json.loads(TapCallGear(validate_config=False, setup_mapper=False).catalog_json_text)
    return told


def test_a_discovered_catalog_selects_what_is_read_without_one(
    discovered: Json, caplog: pytest.LogCaptureFixture
) -> None:
    tap = tap_with(discovered)
    assert [stream.name for stream in tap.selected_streams] == list(BY_DEFAULT)
    for stream in tap.selected_streams:
        assert properties(stream) == list(stream.schema["properties"])
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    "catalog",
    [
        pytest.param({"streams": [entry()]}, id="no metadata"),
        pytest.param({"streams": [entry(metadata=None, schema=None)]}, id="metadata null"),
        pytest.param({"streams": [entry(metadata=[root(selected=True)], schema={})]}, id="empty schema"),
        pytest.param(
            {"streams": [entry(metadata=[{"breadcrumb": None, "metadata": {"selected": "true"}}])]}, id="text"
        ),
        pytest.param({"streams": [entry(stream="Communications")]}, id="another name"),
        pytest.param({"streams": [entry("tap-communications", stream="communications")]}, id="another id"),
        pytest.param({"streams": [{"stream": "communications"}]}, id="no id"),
        pytest.param({"streams": [entry(selected=True, metadata=[root(inclusion="available")])]}, id="legacy, entry"),
        pytest.param({"streams": [entry(schema={"selected": True}, metadata=[root()])]}, id="legacy, schema"),
        pytest.param({"streams": [entry(selected=False, metadata=[root(selected=True)])]}, id="legacy, overruled"),
        pytest.param({"streams": {"streams": [entry()]}}, id="twice"),
        pytest.param({"catalog": {"streams": [entry()]}}, id="wrapped"),
        pytest.param([entry()], id="a list"),
        pytest.param([entry(metadata=[root(selected=True), {"breadcrumb": ["properties"]}])], id="half a path"),
        pytest.param(Catalog.from_dict({"streams": [entry()]}), id="the SDK's"),
        pytest.param([entry(metadata=[root(selected=True), of("user_id", selected=True)])], id="of other users"),
    ],
)
def test_a_catalog_by_hand_is_understood(catalog: object, caplog: pytest.LogCaptureFixture) -> None:
    tap = tap_with(catalog)
    (stream,) = tap.selected_streams
    assert stream.name == "communications"
    assert properties(stream) == list(type(stream).schema["properties"])
    assert list(stream.primary_keys) == ["communication_type", "id"]
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    "catalog, says",
    [
        ({}, "no catalog of the tap"),
        (5, "no catalog of the tap"),
        ({"streams": None}, "no catalog of the tap"),
        ({"streams": {}}, "no catalog of the tap"),
        ({"streams": ["communications"]}, "no catalog of the tap"),
        ({"streams": [{}]}, "no catalog of the tap"),
        ({"streams": [entry(schema=[])]}, "no catalog of the tap"),
        ({"streams": [entry(schema={"properties": {"id": "integer"}})]}, "no catalog of the tap"),
        ({"streams": [entry(metadata={"selected": True})]}, "no catalog of the tap"),
        ({"streams": [entry(metadata=[{"breadcrumb": "x", "metadata": {}}])]}, "no catalog of the tap"),
        ({"streams": [{"stream": {"name": "communications"}, "sync_mode": "incremental"}]}, "a catalog of Airbyte"),
        ({"type": "CATALOG", "catalog": {"streams": [{"name": "x", "json_schema": {}}]}}, "a catalog of Airbyte"),
    ],
    ids=str,
)
def test_what_is_no_catalog_is_refused_in_one_line(catalog: object, says: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^--catalog: this is {says}"):
        tap_with(catalog)


@pytest.mark.parametrize(
    "catalog, says",
    [
        pytest.param({"streams": []}, ["selects no stream"], id="empty"),
        pytest.param({"streams": [entry(metadata=[root(inclusion="available")])]}, ["selects no stream"], id="none"),
        pytest.param({"streams": [entry(metadata=[root(selected="false")])]}, ["selects no stream"], id="text"),
        pytest.param({"streams": [entry(metadata=[root(selected="No")])]}, ["selects no stream"], id="word"),
        pytest.param(
            {"streams": [entry("comunications"), entry("tags2")]},
            ["not: comunications (did you mean communications?), tags2 (did you mean tags?).", "selects no stream"],
            id="unknown streams",
        ),
        pytest.param({"streams": [entry(), entry()]}, ["names communications twice"], id="twice"),
        pytest.param(
            {"streams": [entry(metadata=[root(selected=True), of("visitorid", selected=True)])]},
            ["properties that there are not: visitorid (did you mean visitor_id?)"],
            id="unknown property",
        ),
        pytest.param([entry(replication_method="LOG")], ["LOG, which there is not: INCREMENTAL counts"], id="method"),
    ],
)
def test_what_a_catalog_cannot_mean_is_said(catalog: object, says: list[str], caplog: pytest.LogCaptureFixture) -> None:
    tap_with(catalog)
    told = warnings(caplog)
    assert len(told) == len(says)
    assert all(part in warning for part, warning in zip(says, told, strict=True)), told


def test_keys_and_times_are_there_whatever_is_deselected(discovered: Json) -> None:
    catalog = copy.deepcopy(discovered)
    for each in catalog["streams"]:
        each |= {"key_properties": None, "replication_key": "id"}
        for part in each["metadata"]:
            part["metadata"] = {"selected": not part["breadcrumb"]}
    tap = tap_with(catalog, user_ids=[11])
    assert [stream.name for stream in tap.selected_streams] == NAMES
    for stream in tap.selected_streams:
        own = tap.discover_streams()[NAMES.index(stream.name)]
        kept = {*own.needed, *own.stamped, *(["user_id"] if own.takes_user_id else [])}
        assert set(properties(stream)) == kept
        assert {*stream.fields(), "user_id"} == own.needed - own.stamped | {"user_id"}
        assert list(stream.primary_keys) == list(own.primary_keys)
        assert stream.replication_key == own.replication_key
        assert stream.stream_maps[0].transformed_key_properties == list(own.primary_keys)


def test_deselected_keys_leave_whole_records_behind() -> None:
    metadata = [root(selected=True), *(of(name, selected=False) for name in ("id", "communication_type", "date_time"))]
    with play(rows=40) as sandbox:
        run = run_tap(sandbox, catalog={"streams": [entry(metadata=metadata)]})
        assert_complete(run, sandbox, ["communications"])
    told = run.schema("communications")["properties"]
    assert all(record.keys() <= told.keys() for record in run.records("communications"))
    assert {"id", "communication_type", "date_time"} <= told.keys()


def test_a_schema_that_was_cut_deselects_and_keeps_its_types() -> None:
    schema = {"properties": {"visitor_id": {"type": ["string", "null"]}, "gone": {"type": "string"}}}
    (stream,) = tap_with({"streams": [entry(schema=schema)]}).selected_streams
    assert set(properties(stream)) == {"communication_type", "id", "date_time", "visitor_id"}
    assert stream.stream_maps[0].transformed_schema["properties"]["visitor_id"]["type"] == ["string", "null"]


@pytest.mark.parametrize("name", ["forced-replication-method", "replication-method"])
def test_a_way_of_reading_that_the_metadata_names_goes_above_what_discovery_wrote(name: str) -> None:
    forced = entry(metadata=[root(selected=True, **{name: "FULL_TABLE"})], replication_method="INCREMENTAL")
    assert [stream.replication_method for stream in tap_with([forced]).selected_streams] == ["FULL_TABLE"]


def test_a_way_of_reading_may_be_forced_and_lists_have_one_only() -> None:
    catalog = [entry(metadata=[root(selected=True, **{"forced-replication-method": "full_table"})])]
    catalog.append(entry("tags", replication_method="INCREMENTAL"))
    assert [stream.replication_method for stream in tap_with(catalog).selected_streams] == ["FULL_TABLE"] * 2


@pytest.mark.parametrize("streams, code", [(list(BY_DEFAULT), 0), (["communications", "tags"], 1)])
def test_a_stream_that_only_a_repeated_default_selects_may_be_skipped(streams: list[str], code: int) -> None:
    with play(rows=20, refused_methods={"get.tags": "forbidden"}) as sandbox:
        run = run_tap(sandbox, catalog={"streams": [entry(name) for name in streams]})
    assert (run.exit_code, "The stream tags is skipped" in run.stderr) == (code, True)
