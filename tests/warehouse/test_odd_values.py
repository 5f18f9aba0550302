"""A page with every oddity of a value at once loads into real warehouses, and every value is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.odd_rows import CONFIG, STREAMS, catalog, held, odd_api
from tests.support import run_tap

from .chain import advice, target_with
from .helpers import analyst
from .postgres_server import HOST, OWNER, postgres
from .story import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Json, Run

    from .helpers import Ask

pytestmark = pytest.mark.warehouse

READING = Reading(number=float)
"""By COPY, and in DuckDB, exact numbers pass through floats."""


@pytest.fixture(scope="module")
def run() -> Run:
    """Read the page."""
    with odd_api() as url:
        return run_tap(url, config=CONFIG, catalog=catalog())


def by_id(rows: list[Json], schema: Json) -> dict[int, Json]:
    """Return what rows hold by their ids."""
    read = [held(READING.row(row, schema)) for row in rows]
    return {row["id"]: row for row in read}


def assert_loaded(run: Run, ask: Ask, where: str) -> None:
    """Assert that tables hold just what the records hold."""
    for stream in STREAMS:
        rows = ask(f"SELECT * FROM {where}.{stream}")  # noqa: S608 - names of this test
        assert by_id(rows, run.schema(stream)) == by_id(run.records(stream), run.schema(stream))
        assert len(rows) == len(run.records(stream))


def test_every_value_is_in_postgresql(run: Run, tmp_path: Path) -> None:
    target = "target-postgres"
    with postgres(zone="UTC") as port:
        place = {"host": HOST, "port": port, "user": OWNER, "password": "none", "database": "postgres"}
        target_with({**place, "default_target_schema": "odd", **advice(target)}, target, tmp_path).load(run.stdout)
        address = f"host={HOST} port={port} user={OWNER} dbname=postgres"
        with analyst(target, "tests.warehouse.postgres_client", address, log=tmp_path / "client.log") as ask:
            assert_loaded(run, ask, "odd")


def test_every_value_is_in_duckdb(run: Run, tmp_path: Path) -> None:
    target = "target-duckdb"
    file = tmp_path / "warehouse.duckdb"
    target_with({**advice(target), "path": str(file)}, target, tmp_path).load(run.stdout)
    with analyst(target, "tests.warehouse.duckdb_client", file, log=tmp_path / "client.log") as ask:
        assert_loaded(run, ask, "main")
