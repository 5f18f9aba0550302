"""Stream maps and batches that cannot be are one line that names what is wrong; maps of what is not read do no harm."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.singerlib.messages import RecordMessage

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.streams import STREAMS as DECLARED
from tap_callgear.tap import TapCallGear
from tap_callgear.writer import BlockWriter

from .support import assert_complete, catalog_of, play, run_tap

if TYPE_CHECKING:
    from singer_sdk import Stream

Json = dict[str, Any]

GIVEN = {"access_token": "key-1234567890", "start_date": "2025-11-01"}
RECORD: Json = {
    "communication_type": "call",
    "id": 1,
    "utm_source": None,
    "contact_phone_number": "+971501234567",
}


def mapped(maps: Json) -> Stream:
    """Return the stream of communications of a tap with maps."""
    return TapCallGear(config={**GIVEN, "stream_maps": maps}).streams["communications"]


def transformed(maps: Json) -> list[Json | None]:
    """Return what all maps make of a record."""
    return [each.transform(RECORD) for each in mapped(maps).stream_maps]


def test_a_map_of_all_maps_what_is_read_and_one_of_what_is_not_does_no_harm() -> None:
    maps = {"*": {"src": "__stream_name__"}, "calls": {"contact_phone_number": None, "id": None}}
    with play(rows=40) as sandbox:
        run = run_tap(sandbox, config={"stream_maps": maps}, catalog=catalog_of(sandbox, ["communications"]))
        assert_complete(run, sandbox, ["communications"])
    assert {record["src"] for record in run.records("communications")} == {"communications"}
    assert run.warnings == []


def test_the_schemas_of_all_streams_can_be_told_whatever_the_maps() -> None:
    run = run_tap("http://192.0.2.1", "--test=schema", config={"stream_maps": {"calls": {"id": None}}})
    assert run.exit_code == 0
    assert len(run.of_type("SCHEMA")) == len(DECLARED)


def test_what_a_map_makes_is_written_with_whole_characters() -> None:
    sink = io.BytesIO()
    writer = BlockWriter(sink)
    writer.write_message(RecordMessage("calls", {"x": ["a\ud83d", "\U0001f600"], "\udc00": 1}))
    writer.flush()
    assert json.loads(sink.getvalue())["record"] == {"x": ["a\ufffd", "\U0001f600"], "\ufffd": 1}


def test_maps_that_work_still_do() -> None:
    assert transformed({"communications": {"kind": "communication_type", "__filter__": "id == 1"}}) == [
        {**RECORD, "kind": "call"}
    ]
    assert transformed({"communications": {"__filter__": "id == 2"}}) == [None]
    copy = {"__source__": "communications", "__else__": None, "__key_properties__": ["one"], "one": "id"}
    assert transformed({"communications": None, "copy": copy}) == [None, {"one": 1}]


@pytest.mark.parametrize(
    "maps, says",
    [
        ({"communications": {"x": "utm_source.upper()"}}, "communications.x: 'utm_source.upper()' fails on a record"),
        ({"communications": {"a": "id", "x": "1 / 0"}}, "communications.x: '1 / 0' fails on a record (ZeroDivision"),
        ({"communications": {"__filter__": "nope == 1"}}, "communications.__filter__: 'nope == 1' fails on a record"),
        ({"*": {"x": "utm_source + 'x'"}}, "communications.x: \"utm_source + 'x'\" fails on a record (TypeError"),
        (
            {"y": {"__source__": "communications", "x": "zz"}},
            "communications.x: 'zz' fails on a record (Name",
        ),
        ({"communications": {"x": "int(contact_phone_number + 'a')"}}, "fails on a record (ValueError)."),
    ],
)
def test_an_expression_that_fails_on_a_record_is_named_and_the_record_is_not(maps: Json, says: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^stream_maps: communications") as failure:
        transformed(maps)
    assert says in str(failure.value)
    assert "1234567" not in str(failure.value)


@pytest.mark.parametrize(
    "maps, says",
    [
        ({"communications": {"id": None}}, ["the map of communications", "Removing key property 'id'"]),
        ({"*": {"id": None}}, ["the map of communications", "Removing key property 'id'"]),
        ({"communications": {"__key_properties__": ["nope"]}}, ["the map of communications", "'nope'"]),
        ({"communications": {"x": "("}}, ["the map of communications", "Failed to parse expression ("]),
        ({"communications": {"x": " "}}, ["communications.x is empty"]),
        ({"communications": {"x": 5}}, ["stream_maps", "communications"]),
        ({"communications": {"__alias__": "1 / 0"}}, ["the map of communications", "division by zero"]),
        ({"communications": {"__alias__": "(1, 2)"}}, ["the map of communications", "(1, 2), which is no name"]),
        ({"*": {"__alias__": "everything"}}, ["communications", "everything", "__stream_name__"]),
        ({"communications": {"__alias__": "visitor_sessions"}}, ["communications and visitor_sessions"]),
        ({"__else__": "x"}, ["stream_maps", "__else__"]),
        ({"communications": {"__else__": {}}}, ["communications.__else__ can only be null"]),
        ("communications", ["stream_maps", "a JSON object"]),
    ],
    ids=str,
)
def test_a_map_that_cannot_be_is_named(maps: Any, says: list[str]) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ConfigurationError) as failure:
        mapped(maps)
    assert [part for part in says if part not in str(failure.value)] == [], failure.value


def test_fake_values_need_a_package_that_is_named() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, config={"stream_maps": {"tags": {"name": "fake.first_name()"}}})
    assert run.exit_code == 1
    assert "It needs the package faker: install it beside the tap." in run.complaints[-1]


@pytest.mark.parametrize("depth", [None, -1])
def test_flattening_needs_a_depth(depth: int | None) -> None:
    with pytest.raises(ConfigurationError, match="flattening_enabled needs flattening_max_depth"):
        TapCallGear(config={**GIVEN, "flattening_enabled": True, "flattening_max_depth": depth})


def test_a_map_of_no_stream_is_told(caplog: pytest.LogCaptureFixture) -> None:
    mapped({"communication": {"x": "id"}, "copy": {"__source__": "*_sessions"}, "communi*": {}})
    (warning,) = (record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert warning == "stream_maps names streams that there are not: communication (did you mean communications?)."


def batches(root: object, **more: object) -> Json:
    """Return a setting that has batches written to a folder."""
    return {"encoding": {"format": "jsonl", "compression": "gzip"}, "storage": {"root": root}, **more}


@pytest.mark.parametrize(
    "given, says",
    [
        ({"encoding": {"format": "jsonl"}}, "it needs an encoding and a storage"),
        ({"storage": {"root": "file:///data"}}, "it needs an encoding and a storage"),
        (batches(None), "it needs an encoding and a storage"),
        (batches("s3://bucket/folder"), "nothing is installed that writes to s3://"),
        (batches("file://rel/sub"), "the root file://rel/sub names a host: write rel/sub for a folder in this one"),
        (batches("nope://x"), "nothing is installed that writes to nope://"),
        (batches("/dev/null/folder"), "the folder /dev/null/folder cannot be made: Not a directory"),
        (batches("file:///dev/null/a%20b"), "the folder /dev/null/a b cannot be made: Not a directory"),
        (batches("/tmp/a\0b"), "the folder /tmp/a\0b cannot be made"),  # noqa: S108
        (batches("/tmp", batch_size=0), "batch_size must be a whole number"),  # noqa: S108 - nothing is written
        (batches("/tmp", encoding={"format": "jsonl", "level": 9}), "encoding takes no level"),  # noqa: S108
        (batches("/tmp", encoding={"format": "parquet"}), "parquet files need the package pyarrow"),  # noqa: S108
    ],
    ids=str,
)
def test_batches_that_cannot_be_written_are_told_before_anything_is_read(given: Json, says: str) -> None:
    assert "pyarrow" not in sys.modules
    with pytest.raises(ConfigurationError, match=r"^batch_config: ") as failure:
        TapCallGear(config={**GIVEN, "batch_config": given})
    assert says in str(failure.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_batch_that_finds_no_room_ends_the_run_with_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "batches"
    with play(rows=40) as sandbox:
        config = {"batch_config": batches(folder.as_uri())}
        folder.mkdir()
        (folder / "x").touch()
        prefix = folder / "x"
        config["batch_config"]["storage"]["prefix"] = f"{prefix.name}/"
        run = run_tap(sandbox, config=config)
    assert run.exit_code == 1
    (complaint,) = run.complaints
    assert f"batch_config: files cannot be written to {folder.as_uri()}" in complaint
