"""Every row arrives once, at its instant, in order, however the API pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .support import UNTIL, assert_complete, outcomes, play, run_tap

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox

SMALL: dict[str, Any] = {"rows": 1000, "days": 200, "order": "random", "limit_maximum": 100, "offset_maximum": 500}
"""The case of twenty thousand rows, scaled down."""

SMALL_PAGE = {"page_size": 100}

WAYS: dict[str, dict[str, Any]] = {
    "the end of a window is excluded": {"bounds": "from"},
    "the end is excluded and no reply tells its total": {"bounds": "from", "total_items": "absent"},
    "the server always sorts": {"order": "sorted"},
    "many rows share a second, at nights and weekends hardly any, in compressed replies": {
        "same_second": 7,
        "rhythm": "weekly",
        "compress": True,
    },
    "a second holds more rows than a page": {"same_second": 130, "rows": 390},
    "a second holds more than a page, unsorted, without totals": {
        "same_second": 130,
        "rows": 260,
        "total_items": "absent",
    },
    "a second holds more than a page and the end is excluded": {"same_second": 130, "rows": 260, "bounds": "from"},
    "half of all sessions fall into one hour": {"burst": 0.5},
    "half of them fall into one hour of sorted windows": {"burst": 0.5, "order": "documented"},
}


def assert_nothing_refused(sandbox: Sandbox) -> None:
    """Assert that every request was answered."""
    assert set(outcomes(sandbox)) == {"ok"}


def test_many_rows_arrive_from_a_server_in_no_order_with_small_pages() -> None:
    with play(rows=8_000, days=200, order="random", limit_maximum=400, offset_maximum=2000) as sandbox:
        run = run_tap(sandbox, config={"page_size": 400})
        assert_complete(run, sandbox)
        assert_nothing_refused(sandbox)


@pytest.mark.parametrize("way", WAYS)
def test_everything_arrives_where(way: str) -> None:
    with play(**{**SMALL, **WAYS[way]}) as sandbox:
        run = run_tap(sandbox, config=SMALL_PAGE)
        assert_complete(run, sandbox)
        assert_nothing_refused(sandbox)


@pytest.mark.parametrize("parallel", [1, 16])
def test_everything_arrives_with_so_many_windows_at_a_time(parallel: int) -> None:
    with play(**SMALL, latency=0.01) as sandbox:
        run = run_tap(sandbox, config={**SMALL_PAGE, "max_parallel_requests": parallel})
        assert_complete(run, sandbox)
        assert_nothing_refused(sandbox)


def test_everything_arrives_one_row_at_a_time() -> None:
    with play(rows=8, days=0.02, order="random", limit_maximum=1) as sandbox:
        run = run_tap(sandbox, config={"page_size": 1})
        assert_complete(run, sandbox)


def test_an_account_without_a_row_is_read_to_its_end() -> None:
    with play(rows=50, days=5) as sandbox:
        sandbox.now = UNTIL.replace(year=2020)
        run = run_tap(sandbox)
        assert_complete(run, sandbox)
        assert not run.records("communications")
