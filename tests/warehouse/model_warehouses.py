"""Warehouses that loaders fill and dbt builds models in."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chain import advice, program, target_with
from .dbt_project import project
from .figures import KEYS
from .helpers import analyst
from .model_story import SCHEMA, VARIABLES
from .postgres_server import HOST, OWNER, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support import Json

    from .chain import Target
    from .dbt_project import Project
    from .helpers import Ask


@dataclass(frozen=True)
class Warehouse:
    """A warehouse, and the models in it.

    Attributes:
        target: The loader.
        models: The project of models.
        ask: Opens a client of the warehouse.
        name: What it is.
        database: Its file, if it is one.
    """

    target: Target
    models: Project
    ask: Callable[[], AbstractContextManager[Ask]]
    name: str
    database: Path | None = None

    def marts(self) -> dict[str, list[Json]]:
        """Return what the marts hold."""
        with self.ask() as ask:
            return {mart: ask(f"select * from analytics.callgear__{mart}") for mart in KEYS}  # noqa: S608 - ours


def duckdb_client(database: Path) -> AbstractContextManager[Ask]:
    """Open a client of a DuckDB file."""
    return analyst("target-duckdb", "tests.warehouse.duckdb_client", database, log=database.with_suffix(".txt"))


def change(database: Path, statement: str) -> None:
    """Change what stands in a DuckDB file."""
    words = "import duckdb, sys\nwith duckdb.connect(sys.argv[1]) as warehouse:\n    warehouse.execute(sys.argv[2])"
    subprocess.run([program("target-duckdb", "python"), "-c", words, database, statement], check=True)  # noqa: S603 - our own lines


@contextmanager
def duckdb(folder: Path, summary: Json) -> Iterator[Warehouse]:
    """Return a DuckDB file, into which the loader merges."""
    database = folder / "warehouse.duckdb"
    settings = {**advice("target-duckdb"), "path": str(database), "default_target_schema": SCHEMA}
    place = {"DBT_TARGET": "duckdb", "DBT_DUCKDB_PATH": str(database)}
    with project(folder, variables={**VARIABLES, "callgear_summary": summary}, env=place) as models:
        yield Warehouse(
            target_with(settings, "target-duckdb", folder),
            models,
            lambda: duckdb_client(database),
            "DuckDB",
            database,
        )


@contextmanager
def appended_postgres(folder: Path, summary: Json) -> Iterator[Warehouse]:
    """Return a PostgreSQL server whose sessions are hours ahead of UTC, and to whose tables the loader appends."""
    with postgres("Europe/Moscow") as port:
        settings = {
            **advice("target-postgres"),
            "host": HOST,
            "port": port,
            "user": OWNER,
            "password": "none",
            "database": "postgres",
            "default_target_schema": SCHEMA,
            # Without keys there is nothing to merge on.
            "stream_maps": {"*": {"__key_properties__": []}},
        }
        place = {
            "DBT_TARGET": "postgres",
            "DBT_POSTGRES_HOST": HOST,
            "DBT_POSTGRES_PORT": str(port),
            "DBT_POSTGRES_USER": OWNER,
            "DBT_POSTGRES_DATABASE": "postgres",
        }
        client, log = "tests.warehouse.postgres_client", folder / "client.txt"
        address = f"host={HOST} port={port} user={OWNER} dbname=postgres"
        with project(folder, variables={**VARIABLES, "callgear_summary": summary}, env=place) as models:
            yield Warehouse(
                target_with(settings, "target-postgres", folder),
                models,
                lambda: analyst("target-postgres", client, address, log=log),
                "PostgreSQL",
            )
