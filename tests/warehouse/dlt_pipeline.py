"""Loads Singer messages from stdin with dlt: python -m tests.warehouse.dlt_pipeline FOLDER < messages.

A pipeline as a person writes one: it merges on the keys that the SCHEMA messages name, types times by them, and keeps
the last state in dlt's own, which is stored with the rows. As a Singer target does, it prints that state at the end.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dlt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def columns_of(properties: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the types that dlt can't see in JSON."""
    return {name: {"data_type": "timestamp"} for name, kind in properties.items() if kind.get("format") == "date-time"}


def rows(lines: Iterable[str]) -> Iterator[Any]:
    """Give the records of all streams, each with its table."""
    for line in lines:
        message = json.loads(line, parse_float=Decimal)
        if message["type"] == "SCHEMA":
            hints = dlt.mark.make_hints(
                table_name=message["stream"],
                primary_key=message["key_properties"],
                write_disposition="merge",
                columns=columns_of(message["schema"]["properties"]),
            )
            yield dlt.mark.with_hints([], hints, create_table_variant=True)
        elif message["type"] == "RECORD":
            yield dlt.mark.with_table_name(message["record"], message["stream"])
        elif message["type"] == "STATE":
            dlt.current.resource_state()["singer"] = message["value"]


def main() -> None:
    """Load what stdin holds."""
    folder = Path(sys.argv[1])
    pipeline = dlt.pipeline(
        "callgear",
        pipelines_dir=str(folder / "pipelines"),
        destination=dlt.destinations.duckdb(str(folder / "warehouse.duckdb")),
        dataset_name="callgear",
    )
    pipeline.run(dlt.resource(rows(sys.stdin), name="callgear")).raise_on_failed_jobs()
    kept = pipeline.state["sources"]["callgear"]["resources"]["callgear"]
    print(json.dumps(kept["singer"]))  # noqa: T201 - as a target does


if __name__ == "__main__":
    main()
