"""Every stream is read from the sandbox to its last row, and every record is what the schema says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from tap_callgear.streams.every import STREAMS as DECLARED
from tap_callgear.streams.report import ReportStream

from .support import ALL_STREAMS, KEYS, Run, catalog_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.sandbox import Sandbox

FORMATS = FormatChecker(["date-time", "date"])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox with a few rows of everything."""
    with play(rows=200, days=10, zone="Asia/Dubai") as running:
        yield running


@pytest.fixture(scope="module")
def run(sandbox: Sandbox) -> Run:
    """Read all streams in one run."""
    return run_tap(sandbox, catalog=catalog_of(sandbox, ALL_STREAMS))


def test_all_streams_are_read_without_a_complaint(run: Run) -> None:
    assert run.exit_code == 0, run.stderr
    assert run.complaints == []
    assert {message["stream"] for message in run.of_type("SCHEMA")} == set(ALL_STREAMS)


def test_every_row_comes_once(sandbox: Sandbox, run: Run) -> None:
    for stream in ALL_STREAMS:
        keys = Counter(tuple(record[name] for name in KEYS[stream]) for record in run.records(stream))
        assert keys.keys() == sandbox.keys(stream), stream
        assert keys.total() == len(keys) > 0, stream


def test_every_record_is_valid(run: Run) -> None:
    for stream in ALL_STREAMS:
        schema = run.schema(stream)
        validator = Draft202012Validator(schema, format_checker=FORMATS)
        for record in run.records(stream):
            validator.validate(record)
            assert record.keys() == schema["properties"].keys(), stream


def test_every_property_has_a_value_in_some_record(run: Run) -> None:
    for stream in ALL_STREAMS:
        records = run.records(stream)
        empty = {name for name in run.schema(stream)["properties"] if all(r[name] in (None, [], {}) for r in records)}
        assert empty == set(), stream


def test_records_come_in_the_order_of_time_or_else_of_the_key(run: Run) -> None:
    for stream in DECLARED:
        names = (stream.replication_key,) if issubclass(stream, ReportStream) else stream.primary_keys
        order = [tuple(record[name] for name in names) for record in run.records(stream.name)]
        assert order == sorted(order), stream.name


def test_lists_keep_no_bookmark_and_reports_do(run: Run) -> None:
    kept = {name for name, state in run.state["bookmarks"].items() if state}
    assert kept >= {stream.name for stream in DECLARED if issubclass(stream, ReportStream)}
    assert not [
        stream.name
        for stream in DECLARED
        if not issubclass(stream, ReportStream)
        and "replication_key_value" in run.state["bookmarks"].get(stream.name, {})
    ]
