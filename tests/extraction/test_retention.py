"""The oldest day that an account serves is found to the hour, with few requests."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.extraction.retention import RetentionSearch

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
REFUSED = datetime(2026, 1, 1, 10, 30)  # noqa: DTZ001 - local time has no zone


@given(hours=st.integers(1, 20_000), length=st.integers(1, 20_000))
def test_the_oldest_start_that_is_served_is_found_to_the_hour(hours: int, length: int) -> None:
    oldest, end = REFUSED + HOUR * hours, REFUSED + HOUR * length
    search = RetentionSearch(REFUSED, end)
    probes = 0
    found = None
    while search.has_days and found is None:
        window = search.probe()
        start, stop = window.date_from, window.end
        probes += 1
        assert REFUSED < start < stop <= end
        assert stop - start <= DAY
        if start >= oldest:
            found = search.served()
        elif search.is_hopeless():
            break
        else:
            found = search.refused()
    assert probes <= 16
    if found is None:
        assert end - oldest <= DAY
    else:
        assert oldest <= found < oldest + HOUR


def test_there_is_nothing_to_search_within_one_day() -> None:
    assert not RetentionSearch(REFUSED, REFUSED + HOUR).has_days
