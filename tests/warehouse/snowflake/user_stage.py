"""Teaches fakesnow the user stage, `@~`, which target-snowflake uploads to and merges from.

The rest is fakesnow's own: HTTP, sessions, types, DDL, the upload and the merge. It lacks:

1. `PUT 'file://...' '@~/path'`: becomes an upload to a named stage.
2. `MERGE INTO ... USING (SELECT $1:name::type ... FROM '@~/path' (FILE_FORMAT => ...) QUALIFY ...)`: merges
   from a table into which the uploaded files are read.
3. `REMOVE '@~/path/'`.
4. `DROP FILE FORMAT`.
"""
# ruff: noqa: S608, SLF001 - statements are what this rewrites, and fakesnow has no other way in

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.transforms import stage

if TYPE_CHECKING:
    from collections.abc import Callable

STAGE = "USER_STAGE"
USER_STAGE = re.compile(r"'@~/([^']+?)/?'")
PUT = re.compile(r"\s*put\s", re.IGNORECASE)
MERGE = re.compile(
    r"\(select (?P<columns>.*?) from '@~/(?P<path>[^']+)'\(file_format => [^)]*\) "
    r"qualify (?P<numbered>row_number\(\) over \(partition by .*? order by )seq8\(\)(?P<latest> desc\) = 1)\)",
    re.IGNORECASE | re.DOTALL,
)
REMOVE = re.compile(r"\s*remove\s", re.IGNORECASE)
DROP_FILE_FORMAT = re.compile(r"\s*drop\s+file\s+format\s+if\s+exists\s+(?P<name>\S+)", re.IGNORECASE)

original_execute = FakeSnowflakeCursor.execute


def install(notice: Callable[[str], None]) -> None:
    """Teach fakesnow, and give every statement that it is asked to run to `notice`, too."""

    def execute(cursor: Any, command: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as fakesnow declares it
        notice(command)
        return original_execute(cursor, rewritten(cursor, command), *args, **kwargs)

    FakeSnowflakeCursor.execute = execute


def rewritten(cursor: Any, command: str) -> str:  # noqa: ANN401 - fakesnow's cursor
    """Do what fakesnow can't, and return the statement that remains for it to run."""
    if dropped := DROP_FILE_FORMAT.match(command):
        return drop_file_format(cursor, dropped["name"])
    if "'@~/" not in command:
        return command
    use_public_schema(cursor)
    if PUT.match(command):
        original_execute(cursor, f"create stage if not exists {public(cursor, STAGE)}")
        return USER_STAGE.sub(lambda found: f"@{public(cursor, STAGE)}/{found[1]}", command)
    if REMOVE.match(command) and (removed := USER_STAGE.search(command)):
        return remove(cursor, removed[1])
    return MERGE.sub(lambda found: select_latest(cursor, found), command)


def use_public_schema(cursor: Any) -> None:  # noqa: ANN401 - fakesnow's cursor
    """Make PUBLIC the current schema where there is none, as Snowflake does; a merge needs one."""
    connection = cursor._conn
    if not connection._schema:
        connection._schema, connection.schema_set = "PUBLIC", True


def public(cursor: Any, name: str) -> str:  # noqa: ANN401 - fakesnow's cursor
    """Return the full name of something in the schema PUBLIC."""
    return f"{cursor._conn.database}.PUBLIC.{name}"


def folder_of(cursor: Any, path: str) -> Path:  # noqa: ANN401 - fakesnow's cursor
    """Return where the files lie that were uploaded to a path of the stage."""
    return Path(stage.internal_dir(public(cursor, STAGE), path))


def table_of(cursor: Any, path: str) -> str:  # noqa: ANN401 - fakesnow's cursor
    """Return the name of the table into which a path's files are read."""
    return public(cursor, f"STAGED_{hashlib.sha256(path.encode()).hexdigest()[:16].upper()}")


def select_latest(cursor: Any, merge: re.Match[str]) -> str:  # noqa: ANN401 - fakesnow's cursor
    """Read the uploaded files into a table, and return the query for the last row of each key in it."""
    table = table_of(cursor, merge["path"])
    cursor._duck_conn.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT json AS STAGED, row_number() OVER () AS STAGED_NUMBER "
        f"FROM read_ndjson_objects('{folder_of(cursor, merge['path'])}/*')"
    )
    columns = merge["columns"].replace("$1:", "STAGED:")
    # DuckDB looks for a column's alias beside QUALIFY, not in it: give the aliases a level of their own.
    return (
        f"(select * from (select {columns}, STAGED_NUMBER from {table}) "
        f"qualify {merge['numbered']}STAGED_NUMBER{merge['latest']})"
    )


def remove(cursor: Any, path: str) -> str:  # noqa: ANN401 - fakesnow's cursor
    """Remove the uploaded files, and the table into which they were read."""
    shutil.rmtree(folder_of(cursor, path), ignore_errors=True)
    cursor._duck_conn.execute(f"DROP TABLE IF EXISTS {table_of(cursor, path)}")
    return "select 'removed' as result"


def drop_file_format(cursor: Any, name: str) -> str:  # noqa: ANN401 - fakesnow's cursor
    """Forget a file format."""
    parts = stage.parts_from_var(name, cursor._conn.database, cursor._conn.schema)
    with cursor._duck_conn.cursor() as own:
        own.execute(
            "DELETE FROM _fs_global._fs_information_schema._fs_file_formats "
            "WHERE database_name = ? AND schema_name = ? AND name = ?",
            list(parts),
        )
    return "select 'dropped' as status"
