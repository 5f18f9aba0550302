"""A page with every oddity of a value at once: all of it is read for what it means, and valid, in both faces."""

from __future__ import annotations

from collections import Counter

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from .airbyte.support import catalog_for, form_for, run_source
from .odd_rows import CONFIG, STREAMS, catalog, held, meant, odd_api
from .support import Run, run_tap


@pytest.fixture(scope="module")
def run() -> Run:
    """Read the page."""
    with odd_api() as url:
        return run_tap(url, config=CONFIG, catalog=catalog())


@pytest.mark.measured
@pytest.mark.parametrize("stream", STREAMS)
def test_every_value_is_read_for_what_it_means(run: Run, stream: str) -> None:
    assert run.exit_code == 0, run.stderr
    valid = Draft7Validator(run.schema(stream))
    records = run.records(stream)
    for record in records:
        valid.validate(record)
        assert record.keys() == run.schema(stream)["properties"].keys()
    assert {record["id"]: held(record) for record in records} == meant(stream)
    assert len(records) == len(meant(stream))


def test_the_other_face_reads_the_same(run: Run) -> None:
    with odd_api() as url:
        ours = run_source("read", config=form_for(url, **CONFIG), catalog=catalog_for(STREAMS))
    assert (ours.exit_code, ours.errors) == (0, [])
    for stream in STREAMS:
        assert ours.records(stream) == run.records(stream)


def test_no_zero_character_leaves(run: Run) -> None:
    assert b"\\u0000" in run.stdout
    assert b"\\u0000" not in run.stdout.replace(rb"\\u0000", b"")


def test_what_is_lost_is_told_once_each_but_not_each_of_a_thousand_names(run: Run) -> None:
    warned = Counter(line.partition("| WARNING ")[2] for line in run.warnings)
    assert set(warned.values()) == {1}
    assert len(warned) < 50
    told = {line.rpartition(": ")[2] for line in warned}
    lost = {"visitor_id", "person_id", "visits_count", "sale_cost", "sale_date", "tags", "segments", "status_stats"}
    odd = {
        "tags.tag-color",
        "tags.a.b",
        "tags.''",
        "tags.2nd",
        "utm-id",
        "a.b",
        "2nd_visit",
        "''",
        "class",
        "__class__",
    }
    assert lost | odd | {"имя", 'a"b', "\\", r"'x\ny'"} <= told
