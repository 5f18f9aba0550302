"""An estimate counts a stream with a request for every 89 days and says how long its points take."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.estimate import Estimate, estimate
from tap_callgear.extraction.requests import ReportRequest
from tests.fakes import FakeTransport, client, success

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def counted(days: int, total: int | None, *, sortable: frozenset[str] = frozenset()) -> tuple[Estimate, FakeTransport]:
    """Return the estimate of a range whose every window holds so many rows, and what was asked for it."""
    transport = FakeTransport(lambda _: success([{"id": 1}], total_items=total))
    report = ReportRequest("get.things_report", ("id",), "date_time", sortable)
    span = (START, START + timedelta(days=days))
    return estimate(report, span, ask=client(transport).call, zone=AccountZone("UTC"), page_size=1000), transport


def test_a_stream_is_counted_with_one_row_every_89_days() -> None:
    counts, transport = counted(200, 50_000)
    assert counts.records == 150_000
    assert [request["params"]["limit"] for request in transport.requests] == [1, 1, 1]
    ends = [request["params"]["date_till"] for request in transport.requests]
    assert ends == ["2026-03-31 00:00:00", "2026-06-28 00:00:00", "2026-07-20 00:00:00"]


def test_points_are_a_request_a_page_and_some_more_where_the_api_does_not_sort() -> None:
    sorted_points = counted(80, 100_000, sortable=frozenset({"date_time"}))[0].points
    points = counted(80, 100_000)[0].points
    assert 100 <= sorted_points < points <= 150


@pytest.mark.parametrize("total, points", [(0, 3), (1, 3), (999, 3), (1_000, 6)])
def test_a_window_below_a_page_is_a_point_and_no_more(total: int, points: int) -> None:
    assert counted(200, total)[0].points == points


def test_an_api_that_does_not_count_leaves_the_records_open() -> None:
    counts, _ = counted(200, None)
    assert counts == Estimate(None, 3)
    assert counts + Estimate(7, 1) == Estimate(None, 4)
