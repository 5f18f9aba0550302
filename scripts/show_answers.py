"""Ask a DuckDB file: python show_answers.py DATABASE QUERY.sql ...

Runs in the environment of target-duckdb, which has the DuckDB release that wrote the file.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from duckdb_files import Answer, Trouble, answer_to, connect
from terminal_table import print_table

if TYPE_CHECKING:
    import duckdb

LONGEST = 12


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Show what queries answer.")
    parser.add_argument("database", type=Path)
    parser.add_argument("queries", type=Path, nargs="+")
    return parser.parse_args()


def show_answer(warehouse: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Show the answer to a query, the head of it if it is long."""
    answer = answer_to(warehouse, path)
    # The comment at the head of a query is its title.
    title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("- ")
    print_table(title, _heads_of(answer), answer.rows[:LONGEST])
    if len(answer.rows) > LONGEST:
        print(f"... and {len(answer.rows) - LONGEST:,} rows more")


def _heads_of(answer: Answer) -> list[str]:
    """Say of each column of times in what zone they are."""
    return [
        f"{name} (UTC)" if any(isinstance(row[place], datetime) for row in answer.rows) else name
        for place, name in enumerate(answer.heads)
    ]


def main() -> None:
    """Show the answer to each query."""
    arguments = parse_arguments()
    try:
        with connect(arguments.database) as warehouse:
            for path in arguments.queries:
                show_answer(warehouse, path)
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
