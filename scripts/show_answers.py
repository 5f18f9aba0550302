"""Ask a DuckDB file: python show_answers.py DATABASE QUERY.sql ...

Runs in the environment of target-duckdb, which has the DuckDB release that wrote the file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
from terminal_table import print_table

LONGEST = 12


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Show what queries answer.")
    parser.add_argument("database", type=Path)
    parser.add_argument("queries", type=Path, nargs="+")
    return parser.parse_args()


def title_of(query: str) -> str:
    """Take the title from the comment at the head of a query."""
    return query.partition("\n")[0].lstrip("- ")


def main() -> None:
    """Show the answer to each query, the head of it if it is long."""
    arguments = parse_arguments()
    with duckdb.connect(str(arguments.database), read_only=True) as warehouse:
        for path in arguments.queries:
            query = path.read_text(encoding="utf-8")
            answer = warehouse.execute(query)
            heads = [name for name, *_ in answer.description]
            rows = answer.fetchall()
            print_table(title_of(query), heads, rows[:LONGEST])
            if len(rows) > LONGEST:
                print(f"... and {len(rows) - LONGEST:,} rows more")


if __name__ == "__main__":
    main()
