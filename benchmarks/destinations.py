"""What is loaded into: each by its loader as it is, with the settings that the pages advise, and asked for its rows."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from measuring import PYTHON, ROOT
from piping import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

ENVIRONMENTS = ("target-jsonl", "target-duckdb", "target-postgres", "target-snowflake", "dlt", "pyairbyte")

JSONL, DUCKDB, DLT, POSTGRES, SNOWFLAKE = "JSON Lines", "DuckDB", "DuckDB by dlt", "PostgreSQL", "Snowflake"
SNOWFLAKE_AS_IT_COMES = "Snowflake, no settings"

_SNOWFLAKE_DATABASE, _SCHEMA = "WAREHOUSE", "callgear"
_OWNER = "callgear"

_KEYS = {"communications": "communication_type || cast(id AS varchar)", "visitor_sessions": "id"}
"""What tells the rows of a stream apart, as any of the databases understands it."""


@dataclass(frozen=True)
class Destination:
    """A place that is ready to be loaded into.

    Attributes:
        loader: The command that loads what it reads from stdin.
        count: Returns how many different rows a stream has there.
    """

    loader: Sequence[str]
    count: Callable[[str], int]


def program(environment: str, name: str) -> str:
    """Return a program of an environment."""
    return str(ROOT / ".venvs" / environment / "bin" / name)


def asked(environment: str, client: str, *place: str, stream: str, schema: str) -> int:
    """Return how many different rows a stream has in a schema, asked by a client of the warehouse."""
    answer = subprocess.run(
        [program(environment, "python"), "-m", f"tests.warehouse.{client}", *place],
        input=json.dumps(f"SELECT count(DISTINCT {_KEYS[stream]}) AS rows FROM {schema}.{stream}") + "\n",  # noqa: S608 - names of our own
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
        check=True,
    )
    return int(json.loads(answer.stdout)[0]["rows"])


@contextmanager
def _json_lines(folder: Path) -> Iterator[Destination]:
    def count(stream: str) -> int:
        with (folder / f"{stream}.jsonl").open("rb") as lines:
            records = map(json.loads, lines)
            return len({(record.get("communication_type"), record["id"]) for record in records})

    settings = {"destination_path": str(folder), "do_timestamp_file": False}
    yield Destination(_target("target-jsonl", settings, folder), count)


@contextmanager
def _duckdb(folder: Path) -> Iterator[Destination]:
    file = str(folder / "warehouse.duckdb")
    settings = {"path": file, "default_target_schema": "main", "batch_size_rows": 10_000}
    loader = _target("target-duckdb", settings, folder)
    yield Destination(
        loader, lambda stream: asked("target-duckdb", "duckdb_client", file, stream=stream, schema="main")
    )


@contextmanager
def _dlt(folder: Path) -> Iterator[Destination]:
    page = (ROOT / "docs" / "dlt.md").read_text(encoding="utf-8")
    pipeline = folder / "pipeline.py"
    pipeline.write_text(page.partition('```python title="pipeline.py"\n')[2].partition("```")[0], encoding="utf-8")
    file = str(folder / "warehouse.duckdb")
    loader = [program("dlt", "python"), str(pipeline), str(folder)]
    yield Destination(loader, lambda stream: asked("dlt", "duckdb_client", file, stream=stream, schema=_SCHEMA))


@contextmanager
def _postgres(folder: Path) -> Iterator[Destination]:
    with _serving([PYTHON, "-m", "benchmarks.postgres"]) as port:
        settings = {
            "host": "127.0.0.1",
            "port": int(port),
            "user": _OWNER,
            "password": "none",
            "database": "postgres",
            "default_target_schema": _SCHEMA,
            "use_copy": True,
            "validate_records": False,
        }
        address = f"host=127.0.0.1 port={port} user={_OWNER} dbname=postgres"

        def count(stream: str) -> int:
            return asked("target-postgres", "postgres_client", address, stream=stream, schema=_SCHEMA)

        yield Destination(_target("target-postgres", settings, folder), count)


@contextmanager
def _snowflake(folder: Path, **advised: object) -> Iterator[Destination]:
    server = "tests.warehouse.snowflake.server"
    statements = str(folder / "statements")
    command = [program("target-snowflake", "python"), "-m", server, _SNOWFLAKE_DATABASE, statements]
    with _serving(command) as port:
        settings = {
            "account": f"127.0.0.1:{port}/{_SNOWFLAKE_DATABASE}?account=fakesnow&protocol=http&region=",
            "user": "loader",
            "password": "none",
            "database": _SNOWFLAKE_DATABASE,
            "schema": _SCHEMA.upper(),
            "warehouse": "LOADING",
            **advised,
        }
        place = (port, _SNOWFLAKE_DATABASE, _SCHEMA.upper())

        def count(stream: str) -> int:
            return asked("target-snowflake", "snowflake.client", *place, stream=stream, schema=_SCHEMA)

        yield Destination(_target("target-snowflake", settings, folder), count)


DESTINATIONS: Mapping[str, Callable[[Path], AbstractContextManager[Destination]]] = {
    JSONL: _json_lines,
    DUCKDB: _duckdb,
    DLT: _dlt,
    POSTGRES: _postgres,
    SNOWFLAKE: partial(_snowflake, validate_records=False),
    SNOWFLAKE_AS_IT_COMES: _snowflake,
}
"""By name, what makes each ready in a folder."""


def _target(target: str, settings: Mapping[str, Any], folder: Path) -> list[str]:
    config = folder / "target.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    return [program(target, target), "--config", str(config)]


@contextmanager
def _serving(command: Sequence[str]) -> Iterator[str]:
    """Run a server that prints its port on its first line, and ends when its stdin does."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
    ) as process:
        yield process.stdout.readline().strip() if process.stdout else ""
        # Leaving closes its stdin, and waits for it.
