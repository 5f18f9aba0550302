"""An estimate counts a stream with a request for every 89 days and says how long its points take."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tap_callgear.extraction.clock import Clock
from tap_callgear.extraction.estimate import Estimate, describe, estimate
from tap_callgear.extraction.report import Report
from tests.fakes import FakeTransport, client, success

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def counted(days: int, total: int | None, *, sortable: frozenset[str] = frozenset()) -> tuple[Estimate, FakeTransport]:
    """Return the estimate of a range whose every window holds so many rows, and what was asked for it."""
    transport = FakeTransport(lambda _: success([{"id": 1}], total_items=total))
    report = Report("things", "get.things_report", ("id",), "date_time", sortable)
    span = (START, START + timedelta(days=days))
    return estimate(report, span, ask=client(transport).call, clock=Clock("UTC"), page_size=1000), transport


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
    assert counted(200, 0)[0].points == 3


def test_an_api_that_does_not_count_leaves_the_records_open() -> None:
    counts, _ = counted(200, None)
    assert (counts.records, counts.points) == (None, 3)
    assert "not told" in describe([counts], {})


@pytest.mark.parametrize(
    "limits, words",
    [
        ({}, "the API names no limits"),
        ({"day": 0}, "the API names no limits"),
        ({"minute": 5_000}, "less than a minute of waiting"),
        ({"minute": 60}, "16 min and more"),
        ({"minute": 60, "hour": 100}, "540 min and more"),
        ({"minute": 60, "day": 300}, "3 days and more"),
    ],
)
def test_the_slowest_of_the_limits_says_how_long_it_takes(limits: dict[str, int], words: str) -> None:
    table = describe([Estimate("calls", 1_234_567, 1_000)], limits).splitlines()
    assert "1,234,567" in table[1]
    assert table[1].endswith(words)
    assert table[-1].startswith("together")
