"""DuckDB files: opened and asked, or one line of what a person can do about it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

try:
    import duckdb
except ModuleNotFoundError as missing:
    sys.exit(f"{missing} here: bash scripts/setup target-duckdb; then run this by .venvs/target-duckdb/bin/python")

if TYPE_CHECKING:
    from pathlib import Path


class Trouble(Exception):
    """What a person can fix, in one line."""


class Answer(NamedTuple):
    """What a query answers."""

    heads: list[str]
    rows: list[tuple[Any, ...]]


def connect(database: Path, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open a file.

    Args:
        database: The file.
        read_only: Whether to leave it as it is.

    Returns:
        A connection, which is to be closed.

    Raises:
        Trouble: It cannot be opened.
    """
    if not database.exists():
        message = f"There is no {database}. To make one: bash scripts/try"
        raise Trouble(message)
    try:
        return duckdb.connect(str(database), read_only=read_only)
    except duckdb.Error as error:
        what = "is open in another program: close it there" if "lock" in str(error) else "cannot be read: move it away"
        message = f"{database} {what}, then run this again ({_said_by(error)})"
        raise Trouble(message) from error


def tables_of(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the tables."""
    return {str(name) for (name, *_) in warehouse.execute("SHOW TABLES").fetchall()}


def answer_to(warehouse: duckdb.DuckDBPyConnection, path: Path) -> Answer:
    """Ask a query.

    Args:
        warehouse: What is asked.
        path: File of the query.

    Returns:
        The answer.

    Raises:
        Trouble: It cannot be answered.
    """
    try:
        query = path.read_text(encoding="utf-8")
        answer = warehouse.execute(query)
        return Answer([name for name, *_ in answer.description or ()], answer.fetchall())
    except (OSError, UnicodeError) as error:
        message = f"{path} cannot be read as a query: {error}"
    except duckdb.CatalogException as error:
        missing = " and ".join(sorted(_tables_in(warehouse, query, error) - tables_of(warehouse)))
        message = f"{path} needs {missing}: select what is missing, run the tap and the loader, then ask again"
        message = message if missing else f"{path} cannot be answered ({_said_by(error)})"
    except duckdb.Error as error:
        message = f"{path} cannot be answered ({_said_by(error)})"
    raise Trouble(message)


def _tables_in(warehouse: duckdb.DuckDBPyConnection, query: str, error: duckdb.Error) -> set[str]:
    """Return the tables that a query names; only the first that is missing, if it takes them all to know more."""
    try:
        return {str(name) for name in warehouse.get_table_names(query)}
    except duckdb.Error:
        return set(re.findall(r"Table with name (\w+)", str(error)))


def _said_by(error: duckdb.Error) -> str:
    """Return the first sentence of what DuckDB says of an error."""
    first, _, _ = str(error).partition("\n\n")
    return f"DuckDB {duckdb.__version__}: {' '.join(first.split())}"
