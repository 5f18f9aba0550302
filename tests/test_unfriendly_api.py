"""Whatever the API does, a run ends complete, or says what is missing and ends with 1: nothing is lost in silence."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from .support import (
    STREAMS,
    Run,
    assert_complete,
    assert_in_order,
    catalog_of,
    config_for,
    instants_of,
    key_of,
    play,
    run_tap,
    text_of,
)

SMALL = {"page_size": 30}
MOMENT = timedelta(seconds=5)
"""How old the latest row is: a run reads up to the second in which it began."""


@pytest.mark.parametrize("bounds", ["both", "from", "till", "none"])
@pytest.mark.parametrize(
    "options",
    [{}, {"same_second": 7, "order": "random"}, {"same_second": 70}],
    ids=["sorted and not", "ties and no sort", "many ties"],
)
def test_every_row_comes_whichever_bounds_of_a_window_the_api_includes(bounds: str, options: dict[str, Any]) -> None:
    with play(rows=210, bounds=bounds, **options) as sandbox:
        assert_complete(run_tap(sandbox, config=SMALL), sandbox)


@pytest.mark.parametrize("bounds", ["both", "none"])
def test_parts_of_a_history_meet_whichever_bounds_the_api_includes(bounds: str) -> None:
    with play(rows=200, same_second=4, bounds=bounds) as sandbox:
        seam = sorted(sandbox.instants("communications").values())[100]
        config = {**SMALL, "lookback_days": 0}
        first = run_tap(sandbox, config={**config, "end_date": text_of(seam)})
        second = run_tap(sandbox, config=config, state=first.state)
        third = run_tap(sandbox, config={**config, "start_date": text_of(seam)})
        for stream in STREAMS:
            truth = sandbox.instants(stream)
            assert instants_of(stream, [*first.records(stream), *second.records(stream)]) == truth
            assert instants_of(stream, [*first.records(stream), *third.records(stream)]) == truth
            assert len(first.records(stream)) + len(third.records(stream)) == len(truth)


@pytest.mark.parametrize("bounds", ["both", "none"])
def test_a_shorter_history_is_read_whole_whichever_bounds_the_api_includes(bounds: str) -> None:
    now = datetime.now(timezone.utc)
    with play(rows=300, days=20, until=now - MOMENT, history_days=9.5, bounds=bounds) as sandbox:
        run = run_tap(sandbox, config=SMALL)
        assert run.exit_code == 0, run.stderr
        served = now - timedelta(days=9.5) + timedelta(hours=1, minutes=5)
        for stream in STREAMS:
            due = {key for key, at in sandbox.instants(stream).items() if at >= served}
            assert due <= {key_of(stream, record) for record in run.records(stream)}
            assert_in_order(run.records(stream))


@pytest.mark.parametrize(
    "options",
    [
        {"order": "page"},
        {"order": "stable"},
        {"order": "descending"},
        {"order": "text"},
        {"doubled": 0.3},
        {"doubled": 0.3, "same_second": 50, "rows": 100},
        {"short_pages": 0.3},
        {"total_items": "absent"},
        {"total_items": "absent", "short_pages": 0.3},
        {"total_items": "text"},
        {"total_items": "=-1"},
        {"total_items": "=1e400"},
        {"total_items": '="many"'},
        {"total_items": "-5"},
    ],
    ids=str,
)
def test_odd_sorts_counts_and_pages_lose_nothing(options: dict[str, Any]) -> None:
    with play(**{"rows": 150, **options}) as sandbox:
        assert_complete(run_tap(sandbox, config=SMALL), sandbox)


@pytest.mark.parametrize("options", [{"hidden": 0.05}, {"total_items": "+5"}, {"total_items": "=30"}], ids=str)
def test_rows_that_are_counted_and_never_come_end_the_run_with_1_after_all_else_was_read(
    options: dict[str, Any],
) -> None:
    with play(rows=250, **options) as sandbox:
        run = run_tap(sandbox, config=SMALL)
        assert run.exit_code == 1
        assert "get.communications_report counts" in run.complaints[-1]
        assert run.complaints[-1].endswith("tell CallGear.")
        for stream in STREAMS:
            due = sandbox.instants(stream)
            read = instants_of(stream, run.records(stream))
            assert read.items() <= due.items()
            assert len(read) >= 0.9 * len(due)
            assert any(f"The stream {stream} is incomplete." in line for line in run.warnings)


@pytest.mark.parametrize("named_in", ["nowhere", "list", "message"])
def test_a_field_that_is_refused_without_a_name_is_found_and_left_out(named_in: str) -> None:
    refused = ("utm_term", "component:visitor_city")
    with play(rows=60, named_in=named_in, error_metadata=False, refused_fields=refused) as sandbox:
        catalog = catalog_of(sandbox, ["visitor_sessions"])
        run = run_tap(sandbox, catalog=catalog)
        assert_complete(run, sandbox, ["visitor_sessions"])
        warnings = [line for line in run.warnings if "is left out" in line]
        assert len(warnings) == 2
        assert all(not record.keys() & {"utm_term", "visitor_city"} for record in run.records("visitor_sessions"))
        assert len(sandbox.requests) < 30


def recent(**options: Any) -> Any:  # noqa: ANN401
    """Return a sandbox whose last hours are served only from further back."""
    return play(rows=300, days=3, until=datetime.now(timezone.utc) - MOMENT, recent_hours=20, **options)


@pytest.mark.parametrize("named_in", ["value", "nowhere"])
def test_the_last_hours_are_read_from_an_earlier_start_where_a_recent_one_is_refused(named_in: str) -> None:
    with recent(named_in=named_in) as sandbox:
        run = run_tap(sandbox, config=SMALL)
        assert_complete(run, sandbox)
        warnings = [line for line in run.warnings if "date_from as late as" in line]
        assert 1 <= len(warnings) <= len(STREAMS)
        assert all("served up to" in line for line in warnings)


@pytest.mark.measured
def test_a_run_that_starts_too_recently_reads_the_news() -> None:
    with recent() as sandbox:
        instants = sandbox.instants("communications")
        bookmark = sorted(instants.values())[-20]
        state = {"bookmarks": {"communications": {"replication_key_value": text_of(bookmark)}}}
        catalog = catalog_of(sandbox, ["communications"])
        run = run_tap(sandbox, config={"lookback_days": 0}, state=state, catalog=catalog)
        assert run.exit_code == 0, run.stderr
        read = instants_of("communications", run.records("communications"))
        assert read == {key: at for key, at in instants.items() if at >= bookmark}


def gone_on(first: Run, second: Run, stream: str) -> dict[Any, datetime]:
    """Return the instants that two runs read together."""
    return instants_of(stream, [*first.records(stream), *second.records(stream)])


@pytest.mark.parametrize("minutes", [-50, -20, 5, 40, 65])
@pytest.mark.parametrize("order", ["documented", "random"])
def test_a_start_in_the_repeated_hour_loses_nothing_and_each_state_is_a_place_to_go_on_from(
    minutes: int, order: str
) -> None:
    change = datetime(2025, 10, 26, 1, tzinfo=timezone.utc)
    options = {"zone": "Europe/London", "rows": 400, "days": 0.2, "until": change + timedelta(hours=2), "order": order}
    with play(**options) as sandbox:
        start = change + timedelta(minutes=minutes)
        config = {**SMALL, "lookback_days": 0, "start_date": text_of(start)}
        run = run_tap(sandbox, config=config)
        assert run.exit_code == 0, run.stderr
        for stream in STREAMS:
            assert {key for key, at in sandbox.instants(stream).items() if at >= start} <= {
                key_of(stream, record) for record in run.records(stream)
            }
            assert_in_order(run.records(stream))
        assert_states_cover(run)


def assert_states_cover(run: Run) -> None:
    """Assert that no record that follows a STATE is older than its bookmark."""
    bookmarks: dict[str, str] = {}
    for message in run.messages:
        if message["type"] == "STATE":
            for stream, bookmark in message["value"]["bookmarks"].items():
                bookmarks[stream] = bookmark.get("replication_key_value", "")
        elif message["type"] == "RECORD":
            assert message["record"].get("date_time", "9") >= bookmarks.get(message["stream"], "")


def test_settings_that_are_wrong_are_told_although_a_start_may_be_too_recent() -> None:
    with play(rows=10, named_in="nowhere", user_ids=(11,), until=datetime.now(timezone.utc)) as sandbox:
        config = config_for(sandbox, user_ids=[12], timezone="UTC", start_date=text_of(datetime.now(timezone.utc)))
        run = run_tap(
            sandbox, config={**config, "start_date": text_of(datetime.now(timezone.utc) - timedelta(hours=2))}
        )
        assert run.exit_code == 1
