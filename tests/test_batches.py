"""BATCH files hold the same records as messages would, are complete once they are named, and can be gone on from."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec  # type: ignore[import-untyped]
import pytest
from singer_sdk.helpers._batch import BatchConfig, StorageTarget

from tap_callgear.batch_files import BatchFiles
from tap_callgear.inputs.batch_config import local_folder

from .fakes import FakeClock
from .support import STREAMS, assert_complete, catalog_of, key_of, play, run_tap, started
from .test_flattening import NESTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

    from .support import Json, Run

ROWS = 300


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give an account whose rows are odd."""
    with play(rows=ROWS, quirks=True) as odd:
        yield odd


def batches(folder: Path, size: int = 50, compression: str = "gzip", prefix: str = "") -> Json:
    """Return a setting that has batches written to a folder."""
    storage = {"root": folder.as_uri(), "prefix": prefix}
    return {"encoding": {"format": "jsonl", "compression": compression}, "storage": storage, "batch_size": size}


def lines_of(address: str) -> list[bytes]:
    """Return the lines of a file that a message names."""
    content = Path(address.removeprefix("file://")).read_bytes()
    return (gzip.decompress(content) if address.endswith(".gz") else content).splitlines()


def filed(run: Run, stream: str, *, until: int | None = None) -> list[Json]:
    """Return the records of a stream that are in files, or in those that are named before a message."""
    return [
        json.loads(line, parse_float=Decimal)
        for message in run.messages[:until]
        if message["type"] == "BATCH" and message["stream"] == stream
        for address in message["manifest"]
        for line in lines_of(address)
    ]


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_files_hold_the_records_that_messages_would(sandbox: Sandbox, tmp_path: Path, compression: str) -> None:
    folder = tmp_path / "a folder"
    told = run_tap(sandbox, config={"page_size": 60})
    given = batches(folder, compression=compression, prefix="callgear/day ")
    run = run_tap(sandbox, config={"page_size": 60, "batch_config": given})
    assert run.exit_code == 0, run.stderr
    assert run.of_type("RECORD") == []
    assert run.state == told.state
    for stream in STREAMS:
        assert filed(run, stream) == told.records(stream)
        assert run.schema(stream) == told.schema(stream)
    named = [address for message in run.of_type("BATCH") for address in message["manifest"]]
    assert {address.rpartition("/")[2].endswith(".gz") for address in named} == {compression == "gzip"}
    assert all(1 <= len(lines_of(address)) <= 50 for address in named)
    assert len(named) == len(list(folder.rglob("*.*"))), "there are files that no message names"


def test_a_state_covers_what_is_in_the_files_named_before_it_and_nothing_else(sandbox: Sandbox, tmp_path: Path) -> None:
    run = run_tap(sandbox, config={"page_size": 60, "batch_config": batches(tmp_path)})
    marks: list[dict[str, str]] = []
    for place, message in enumerate(run.messages):
        if message["type"] == "STATE":
            marks.append({})
            for stream in STREAMS:
                known = message["value"].get("bookmarks", {}).get(stream, {})
                mark = marks[-1][stream] = known.get("replication_key_value", "")
                behind = {key_of(stream, record) for record in filed(run, stream) if record["date_time"] <= mark}
                assert behind <= {key_of(stream, record) for record in filed(run, stream, until=place)}
    assert len({tuple(mark.values()) for mark in marks}) > ROWS // 60, "there are few states"


@pytest.mark.parametrize("files", [1, 3, 8])
def test_a_run_that_is_killed_is_gone_on_from_without_a_loss(sandbox: Sandbox, tmp_path: Path, files: int) -> None:
    config: Json = {"page_size": 30, "lookback_days": 0, "batch_config": batches(tmp_path, size=20)}
    with started(sandbox, config=config) as tap:
        tap.await_messages("BATCH", files)
        tap.process.kill()
        killed = tap.finish()
    assert killed.exit_code == -9
    assert all(gzip.decompress(path.read_bytes()).endswith(b"}\n") for path in tmp_path.glob("*.gz"))
    again = run_tap(sandbox, config=config, state=killed.state if killed.states else None)
    assert again.exit_code == 0, again.stderr
    whole = run_tap(sandbox, config={"page_size": 30})
    assert_complete(whole, sandbox)
    for stream in STREAMS:
        found = {key_of(stream, record): record for record in [*filed(killed, stream), *filed(again, stream)]}
        assert found == {key_of(stream, record): record for record in whole.records(stream)}
    assert files == 1 or len(filed(again, STREAMS[0])) < ROWS


@pytest.mark.measured
@pytest.mark.parametrize(
    "settings",
    [
        {"flattening_enabled": True, "flattening_max_depth": 1},
        {"stream_maps": {"sites": {"url": "domain_name", "industry_name": None}}},
        {"stream_maps": {"employees": {"__filter__": "id % 2 == 0"}, "sites": {"__alias__": "places"}}},
    ],
    ids=str,
)
def test_maps_and_flattening_hold_for_files_too(sandbox: Sandbox, tmp_path: Path, settings: Json) -> None:
    catalog = catalog_of(sandbox, NESTED)
    for entry in catalog["streams"]:
        if entry["tap_stream_id"] == "employees":
            left_out = {
                "breadcrumb": ["properties", "coach", "properties", "coach_id"],
                "metadata": {"selected": False},
            }
            entry["metadata"].append(left_out)
    told = run_tap(sandbox, config=settings, catalog=catalog)
    run = run_tap(sandbox, config={**settings, "batch_config": batches(tmp_path)}, catalog=catalog)
    assert run.exit_code == 0, run.stderr
    streams = {message["stream"] for message in told.of_type("SCHEMA")}
    assert streams == {message["stream"] for message in run.of_type("SCHEMA")}
    for stream in streams:
        assert filed(run, stream) == told.records(stream)


