"""What arrived in a DuckDB file, table by table."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from duckdb_files import connect, tables_of
from terminal_table import print_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

CORE = ("communications", "visitor_sessions")
"""What is shown first."""

TIMES = ("date_time", "start_time", "upload_time", "date")
"""What a stream that has times calls them; the first that a table has."""

ARRIVAL_HEADS = ("table", "rows", "read now", "new", "again", "first (UTC)", "last (UTC)")
ARRIVALS = """
    SELECT
        count(*),
        count(*) FILTER (_sdc_batched_at >= ?),
        strftime(min({time})::TIMESTAMP, '%Y-%m-%d %H:%M'),
        strftime(max({time})::TIMESTAMP, '%Y-%m-%d %H:%M')
    FROM {table}
"""


def tables_with_rows(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables that hold anything."""
    return [
        name
        for name in sorted(tables_of(warehouse), key=lambda name: (name not in CORE, name))
        if warehouse.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall()  # noqa: S608 - our own names
    ]


def time_of(warehouse: duckdb.DuckDBPyConnection, table: str) -> str:
    """Name the column that tells when a row of the table happened; null where there is none."""
    columns = {name for (name, *_) in warehouse.execute(f"DESCRIBE {table}").fetchall()}
    return next((name for name in TIMES if name in columns), "NULL")


def show_arrivals(
    warehouse: duckdb.DuckDBPyConnection, title: str, tables: Sequence[str], since: float, totals: Path
) -> None:
    """Show each table with what this run read of it, and keep the totals for the next run."""
    before = json.loads(totals.read_text()) if totals.exists() else {}
    after = {}
    rows = []
    # The loader stamps the rows with the local time.
    started = datetime.fromtimestamp(since)  # noqa: DTZ006
    for table in tables:
        query = ARRIVALS.format(table=table, time=time_of(warehouse, table))
        total, read, first, last = warehouse.execute(query, [started]).fetchall()[0]
        new = total - before.get(table, 0)
        rows.append((table, total, read, new, read - new, first, last))
        after[table] = total
    print_table(title, ARRIVAL_HEADS, rows)
    totals.write_text(json.dumps(after))


def show_tables(database: Path, since: float, totals: Path) -> None:
    """Show the tables of a file.

    Args:
        database: The file.
        since: When this run began, in Unix time.
        totals: File that keeps the row counts from run to run.
    """
    with connect(database) as warehouse:
        if tables := tables_with_rows(warehouse):
            show_arrivals(warehouse, f"What stands in {database.name} now", tables, since, totals)
            print("New rows came for the first time; those of the lookback and of the lists are read again.")
        else:
            print(f"\nNothing has arrived in {database.name} yet.")
