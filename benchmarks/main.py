"""Measures the tap and the source against the sandbox: speed beside others, waiting, requests, memory, start-up.

bash benchmarks/run --write         everything, into the README's tables and chart
bash benchmarks/run --only speed    one of the benchmarks, printed
bash benchmarks/run --quick         small numbers, printed, to see that it works
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Run, measure, middle, player, sandbox
from subjects import LOW_CODE, PAGE, SOURCE, STOCK, STREAMS, TAP, Subject
from tables import Table, put_into_readme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ROOT = Path(__file__).parent.parent
_CHART = _ROOT / "benchmarks" / "speed.svg"
_DRAWING = _ROOT / ".venvs" / "target-duckdb" / "bin" / "python"
_LATENCY = 0.5


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        rows: Rows of a stream, and ten times as many where it should make no difference.
        repeats: Runs, of which the middle one is told.
        windows: Windows to wait for, one after the other or side by side.
    """

    rows: int
    repeats: int
    windows: int


_WHOLE = Size(rows=100_000, repeats=3, windows=100)
_QUICK = Size(rows=5_000, repeats=1, windows=8)


def read(subject: Subject, url: str, stream: str, *, is_counted: bool = False, **settings: object) -> Run:
    """Have a subject read a stream."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(subject.prepare(Path(folder), url, stream, settings), is_counted=is_counted)


def speed(size: Size) -> Table:
    """Measure records a second beside a stock SDK tap and Airbyte's low-code kit, in turn on the same player."""
    subjects = (TAP, SOURCE, STOCK, LOW_CODE)
    rows: list[tuple[object, ...]] = []
    for stream in STREAMS:
        with ExitStack() as servers:
            url = servers.enter_context(
                player(servers.enter_context(sandbox(rows=size.rows, interval_days=400, seed=2)))
            )
            # The first run fills the player's memory, and shows that all of them read the same number of records.
            records = {subject.name: read(subject, url, stream, is_counted=True).records for subject in subjects}
            runs: dict[str, list[Run]] = {subject.name: [] for subject in subjects}
            for _ in range(size.repeats):
                for subject in subjects:
                    runs[subject.name].append(read(subject, url, stream))
        took = {name: middle(each) for name, each in runs.items()}
        for name, run in took.items():
            rows.append(
                (
                    stream,
                    name,
                    f"{records[name] / run.seconds:,.0f}",
                    f"{run.cpu:.1f} s",
                    f"{run.megabytes:.0f} MB",
                    f"{took[STOCK.name].seconds / run.seconds:.1f}",
                    f"{took[LOW_CODE.name].seconds / run.seconds:.1f}",
                )
            )
    heads = ("stream", "reader", "records a second", "processor time", "memory", "times stock", "times low-code")
    return Table("speed", heads, rows)


def waiting(size: Size) -> Table:
    """Measure a backfill from an API that takes half a second for each reply, by requests in parallel."""
    page = 1_000
    rows: list[tuple[object, ...]] = []
    with sandbox(rows=size.windows * page, rhythm="weekly", latency=_LATENCY) as url:
        for stream in STREAMS:
            alone = None
            for parallel in (1, 2, 4, 8):
                run = read(TAP, url, stream, page_size=page, max_parallel_requests=parallel)
                alone = alone or run
                least = run.requests * _LATENCY / parallel
                times = f"{alone.seconds / run.seconds:.1f}"
                rows.append((stream, parallel, run.requests, f"{run.seconds:.1f} s", f"{least:.1f} s", times))
    return Table(
        "waiting", ("stream", "in parallel", "requests", "took", "requests x latency / parallel", "times one"), rows
    )


