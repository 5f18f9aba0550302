"""Serves fakesnow over HTTP until stdin ends: python -m tests.warehouse.snowflake.server DATABASE STATEMENTS.

Prints its port once it listens and has the database, with the schema PUBLIC in it that every database of Snowflake's
has. Every statement that it is asked to run goes to the file STATEMENTS, as a line of JSON.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import fakesnow
import snowflake.connector

from tests.warehouse.snowflake import user_stage


def main() -> None:
    """Serve."""
    database, file = sys.argv[1:]
    with Path(file).open("w", encoding="utf-8", buffering=1) as statements:
        user_stage.install(lambda statement: print(json.dumps(statement), file=statements))
        # The server's log must not fill the pipe that only the port is read from.
        port = sys.stdout
        with redirect_stdout(sys.stderr), fakesnow.server() as served:
            snowflake.connector.connect(**served, database=database, schema="PUBLIC").close()
            print(served["port"], file=port, flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main()
