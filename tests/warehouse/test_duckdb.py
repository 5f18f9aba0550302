"""DuckDB: `target-duckdb` merges on the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS

from .chain import Chain, advice, ask
from .story import TAP, Reading, account, kind_of, schema_of, tell_of_a_kill, tell_of_two_loads

if TYPE_CHECKING:
    from pathlib import Path

    from tap_callgear.sandbox import Sandbox
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

QUERY = """
import duckdb, json, sys

with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
    answer = warehouse.execute(sys.argv[2])
    names = [column[0] for column in answer.description]
    json.dump([dict(zip(names, row)) for row in answer.fetchall()], sys.stdout, default=str)
"""


def chain_of(sandbox: Sandbox, folder: Path) -> Chain:
    """Return a chain whose target writes into one database."""
    return Chain(sandbox, folder, TARGET, {**advice(TARGET), "path": "warehouse.duckdb"}, tap=TAP)


def rows(folder: Path, query: str) -> list[Json]:
    """Ask the database."""
    return ask(TARGET, QUERY, str(folder / "warehouse.duckdb"), query)


def test_two_loads_leave_every_row_once_as_it_is_now_and_well_typed(tmp_path: Path) -> None:
    with account() as sandbox:
        chain = chain_of(sandbox, tmp_path)
        tell_of_two_loads(chain, lambda stream: rows(tmp_path, f"FROM {stream}"), READING)
    for stream in STREAMS:
        types = {row["column_name"]: row["column_type"] for row in rows(tmp_path, f"DESCRIBE {stream}")}
        for name, schema in schema_of(stream)["properties"].items():
            assert types[name] in TYPES[kind_of(schema)], name


def test_a_load_after_a_kill_is_complete(tmp_path: Path) -> None:
    with account(latency=0.05) as sandbox:
        chain = chain_of(sandbox, tmp_path)
        tell_of_a_kill(chain, lambda stream: rows(tmp_path, f"FROM {stream}"), READING)
