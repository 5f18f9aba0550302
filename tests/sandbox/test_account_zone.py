"""Times are local time of the account's zone, across clock changes too."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callgear_sandbox.data.account_zone import AccountZone

from .conftest import SESSIONS

if TYPE_CHECKING:
    from .conftest import Play

ZONES = ("Asia/Dubai", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


@given(
    zone=st.sampled_from(ZONES),
    instant=st.integers(min_value=1_500_000_000, max_value=2_000_000_000),
)
def test_the_local_time_of_an_instant_is_that_of_its_zone(zone: str, instant: int) -> None:
    account_zone = AccountZone(zone)
    local_time = datetime.fromtimestamp(instant, ZoneInfo(zone))
    text = f"{local_time:%Y-%m-%d %H:%M:%S}"
    assert account_zone.text(instant) == text
    assert account_zone.instant(text) == instant - 3600 * local_time.fold or local_time.fold


def test_an_hour_that_happens_twice_is_read_as_the_first() -> None:
    assert AccountZone("Europe/London").instant("2026-10-25 01:30:00") == int(
        datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc).timestamp()
    )


def test_an_hour_that_is_left_out_is_read_as_before_the_change() -> None:
    assert AccountZone("Europe/London").instant("2026-03-29 01:30:00") == int(
        datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc).timestamp()
    )


@pytest.mark.parametrize("text", ["2026-11-2", "2026-11-20T00:00:00", "2026-11-20 00:00", "2026-13-01 00:00:00", ""])
def test_anything_but_a_date_or_a_date_and_time_is_no_local_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        AccountZone("UTC").instant(text)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_a_window_is_a_span_of_instants_whatever_the_clocks_show(play: Play, zone: str) -> None:
    until = datetime(2026, 11, 3, tzinfo=timezone.utc)
    client = play(zone=zone, until=until, days=14, rows=3000)
    account_zone = AccountZone(zone)
    truth = client.sandbox.instants("visitor_sessions")
    change = datetime(2026, 10, 25, 1, tzinfo=timezone.utc)
    if zone == "America/New_York":
        change = datetime(2026, 11, 1, 6, tzinfo=timezone.utc)
    for hours in range(-3, 3):
        first = int((change + timedelta(hours=hours)).timestamp())
        date_from, date_till = account_zone.text(first), account_zone.text(first + 5400)
        low, high = account_zone.instant(date_from), account_zone.instant(date_till)
        if high < low:
            continue
        rows = client.rows(SESSIONS, fields=["id"], date_from=date_from, date_till=date_till)
        meant = {key for key, at in truth.items() if low <= at.timestamp() <= high}
        assert {row["id"] for row in rows} == meant
