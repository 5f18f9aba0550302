"""The next run goes on from the bookmark: it reads what is new, and what may have changed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from .support import (
    STREAMS,
    UNTIL,
    assert_complete,
    bookmark,
    catalog_of,
    instants_of,
    key_of,
    play,
    run_tap,
    text_of,
)

if TYPE_CHECKING:
    from typing import Any

    from callgear_sandbox import Sandbox

    from .support import Json, Run

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
PAGE = {"page_size": 50}
FIRST = UNTIL - 5 * DAY
"""When the first of two runs reads, in the time of the data."""


def due(sandbox: Sandbox, stream: str, start: datetime) -> dict[Any, datetime]:
    """Return the rows from an instant on."""
    return {key: at for key, at in sandbox.instants(stream).items() if at >= start}


def reached(run: Run, stream: str) -> datetime:
    """Return the instant of the bookmark that a run ended with."""
    return datetime.fromisoformat(bookmark(run.state, stream) or "")


def state_at(instant: datetime) -> Json:
    """Return a state in which every stream has been read up to an instant."""
    part = {"replication_key": "date_time", "replication_key_value": text_of(instant)}
    return {"bookmarks": {stream: dict(part) for stream in STREAMS}}


def test_the_second_run_reads_the_news_and_the_lookback_and_no_more() -> None:
    with play() as sandbox:
        sandbox.now = FIRST
        first = run_tap(sandbox, config=PAGE)
        assert_complete(first, sandbox)
        sandbox.now = None
        for days in (0, 0.5, 7):
            lookback = timedelta(days=days)
            asked_before = len(sandbox.requests)
            second = run_tap(sandbox, config={**PAGE, "lookback_days": days}, state=first.state)
            assert second.exit_code == 0
            for stream in STREAMS:
                start = reached(first, stream) - lookback
                assert instants_of(stream, second.records(stream)) == due(sandbox, stream, start)
                assert reached(second, stream) == UNTIL
            earliest = min(reached(first, stream) for stream in STREAMS) - lookback
            assert min(starts(sandbox, asked_before)) >= f"{earliest - SECOND:%Y-%m-%d %H:%M:%S}"


def starts(sandbox: Sandbox, asked_before: int = 0) -> list[str]:
    """Return where the windows began that were asked for."""
    return [str(each.params["date_from"]) for each in sandbox.requests[asked_before:] if "date_from" in each.params]


def test_a_run_without_news_reads_the_lookback_and_leaves_the_bookmark() -> None:
    with play() as sandbox:
        first = run_tap(sandbox, config=PAGE)
        second = run_tap(sandbox, config=PAGE, state=first.state)
        assert second.exit_code == 0
        assert second.records("communications")
        for stream in STREAMS:
            assert {bookmark(state, stream) for state in second.states} <= {bookmark(first.state, stream)}
            assert reached(first, stream) == UNTIL


def test_a_bookmark_never_moves_back() -> None:
    with play(same_second=3) as sandbox:
        states = [state_at(FIRST), *run_tap(sandbox, config=PAGE, state=state_at(FIRST)).states]
        assert len(states) > 4
        for stream in STREAMS:
            marks = [bookmark(state, stream) or "" for state in states]
            assert marks == sorted(marks)
            assert marks[-1] == text_of(UNTIL)


def test_a_bookmark_written_by_hand_in_another_form_does_not_move_back_either() -> None:
    state = state_at(FIRST)
    state["bookmarks"]["communications"]["replication_key_value"] = FIRST.strftime("%Y-%m-%d %H:%M:%S.000Z")
    with play() as sandbox:
        run = run_tap(sandbox, config=PAGE, state=state)
        assert run.exit_code == 0, run.stderr
        marks = [reached_in(each, "communications") for each in run.states]
        assert min(marks) >= FIRST
        assert max(marks) == UNTIL


def reached_in(state: Json, stream: str) -> datetime:
    """Return the instant of the bookmark in a state."""
    return datetime.fromisoformat((bookmark(state, stream) or "").replace("Z", "+00:00"))


@pytest.mark.measured
def test_the_lookback_never_crosses_the_start_date() -> None:
    start = UNTIL - 3 * DAY
    with play() as sandbox:
        config = {**PAGE, "start_date": text_of(start), "lookback_days": 10}
        run = run_tap(sandbox, config=config, state=state_at(UNTIL - DAY))
        for stream in STREAMS:
            assert instants_of(stream, run.records(stream)) == due(sandbox, stream, start)
        assert min(starts(sandbox)) >= f"{start - SECOND:%Y-%m-%d %H:%M:%S}"


def test_an_earlier_start_date_changes_nothing_where_a_state_exists() -> None:
    with play() as sandbox:
        config = {**PAGE, "start_date": "2025-01-01", "lookback_days": 1}
        run = run_tap(sandbox, config=config, state=state_at(FIRST))
        assert instants_of("communications", run.records("communications")) == due(
            sandbox, "communications", FIRST - DAY
        )


def test_records_that_change_after_they_appeared_are_read_again() -> None:
    with play(rows=600) as sandbox:
        sandbox.now = FIRST
        first = run_tap(sandbox, config=PAGE)
        sandbox.now = None
        second = run_tap(sandbox, config=PAGE, state=first.state)
        before = {key_of("communications", each): each for each in first.records("communications")}
        after = {key_of("communications", each): each for each in second.records("communications")}
        changed = [key for key in before.keys() & after.keys() if before[key] != after[key]]
        assert changed
        assert {True} == {before[key]["date_time"] == after[key]["date_time"] for key in changed}
        assert any(before[key]["sale_date"] is None and after[key]["sale_date"] for key in changed)


def test_the_end_date_is_exclusive() -> None:
    with play(same_second=2) as sandbox:
        last = sorted(sandbox.instants("visitor_sessions").values())[-100]
        run = run_tap(sandbox, config={**PAGE, "end_date": text_of(last)})
        for stream in STREAMS:
            expected = {key: at for key, at in sandbox.instants(stream).items() if at < last}
            assert instants_of(stream, run.records(stream)) == expected


def test_two_halves_read_the_same_rows_as_the_whole() -> None:
    with play(same_second=2, zone="America/New_York") as sandbox:
        middle = text_of(sorted(sandbox.instants("visitor_sessions").values())[200])
        halves = [
            run_tap(sandbox, config={**PAGE, "end_date": middle}),
            run_tap(sandbox, config={**PAGE, "start_date": middle}),
        ]
        for stream in STREAMS:
            records = [record for half in halves for record in half.records(stream)]
            assert instants_of(stream, records) == sandbox.instants(stream)
            assert len(records) == len(sandbox.instants(stream))


def test_a_bookmark_in_the_future_is_said_and_reading_goes_on_from_now() -> None:
    with play() as sandbox:
        now = datetime.now(timezone.utc)
        run = run_tap(sandbox, config={**PAGE, "end_date": None}, state=state_at(now + 30 * DAY))
        assert run.exit_code == 0, run.stderr
        assert all("lies in the future" in line for line in run.complaints)
        assert len(run.complaints) == len(STREAMS)
        for stream in STREAMS:
            assert now.replace(microsecond=0) <= reached(run, stream) <= datetime.now(timezone.utc)


def test_an_account_with_a_shorter_history_is_read_from_its_oldest_day_with_a_warning() -> None:
    with play(rows=600, days=60, history_days=30.3) as sandbox:
        sandbox.now = UNTIL
        run = run_tap(sandbox, config=PAGE)
        assert run.exit_code == 0, run.stderr
        oldest = UNTIL - timedelta(days=30.3)
        for stream in STREAMS:
            found = instants_of(stream, run.records(stream))
            assert due(sandbox, stream, oldest + timedelta(hours=1)).items() <= found.items()
            (warning,) = [line for line in run.warnings if f"tap-callgear.{stream} " in line]
            assert "shorter history" in warning
            assert f"{oldest:%Y-%m-%d}" in warning


def test_a_state_of_a_time_that_is_no_longer_served_is_gone_on_from() -> None:
    with play(rows=300, days=60, history_days=20) as sandbox:
        sandbox.now = UNTIL
        run = run_tap(sandbox, config=PAGE, state=state_at(UNTIL - 40 * DAY))
        assert run.exit_code == 0, run.stderr
        for stream in STREAMS:
            found = instants_of(stream, run.records(stream))
            assert due(sandbox, stream, UNTIL - timedelta(days=19.9)).items() <= found.items()


def test_a_report_with_a_shorter_longest_interval_is_read_whole() -> None:
    with play(rows=300, days=200, interval_days=30) as sandbox:
        assert_complete(run_tap(sandbox, config={"page_size": 200}), sandbox)


def test_a_full_history_that_begins_long_before_the_first_row_costs_few_requests_and_little_time() -> None:
    with play(rows=100, days=10) as sandbox:
        run = run_tap(sandbox, config={"start_date": "2015-01-01"}, timeout=12)
        assert_complete(run, sandbox)
        assert len(sandbox.requests) < 2 * 365 * 11 / 89 + 20


def test_a_run_without_news_asks_for_little() -> None:
    with play(days=100) as sandbox:
        catalog = catalog_of(sandbox)
        first = run_tap(sandbox, config=PAGE, catalog=catalog)
        asked = len(sandbox.requests)
        run_tap(sandbox, config={**PAGE, "lookback_days": 1}, state=first.state, catalog=catalog)
        assert len(sandbox.requests) - asked < 10


def test_an_end_before_the_bookmark_is_told() -> None:
    with play(rows=60) as sandbox:
        first = run_tap(sandbox)
        second = run_tap(sandbox, state=first.state, config={"end_date": "2025-11-10"})
    assert (second.exit_code, second.records("communications")) == (0, [])
    assert "end_date is earlier than the bookmark" in second.stderr
