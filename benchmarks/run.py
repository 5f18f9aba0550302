"""Measures the tap and writes what came out into docs/benchmarks.md and the README.

    python3 benchmarks/run.py                    everything, about forty minutes
    python3 benchmarks/run.py --quick            small numbers, to see that it works; writes nothing
    python3 benchmarks/run.py --only throughput  one table; the others stay as they are
    python3 benchmarks/run.py --draw             no measuring: the tables and the chart from results.json
    python3 benchmarks/run.py --check            no measuring: fails if a table is not that of results.json

It makes the environments that it needs. Every figure is that of a whole process, as the operating system has it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import figures
import tables
from measuring import PYTHON, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HERE = ROOT / "benchmarks"
_RESULTS = _HERE / "results.json"
_PICTURE = _HERE / "results.svg"
_PYTHON_OF_CHART = ROOT / ".venvs" / "target-duckdb" / "bin" / "python"
_PAGES = (ROOT / "README.md", ROOT / "docs" / "benchmarks.md")
_ENVIRONMENTS = ("test", "airbyte-cdk", "target-duckdb")

MEASURES: dict[str, Callable[[figures.Sizes], figures.Rows]] = {
    "start-up": figures.start_up,
    "throughput": figures.throughput,
    "memory": figures.memory,
    "requests": figures.requests,
    "costs": figures.costs,
    "latency": figures.latency,
}


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the tap; write the tables and the chart of the pages.")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it works; writes nothing")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure this table only; may be repeated")
    parser.add_argument("--draw", action="store_true", help="measure nothing; draw what was measured last")
    parser.add_argument("--check", action="store_true", help="measure nothing; fail if a page says something else")
    return parser.parse_args()


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    version = subprocess.run([PYTHON, "-V"], capture_output=True, check=True, text=True).stdout.split()[-1]
    return {
        "date": f"{datetime.now(timezone.utc):%Y-%m-%d}",
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "python": version,
    }


def renewed_pages() -> dict[Path, str]:
    """Return the pages with the tables of what was measured last."""
    pages = {page: page.read_text(encoding="utf-8") for page in _PAGES}
    return tables.renewed(pages, json.loads(_RESULTS.read_text(encoding="utf-8")))


def draw() -> None:
    """Write the tables into the pages, and draw the chart."""
    for page, text in renewed_pages().items():
        page.write_text(text, encoding="utf-8")
    subprocess.run([_PYTHON_OF_CHART, ROOT / "scripts" / "draw_results.py", _RESULTS, _PICTURE], check=True)


def main() -> None:
    """Do what the command line asks for."""
    arguments = parse_arguments()
    if arguments.check:
        if any(page.read_text(encoding="utf-8") != text for page, text in renewed_pages().items()):
            sys.exit("A table of figures is out of date: run python3 benchmarks/run.py --draw")
        return
    if subprocess.run(["bash", ROOT / "scripts" / "setup", *_ENVIRONMENTS], check=False).returncode:  # noqa: S607 - the user's bash
        sys.exit(1)  # it has said why
    if arguments.draw:
        draw()
        return
    results: dict[str, Any] = {"machine": machine()}
    for name in arguments.only or MEASURES:
        print(f"Measuring {name} ...", file=sys.stderr, flush=True)
        results[name] = MEASURES[name](figures.QUICK if arguments.quick else figures.FULL)
    if not arguments.quick:
        kept = json.loads(_RESULTS.read_text(encoding="utf-8")) if _RESULTS.exists() else {}
        results = {**kept, **results}
        _RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        draw()
    for table in tables.tables(results).values():
        print(f"\n{table}")


if __name__ == "__main__":
    main()
