"""DuckDB: `target-duckdb` merges on the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS

from .chain import Chain, advice, target_with
from .helpers import analyst
from .report_story import SETTINGS, tell_of_reports
from .story import TAP, Reading, account, kind_of, schema_of, tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Json

pytestmark = pytest.mark.warehouse

TARGET = "target-duckdb"
READING = Reading(number=float)
"""Money becomes a float: exact up to fifteen digits, which the oddities of the sandbox exceed."""

TYPES = {
    "string": {"VARCHAR"},
    "integer": {"HUGEINT"},
    "number": {"DOUBLE"},
    "boolean": {"BOOLEAN"},
    "date-time": {"TIMESTAMP"},
    "array": {"JSON"},
    "object": {"JSON"},
}


def rows(folder: Path, query: str) -> list[Json]:
    """Ask the database, which one process at a time may open."""
    client = "tests.warehouse.duckdb_client"
    with analyst(TARGET, client, folder / "warehouse.duckdb", log=folder / "client.log") as ask:
        return ask(query)


def test_loads_one_of_them_killed_leave_every_row_once_as_it_is_now_and_well_typed(tmp_path: Path) -> None:
    settings = {**advice(TARGET), "path": "warehouse.duckdb"}
    with account() as sandbox:
        chain = Chain(sandbox, target_with(settings, TARGET, tmp_path), tap=TAP)
        tell(chain, lambda stream: rows(tmp_path, f"FROM {stream}"), READING)
    for stream in STREAMS:
        types = {row["column_name"]: row["column_type"] for row in rows(tmp_path, f"DESCRIBE {stream}")}
        for name, schema in schema_of(stream)["properties"].items():
            assert types[name] in TYPES[kind_of(schema)], name


def test_reports_of_people_s_own_are_loaded_twice_and_every_row_is_there_once(tmp_path: Path) -> None:
    settings = {**advice(TARGET), "path": "warehouse.duckdb"}
    with account(rows=150) as sandbox:
        chain = Chain(sandbox, target_with(settings, TARGET, tmp_path), tap=SETTINGS)
        tell_of_reports(chain, lambda stream: rows(tmp_path, f"FROM {stream}"), READING)
