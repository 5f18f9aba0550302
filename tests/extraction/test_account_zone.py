"""Local time and instants: every reading is the zone's own, and nothing is missed at a change of the clocks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.times import api_form

from .changing_zones import CHANGES, instants, near_changes, zones

HOUR = timedelta(hours=1)


def local_time_in(zone: str, instant: datetime) -> datetime:
    """Return the local time of an instant, by the zone's own reading."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@given(zones, instants)
def test_an_instant_that_is_not_in_doubt_comes_back_from_local_time(zone: str, instant: datetime) -> None:
    account_zone = AccountZone(zone)
    local_time = account_zone.local_time(instant)
    assert local_time == local_time_in(zone, instant)
    assume(not account_zone.is_ambiguous(local_time))
    assert account_zone.instant(local_time) == instant


@given(zones, instants)
def test_in_doubt_the_first_pass_of_an_hour_is_meant(zone: str, instant: datetime) -> None:
    account_zone = AccountZone(zone)
    reading = account_zone.instant(account_zone.local_time(instant))
    assert reading in {instant, instant - HOUR, instant - HOUR / 2}


@given(zones, instants, st.integers(0, 7200))
def test_readings_go_forward_with_the_walls_that_exist(zone: str, instant: datetime, seconds: int) -> None:
    account_zone = AccountZone(zone)
    earlier = account_zone.local_time(instant)
    later = account_zone.local_time(account_zone.instant(earlier + timedelta(seconds=seconds)))
    assume(earlier <= later)
    assert account_zone.instant(earlier) <= account_zone.instant(later)


@given(zones, instants, st.floats(0, 200_000), st.floats(0, 1))
def test_a_span_holds_the_local_time_of_every_instant_in_it(
    zone: str, start: datetime, seconds: float, place: float
) -> None:
    account_zone = AccountZone(zone)
    end = start + timedelta(seconds=seconds)
    first, last = account_zone.span(start, end)
    inside = (start + (end - start) * place).replace(microsecond=0)
    assume(start <= inside <= end)
    assert first <= account_zone.local_time(inside) <= last
    assert first.microsecond == last.microsecond == 0
    assert first.tzinfo is last.tzinfo is None
    assert last - first <= (end - start) + timedelta(hours=2, seconds=2)


def test_a_span_starts_at_the_earlier_reading_after_a_change() -> None:
    end = datetime(2026, 11, 1, tzinfo=timezone.utc)
    first, _ = AccountZone("Europe/London").span(datetime(2026, 10, 25, 1, 30, tzinfo=timezone.utc), end)
    assert api_form(first) == "2026-10-25 01:30:00"


@given(zones, near_changes)
def test_both_readings_of_a_local_time_are_known(zone: str, instant: datetime) -> None:
    account_zone = AccountZone(zone)
    local_time = account_zone.local_time(instant)
    assert account_zone.instant(local_time) <= instant <= account_zone.latest_instant(local_time)
    assert (account_zone.instant(local_time) == account_zone.latest_instant(local_time)) == (
        not account_zone.is_ambiguous(local_time)
    )


def test_a_local_time_that_is_skipped_is_read_by_the_offset_before_the_change() -> None:
    account_zone = AccountZone("Europe/London")
    skipped = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001 - local time has no zone
    assert account_zone.is_ambiguous(skipped)
    assert account_zone.instant(skipped) == CHANGES[0] + HOUR / 2


def test_nothing_ends_where_a_skipped_hour_begins_since_that_second_is_read_in_two_ways_too() -> None:
    account_zone = AccountZone("America/Sao_Paulo")
    midnight = datetime(2018, 11, 4)  # noqa: DTZ001 - local time has no zone
    transition = account_zone.transition_near(midnight)
    assert transition is not None
    assert transition[0] < midnight < transition[1]
    assert not account_zone.is_ambiguous(transition[0])


@given(zones, near_changes, st.integers(1, 7_199))
def test_outside_of_a_transition_the_order_of_local_times_is_that_of_instants(
    zone: str, instant: datetime, seconds: int
) -> None:
    account_zone = AccountZone(zone)
    local_time = account_zone.local_time(instant)
    transition = account_zone.transition_near(local_time)
    if transition is not None and transition[0] <= local_time < transition[1]:
        assert not account_zone.is_ambiguous(transition[1])
        return
    assert not account_zone.is_ambiguous(local_time)
    later, earlier = local_time + timedelta(seconds=seconds), local_time - timedelta(seconds=seconds)
    assert account_zone.latest_instant(earlier) <= account_zone.instant(local_time) <= account_zone.instant(later)


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "/etc/passwd", "../x", "\x00"])
def test_a_zone_that_does_not_exist_is_told(zone: str) -> None:
    with pytest.raises(ConfigurationError, match="timezone"):
        AccountZone(zone)
