"""Measures how long rows take from the API into a table that can be queried; writes docs/benchmarks.md and the README.

    python3 benchmarks/end_to_end.py              everything, some forty minutes on an idle machine
    python3 benchmarks/end_to_end.py --rows 50000  half as many rows of each stream as by default, in half the time
    python3 benchmarks/end_to_end.py --only "tap-callgear into DuckDB"  this way alone; the others stay as they were
    python3 benchmarks/end_to_end.py --quick      few rows, to see that it works; writes nothing
    python3 benchmarks/end_to_end.py --draw       no measuring: the table and the chart from loaders.json
    python3 benchmarks/end_to_end.py --check      no measuring: fails if the pages say something else

It makes the environments that it needs. PostgreSQL's server must be installed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import loader_tables
import odd_rows
import servers
from destinations import (
    DESTINATIONS,
    DLT,
    DUCKDB,
    ENVIRONMENTS,
    JSONL,
    POSTGRES,
    SNOWFLAKE,
    SNOWFLAKE_AS_IT_COMES,
    asked,
)
from measuring import ROOT
from piping import Load, pipe, run_both
from readers import FILES, LOW_CODE, STOCK, STREAMS, TAP, pyairbyte, singer
from run import machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_RESULTS = ROOT / "benchmarks" / "loaders.json"
_PICTURE = ROOT / "benchmarks" / "loaders.svg"
_PYTHON_OF_CHART = ROOT / ".venvs" / "target-duckdb" / "bin" / "python"
_PAGES = (ROOT / "README.md", ROOT / "docs" / "benchmarks.md")
_ROWS, _FEW_ROWS = 100_000, 1_000
_LONG_INTERVAL = 400


@dataclass(frozen=True)
class Way:
    """A way from the API into a table.

    Attributes:
        reader: Who reads.
        into: What is loaded into.
    """

    reader: str
    into: str

    def __str__(self) -> str:
        """Name it."""
        return f"{self.reader} into {self.into}"


WAYS = (
    Way(FILES, SNOWFLAKE),
    Way(TAP, SNOWFLAKE),
    Way(TAP, SNOWFLAKE_AS_IT_COMES),
    Way(STOCK, SNOWFLAKE),
    Way(TAP, DUCKDB),
    Way(STOCK, DUCKDB),
    Way(LOW_CODE, DUCKDB),
    Way(TAP, POSTGRES),
    Way(STOCK, POSTGRES),
    Way(TAP, DLT),
    Way(TAP, JSONL),
)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure loads; write the table, the chart and the sentence of it.")
    parser.add_argument("--rows", type=int, default=_ROWS, help=f"rows of each stream ({_ROWS:,})")
    parser.add_argument("--only", action="append", choices=[*map(str, WAYS)], metavar="WAY", help="one of the ways")
    parser.add_argument("--quick", action="store_true", help="few rows, to see that it works; writes nothing")
    parser.add_argument("--draw", action="store_true", help="measure nothing; draw what was measured last")
    parser.add_argument("--check", action="store_true", help="measure nothing; fail if a page says something else")
    return parser.parse_args()


def measured(rows: int, ways: Sequence[Way]) -> Iterator[dict[str, Any]]:
    """Load so many rows of each stream on some ways.

    Args:
        rows: How many.
        ways: The ways.

    Yields:
        The figures of a way.
    """
    with (
        servers.sandbox(rows=rows, interval_days=_LONG_INTERVAL) as behind,
        servers.player(behind) as player,
    ):
        url = f"{player}/{odd_rows.FRIENDLY}"
        # Once for nothing, so that the player has every page ready.
        for reader in (TAP, STOCK) if {way.reader for way in ways} - {TAP, FILES} else (TAP,):
            with tempfile.TemporaryDirectory() as folder:
                command = singer(reader, url, Path(folder))
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, check=True)
        for way in ways:
            print(f"{way} ...", file=sys.stderr, flush=True)
            load, arrived = loaded(way, url, rows)
            yield {
                "into": way.into,
                "reader": way.reader,
                "rows": rows * len(STREAMS),
                "arrived": arrived,
                "seconds": load.seconds,
                "reader_cpu": load.reader.cpu,
                "loader_cpu": load.loader.cpu,
                "reader_megabytes": load.reader.megabytes,
                "loader_megabytes": load.loader.megabytes,
            }


def loaded(way: Way, url: str, rows: int) -> tuple[Load, int]:
    """Load both streams on one way.

    Args:
        way: The way.
        url: The address of the server.
        rows: How many rows each stream has.

    Returns:
        What it took, and how many rows have arrived: some readers lose rows where the API does not sort.

    Raises:
        SystemExit: The tap has lost rows.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if way.reader == LOW_CODE:
            command, usage, database = pyairbyte(url, folder)
            load = run_both(command, usage, folder)
            counts = [
                asked("pyairbyte", "duckdb_client", str(database), stream=stream, schema="main") for stream in STREAMS
            ]
        else:
            with DESTINATIONS[way.into](folder) as destination:
                load = pipe(singer(way.reader, url, folder), destination.loader, folder)
                counts = [destination.count(stream) for stream in STREAMS]
    if way.reader in {TAP, FILES} and set(counts) != {rows}:
        text = f"{way.reader} left {counts} rows in {way.into}, not {rows} of each stream."
        raise SystemExit(text)
    return load, sum(counts)


def with_others(loads: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Put what was measured before of other ways beside some loads, and say of which ways nothing is known."""
    known = [*json.loads(_RESULTS.read_text(encoding="utf-8"))["loads"], *loads]
    latest = {Way(load["reader"], load["into"]): load for load in known}
    return {
        "loads": [latest[way] for way in WAYS if way in latest],
        "not_measured": [str(way) for way in WAYS if way not in latest],
    }


def load_average() -> float:
    """Return how many processes wanted to run in the last minute, so that the results say how busy the machine was."""
    return round(os.getloadavg()[0], 1)


def draw() -> None:
    """Write the table and the sentence into the pages, and draw the chart."""
    for page, text in renewed().items():
        page.write_text(text, encoding="utf-8")
    subprocess.run([_PYTHON_OF_CHART, ROOT / "scripts" / "draw_loaders.py", _RESULTS, _PICTURE], check=True)


def renewed() -> dict[Path, str]:
    """Return the pages with what was measured last."""
    pages = {page: page.read_text(encoding="utf-8") for page in _PAGES}
    return loader_tables.renewed(pages, json.loads(_RESULTS.read_text(encoding="utf-8")))


def main() -> None:
    """Do what the command line asks for."""
    arguments = parse_arguments()
    if arguments.check:
        if any(page.read_text(encoding="utf-8") != text for page, text in renewed().items()):
            sys.exit("The table of loads is out of date: run python3 benchmarks/end_to_end.py --draw")
        return
    wanted = ("test", "airbyte-cdk", *ENVIRONMENTS)
    if subprocess.run(["bash", ROOT / "scripts" / "setup", *wanted], check=False).returncode:  # noqa: S607 - the user's bash
        sys.exit(1)  # it has said why
    if arguments.draw:
        draw()
        return
    here = {**machine(), "load_before": load_average()}
    ways = [way for way in WAYS if arguments.only is None or str(way) in arguments.only]
    rows = _FEW_ROWS if arguments.quick else arguments.rows
    loads = [{**load, "date": here["date"]} for load in measured(rows, ways)]
    results = {"machine": here, "loads": loads}
    if not arguments.quick:
        results |= with_others(loads)
        _RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        draw()
    print(loader_tables.table(results))


if __name__ == "__main__":
    main()
