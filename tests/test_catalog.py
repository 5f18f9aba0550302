"""The catalog of every stream is what it was; whoever changes it does so knowingly.

The snapshots are beside this file, in ``catalogs``. Write them anew after an intended change, and read the difference::

    RENEW_CATALOGS=1 python -m pytest tests/test_catalog.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .support import STREAMS, catalog_of, play, run_tap

Json = dict[str, Any]

SNAPSHOTS = Path(__file__).with_name("catalogs")


@pytest.fixture(scope="module", params=["account", "agent"])
def discovered(request: pytest.FixtureRequest) -> tuple[str, Json]:
    """Return who discovers, and the catalog that comes of it."""
    user_ids = [11, 12] if request.param == "agent" else None
    run = run_tap("http://127.0.0.1:1", "--discover", config={"user_ids": user_ids})
    assert run.exit_code == 0, run.stderr
    return request.param, json.loads(run.stdout)


def entry_of(catalog: Json, stream: str) -> Json:
    """Return a stream's entry."""
    (entry,) = (entry for entry in catalog["streams"] if entry["tap_stream_id"] == stream)
    found: Json = entry
    return found


def test_the_catalog_holds_the_streams_and_no_others(discovered: tuple[str, Json]) -> None:
    assert [entry["tap_stream_id"] for entry in discovered[1]["streams"]] == list(STREAMS)


@pytest.mark.parametrize("stream", STREAMS)
def test_the_catalog_is_as_it_was(discovered: tuple[str, Json], stream: str) -> None:
    who, catalog = discovered
    path = SNAPSHOTS / f"{stream}.{who}.json"
    if os.environ.get("RENEW_CATALOGS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(f"{json.dumps(entry_of(catalog, stream), indent=2)}\n", encoding="utf-8")
    assert entry_of(catalog, stream) == json.loads(path.read_text(encoding="utf-8"))


def test_there_is_no_snapshot_too_many() -> None:
    names = {path.name for path in SNAPSHOTS.iterdir()}
    assert names == {f"{stream}.{who}.json" for stream in STREAMS for who in ("account", "agent")}


@pytest.mark.parametrize("stream", STREAMS)
def test_keys_are_always_selected_and_everything_else_is_by_default(discovered: tuple[str, Json], stream: str) -> None:
    entry = entry_of(discovered[1], stream)
    keys = {*entry["key_properties"], entry["replication_key"]}
    top = {part["breadcrumb"][1]: part["metadata"] for part in entry["metadata"] if len(part["breadcrumb"]) == 2}
    assert top.keys() == entry["schema"]["properties"].keys()
    assert {name for name, facts in top.items() if facts["inclusion"] == "automatic"} == keys
    assert all(facts["inclusion"] in {"automatic", "available"} for facts in top.values())


@pytest.mark.parametrize("stream", STREAMS)
def test_an_agent_finds_the_user_in_every_stream_and_nothing_else_that_is_new(stream: str) -> None:
    account, agent = (
        json.loads((SNAPSHOTS / f"{stream}.{who}.json").read_text(encoding="utf-8")) for who in ("account", "agent")
    )
    added = agent["schema"]["properties"].keys() - account["schema"]["properties"].keys()
    assert added == {"user_id"}
    assert agent["schema"]["properties"].pop("user_id")["type"] == ["integer", "null"]
    agent["metadata"] = [part for part in agent["metadata"] if part["breadcrumb"] != ["properties", "user_id"]]
    assert agent == account


def test_a_catalog_that_was_discovered_is_one_to_read_by() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, catalog=catalog_of(sandbox, ["visitor_sessions"], visitor_sessions=["duration"]))
    assert run.exit_code == 0, run.stderr
    assert run.records("communications") == []
    assert {frozenset(record) for record in run.records("visitor_sessions")} == {
        frozenset({"id", "date_time", "duration"})
    }
    assert run.schema("visitor_sessions")["properties"].keys() == {"id", "date_time", "duration"}
    asked = [request.params for request in sandbox.requests if request.method == "get.visitor_sessions_report"]
    assert [params["fields"] for params in asked] == [["id", "date_time", "duration"]]
