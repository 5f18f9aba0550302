"""Flattened, every record holds just what the SCHEMA names, and nothing of it is lost."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from tap_callgear.streams import STREAMS

from .support import catalog_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

    from .support import Json, Run

NESTED = tuple(
    stream.name
    for stream in STREAMS
    if any("object" in schema["type"] for schema in stream.schema["properties"].values())
)
"""The streams that hold objects."""

MAPS = {
    "employee_stats": {"is_known": "bool(status_stats)", "first_name": None},
    "sites": {"__alias__": "places"},
    "chat_messages": {"id": "id", "resource_type": "resource['type']", "__else__": None},
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an account whose rows are odd."""
    with play(rows=60, days=3, quirks=True) as odd:
        yield odd


@cache
def catalog() -> Json:
    """Return a catalog that selects the streams that hold objects."""
    return catalog_of("http://127.0.0.1:1", NESTED)


def read(sandbox: Sandbox, **settings: Any) -> Run:  # noqa: ANN401
    """Return a run over the streams that hold objects."""
    run = run_tap(sandbox, config=settings, catalog=catalog())
    assert run.exit_code == 0, run.stderr
    return run


@pytest.fixture(scope="module")
def plain(sandbox: Sandbox) -> Run:
    """Return what is read without flattening."""
    return read(sandbox)


def leaves(value: object) -> Iterator[object]:
    """Return what a value holds that is neither an object nor a list, nor nothing."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        value = json.loads(value, parse_float=Decimal)
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    elif value is not None:
        yield value


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_flattened_record_holds_just_what_the_schema_names(sandbox: Sandbox, plain: Run, depth: int) -> None:
    flat = read(sandbox, flattening_enabled=True, flattening_max_depth=depth)
    for stream in NESTED:
        schema = flat.schema(stream)
        valid = Draft7Validator(schema)
        records = flat.records(stream)
        assert len(records) == len(plain.records(stream))
        assert records
        for record, whole in zip(records, plain.records(stream), strict=True):
            assert record.keys() == schema["properties"].keys()
            valid.validate(record)
            assert not any(isinstance(value, (dict, list)) for value in record.values())
            assert sorted(map(str, leaves(record))) == sorted(map(str, leaves(whole))), stream


@pytest.mark.measured
def test_maps_on_top_of_that_are_served_too(sandbox: Sandbox, plain: Run) -> None:
    flat = read(sandbox, flattening_enabled=True, flattening_max_depth=1, stream_maps=MAPS)
    days = zip(flat.records("employee_stats"), plain.records("employee_stats"), strict=True)
    assert {(day["is_known"], json.loads(day["status_stats"]) == whole["status_stats"]) for day, whole in days} == {
        (True, True)
    }
    assert {frozenset(record) for record in flat.records("places")} == {frozenset(flat.schema("places")["properties"])}
    assert len(flat.records("places")) == len(plain.records("sites"))
    assert {frozenset(record) for record in flat.records("chat_messages")} == {frozenset({"id", "resource_type"})}
