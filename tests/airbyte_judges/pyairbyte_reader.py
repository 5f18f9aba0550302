"""Does with PyAirbyte what a person would, in its environment: one order a line of stdin, one answer a line of stdout.

It takes many seconds to import, so that one process does it all. An order is a JSON object: `do` names the function
below, and the rest is what it takes. An answer holds what it gives, or an `error`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import airbyte as ab
from airbyte.cli.pyab import cli
from airbyte.exceptions import PyAirbyteError

Json = dict[str, Any]


def _source(executable: str, config: Json, streams: list[str] | None = None) -> Any:  # noqa: ANN401 - PyAirbyte's own
    return ab.get_source("source-callgear", local_executable=executable, config=config, streams=streams)


def check(executable: str, config: Json) -> Json:
    """Check the settings."""
    _source(executable, config).check()
    return {}


def discover(executable: str, config: Json) -> Json:
    """Discover the streams, each with its key and cursor."""
    streams = _source(executable, config).discovered_catalog.streams
    return {
        stream.name: {
            "key": stream.source_defined_primary_key,
            "cursor": stream.default_cursor_field,
            "modes": sorted(mode.value for mode in stream.supported_sync_modes),
        }
        for stream in streams
    }


def read(executable: str, config: Json, cache: str, streams: list[str]) -> Json:
    """Read streams into a cache."""
    source = _source(executable, config, streams)
    with ab.DuckDBCache(db_path=cache) as duck:
        return {"read": source.read(cache=duck).processed_records}


def rows(cache: str, streams: dict[str, list[str]]) -> Json:
    """Look at what a cache holds: by stream every row's key, and its time."""
    held = {}
    with ab.DuckDBCache(db_path=cache) as duck:
        for stream, key in streams.items():
            if stream in duck:
                columns = ", ".join(key)
                found = duck.run_sql_query(
                    f"SELECT {columns}, epoch(date_time)::BIGINT AS instant FROM {duck.schema_name}.{stream}"  # noqa: S608
                )
                held[stream] = [[*(row[name] for name in key), row["instant"]] for row in found]
    return held


def validate(executable: str, config: str) -> Json:
    """Run the command `pyab validate`."""
    try:
        cli(["validate", f"--connector={executable}", f"--config={config}"])
    except SystemExit as ended:
        return {"exit_code": ended.code or 0}
    return {"exit_code": 0}


ORDERS = {function.__name__: function for function in (check, discover, read, rows, validate)}


def main() -> None:
    """Do what is ordered until there is nothing more; what PyAirbyte prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = ORDERS[order.pop("do")](**order)
        except PyAirbyteError as error:
            answer = {"error": type(error).__name__, "said": str(error)}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
