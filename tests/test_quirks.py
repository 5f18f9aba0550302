"""What leaves is valid under the declared schema and exact, whatever arrives."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from .support import STREAMS, assert_complete, key_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

    from .support import Json, Run

OPTIONS = {"rows": 400, "quirks": True, "zone": "Asia/Dubai"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox with every oddity."""
    with play(**OPTIONS) as odd:
        yield odd


@pytest.fixture(scope="module")
def run(sandbox: Sandbox) -> Run:
    """Read it once for all the tests."""
    return run_tap(sandbox, config={"page_size": 100})


def truth(sandbox: Sandbox, stream: str, *fields: str) -> dict[object, Json]:
    """Return what the rows of a stream say before they are spoilt, by key."""
    report = sandbox.world(None, sandbox.options).reports[stream]
    rows = range(len(report.times))
    return {
        report.key(number): row for number, row in zip(rows, report.tell(rows, fields, sandbox.instant()), strict=True)
    }


@pytest.mark.measured
def test_every_row_arrives_once_at_its_instant(run: Run, sandbox: Sandbox) -> None:
    assert_complete(run, sandbox)


@pytest.mark.parametrize("stream", STREAMS)
def test_every_record_is_valid_under_the_schema_that_was_told(run: Run, stream: str) -> None:
    validator = Draft7Validator(run.schema(stream))
    for record in run.records(stream):
        assert [error.message for error in validator.iter_errors(record)] == []


@pytest.mark.parametrize("stream", STREAMS)
def test_every_record_holds_exactly_the_declared_properties(run: Run, stream: str) -> None:
    declared = run.schema(stream)["properties"].keys()
    assert all(record.keys() == declared for record in run.records(stream))


def test_ids_beyond_the_whole_numbers_of_a_float_keep_every_digit(run: Run, sandbox: Sandbox) -> None:
    for stream, names in (
        ("communications", ("id", "visitor_id", "person_id", "visitor_session_id", "campaign_id")),
        ("visitor_sessions", ("id", "visitor_id", "person_id", "campaign_id")),
    ):
        expected = truth(sandbox, stream, *names)
        for record in run.records(stream):
            assert {name: record[name] for name in names} == expected[key_of(stream, record)]
            assert record["visitor_id"] > 2**53


def test_money_keeps_every_digit_as_a_number_in_the_text(run: Run, sandbox: Sandbox) -> None:
    expected = truth(sandbox, "communications", "sale_cost")
    lines = {key_of("communications", message["record"]): line for message, line in told(run, "communications")}
    sold = 0
    for key, row in expected.items():
        if isinstance(row["sale_cost"], Decimal):
            sold += 1
            assert f'"sale_cost":{row["sale_cost"]}'.encode() in lines[key]
        else:
            assert b'"sale_cost":null' in lines[key]
    assert sold > 10


def told(run: Run, stream: str) -> Iterator[tuple[Json, bytes]]:
    """Return every RECORD message of a stream with its line."""
    for message, line in zip(run.messages, run.stdout.splitlines(), strict=True):
        if message["type"] == "RECORD" and message["stream"] == stream:
            yield message, line


def test_what_was_spoilt_on_the_way_means_the_same(run: Run, sandbox: Sandbox) -> None:
    names = ("visits_count", "site_id", "source_id", "tags", "segments", "attributes", "visitor_custom_properties")
    expected = truth(sandbox, "communications", *names)
    for record in run.records("communications"):
        row = expected[key_of("communications", record)]
        for name in ("visits_count", "site_id", "source_id", "segments"):
            assert record[name] == row[name], name
        tags = row["tags"]
        assert isinstance(tags, list)
        for tag, original in zip(record["tags"], tags, strict=True):
            assert tag["tag_id"] == original["tag_id"]
            assert tag["tag_employee_full_name"] == original["tag_employee_full_name"]


def test_durations_and_hits_of_a_visit_are_read_however_they_are_written(run: Run, sandbox: Sandbox) -> None:
    expected = truth(sandbox, "visitor_sessions", "duration", "hits")
    for record in run.records("visitor_sessions"):
        row = expected[record["id"]]
        assert record["duration"] == row["duration"]
        hits = row["hits"]
        assert isinstance(hits, list)
        assert [hit["hit_url"] for hit in record["hits"]] == [hit["hit_url"] for hit in hits]


def test_values_that_no_page_documents_are_kept(run: Run) -> None:
    assert "glasses" in {record["visitor_device"] for record in run.records("visitor_sessions")}
    assert "video_call" in {record["communication_type"] for record in run.records("communications")}


@pytest.mark.parametrize("stream", STREAMS)
def test_an_undeclared_field_is_left_out_with_one_warning(run: Run, stream: str) -> None:
    assert all("undeclared_field" not in record for record in run.records(stream))
    warnings = [line for line in run.warnings if f"tap-callgear.{stream} " in line]
    assert sum("undeclared_field" in line for line in warnings) == 1
    assert len(warnings) == len({line.partition("WARNING")[2] for line in warnings})


def test_an_undeclared_field_inside_another_is_left_out_with_one_warning(run: Run) -> None:
    tags = [tag for record in run.records("communications") for tag in record["tags"]]
    assert tags
    assert all("undeclared_colour" not in tag for tag in tags)
    assert sum("tags.undeclared_colour" in line for line in run.warnings) == 1
