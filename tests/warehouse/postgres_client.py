"""Asks a PostgreSQL server: python -m tests.warehouse.postgres_client ADDRESS."""

from __future__ import annotations

import sys

import psycopg

from tests.warehouse.answers import answer


def main() -> None:
    """Connect, and answer queries, none of which holds up a load."""
    with psycopg.connect(sys.argv[1], autocommit=True) as connection:
        answer(connection)


if __name__ == "__main__":
    main()
