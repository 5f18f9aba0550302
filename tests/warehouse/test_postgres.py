"""PostgreSQL: `target-postgres` merges on the key, in a real server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS, UNTIL

from .chain import Chain, advice, target_with
from .helpers import analyst
from .postgres_server import HOST, OWNER, postgres
from .report_story import SETTINGS, tell_of_reports
from .story import TAP, Reading, account, kind_of, schema_of, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from callgear_sandbox import Sandbox
    from tests.support import Json

    from .helpers import Ask

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

COLUMNS = "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = '{}' AND table_name = '{}'"


@dataclass(frozen=True)
class Server:
    """A server, and a way to ask it."""

    port: int
    ask: Ask


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server whose sessions are three hours ahead of UTC, as a careless one's may be."""
    log = tmp_path_factory.mktemp("postgres") / "client.log"
    with postgres(zone="Europe/Moscow") as port:
        address = f"host={HOST} port={port} user={OWNER} dbname={DATABASE}"
        with analyst(TARGET, "tests.warehouse.postgres_client", address, log=log) as ask:
            yield Server(port, ask)


class Warehouse:
    """A schema of the database, with the name of the test's folder."""

    def __init__(self, server: Server, folder: Path) -> None:
        """Settle the name."""
        self.ask = server.ask
        self.schema = folder.name
        self._port = server.port
        self._folder = folder

    def chain(
        self, sandbox: Sandbox, env: Mapping[str, str] | None = None, tap: Json = TAP, **settings: object
    ) -> Chain:
        """Return a chain whose target writes here."""
        place = {"host": HOST, "port": self._port, "user": OWNER, "password": "none", "database": DATABASE}
        own = {**place, "default_target_schema": self.schema, **advice(TARGET), **settings}
        return Chain(sandbox, target_with(own, TARGET, self._folder), tap=tap, env=env)

    def rows(self, stream: str) -> list[Json]:
        """Return all rows of a table."""
        return self.ask(f'SELECT * FROM "{self.schema}"."{stream}"')  # noqa: S608 - names of this test


@pytest.fixture
def warehouse(server: Server, tmp_path: Path) -> Warehouse:
    """Return a schema for one test."""
    return Warehouse(server, tmp_path)


def test_loads_one_of_them_killed_leave_every_row_once_as_it_is_now_and_well_typed(warehouse: Warehouse) -> None:
    with account() as sandbox:
        tell(warehouse.chain(sandbox), warehouse.rows, READING)
    for stream in STREAMS:
        columns = warehouse.ask(COLUMNS.format(warehouse.schema, stream))
        types = {row["column_name"]: row["udt_name"] for row in columns}
        for name, schema in schema_of(stream)["properties"].items():
            assert types[name] in TYPES[kind_of(schema)], name


def test_reports_of_people_s_own_are_loaded_twice_and_every_row_is_there_once(warehouse: Warehouse) -> None:
    with account(rows=150) as sandbox:
        tell_of_reports(warehouse.chain(sandbox, tap=SETTINGS), warehouse.rows, READING)


@pytest.mark.parametrize("env, ahead", [({}, timedelta(hours=3)), ({"PGTZ": "UTC"}, timedelta(0))])
def test_without_copy_times_are_those_of_the_session(
    warehouse: Warehouse, env: dict[str, str], ahead: timedelta
) -> None:
    with account(rows=20) as sandbox:
        load = warehouse.chain(sandbox, env, use_copy=False).load()
    assert load.went_well, load.log
    latest = max(row["date_time"] for row in warehouse.rows("visitor_sessions"))
    assert latest == str(UNTIL + ahead)[:19]
