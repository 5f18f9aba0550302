"""Local time and UTC: every reading is the zone's own, nothing is missed at a change of the clocks, one form leaves."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.extraction.account_zone import AccountZone, api_form, parse_time, utc_form

ZONES = ("Asia/Dubai", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
HOUR = timedelta(hours=1)

CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=timezone.utc),  # London, forward
    datetime(2026, 10, 25, 1, tzinfo=timezone.utc),  # London, back
    datetime(2026, 3, 8, 7, tzinfo=timezone.utc),  # New York, forward
    datetime(2026, 11, 1, 6, tzinfo=timezone.utc),  # New York, back
    datetime(2026, 10, 3, 15, 30, tzinfo=timezone.utc),  # Lord Howe, forward by half an hour
    datetime(2026, 4, 4, 15, tzinfo=timezone.utc),  # Lord Howe, back by half an hour
]

zones = st.sampled_from(ZONES)
near_changes = st.builds(
    lambda change, seconds: change + timedelta(seconds=seconds),
    st.sampled_from(CHANGES),
    st.integers(-3 * 3600, 3 * 3600),
)
instants = near_changes | st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2036, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.just(timezone.utc),
)


def wall_in(zone: str, instant: datetime) -> datetime:
    """Return the local time of an instant, by the zone's own reading."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@given(zones, instants)
def test_an_instant_that_is_not_in_doubt_comes_back_from_wall_time(zone: str, instant: datetime) -> None:
    clock = AccountZone(zone)
    local_time = clock.local_time(instant)
    assert local_time == wall_in(zone, instant)
    assume(not clock.is_ambiguous(local_time))
    assert clock.instant(local_time) == instant


@given(zones, instants)
def test_in_doubt_the_first_pass_of_an_hour_is_meant(zone: str, instant: datetime) -> None:
    clock = AccountZone(zone)
    reading = clock.instant(clock.local_time(instant))
    assert reading in {instant, instant - HOUR, instant - HOUR / 2}


@given(zones, instants, st.integers(0, 7200))
def test_readings_go_forward_with_the_walls_that_exist(zone: str, instant: datetime, seconds: int) -> None:
    clock = AccountZone(zone)
    earlier = clock.local_time(instant)
    later = clock.local_time(clock.instant(earlier + timedelta(seconds=seconds)))
    assume(earlier <= later)
    assert clock.instant(earlier) <= clock.instant(later)


@given(zones, instants, st.floats(0, 200_000), st.floats(0, 1))
def test_a_span_holds_the_wall_time_of_every_instant_in_it(
    zone: str, start: datetime, seconds: float, place: float
) -> None:
    clock = AccountZone(zone)
    end = start + timedelta(seconds=seconds)
    first, last = clock.span(start, end)
    inside = (start + (end - start) * place).replace(microsecond=0)
    assume(start <= inside <= end)
    assert first <= clock.local_time(inside) <= last
    assert first.microsecond == last.microsecond == 0
    assert first.tzinfo is last.tzinfo is None
    assert last - first <= (end - start) + timedelta(hours=2, seconds=2)


def test_a_span_starts_at_the_earlier_reading_after_a_change() -> None:
    end = datetime(2026, 11, 1, tzinfo=timezone.utc)
    first, _ = AccountZone("Europe/London").span(datetime(2026, 10, 25, 1, 30, tzinfo=timezone.utc), end)
    assert api_form(first) == "2026-10-25 01:30:00"


@given(zones, near_changes)
def test_both_readings_of_a_wall_time_are_known(zone: str, instant: datetime) -> None:
    clock = AccountZone(zone)
    local_time = clock.local_time(instant)
    assert clock.instant(local_time) <= instant <= clock.latest_instant(local_time)
    assert (clock.instant(local_time) == clock.latest_instant(local_time)) == (not clock.is_ambiguous(local_time))


def test_a_wall_time_that_is_skipped_is_read_by_the_offset_before_the_change() -> None:
    clock = AccountZone("Europe/London")
    skipped = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001 - local time has no zone
    assert clock.is_ambiguous(skipped)
    assert clock.instant(skipped) == CHANGES[0] + HOUR / 2


@given(zones, near_changes, st.integers(1, 7_199))
def test_outside_of_a_seam_the_order_of_wall_times_is_that_of_instants(
    zone: str, instant: datetime, seconds: int
) -> None:
    clock = AccountZone(zone)
    local_time = clock.local_time(instant)
    seam = clock.seam_near(local_time)
    if seam is not None and seam[0] <= local_time < seam[1]:
        assert not clock.is_ambiguous(seam[1])
        return
    assert not clock.is_ambiguous(local_time)
    later, earlier = local_time + timedelta(seconds=seconds), local_time - timedelta(seconds=seconds)
    assert clock.latest_instant(earlier) <= clock.instant(local_time) <= clock.instant(later)


@given(zones, st.lists(instants, min_size=2, max_size=5))
def test_times_leave_in_one_form_that_sorts_as_text(zone: str, moments: list[datetime]) -> None:
    clock = AccountZone(zone)
    local_times = [api_form(clock.local_time(moment)) for moment in moments] * 2
    texts = []
    for local_time in local_times:
        text = clock.utc_text(local_time)
        assert text is not None
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", text)
        own = datetime.fromisoformat(local_time).replace(tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)
        assert datetime.fromisoformat(text) == own
        texts.append(text)
    assert sorted(texts) == [utc_form(moment) for moment in sorted(map(datetime.fromisoformat, texts))]


