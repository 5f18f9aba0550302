"""Show what arrived in a DuckDB file: python show_tables.py FILE --since SECONDS --totals FILE.

Runs in the environment of target-duckdb, which has the DuckDB release that wrote the file.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from terminal_table import print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Show what arrived in a DuckDB file.")
    parser.add_argument("database", type=Path)
    parser.add_argument("--since", type=float, required=True, help="start of this run, Unix time")
    parser.add_argument("--totals", type=Path, required=True, help="file that keeps the row counts")
    return parser.parse_args()


def tables_with_rows(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables that hold anything."""
    present = sorted(name for (name, *_) in warehouse.execute("SHOW TABLES").fetchall())
    return [
        name
        for name in sorted(present, key=lambda name: name not in CORE)
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
    # The loader stamps the rows with the local wall time.
    started = datetime.fromtimestamp(since)  # noqa: DTZ006
    for table in tables:
        query = ARRIVALS.format(table=table, time=time_of(warehouse, table))
        total, read, first, last = warehouse.execute(query, [started]).fetchall()[0]
        new = total - before.get(table, 0)
        rows.append((table, total, read, new, read - new, first, last))
        after[table] = total
    print_table(title, ARRIVAL_HEADS, rows)
    totals.write_text(json.dumps(after))


def main() -> None:
    """Show the tables of the file."""
    arguments = parse_arguments()
    with duckdb.connect(str(arguments.database), read_only=True) as warehouse:
        tables = tables_with_rows(warehouse)
        if tables:
            title = f"What stands in {arguments.database.name} now"
            show_arrivals(warehouse, title, tables, arguments.since, arguments.totals)
        else:
            print(f"\nNothing has arrived in {arguments.database.name} yet.")


if __name__ == "__main__":
    main()
