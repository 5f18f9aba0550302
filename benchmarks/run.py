"""Measures the tap against the sandbox and prints tables: requests, memory, and speed beside a stock SDK tap.

    .venv/bin/python benchmarks/run.py           everything, about a quarter of an hour
    .venv/bin/python benchmarks/run.py --quick   small numbers, to see that it works

Every figure is that of a whole process, as the operating system accounts for it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HERE = Path(__file__).parent
_STREAMS = ("communications", "visitor_sessions")
_PAGE = 10_000
_UNTIL = "2026-01-01T00:00:00"
_FROM = "2025-01-01T00:00:00"


@dataclass(frozen=True)
class Run:
    """What one run of a tap took.

    Attributes:
        seconds: Wall time.
        cpu: Seconds of processor time.
        megabytes: Peak resident memory.
        records: Records that came out.
        requests: Requests of the stream that the tap reports.
    """

    seconds: float
    cpu: float
    megabytes: float
    records: int
    requests: int


@contextlib.contextmanager
def sandbox(*options: str) -> Iterator[str]:
    """Run a sandbox in a process of its own; gives its address."""
    command = [
        sys.executable,
        "-m",
        "tap_callgear.sandbox",
        "--port",
        "0",
        "--until",
        _UNTIL,
        "--days",
        "365",
        *options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        yield line.split("listening on ")[1].split()[0]
        process.terminate()


def measure(tap: Sequence[str], url: str, stream: str, *, is_counted: bool = False, **settings: object) -> Run:
    """Read one stream to the null device, or to a counter."""
    config = {
        "access_token": "sandbox-key-1234567890",
        "api_url": url,
        "start_date": _FROM,
        "end_date": _UNTIL,
        **settings,
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text(json.dumps(config))
        discovered = subprocess.run(
            [*tap, "--config", f"{folder}/config.json", "--discover"], capture_output=True, check=True
        )
        catalog = json.loads(discovered.stdout)
        catalog["streams"] = [entry for entry in catalog["streams"] if entry["stream"] == stream]
        for entry in catalog["streams"]:
            for node in entry["metadata"]:
                node["metadata"]["selected"] = True
        (Path(folder) / "catalog.json").write_text(json.dumps(catalog))
        command = [*tap, "--config", f"{folder}/config.json", "--catalog", f"{folder}/catalog.json"]
        with (Path(folder) / "log").open("w+") as log:
            began = time.monotonic()
            with subprocess.Popen(
                command, stdout=subprocess.PIPE if is_counted else subprocess.DEVNULL, stderr=log
            ) as process:
                counted = sum(b'"RECORD"' in line[:40] for line in process.stdout or ())
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - began
            log.seek(0)
            text = log.read()
        if process.returncode:
            raise SystemExit(text[-2000:])
    said = text.split(" Read ")[1].split() if " Read " in text else ["0"] * 4
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, counted or int(said[0]), int(said[3]))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table in Markdown."""
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join('---' for _ in heads)}|"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def requests_beside_the_ideal(sizes: Sequence[int]) -> str:
    """Count requests by rows, with the rhythm of a week, with and without a burst."""
    tap = [sys.executable, "-m", "tap_callgear"]
    rows = []
    for size in sizes:
        for burst in ("0", "0.05"):
            with sandbox("--rows", str(size), "--rhythm", "weekly", "--burst", burst) as url:
                for stream in _STREAMS:
                    for ahead in (1, 4):
                        run = measure(tap, url, stream, max_parallel_requests=ahead)
                        ideal = math.ceil(size / _PAGE)
                        note = "a twentieth in one hour" if burst != "0" else ""
                        cells = (stream, f"{size:,}", note, ahead, run.requests, ideal, f"{run.requests / ideal:.2f}")
                        rows.append(cells)
    return table(("stream", "rows", "burst", "in parallel", "requests", "ideal", "ratio"), rows)


def memory_by_rows(sizes: Sequence[int]) -> str:
    """Measure the peak memory by rows at the default settings."""
    rows = []
    for size in sizes:
        with sandbox("--rows", str(size), "--rhythm", "weekly") as url:
            run = measure([sys.executable, "-m", "tap_callgear"], url, "visitor_sessions")
        rows.append((f"{size:,}", f"{run.megabytes:.0f} MB"))
    return table(("sessions", "peak memory"), rows)


def speed_beside_stock(size: int, repeats: int) -> str:
    """Measure records a second, in turn with a stock SDK tap on the same server."""
    taps = {
        "tap-callgear": [sys.executable, "-m", "tap_callgear"],
        "stock SDK tap": [sys.executable, str(_HERE / "stock_tap.py")],
    }
    rows = []
    with sandbox("--rows", str(size), "--interval-days", "400") as url:
        for stream in _STREAMS:
            runs: dict[str, list[Run]] = {name: [] for name in taps}
            for _ in range(repeats):
                for name, tap in taps.items():
                    runs[name].append(measure(tap, url, stream))
            middle = {name: sorted(each, key=lambda run: run.seconds)[len(each) // 2] for name, each in runs.items()}
            stock = middle["stock SDK tap"]
            for name, run in middle.items():
                a_second = f"{size / run.seconds:,.0f}"
                rows.append((stream, name, a_second, f"{run.cpu:.1f} s", f"{stock.seconds / run.seconds:.1f}"))
    return table(("stream", "tap", "records a second", "processor time", "times the stock tap"), rows)


def main() -> None:
    """Run every benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it works")
    quick = parser.parse_args().quick
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(speed_beside_stock(5_000 if quick else 100_000, 1 if quick else 3), "\n")
    print(memory_by_rows((5_000,) if quick else (120_000, 1_200_000)), "\n")
    print(requests_beside_the_ideal((5_000,) if quick else (100_000, 1_000_000)))


if __name__ == "__main__":
    main()
