"""PostgreSQL: `target-postgres` merges on the key, in a real server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS, UNTIL

from .chain import Chain, advice, ask
from .postgres_server import HOST, OWNER, postgres
from .story import TAP, Reading, account, kind_of, schema_of, tell_of_a_kill, tell_of_two_loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tap_callgear.sandbox import Sandbox
    from tests.support import Json

pytestmark = pytest.mark.warehouse

TARGET = "target-postgres"
DATABASE = "postgres"
READING = Reading(number=float)
"""By COPY, exact numbers pass through floats: exact up to fifteen digits, which the sandbox's oddities exceed."""

TYPES = {
    "string": {"text"},
    "integer": {"int8"},
    "number": {"numeric"},
    "boolean": {"bool"},
    "date-time": {"timestamp"},
    "array": {"_jsonb", "_text", "_int8"},
    "object": {"jsonb"},
}

QUERY = """
import json, psycopg, sys

with psycopg.connect(sys.argv[1]) as warehouse:
    answer = warehouse.execute(sys.argv[2])
    names = [column.name for column in answer.description]
    json.dump([dict(zip(names, row)) for row in answer.fetchall()], sys.stdout, default=str)
"""

COLUMNS = "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = '{}' AND table_name = '{}'"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Run a server whose sessions are three hours ahead of UTC, as a careless one's may be."""
    with postgres(zone="Europe/Moscow") as listening:
        yield listening


class Warehouse:
    """A schema of the database, with the name of the test's folder."""

    def __init__(self, port: int, folder: Path) -> None:
        """Settle the name."""
        self._port = port
        self._folder = folder
        self.schema = folder.name

    def chain(self, sandbox: Sandbox, env: Mapping[str, str] | None = None, **settings: object) -> Chain:
        """Return a chain whose target writes here."""
        place = {"host": HOST, "port": self._port, "user": OWNER, "password": "none", "database": DATABASE}
        own = {**place, "default_target_schema": self.schema, **advice(TARGET), **settings}
        return Chain(sandbox, self._folder, TARGET, own, tap=TAP, env=env)

    def ask(self, query: str) -> list[Json]:
        """Ask the database."""
        return ask(TARGET, QUERY, f"host={HOST} port={self._port} user={OWNER} dbname={DATABASE}", query)

    def rows(self, stream: str) -> list[Json]:
        """Return all rows of a table."""
        return self.ask(f'SELECT * FROM "{self.schema}"."{stream}"')  # noqa: S608 - names of this test


@pytest.fixture
def warehouse(port: int, tmp_path: Path) -> Warehouse:
    """Return a schema for one test."""
    return Warehouse(port, tmp_path)


def test_two_loads_leave_every_row_once_as_it_is_now_and_well_typed(warehouse: Warehouse) -> None:
    with account() as sandbox:
        tell_of_two_loads(warehouse.chain(sandbox), warehouse.rows, READING)
    for stream in STREAMS:
        columns = warehouse.ask(COLUMNS.format(warehouse.schema, stream))
        types = {row["column_name"]: row["udt_name"] for row in columns}
        for name, schema in schema_of(stream)["properties"].items():
            assert types[name] in TYPES[kind_of(schema)], name


def test_a_load_after_a_kill_is_complete(warehouse: Warehouse) -> None:
    with account(latency=0.05) as sandbox:
        tell_of_a_kill(warehouse.chain(sandbox), warehouse.rows, READING)


@pytest.mark.parametrize("env, ahead", [({}, timedelta(hours=3)), ({"PGTZ": "UTC"}, timedelta(0))])
def test_without_copy_times_are_those_of_the_session(
    warehouse: Warehouse, env: dict[str, str], ahead: timedelta
) -> None:
    with account(rows=20) as sandbox:
        load = warehouse.chain(sandbox, env, use_copy=False).load()
    assert load.went_well, load.log
    latest = max(row["date_time"] for row in warehouse.rows("visitor_sessions"))
    assert latest == str(UNTIL + ahead)[:19]
