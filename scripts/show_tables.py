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

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STREAMS = ("communications", "visitor_sessions")
DAYS = 7

ARRIVALS = """
    SELECT
        count(*),
        count(*) FILTER (_sdc_batched_at >= ?),
        strftime(min(date_time), '%Y-%m-%d %H:%M:%S'),
        strftime(max(date_time), '%Y-%m-%d %H:%M:%S')
    FROM {table}
"""
COMMUNICATION_TYPES = """
    SELECT communication_type FROM communications
    GROUP BY communication_type ORDER BY count(*) DESC, communication_type
"""
LATEST_DAYS = """
    SELECT strftime(date_time, '%Y-%m-%d') AS day, {counts}, count(*)
    FROM communications GROUP BY day ORDER BY day DESC LIMIT ?
"""


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Show what arrived in a DuckDB file.")
    parser.add_argument("database", type=Path)
    parser.add_argument("--since", type=float, required=True, help="start of this run, Unix time")
    parser.add_argument("--totals", type=Path, required=True, help="file that keeps the row counts")
    return parser.parse_args()


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table whose first column is text and whose others are set flush right."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *texts, strict=True)]
    print(f"\n{title}")
    for row in (heads, ["-" * width for width in widths], *texts):
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *others]))


def show_arrivals(
    warehouse: duckdb.DuckDBPyConnection, tables: Sequence[str], since: float, totals: Path
) -> None:
    """Show each table with what this run read of it, and keep the totals for the next run."""
    before = json.loads(totals.read_text()) if totals.exists() else {}
    after = {}
    rows = []
    # The loader stamps the rows with the local wall time.
    started = datetime.fromtimestamp(since)  # noqa: DTZ006
    for table in tables:
        total, read, first, last = warehouse.execute(
            ARRIVALS.format(table=table), [started]
        ).fetchall()[0]
        rows.append((table, total, read, total - before.get(table, 0), first, last))
        after[table] = total
    heads = ("table", "rows", "read now", "of these new", "first (UTC)", "last (UTC)")
    print_table("What arrived", heads, rows)
    totals.write_text(json.dumps(after))


def show_latest_days(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Show how many communications of each type the latest days had."""
    types = [name for (name,) in warehouse.execute(COMMUNICATION_TYPES).fetchall()]
    counts = ", ".join("count(*) FILTER (communication_type = ?)" for _ in types) or "0"
    days = warehouse.execute(LATEST_DAYS.format(counts=counts), [*types, DAYS]).fetchall()
    heads = ("day (UTC)", *types, "all")
    print_table(f"Communications of the latest {len(days)} days", heads, days)


def main() -> None:
    """Show the tables of the file."""
    arguments = parse_arguments()
    with duckdb.connect(str(arguments.database), read_only=True) as warehouse:
        present = {name for (name, *_) in warehouse.execute("SHOW TABLES").fetchall()}
        tables = [name for name in STREAMS if name in present]
        show_arrivals(warehouse, tables, arguments.since, arguments.totals)
        if "communications" in present:
            show_latest_days(warehouse)


if __name__ == "__main__":
    main()
