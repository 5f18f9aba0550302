"""Asks Snowflake, with its own connector: python -m tests.warehouse.snowflake.client PORT DATABASE SCHEMA."""

from __future__ import annotations

import sys

import snowflake.connector

from tests.warehouse.answers import answer


def main() -> None:
    """Connect, and answer queries."""
    port, database, schema = sys.argv[1:]
    with snowflake.connector.connect(
        user="analyst",
        password="not checked",  # noqa: S106 - there is nothing to get in to
        account="fakesnow",
        host="127.0.0.1",
        port=int(port),
        protocol="http",
        database=database,
        schema=schema,
    ) as connection:
        answer(connection)


if __name__ == "__main__":
    main()
