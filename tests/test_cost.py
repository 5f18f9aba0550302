"""What a run costs, in things that can be counted: requests, calls a record, modules. Seconds are for benchmarks/."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support import BY_DEFAULT, STREAMS, assert_complete, catalog_of, config_for, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from callgear_sandbox import Sandbox

ROWS = 4_000
PAGE = 100
IDEAL = ROWS // PAGE

MOST_REQUESTS = {"communications": 1.05, "visitor_sessions": 1.6}
"""Requests at the most, as a multiple of the ideal: pages of so few rows are hard to plan where nothing is sorted.

Measured, one and four at a time: 41 and 42 of 40, 58 and 60 of 40.
"""

MOST_GROWTH = 1.15
"""Requests of four at a time at the most, as a multiple of those of one at a time."""

MOST_CALLS = 115
"""Calls of functions, Python's own among them, that a record of each stream may cost together. Measured: 106."""

MOST_MODULES = 1.05
"""Modules of others that the command may import at the most, as a multiple of what the SDK imports by itself.

Measured: 1.03. The tap's own are not counted: they are many, so that each has one job, and small.
"""

HEAVY_MODULES = ("airbyte_cdk", "duckdb", "pandas", "tap_callgear.airbyte", "callgear_sandbox")
"""What no command of the tap has a use for."""

COUNT_CALLS = """
import sys, threading
from tap_callgear.cli import main

calls = 0


def count(frame, event, argument):
    global calls
    calls += event in ("call", "c_call")


threading.setprofile(count)
sys.setprofile(count)
try:
    main()
finally:
    sys.setprofile(None)
    threading.setprofile(None)
    sys.stderr.write(f"calls: {calls}")
"""

NAME_MODULES = "import sys; print(*sys.modules)"


def requests_of(sandbox: Sandbox, ahead: int) -> Counter[str]:
    """Read everything with so many windows at a time; count the requests of each stream."""
    before = len(sandbox.requests)
    run = run_tap(sandbox, config={"page_size": PAGE, "max_parallel_requests": ahead})
    assert_complete(run, sandbox)
    asked = Counter(str(request.method) for request in sandbox.requests[before:])
    return Counter({stream: asked[f"get.{stream}_report"] for stream in STREAMS})


def test_a_year_takes_hardly_more_requests_than_it_must_one_or_four_at_a_time() -> None:
    with play(rows=ROWS, days=365, rhythm="weekly", limit_maximum=PAGE) as sandbox:
        one, four = requests_of(sandbox, 1), requests_of(sandbox, 4)
    for stream in STREAMS:
        assert IDEAL <= one[stream] <= MOST_REQUESTS[stream] * IDEAL
        assert four[stream] <= min(MOST_REQUESTS[stream] * IDEAL, MOST_GROWTH * one[stream])


@pytest.mark.parametrize(
    "streams, users, zone",
    [(STREAMS, (), "UTC"), (BY_DEFAULT, (11, 12, 13), "UTC"), (BY_DEFAULT, (11, 12, 13), None)],
)
def test_a_quiet_run_costs_one_point_a_stream_and_customer_and_the_zones_where_none_is_set(
    streams: Sequence[str], users: tuple[int, ...], zone: str | None
) -> None:
    customers = len(users) or 1
    config = {"user_ids": list(users) or None, "timezone": zone, "lookback_days": 1}
    with play(rows=60, user_ids=users) as sandbox:
        catalog = catalog_of(sandbox, streams, config=config)
        first = run_tap(sandbox, catalog=catalog, config=config)
        before = len(sandbox.requests)
        quiet = run_tap(sandbox, catalog=catalog, config=config, state=first.state)
        asked = Counter(str(request.method) for request in sandbox.requests[before:])
    assert quiet.exit_code == 0, quiet.stderr
    assert asked.pop("getobj.account", 0) == (0 if zone else customers)
    assert list(asked.values()) == [customers] * len(streams)


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run some code in an interpreter of its own."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=120)  # noqa: S603 - our own code


def calls_of(rows: int, file: Path) -> int:
    """Count the calls of a run over so many rows of each stream."""
    with play(rows=rows) as sandbox:
        file.write_text(json.dumps(config_for(sandbox)), encoding="utf-8")
        said = run_python(COUNT_CALLS, "--config", str(file)).stderr
    assert said.count(f"Read {rows} records") == len(STREAMS)
    return int(said.rpartition("calls: ")[2])


def test_a_record_costs_no_more_calls_than_it_did(tmp_path: Path) -> None:
    few, many = (calls_of(rows, tmp_path / "config.json") for rows in (500, 1_500))
    assert (many - few) / 1_000 <= MOST_CALLS


def test_the_command_imports_little_more_than_the_sdk_does() -> None:
    sdk = set(run_python(f"import singer_sdk; {NAME_MODULES}").stdout.split())
    own = set(run_python(f"import tap_callgear.tap; {NAME_MODULES}").stdout.split())
    of_others = {module for module in own if module.partition(".")[0] != "tap_callgear"}
    assert len(of_others) <= MOST_MODULES * len(sdk)
    assert not own.intersection(HEAVY_MODULES)
