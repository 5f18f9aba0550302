"""Both faces read the same sandbox, and every record of one is that of the other, to the last digit."""

from __future__ import annotations

import pytest

from tests.support import STREAMS, play, run_tap

from .support import Json, assert_counted, read


@pytest.mark.parametrize(
    "options, config",
    [
        pytest.param({"quirks": True, "zone": "Asia/Dubai"}, {"page_size": 100}, id="quirks"),
        pytest.param(
            {"order": "random", "limit_maximum": 50, "offset_maximum": 100, "same_second": 30},
            {"page_size": 50, "max_parallel_requests": 1},
            id="random order, small maxima, many ties",
        ),
        pytest.param(
            {"faults": {"503": 0.1, "cut": 0.1, "html": 0.05}, "zone": "America/New_York", "total_items": "absent"},
            {"page_size": 40},
            id="faults, no totals, clocks that change",
        ),
        pytest.param(
            {"points_per_minute": 6, "minute_seconds": 1, "user_ids": (11, 12), "refused_fields": ("tags",)},
            {"page_size": 60, "user_ids": [11, 12], "start_date": "2025-11-10T00:00:00+04:00", "lookback_days": 2},
            id="agent, points, a field refused",
        ),
    ],
)
def test_both_faces_read_the_same_records(options: Json, config: Json) -> None:
    with play(**{"rows": 200, **options}) as sandbox:
        ours = read(sandbox, config=config)
        theirs = run_tap(sandbox, config=config)
    assert (ours.exit_code, ours.errors) == (0, [])
    assert theirs.exit_code == 0
    assert_counted(ours)
    for stream in STREAMS:
        assert ours.records(stream)
        assert ours.records(stream) == theirs.records(stream)
        marks = theirs.state["bookmarks"][stream]
        parts = {str(part["context"]["user_id"]): part for part in marks.get("partitions", [])}
        blob = ours.blobs(stream)[-1]
        assert blob.get("date_time") == marks.get("replication_key_value")
        assert {user: mark["date_time"] for user, mark in blob.get("user_ids", {}).items()} == {
            user: part["replication_key_value"] for user, part in parts.items()
        }
