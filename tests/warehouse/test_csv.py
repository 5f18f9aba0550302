"""Comma-separated values: `target-csv` writes files anew, so each run has its own; the last line of a key counts."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS

from .chain import Chain, advice, target_with
from .story import TAP, Reading, account, kind_of, schema_of, tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Json

pytestmark = pytest.mark.warehouse

TARGET = "target-csv"
READING = Reading(empty_text=None)
"""In this format, nothing and empty text are the same."""


def maps_to_json() -> Json:
    """Return the stream maps that write what is nested as JSON, as docs/loading.md shows for one property."""
    return {
        stream: {
            name: f"json.dumps({name})"
            for name, schema in schema_of(stream)["properties"].items()
            if kind_of(schema) in {"array", "object"}
        }
        for stream in STREAMS
    }


def lines_of(folder: Path, stream: str) -> list[Json]:
    """Return the rows of a stream's files, in the order of the runs."""
    rows: list[Json] = []
    for path in sorted(folder.glob(f"{stream}-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def test_loads_one_of_them_killed_leave_every_row_as_it_is_now(tmp_path: Path) -> None:
    settings = {**advice(TARGET), "output_path": ".", "stream_maps": maps_to_json()}
    with account() as sandbox:
        chain = Chain(sandbox, target_with(settings, TARGET, tmp_path), tap=TAP)
        tell(chain, lambda stream: lines_of(tmp_path, stream), READING, appended=True)