@pytest.mark.parametrize(
    "text, utc",
    [
        ("2026-06-01 12:00:00", "2026-06-01T11:00:00+00:00"),
        ("2026-06-01 12:00:59", "2026-06-01T11:00:59+00:00"),
        ("2026-06-01 12:00:60", "2026-06-01T11:01:00+00:00"),
        ("2026-06-01 24:00:00", "2026-06-01T23:00:00+00:00"),
        ("2026-06-01 24:00", "2026-06-01T23:00:00+00:00"),
        ("2026-06-01 24:00:01", None),
        ("2026-06-01 12:00:61", None),
        ("9999-12-31 24:00:00", "9999-12-31T23:59:59+00:00"),
        ("9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59+00:00"),
        ("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00+00:00"),
        ("2026-06-01 12:00:5x", None),
        ("2026-06-01T12:00:00", "2026-06-01T11:00:00+00:00"),
        ("2026-06-01 12:00", "2026-06-01T11:00:00+00:00"),
        ("2026-06-01", "2026-05-31T23:00:00+00:00"),
        ("2026-06-01 12:00:00.9", "2026-06-01T11:00:00+00:00"),
        ("2026-06-01 12:00:00,123456789", "2026-06-01T11:00:00+00:00"),
        ("2022-10-19T23:12:09+03:00", "2022-10-19T20:12:09+00:00"),
        ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00+00:00"),
        ("  2026-06-01T12:00:00z ", "2026-06-01T12:00:00+00:00"),
        ("2026-02-30 12:00:00", None),
        ("0000-00-00 00:00:00", None),
        ("9999-12-31 23:59:59", "9999-12-31T23:59:59+00:00"),
        ("yesterday", None),
        ("", None),
        ("12:00:00", None),
    ],
)
def test_every_form_of_a_time_is_read_and_nonsense_is_none(text: str, utc: str | None) -> None:
    clock = AccountZone("Europe/London")
    assert clock.utc_text(text) == utc
    assert clock.utc_text(text) == utc


@given(st.text(max_size=25) | st.from_regex(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", fullmatch=True))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    read = AccountZone("Asia/Dubai").utc_text(text)
    assert read is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", read)


forms = st.sampled_from(["{} {:02}:00:00", "{} {:02}:30:30.5", "{}T{:02}:00:60"])
days = st.sampled_from([date(2026, 3, 29), date(2026, 6, 1), date.min, date.max])
texts_of_days = st.lists(st.builds(str.format, forms, days, st.sampled_from([0, 3, 24])), min_size=2, max_size=12)


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@given(texts=texts_of_days)
def test_what_was_read_before_makes_no_difference(zone: str, texts: list[str]) -> None:
    clock = AccountZone(zone)
    assert [clock.utc_text(text) for text in texts] == [AccountZone(zone).utc_text(text) for text in texts]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Dubai", "UTC", "America/New_York", "Pacific/Pago_Pago"])
def test_a_time_at_the_edge_of_the_calendar_never_leaves_it(zone: str) -> None:
    clock = AccountZone(zone)
    first, last = clock.utc_text("0001-01-01 00:00:00"), clock.utc_text("9999-12-31 23:59:59")
    assert first is not None
    assert last is not None
    assert first.startswith("0001-01-01T")
    assert last.startswith("9999-12-31T")


def test_offsets_of_odd_seconds_are_read_right_each_time() -> None:
    clock = AccountZone("Europe/London")
    assert [clock.utc_text(f"1840-01-01 00:00:{second:02d}") for second in (0, 59)] == [
        "1840-01-01T00:01:15+00:00",
        "1840-01-01T00:02:14+00:00",
    ]


def test_what_is_remembered_of_times_is_bounded() -> None:
    clock = AccountZone("Asia/Dubai")
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - local time has no zone
    texts = [api_form(start + timedelta(minutes=minute)) for minute in range(200_100)]
    assert clock.utc_text(texts[0]) == "2025-12-31T20:00:00+00:00"
    assert [clock.utc_text(text) for text in texts[-2:]] == [clock.utc_text(text) for text in texts[-2:]]
    for text in texts:
        clock.utc_text(text)
    assert clock.utc_text(texts[0]) == "2025-12-31T20:00:00+00:00"


def test_a_fraction_of_a_second_is_cut_however_many_others_were_met() -> None:
    clock = AccountZone("Asia/Dubai")
    for fraction in range(20_000):
        assert clock.utc_text(f"2026-01-01 12:00:00.{fraction:05}") == "2026-01-01T08:00:00+00:00"
    assert clock.utc_text("2026-01-01 12:00:00.1.2") is None


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "/etc/passwd", "../x", "\x00"])
def test_a_zone_that_does_not_exist_is_told(zone: str) -> None:
    with pytest.raises(ConfigurationError, match="timezone"):
        AccountZone(zone)


def test_times_are_parsed_with_their_offset_or_without() -> None:
    assert parse_time("2026-06-01 12:00:00").tzinfo is None
    assert parse_time("2026-06-01T12:00:00+04:00").utcoffset() == timedelta(hours=4)
    with pytest.raises(ValueError, match="isoformat"):
        parse_time("soon")
