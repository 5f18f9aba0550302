"""Runs dbt's commands in one process that parses once: python -m tests.warehouse.dbt_process.

Every line of stdin is a command, as a list of arguments in JSON. Every line of stdout says what became of it.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dbt.cli.main import dbtRunner

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.base_types import EventMsg


def outcome(result: dbtRunnerResult, said: list[str]) -> dict[str, Any]:
    """Return what became of a command, and of each node that it touched."""
    nodes = {
        each.node.name: {
            "kind": each.node.resource_type,
            "status": str(each.status),
            "failures": each.failures,
            "message": each.message,
            "compiled": getattr(each.node, "compiled_code", None),
        }
        for each in getattr(result.result, "results", [])
        if hasattr(each, "node")
    }
    return {"success": result.success, "error": str(result.exception or ""), "nodes": nodes, "said": said}


def let_go() -> None:
    """Close DuckDB's file, so that others may open it; dbt keeps it open as long as its process lives."""
    with suppress(ImportError):
        connections = import_module("dbt.adapters.duckdb.connections")
        connections.DuckDBConnectionManager.close_all_connections()


def main() -> None:
    """Run commands until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    # What dbt prints must not get among the answers.
    os.dup2(2, 1)
    manifest = None
    for line in sys.stdin:
        said: list[str] = []

        def hear(event: EventMsg, said: list[str] = said) -> None:
            if event.info.level != "debug":
                said.append(event.info.msg)

        runner = dbtRunner(manifest=manifest, callbacks=[hear])
        result = runner.invoke(json.loads(line))
        if result.success and json.loads(line)[0] == "parse":
            manifest = result.result
        let_go()
        print(json.dumps(outcome(result, said), default=str), file=answers)


if __name__ == "__main__":
    main()
