"""The catalog of every stream is what it was; whoever changes it does so knowingly.

The snapshots are beside this file, in ``catalogs``: one file a stream, one line a property. Write them anew after an
intended change, and read the difference::

    RENEW_CATALOGS=1 python -m pytest tests/test_catalog.py

An agent's catalog has no snapshots of its own: what it has more is asserted here.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.streams import STREAMS

from .support import ALL_STREAMS, catalog_of, play, run_tap

if TYPE_CHECKING:
    from tap_callgear.streams.base import ApiStream

Json = dict[str, Any]

SNAPSHOTS = Path(__file__).with_name("catalogs")

WIDTH = 120

every_stream = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)


def discover(**settings: object) -> dict[str, Json]:
    """Return the entries of the catalog that the tap discovers, by the stream's name and in their order."""
    run = run_tap("http://127.0.0.1:1", "--discover", config=settings)
    assert run.exit_code == 0, run.stderr
    return {entry["tap_stream_id"]: entry for entry in json.loads(run.stdout)["streams"]}


@pytest.fixture(scope="module")
def account() -> dict[str, Json]:
    """Return what is discovered with a key of one's own account."""
    return discover()


@pytest.fixture(scope="module")
def agent() -> dict[str, Json]:
    """Return what an agent discovers."""
    return discover(user_ids=[11, 12])


def snapshot_of(entry: Json) -> Json:
    """Return what a snapshot keeps: of the metadata only the stream's own, for what it says of properties is a rule."""
    (own,) = (part["metadata"] for part in entry["metadata"] if not part["breadcrumb"])
    return {**entry, "metadata": own}


def written(value: object, indent: str = "") -> str:
    """Write JSON so that people can read a difference: what is a leaf, or short, stands in one line."""
    line = json.dumps(value, ensure_ascii=False)
    is_leaf = not any(f'"{name}": {{' in line for name in ("properties", "items"))
    if not isinstance(value, dict) or len(indent) + len(line) <= WIDTH or ("description" in value and is_leaf):
        return line
    parts = [f"{indent}  {json.dumps(name)}: {written(part, f'{indent}  ')}" for name, part in value.items()]
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"


def test_the_catalog_holds_the_streams_in_their_order(account: dict[str, Json], agent: dict[str, Json]) -> None:
    assert tuple(account) == tuple(agent) == ALL_STREAMS


@pytest.mark.parametrize("stream", ALL_STREAMS)
def test_the_catalog_is_as_it_was(account: dict[str, Json], stream: str) -> None:
    path = SNAPSHOTS / f"{stream}.json"
    snapshot = snapshot_of(account[stream])
    if os.environ.get("RENEW_CATALOGS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(f"{written(snapshot)}\n", encoding="utf-8")
    assert snapshot == json.loads(path.read_text(encoding="utf-8"))


def test_there_is_no_snapshot_too_many() -> None:
    assert {path.name for path in SNAPSHOTS.iterdir()} == {f"{stream}.json" for stream in ALL_STREAMS}


def metadata_of(entry: Json) -> dict[tuple[str, ...], Json]:
    """Return the metadata of a catalog's entry by what it is about."""
    return {tuple(part["breadcrumb"]): part["metadata"] for part in entry["metadata"]}


@every_stream
def test_keys_are_always_selected_and_everything_else_is_by_default(
    account: dict[str, Json], stream: type[ApiStream]
) -> None:
    entry = account[stream.name]
    keys = {*stream.primary_keys, entry.get("replication_key")}
    told = {path[1]: metadata for path, metadata in metadata_of(entry).items() if path}
    assert told == {
        name: {"inclusion": "automatic" if name in keys else "available"} for name in entry["schema"]["properties"]
    }


@every_stream
def test_an_agent_finds_whose_a_record_is_and_nothing_else_that_is_new(
    account: dict[str, Json], agent: dict[str, Json], stream: type[ApiStream]
) -> None:
    told = {**agent[stream.name], "metadata": metadata_of(agent[stream.name])}
    expected = {**deepcopy(account[stream.name]), "metadata": metadata_of(deepcopy(account[stream.name]))}
    if stream.takes_user_id:
        user_id = told["schema"]["properties"]["user_id"]
        assert user_id["type"] == (["integer"] if stream.key_is_per_user else ["integer", "null"])
        expected["schema"]["properties"]["user_id"] = user_id
        expected["metadata"]["properties", "user_id"] = {
            "inclusion": "automatic" if stream.key_is_per_user else "available"
        }
    if stream.takes_user_id and stream.key_is_per_user:
        expected["schema"]["required"].append("user_id")
        expected["key_properties"].append("user_id")
        expected["metadata"][()]["table-key-properties"] = expected["key_properties"]
    assert told == expected


def test_the_keys_that_customers_of_an_agent_share_are_told_apart_by_the_user(agent: dict[str, Json]) -> None:
    shared = {name for name, entry in agent.items() if "user_id" in entry["key_properties"]}
    assert {"campaigns", "sources", "employee_statuses", "tags", "source_costs"} <= shared
    assert not shared & {"communications", "visitor_sessions", "calls", "chats", "customers", "customer_users"}


def test_only_the_core_and_cheap_lists_are_selected_by_default(account: dict[str, Json]) -> None:
    selected = {name for name, entry in account.items() if snapshot_of(entry)["metadata"]["selected"]}
    assert selected == {"communications", "visitor_sessions", "sites", "campaigns", "tags", "employees"}


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
