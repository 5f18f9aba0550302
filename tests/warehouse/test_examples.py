"""The ready queries answer, in real warehouses, what can be counted in the tap's own records."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest

from tests.documents import ROOT, Document
from tests.support import UNTIL, catalog_of, play, run_tap, text_of

from .figures import STREAMS, Figures
from .postgres_server import OWNER, binaries, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support import Run

    from .figures import Rows

    Ask = Callable[[str], Rows]
    Warehouse = Callable[[Sequence[Run], Path], AbstractContextManager[Ask]]

pytestmark = pytest.mark.warehouse

EXAMPLES: Final = {path.stem: path for path in sorted((ROOT / "examples").glob("*.sql"))}
SORTED_BY: Final = {
    "calls_by_employee": "calls",
    "chats_by_channel": "chats",
    "cost_of_contacts": "cost",
    "communications_by_day": "day",
    "conversion_by_campaign": "sessions",
    "first_and_last_touch": "first_touches",
    "lost_calls": "lost",
    "tag_use": "communications",
}
ZONE: Final = "Asia/Dubai"
IN_ZONE: Final = f"AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE}'"

ASK_DUCKDB: Final = """
import csv, duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
    answer = warehouse.execute(sys.stdin.read())
    writer = csv.writer(sys.stdout)
    writer.writerow(name for name, *_ in answer.description)
    writer.writerows(answer.fetchall())
"""


def environment(name: str) -> Path:
    """Return the folder of programs of a target's environment."""
    return ROOT / ".venvs" / name / "bin"


def loaded(command: Sequence[object], runs: Sequence[Run]) -> None:
    """Hand what the tap wrote to a target, run by run."""
    for run in runs:
        ended = subprocess.run(  # noqa: S603 - a target in an environment of ours
            [str(word) for word in command], input=run.stdout, capture_output=True, timeout=60, check=False
        )
        assert ended.returncode == 0, ended.stderr.decode()
        assert json.loads(ended.stdout.splitlines()[-1]) == run.state


def answer_of(command: Sequence[object], query: str, env: Mapping[str, str] | None = None) -> Rows:
    """Run a program that takes a query and answers in CSV."""
    ended = subprocess.run(  # noqa: S603 - psql, or our own few lines
        [str(word) for word in command],
        input=query.encode(),
        capture_output=True,
        timeout=30,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return list(csv.DictReader(ended.stdout.decode().splitlines()))


@contextmanager
def duckdb_with(runs: Sequence[Run], folder: Path) -> Iterator[Ask]:
    """Load a DuckDB file, and give a way to ask it."""
    database = folder / "callgear.duckdb"
    config = folder / "target.json"
    config.write_text(json.dumps({"path": str(database), "default_target_schema": "main"}), encoding="utf-8")
    programs = environment("target-duckdb")
    loaded([programs / "target-duckdb", "--config", config], runs)
    yield partial(answer_of, [programs / "python", "-c", ASK_DUCKDB, database])


@contextmanager
def postgres_with(runs: Sequence[Run], folder: Path) -> Iterator[Ask]:
    """Load a PostgreSQL database, and give a way to ask it."""
    with postgres("UTC") as port:
        settings = {
            "host": "127.0.0.1",
            "port": port,
            "user": OWNER,
            "password": "",
            "database": "postgres",
            "default_target_schema": "callgear",
        }
        config = folder / "target.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        loaded([environment("target-postgres") / "target-postgres", "--config", config], runs)
        place = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGUSER": OWNER,
            "PGDATABASE": "postgres",
            "PGOPTIONS": "-c search_path=callgear -c timezone=America/New_York",
            "PGCLIENTENCODING": "UTF8",
        }
        psql = [binaries() / "psql", "--no-psqlrc", "--csv", "--quiet", "-v", "ON_ERROR_STOP=1"]
        yield partial(answer_of, psql, env=place)


def comparable(rows: Rows) -> Rows:
    """Put rows in an order that no collation changes, and write everything that is no fraction as text."""
    told = [
        {
            name: value if isinstance(value, float) else "" if value is None else str(value)
            for name, value in row.items()
        }
        for row in rows
    ]
    return sorted(told, key=lambda row: list(row.values())[:2])


def assert_same(answer: Rows, counted: Rows) -> None:
    """Assert that a warehouse says what was counted; fractions are rounded to one place, or summed as floats."""
    assert counted
    for told, due in zip(comparable(answer), comparable(counted), strict=True):
        wanted: dict[str, Any] = {
            name: pytest.approx(value, rel=1e-12, abs=0.0501) if isinstance(value, float) else value
            for name, value in due.items()
        }
        assert {name: float(value) if isinstance(due[name], float) else value for name, value in told.items()} == wanted


def weight(value: str) -> tuple[Decimal, str]:
    """Order numbers by size, and days by time."""
    return (Decimal(value), "") if value.replace(".", "", 1).isdigit() else (Decimal(), value)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Read a history in two runs that overlap; in between, days have come and rows have changed."""
    with play(rows=600, days=30, quirks=True) as sandbox:
        sandbox.now = UNTIL - timedelta(days=5)
        catalog = catalog_of(sandbox, streams=STREAMS)
        first = run_tap(sandbox, config={"page_size": 200, "end_date": text_of(sandbox.now)}, catalog=catalog)
        sandbox.now = UNTIL
        second = run_tap(sandbox, config={"page_size": 200}, catalog=catalog, state=first.state)
    assert (first.exit_code, second.exit_code) == (0, 0), second.stderr
    return [first, second]


def local_day(moment: str) -> str:
    """Return the day of a moment where the account is."""
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(ZONE)):%Y-%m-%d}"


@pytest.mark.parametrize("warehouse", [duckdb_with, postgres_with])
def test_every_ready_query_answers_what_the_records_say(warehouse: Warehouse, runs: list[Run], tmp_path: Path) -> None:
    figures = Figures(runs)
    with warehouse(runs, tmp_path) as ask:
        for name, path in EXAMPLES.items():
            answer = ask(path.read_text(encoding="utf-8"))
            assert_same(answer, getattr(figures, name)())
            column = [weight(row[SORTED_BY[name]]) for row in answer]
            assert column == sorted(column, reverse=True), f"{name} does not show the most telling rows first"

        by_day = EXAMPLES["communications_by_day"].read_text(encoding="utf-8")
        by_local_day = by_day.replace("date_time AS DATE", f"date_time {IN_ZONE} AS DATE")
        assert by_local_day.count(ZONE) == 2
        assert_same(ask(by_local_day), figures.communications_by_day(local_day))
        assert figures.communications_by_day(local_day) != figures.communications_by_day()


def test_the_page_says_what_every_query_answers_and_how_to_ask_for_local_days() -> None:
    page = Document("docs/queries.md")
    told = [name for name, _ in page.table("query", "what it answers")]
    assert told == [f"[{name}](../examples/{name}.sql)" for name in EXAMPLES]
    assert IN_ZONE in page.text
    assert all(path.read_text(encoding="utf-8").startswith("-- ") for path in EXAMPLES.values())


def test_the_records_have_what_the_queries_look_for(runs: list[Run]) -> None:
    figures = Figures(runs)
    first = Figures(runs[:1])
    assert len(first.communications) < len(figures.communications)
    assert any(row["lost"] for row in figures.lost_calls())
    assert any(row["with_sale"] for row in figures.tag_use())
    before = {(record["communication_type"], record["id"]): record for record in first.communications}
    assert any(
        before.get((record["communication_type"], record["id"]), record) != record for record in figures.communications
    )