def requests(size: Size) -> Table:
    """Count requests beside the ideal: with the rhythm of a week, and once with a twentieth of the rows in one hour."""
    rows: list[tuple[object, ...]] = []
    for count in (size.rows, 10 * size.rows):
        for burst in (0.0, 0.05):
            with sandbox(rows=count, rhythm="weekly", burst=burst) as url:
                for stream in STREAMS:
                    for parallel in (1, 4):
                        run = read(TAP, url, stream, max_parallel_requests=parallel)
                        ideal = math.ceil(count / PAGE)
                        note = "a twentieth in one hour" if burst else ""
                        ratio = f"{run.requests / ideal:.2f}"
                        rows.append((stream, f"{count:,}", note, parallel, run.requests, ideal, ratio))
    return Table("requests", ("stream", "rows", "burst", "in parallel", "requests", "ideal", "ratio"), rows)


def points(size: Size) -> Table:
    """Count the points of a year and of an hourly run after it, by rows a day."""
    rows: list[tuple[object, ...]] = []
    for a_day in (size.rows // 1_000, size.rows // 100, size.rows // 50):
        with sandbox(rows=a_day * 365, rhythm="weekly") as url, tempfile.TemporaryDirectory() as folder:
            told = [f"{a_day:,}"]
            for stream in STREAMS:
                command = [*TAP.prepare(Path(folder), url, stream, {})]
                first = subprocess.run(command, capture_output=True, check=True)
                state = [line for line in first.stdout.splitlines() if b'"type":"STATE"' in line[:20]][-1]
                (Path(folder) / "state.json").write_text(json.dumps(json.loads(state)["value"]))
                second = measure([*command, "--state", f"{folder}/state.json"])
                told += [first.stderr.decode().split(" Read ")[1].split()[6], second.log.split(" Read ")[1].split()[6]]
        rows.append(tuple(told))
    heads = ["rows a day", *(f"{stream}, {what}" for stream in STREAMS for what in ("first year", "hourly run"))]
    return Table("points", heads, rows)


def memory(size: Size) -> Table:
    """Measure the peak memory of the dearest stream at the default settings, by rows."""
    rows: list[tuple[object, ...]] = []
    for count in (size.rows, 10 * size.rows):
        with sandbox(rows=count, rhythm="weekly") as url:
            run = read(TAP, url, "visitor_sessions")
        rows.append((f"{count:,}", f"{run.megabytes:.0f} MB"))
    return Table("memory", ("sessions", "peak memory"), rows)


def start_up(size: Size) -> Table:
    """Measure processor time before anything is asked, beside that of importing the SDK."""
    commands = {
        "import of the Singer SDK alone": ("-c", "import singer_sdk"),
        "tap-callgear --version": ("-m", "tap_callgear", "--version"),
        "tap-callgear --discover": ("-m", "tap_callgear", "--discover"),
        "source-callgear spec": ("-m", "tap_callgear.airbyte", "spec"),
    }
    took = {
        name: min(measure([sys.executable, *words]).cpu for _ in range(5 * size.repeats))
        for name, words in commands.items()
    }
    least = next(iter(took.values()))
    rows = [(name, f"{seconds:.2f} s", f"{seconds / least:.2f}") for name, seconds in took.items()]
    return Table("start-up", ("command", "processor time", "times the import"), rows)


BENCHMARKS: dict[str, Callable[[Size], Table]] = {
    "speed": speed,
    "waiting": waiting,
    "requests": requests,
    "points": points,
    "memory": memory,
    "start-up": start_up,
}


def draw(table: Table) -> None:
    """Draw the records a second."""
    rows = [[row[0], row[1], int(str(row[2]).replace(",", ""))] for row in table.rows]
    command = [str(_DRAWING), str(_ROOT / "benchmarks" / "draw_speed.py"), str(_CHART)]
    subprocess.run(command, input=json.dumps(rows).encode(), check=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks and print their tables; a whole run puts them into the README too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it works")
    parser.add_argument("--only", choices=BENCHMARKS, action="append", help="one benchmark; may be given again")
    parser.add_argument("--write", action="store_true", help="put the tables into the README, and draw the chart")
    given = parser.parse_args(arguments)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for name in given.only or BENCHMARKS:
        table = BENCHMARKS[name](_QUICK if given.quick else _WHOLE)
        print(f"{name}\n\n{table.text}\n", flush=True)
        if given.write:
            put_into_readme(table)
            if name == "speed":
                draw(table)


if __name__ == "__main__":
    main()
