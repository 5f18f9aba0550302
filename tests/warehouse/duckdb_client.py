"""Asks a DuckDB file: python -m tests.warehouse.duckdb_client FILE."""

from __future__ import annotations

import sys

import duckdb

from tests.warehouse.answers import answer


def main() -> None:
    """Open the file, and answer queries."""
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        answer(connection)


if __name__ == "__main__":
    main()
