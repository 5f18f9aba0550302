"""Only what is selected is asked for and leaves; what the SDK can do with records changes none of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

import pytest

from .support import STREAMS, assert_complete, bookmark, catalog_of, instants_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

    from .support import Json

COMMUNICATIONS = ("communications",)
NEEDED = {"communication_type", "id", "date_time"}


@pytest.fixture(scope="module")
def catalog() -> Json:
    """Return a catalog of some fields of one stream; discovery needs no network, so no sandbox either."""
    return catalog_of("http://192.0.2.1/v2.0", COMMUNICATIONS, communications=["visitor_id", "tags", "sale_cost"])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a small sandbox."""
    with play(rows=120) as small:
        yield small


def fields_asked(sandbox: Sandbox) -> set[str]:
    """Return every field that was asked for in any request."""
    return {name for request in sandbox.requests for name in list_of(request.params.get("fields"))}


def list_of(value: object) -> list[str]:
    """Return a parameter as the list that it is, or an empty one."""
    return value if isinstance(value, list) else []


def test_only_selected_fields_are_asked_for_and_leave(sandbox: Sandbox, catalog: Json) -> None:
    wanted = {*NEEDED, "visitor_id", "tags", "sale_cost"}
    run = run_tap(sandbox, catalog=catalog)
    assert_complete(run, sandbox, COMMUNICATIONS)
    assert fields_asked(sandbox) == wanted
    assert all(record.keys() == wanted for record in run.records("communications"))
    assert run.schema("communications")["properties"].keys() == wanted


def test_a_stream_that_is_not_selected_is_never_asked_for(sandbox: Sandbox, catalog: Json) -> None:
    run = run_tap(sandbox, catalog=catalog)
    assert not run.records("visitor_sessions")
    assert "get.visitor_sessions_report" not in {request.method for request in sandbox.requests}


def test_keys_and_time_are_asked_for_although_nothing_is_selected(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, catalog=catalog_of(sandbox, COMMUNICATIONS, communications=[]))
    assert_complete(run, sandbox, COMMUNICATIONS)
    assert fields_asked(sandbox) == NEEDED


@pytest.mark.parametrize("prefix", ["", "component:"])
def test_fields_that_the_account_lacks_are_left_out_with_a_warning(prefix: str) -> None:
    lacking = ("sale_cost", "segments")
    with play(rows=120, refused_fields=tuple(f"{prefix}{name}" for name in lacking)) as sandbox:
        run = run_tap(sandbox, config={"page_size": 40})
        assert_complete(run, sandbox)
        for name in lacking:
            assert all(not record.get(name) for record in run.records("communications"))
            assert sum(f"field {name} is left out" in line for line in run.warnings) == sum(
                name in run.schema(stream)["properties"] for stream in ("communications", "visitor_sessions")
            )
        assert "fields left out: sale_cost, segments" in run.stderr


def test_a_key_field_that_the_account_lacks_ends_the_run_with_one_line() -> None:
    with play(rows=40, refused_fields=("id",)) as sandbox:
        run = run_tap(sandbox)
        assert run.exit_code == 1
        assert len(run.complaints) == 1, run.stderr


def test_stream_maps_rename_and_compute(sandbox: Sandbox) -> None:
    maps = {"communications": {"__alias__": "contacts", "kind": "communication_type", "sale_cost": None}}
    run = run_tap(sandbox, config={"stream_maps": maps})
    plain = run_tap(sandbox).records("communications")
    expected = [{**record, "kind": record["communication_type"]} for record in plain]
    for record in expected:
        del record["sale_cost"]
    assert run.exit_code == 0
    assert run.records("contacts") == expected
    assert bookmark(run.state, "communications") == plain[-1]["date_time"]


def test_records_are_the_same_whether_the_sdk_looks_at_them_or_not() -> None:
    looked_at = {"stream_maps": {stream: {"site_id": "site_id"} for stream in STREAMS}}
    with play(rows=120, quirks=True, user_ids=(11, 12)) as odd:
        whole, looked = (run_tap(odd, config={"user_ids": [11, 12], **settings}) for settings in ({}, looked_at))
    assert whole.exit_code == looked.exit_code == 0, looked.stderr
    for stream in STREAMS:
        records = whole.records(stream)
        assert {record["user_id"] for record in records} == {11, 12}
        assert looked.records(stream) == records
    assert looked.state == whole.state


def test_what_is_deselected_within_a_property_does_not_leave(sandbox: Sandbox) -> None:
    catalog = catalog_of(sandbox, ["visitor_sessions"])
    (entry,) = (entry for entry in catalog["streams"] if entry["stream"] == "visitor_sessions")
    for part in entry["metadata"]:
        if part["breadcrumb"][-1:] == ["keyword"]:
            part["metadata"]["selected"] = False
    run = run_tap(sandbox, catalog=catalog)
    assert_complete(run, sandbox, ["visitor_sessions"])
    held = [record["integrated_campaign_data"] for record in run.records("visitor_sessions")]
    known = [data for data in held if data]
    assert known
    assert not [data for data in known if "keyword" in data]


def test_flattening_keeps_every_record(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, config={"flattening_enabled": True, "flattening_max_depth": 2})
    assert run.exit_code == 0, run.stderr
    for stream in ("communications", "visitor_sessions"):
        records = run.records(stream)
        assert instants_of(stream, records) == sandbox.instants(stream)
        assert not [value for record in records for value in record.values() if isinstance(value, dict)]
    assert "integrated_campaign_data__adv_system" in run.schema("visitor_sessions")["properties"]


def test_batch_files_hold_the_same_records(sandbox: Sandbox, tmp_path: Path) -> None:
    batches = {
        "encoding": {"format": "jsonl", "compression": "gzip"},
        "storage": {"root": tmp_path.as_uri(), "prefix": ""},
    }
    run = run_tap(sandbox, config={"batch_config": batches, "page_size": 40})
    assert run.exit_code == 0, run.stderr
    plain = run_tap(sandbox)
    for stream in ("communications", "visitor_sessions"):
        assert not run.records(stream)
        expected = json.loads(json.dumps(plain.records(stream), default=float))
        assert list(batched(run.of_type("BATCH"), stream)) == expected
        assert bookmark(run.state, stream) == bookmark(plain.state, stream)


def batched(messages: list[Json], stream: str) -> Iterator[dict[str, Any]]:
    """Read the records of a stream out of its batch files."""
    for message in messages:
        if message["stream"] == stream:
            for address in message["manifest"]:
                with gzip.open(Path(unquote(urlparse(address).path)), "rt", encoding="utf-8") as lines:
                    yield from map(json.loads, lines)
