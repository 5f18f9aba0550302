"""The API speaks the account's local time: what leaves is the right instant, across every change of the clocks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from .support import STREAMS, assert_complete, assert_in_order, instants_of, play, run_tap, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox import Sandbox

    from .support import Run

HOUR = timedelta(hours=1)
CONFIG = {"page_size": 40, "lookback_days": 0}

LONDON_BACK = ("Europe/London", datetime(2025, 10, 26, 1, tzinfo=timezone.utc))
LONDON_AHEAD = ("Europe/London", datetime(2026, 3, 29, 1, tzinfo=timezone.utc))
NEW_YORK_BACK = ("America/New_York", datetime(2025, 11, 2, 6, tzinfo=timezone.utc))
NEW_YORK_AHEAD = ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=timezone.utc))


def around(zone: str, change: datetime, **options: Any) -> Sandbox:  # noqa: ANN401
    """Return a sandbox with a row every minute or so, for six hours around a change of the clocks."""
    return play(**{"zone": zone, "rows": 300, "days": 0.25, "until": change + 3 * HOUR, **options})


def is_ambiguous(instant: datetime, zone: str) -> bool:
    """Whether the account's clocks show the time of an instant twice."""
    local = instant.astimezone(ZoneInfo(zone)).replace(fold=0)
    return local.utcoffset() != local.replace(fold=1).utcoffset()


def assert_right_instants(found: Mapping[Any, datetime], truth: Mapping[Any, datetime], zone: str) -> None:
    """Assert that nothing is lost, and that only times that the clocks show twice may be an hour off."""
    assert found.keys() == truth.keys()
    for key, instant in truth.items():
        if is_ambiguous(instant, zone):
            assert abs(found[key] - instant) <= HOUR
        else:
            assert found[key] == instant


def assert_all_once(run: Run, sandbox: Sandbox) -> None:
    """Assert that every row came once, in order, at the right instant as far as that can be known."""
    assert run.exit_code == 0, run.stderr
    for stream in STREAMS:
        records = run.records(stream)
        truth = sandbox.instants(stream)
        assert len(records) == len(truth)
        assert_right_instants(instants_of(stream, records), truth, sandbox.options.zone)
        assert_in_order(records)


@pytest.mark.parametrize(
    "zone, change, order",
    [
        (*LONDON_BACK, "documented"),
        (*LONDON_AHEAD, "random"),
        (*NEW_YORK_BACK, "random"),
        (*NEW_YORK_AHEAD, "documented"),
    ],
)
def test_nothing_is_lost_or_doubled_while_the_clocks_change(zone: str, change: datetime, order: str) -> None:
    with around(zone, change, order=order) as sandbox:
        assert_all_once(run_tap(sandbox, config=CONFIG), sandbox)


@pytest.mark.parametrize("zone, change", [LONDON_AHEAD, NEW_YORK_BACK])
def test_nothing_is_lost_where_the_end_of_a_window_is_excluded(zone: str, change: datetime) -> None:
    with around(zone, change, bounds="from", total_items="absent") as sandbox:
        assert_all_once(run_tap(sandbox, config=CONFIG), sandbox)


@pytest.mark.parametrize("zone, change, minutes", [(*LONDON_BACK, -30), (*NEW_YORK_BACK, 30)])
def test_a_run_that_ends_in_the_repeated_hour_can_be_gone_on_from(zone: str, change: datetime, minutes: int) -> None:
    with around(zone, change) as sandbox:
        end = text_of(change + timedelta(minutes=minutes))
        first = run_tap(sandbox, config={**CONFIG, "end_date": end})
        second = run_tap(sandbox, config=CONFIG, state=first.state)
        for stream in STREAMS:
            found = instants_of(stream, [*first.records(stream), *second.records(stream)])
            assert_right_instants(found, sandbox.instants(stream), zone)


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/New_York"])
def test_a_start_and_an_end_are_instants_and_not_local_times(zone: str) -> None:
    with play(zone=zone, rows=200, days=2) as sandbox:
        start, end = sandbox_middle(sandbox)
        run = run_tap(sandbox, config={"start_date": text_of(start), "end_date": text_of(end)})
        for stream in STREAMS:
            due = {key: at for key, at in sandbox.instants(stream).items() if start <= at < end}
            assert instants_of(stream, run.records(stream)) == due


def sandbox_middle(sandbox: Sandbox) -> tuple[datetime, datetime]:
    """Return two instants of rows, a quarter and three quarters through the history."""
    instants = sorted(sandbox.instants("communications").values())
    return instants[len(instants) // 4], instants[3 * len(instants) // 4]


def test_every_time_that_leaves_has_one_form() -> None:
    with play(zone="Asia/Dubai", rows=200) as sandbox:
        run = run_tap(sandbox)
        for stream in STREAMS:
            schema = run.schema(stream)["properties"]
            moments = [name for name, declared in schema.items() if declared.get("format") == "date-time"]
            for record in run.records(stream):
                for text in filter(None, (record[name] for name in moments)):
                    assert text == datetime.fromisoformat(text).astimezone(timezone.utc).isoformat(timespec="seconds")


def test_the_zone_can_be_set_where_the_key_may_not_ask_for_it() -> None:
    with play(zone="America/New_York", rights="reports") as sandbox:
        assert_complete(run_tap(sandbox, config={"timezone": "America/New_York"}), sandbox)


def test_a_machine_without_zones_of_its_own_reads_the_same() -> None:
    with play(rows=20, zone="Asia/Dubai") as sandbox:
        run = run_tap(sandbox, env={"PYTHONTZPATH": "/nowhere"})
        assert_complete(run, sandbox)
