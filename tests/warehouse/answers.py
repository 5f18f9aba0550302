"""Answers queries, in the environment of a warehouse's own client. Nothing but the standard library is needed here."""

from __future__ import annotations

import json
import sys
from typing import Any


def answer(connection: Any) -> None:  # noqa: ANN401 - a connection as PEP 249 describes it
    """Answer queries until there are no more.

    Every line of stdin is a query as JSON. Every line of stdout holds its rows as JSON objects; what JSON has no kind
    for, such as times, is text.
    """
    for line in sys.stdin:
        cursor = connection.cursor()
        cursor.execute(json.loads(line))
        columns = [column[0].lower() for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        sys.stdout.write(json.dumps(rows, default=str) + "\n")
        sys.stdout.flush()