def test_a_target_is_told_to_drop_what_it_holds_before_the_first_file_and_not_where_nothing_can_be_read(
    tmp_path: Path,
) -> None:
    settings = {"emit_activate_version_messages": True, "batch_config": batches(tmp_path)}
    with play(rows=20, refused_methods={"get.segments": "forbidden"}) as sandbox:
        run = run_tap(sandbox, config=settings, catalog=catalog_of(sandbox, ["employees", "segments"]))
    said = [message for message in run.messages if message["type"] in {"ACTIVATE_VERSION", "BATCH"}]
    assert [(message["type"], message["stream"]) for message in said] == [
        ("ACTIVATE_VERSION", "employees"),
        ("BATCH", "employees"),
    ]


def test_several_streams_that_maps_make_of_one_are_written_as_messages(sandbox: Sandbox, tmp_path: Path) -> None:
    settings: Json = {"stream_maps": {"copy": {"__source__": "communications"}}}
    run = run_tap(sandbox, config={**settings, "batch_config": batches(tmp_path)})
    assert run.exit_code == 0, run.stderr
    assert run.records("copy") == run.records("communications") != []
    assert filed(run, "visitor_sessions")
    (warning,) = (line for line in run.warnings if "messages, not to files" in line)
    assert "communications" in warning


@pytest.mark.measured
def test_what_was_read_before_a_failure_is_named_and_gone_on_from(tmp_path: Path) -> None:
    with play(rows=ROWS, points_per_day=4) as poor:
        config: Json = {"page_size": 60, "timezone": "UTC", "batch_config": batches(tmp_path, size=10_000)}
        run = run_tap(poor, config=config)
        records = filed(run, STREAMS[0])
        assert run.exit_code == 1
        assert records
        assert (
            max(record["date_time"] for record in records)
            == (run.state["bookmarks"][STREAMS[0]]["replication_key_value"])
        )
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_file_is_of_a_bounded_size_whatever_the_size_of_a_batch(tmp_path: Path) -> None:
    record: dict[str, Any] = {"text": "x" * (1 << 20)}
    with BatchFiles(BatchConfig.from_dict(batches(tmp_path, 10**9, "none")), "tap--stream", FakeClock()) as files:
        (address,) = files.write(record for _ in range(80))
        assert len(lines_of(address)) == 64
        assert len(lines_of(files.complete())) == 16


def test_a_small_file_is_complete_at_the_end_of_a_window_once_it_is_old(tmp_path: Path) -> None:
    clock = FakeClock()
    with BatchFiles(BatchConfig.from_dict(batches(tmp_path)), "tap--stream", clock) as files:
        assert list(files.write([{"id": 1}])) == []
        clock.sleep(29)
        assert list(files.write([{"id": 2}])) == []
        clock.sleep(2)
        (address,) = files.write([{"id": 3}])
    assert len(lines_of(address)) == 3


def test_a_file_that_was_not_completed_leaves_nothing(tmp_path: Path) -> None:
    with BatchFiles(BatchConfig.from_dict(batches(tmp_path)), "tap--stream", FakeClock()) as files:
        assert list(files.write([{"id": 1}])) == []
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    assert list(tmp_path.iterdir()) == []


def test_a_root_is_a_folder_as_a_person_means_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert {local_folder(root) for root in ("a#b?c", "~/a#b?c", f"file://{tmp_path}/a#b?c")} == {tmp_path / "a#b?c"}
    assert local_folder("file://localhost/data/a%20b") == Path("/data/a b")
    assert local_folder("s3://bucket/a") is None


@pytest.mark.parametrize("name", ["a folder", "100%20", "прошлое"])
@pytest.mark.parametrize("is_address", [True, False])
def test_an_address_is_found_by_loaders_that_decode_nothing(tmp_path: Path, name: str, *, is_address: bool) -> None:
    folder = tmp_path / name
    given = {**batches(folder), "storage": {"root": folder.as_uri() if is_address else str(folder)}}
    with BatchFiles(BatchConfig.from_dict(given), "tap--stream", FakeClock()) as files:
        assert list(files.write([{"id": 1}])) == []
        address = files.complete()
    assert address == f"file://{next(folder.iterdir())}"
    head, tail = StorageTarget.split_url(address)
    with StorageTarget.from_url(head).open(tail) as file, gzip.open(file) as lines:
        assert [json.loads(line) for line in lines] == [{"id": 1}]


def test_a_file_elsewhere_is_there_only_once_it_is_complete() -> None:
    given = {**batches(Path("/")), "storage": {"root": "memory://bucket/unfinished"}}
    with BatchFiles(BatchConfig.from_dict(given), "tap--stream", FakeClock()) as files:
        list(files.write([{"id": 1}]))
        first = files.complete()
        list(files.write([{"id": 2}]))
        assert fsspec.filesystem("memory").find("/bucket/unfinished") == [first.removeprefix("memory:/")]
    assert fsspec.filesystem("memory").find("/bucket/unfinished") == [first.removeprefix("memory:/")]


def test_files_go_to_whatever_file_system_there_is() -> None:
    given = {**batches(Path("/")), "storage": {"root": "memory://bucket/callgear"}}
    with BatchFiles(BatchConfig.from_dict(given), "tap--stream", FakeClock()) as files:
        assert list(files.write([{"id": 1}, {"id": 2}])) == []
        address = files.complete()
    with fsspec.open(address, "rb", compression="gzip") as file:
        assert [json.loads(line) for line in file] == [{"id": 1}, {"id": 2}]
