"""What a run costs, in things that can be counted: requests, calls a record, modules. Seconds are for benchmarks/."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS, catalog_of, config_for, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.sandbox import Sandbox

ROWS = 4_000
PAGE = 100
IDEAL = ROWS // PAGE

MOST_REQUESTS = {"communications": 1.1, "visitor_sessions": 1.4}
"""Requests at the most, as a multiple of the ideal: a page of so few rows is hard to plan where the API does not sort."""

MOST_GROWTH = 1.15
"""Requests of four at a time at the most, as a multiple of those of one at a time."""

MOST_CALLS_A_RECORD = 40
"""Calls of Python functions and builtins that a record may cost."""

MOST_MODULES = 1.1
"""Modules that the command may import at the most, as a multiple of those that the SDK imports by itself."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Play a year with the rhythm of a week."""
    with play(rows=ROWS, days=365, rhythm="weekly", limit_maximum=PAGE) as playing:
        yield playing


@pytest.fixture(scope="module")
def requests(sandbox: Sandbox) -> dict[tuple[str, int], int]:
    """Count the requests of each stream, one and four at a time."""
    counts = {}
    for stream, ahead in product(STREAMS, (1, 4)):
        before = len(sandbox.requests)
        config = {"page_size": PAGE, "max_parallel_requests": ahead, "timezone": "UTC"}
        run = run_tap(sandbox, config=config, catalog=catalog_of(sandbox, [stream]))
        assert run.exit_code == 0, run.stderr
        assert len(run.records(stream)) == ROWS
        counts[stream, ahead] = len(sandbox.requests) - before
    return counts


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("ahead", [1, 4])
def test_a_year_takes_hardly_more_requests_than_it_must(
    requests: dict[tuple[str, int], int], stream: str, ahead: int
) -> None:
    assert requests[stream, ahead] <= MOST_REQUESTS[stream] * IDEAL


@pytest.mark.parametrize("stream", STREAMS)
def test_four_at_a_time_take_hardly_more_requests_than_one(requests: dict[tuple[str, int], int], stream: str) -> None:
    assert requests[stream, 4] <= MOST_GROWTH * requests[stream, 1]
