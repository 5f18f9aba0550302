"""What is measured: each function takes a size and gives figures that a table is made of."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import measuring
import odd_rows
import servers
import subjects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Rows = list[dict[str, Any]]

PAGE = 10_000
LATENCY = 0.5
_BURST = 0.05
_LONG_INTERVAL = 400
"""Days that the sandbox answers for at once, for kits that ask for everything at once."""


@dataclass(frozen=True)
class Sizes:
    """How much is read.

    Attributes:
        throughput: Records for the throughput.
        repeats: Runs of each reader, of which the middle one counts.
        requests: Rows for the count of requests.
        costs: Rows for the points that they cost.
        memory: Rows for the peak memory.
        ahead: How many windows at a time the backfill that waits for its replies is read by.
        windows: Windows of that backfill.
        window: Rows of each.
        starts: Runs for the start-up.
    """

    throughput: int
    repeats: int
    requests: Sequence[int]
    costs: Sequence[int]
    memory: Sequence[int]
    ahead: Sequence[int]
    windows: int
    window: int
    starts: int


FULL = Sizes(
    throughput=100_000,
    repeats=3,
    requests=(100_000, 1_000_000),
    costs=(1_000, 10_000, 100_000, 1_000_000),
    memory=(100_000, 1_000_000),
    ahead=(1, 2, 4, 8),
    windows=100,
    window=500,
    starts=9,
)
QUICK = Sizes(
    throughput=1_000,
    repeats=1,
    requests=(1_000,),
    costs=(1_000,),
    memory=(1_000,),
    ahead=(1, 4),
    windows=4,
    window=100,
    starts=1,
)


def throughput(sizes: Sizes) -> Rows:
    """Measure records a second of all subjects, in turn against one player that has every page ready."""
    found: Rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.sandbox(rows=sizes.throughput, interval_days=_LONG_INTERVAL) as behind,
        servers.player(behind) as url,
    ):
        for stream, kind in product(subjects.STREAMS, odd_rows.KINDS):
            commands = {
                name: _prepared(name, Path(folder) / kind, f"{url}/{kind}", stream) for name in subjects.SUBJECTS
            }
            for name, command in commands.items():
                counted = measuring.run(command, is_counted=True).records
                if counted != sizes.throughput:
                    text = f"{name} gave {counted} records of {stream}, {kind}, not {sizes.throughput}"
                    raise SystemExit(text)
            runs = {name: partial(measuring.run, command) for name, command in commands.items()}
            taken = measuring.in_turn(runs, sizes.repeats)
            found += [
                {
                    "stream": stream,
                    "rows": kind,
                    "subject": name,
                    "records": sizes.throughput,
                    "repeats": sizes.repeats,
                    "a_second": sizes.throughput / taken[name].seconds,
                    "cpu": taken[name].cpu,
                    "megabytes": taken[name].megabytes,
                }
                for name in subjects.SUBJECTS
            ]
    return found


def latency(sizes: Sizes) -> Rows:
    """Measure a backfill whose replies take half a second each, by how many are under way at a time."""
    rows = sizes.windows * sizes.window
    found: Rows = []
    options = {"rows": rows, "rhythm": "weekly", "latency": LATENCY, "limit_maximum": sizes.window}
    with servers.sandbox(**options) as url:
        for stream in subjects.STREAMS:
            first = 0.0
            for ahead in sizes.ahead:
                run = _read(url, stream, page_size=sizes.window, max_parallel_requests=ahead)
                requests = subjects.requests_of(run)
                first = first or run.seconds
                ideal = requests * LATENCY / ahead
                found.append(
                    {
                        "stream": stream,
                        "ahead": ahead,
                        "requests": requests,
                        "seconds": run.seconds,
                        "ideal": ideal,
                        "speed_up": first / run.seconds,
                    }
                )
    return found


def requests(sizes: Sizes) -> Rows:
    """Count requests by rows, with the rhythm of a week, with and without a burst."""
    found: Rows = []
    for size in sizes.requests:
        for burst in (0.0, _BURST):
            with servers.sandbox(rows=size, rhythm="weekly", burst=burst) as url:
                found += [
                    {
                        "stream": stream,
                        "rows": size,
                        "burst": burst,
                        "requests": [
                            subjects.requests_of(_read(url, stream, max_parallel_requests=ahead)) for ahead in (1, 4)
                        ],
                        "ideal": math.ceil(size / PAGE),
                    }
                    for stream in subjects.STREAMS
                ]
    return found


def costs(sizes: Sizes) -> Rows:
    """Count the points that a year of so many rows costs."""
    found: Rows = []
    for size in sizes.costs:
        with servers.sandbox(rows=size, rhythm="weekly") as url:
            points = {stream: subjects.requests_of(_read(url, stream)) for stream in subjects.STREAMS}
        found.append({"rows": size, **points})
    return found


def memory(sizes: Sizes) -> Rows:
    """Measure the peak memory by rows, at the default settings."""
    found: Rows = []
    for size in sizes.memory:
        with servers.sandbox(rows=size, rhythm="weekly") as url:
            found.append({"rows": size, **{stream: _read(url, stream).megabytes for stream in subjects.STREAMS}})
    return found


def start_up(sizes: Sizes) -> Rows:
    """Measure how long the commands take that read nothing, beside the import of the SDK alone."""
    commands = {
        "python -c 'import singer_sdk'": [measuring.PYTHON, "-c", "import singer_sdk"],
        "tap-callgear --version": [measuring.PYTHON, "-m", "tap_callgear", "--version"],
        "tap-callgear --discover": [measuring.PYTHON, "-m", "tap_callgear", "--discover"],
    }
    starts: dict[str, Callable[[], measuring.Run]] = {
        name: partial(measuring.run, command) for name, command in commands.items()
    }
    taken = measuring.in_turn(starts, sizes.starts)
    import_alone, *_ = taken.values()
    return [
        {"command": name, "seconds": run.seconds, "cpu": run.cpu, "ratio": run.seconds / import_alone.seconds}
        for name, run in taken.items()
    ]


def _prepared(name: str, folder: Path, url: str, stream: str) -> list[str]:
    own = folder / f"{name} {stream}"
    own.mkdir(parents=True)
    return subjects.prepare(name, own, url, stream)


def _read(url: str, stream: str, **settings: object) -> measuring.Run:
    with tempfile.TemporaryDirectory() as folder:
        return measuring.run(subjects.prepare(subjects.TAP, Path(folder), url, stream, **settings))
