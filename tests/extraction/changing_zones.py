"""Zones whose clocks change, and instants near such changes, for property tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

ZONES = ("Asia/Dubai", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")

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
