"""Texts of times: each form is read, one form leaves, and what was read before makes no difference."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.times import api_form, parse_time, utc_form
from tap_callgear.extraction.utc_texts import UtcTexts

from .changing_zones import instants, zones


def texts_of(zone: str) -> UtcTexts:
    """Return what reads the times of an account in a zone."""
    return UtcTexts(AccountZone(zone))


@given(zones, st.lists(instants, min_size=2, max_size=5))
def test_times_leave_in_one_form_that_sorts_as_text(zone: str, moments: list[datetime]) -> None:
    account_zone = AccountZone(zone)
    times = UtcTexts(account_zone)
    local_times = [api_form(account_zone.local_time(moment)) for moment in moments] * 2
    texts = []
    for local_time in local_times:
        text = times.utc_text(local_time)
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
    times = texts_of("Europe/London")
    assert times.utc_text(text) == utc
    assert times.utc_text(text) == utc


@given(st.text(max_size=25) | st.from_regex(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", fullmatch=True))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    read = texts_of("Asia/Dubai").utc_text(text)
    assert read is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", read)


forms = st.sampled_from(["{} {:02}:00:00", "{} {:02}:30:30.5", "{}T{:02}:00:60"])
days = st.sampled_from([date(2026, 3, 29), date(2026, 6, 1), date.min, date.max])
texts_of_days = st.lists(st.builds(str.format, forms, days, st.sampled_from([0, 3, 24])), min_size=2, max_size=12)


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@given(texts=texts_of_days)
def test_what_was_read_before_makes_no_difference(zone: str, texts: list[str]) -> None:
    times = texts_of(zone)
    assert [times.utc_text(text) for text in texts] == [texts_of(zone).utc_text(text) for text in texts]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Dubai", "UTC", "America/New_York", "Pacific/Pago_Pago"])
def test_a_time_at_the_edge_of_the_calendar_never_leaves_it(zone: str) -> None:
    times = texts_of(zone)
    first, last = times.utc_text("0001-01-01 00:00:00"), times.utc_text("9999-12-31 23:59:59")
    assert first is not None
    assert last is not None
    assert first.startswith("0001-01-01T")
    assert last.startswith("9999-12-31T")


def test_offsets_of_odd_seconds_are_read_right_each_time() -> None:
    times = texts_of("Europe/London")
    assert [times.utc_text(f"1840-01-01 00:00:{second:02d}") for second in (0, 59)] == [
        "1840-01-01T00:01:15+00:00",
        "1840-01-01T00:02:14+00:00",
    ]


def test_what_is_remembered_of_times_is_bounded() -> None:
    times = texts_of("Asia/Dubai")
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - local time has no zone
    texts = [api_form(start + timedelta(minutes=minute)) for minute in range(200_100)]
    assert times.utc_text(texts[0]) == "2025-12-31T20:00:00+00:00"
    assert [times.utc_text(text) for text in texts[-2:]] == [times.utc_text(text) for text in texts[-2:]]
    for text in texts:
        times.utc_text(text)
    assert times.utc_text(texts[0]) == "2025-12-31T20:00:00+00:00"


def test_a_fraction_of_a_second_is_cut_however_many_others_were_met() -> None:
    times = texts_of("Asia/Dubai")
    for fraction in range(20_000):
        assert times.utc_text(f"2026-01-01 12:00:00.{fraction:05}") == "2026-01-01T08:00:00+00:00"
    assert times.utc_text("2026-01-01 12:00:00.1.2") is None


def test_times_are_parsed_with_their_offset_or_without() -> None:
    assert parse_time("2026-06-01 12:00:00").tzinfo is None
    assert parse_time("2026-06-01T12:00:00+04:00").utcoffset() == timedelta(hours=4)
    with pytest.raises(ValueError, match="isoformat"):
        parse_time("soon")
