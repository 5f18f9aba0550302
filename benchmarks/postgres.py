"""Runs a PostgreSQL server of its own until stdin ends, and prints its port: python -m benchmarks.postgres."""

from __future__ import annotations

import sys

from tests.warehouse.postgres_server import postgres

if __name__ == "__main__":
    with postgres("UTC") as port:
        print(port, flush=True)
        sys.stdin.read()
