"""Work is divided so that nothing is read twice or left out, and so that everybody keeps their state."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agency.parts import groups_of, spans_of

CUSTOMERS = st.sets(st.integers(1, 10**9), max_size=50)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(CUSTOMERS, st.integers(1, 12))
def test_every_customer_is_in_one_group(customers: set[int], count: int) -> None:
    groups = groups_of(customers, count)
    members = [customer for group in groups for customer in group["settings"]["user_ids"]]
    assert sorted(members) == sorted(customers)
    assert len({group["suffix"] for group in groups}) == len(groups) <= count


@given(CUSTOMERS, CUSTOMERS, st.integers(1, 12))
def test_a_customer_stays_in_its_group_when_others_come(customers: set[int], others: set[int], count: int) -> None:
    before, after = (
        {customer: group["suffix"] for group in groups_of(ids, count) for customer in group["settings"]["user_ids"]}
        for ids in (customers, customers | others)
    )
    assert before.items() <= after.items()


@given(DAYS, DAYS, st.integers(1, 30))
def test_spans_follow_each_other_from_the_first_day_to_the_last(one: date, other: date, months: int) -> None:
    start, end = sorted((one, other))
    spans = [part["settings"] for part in spans_of(start, end, months, [7])]
    assert all(span["user_ids"] == [7] and span["start_date"] < span["end_date"] for span in spans)
    assert all(before["end_date"] == after["start_date"] for before, after in pairwise(spans))
    if start < end:
        assert (spans[0]["start_date"], spans[-1]["end_date"]) == (str(start), str(end))


def test_spans_end_with_a_month_and_the_account_s_own_history_names_nobody() -> None:
    parts = spans_of(date(2024, 3, 5), date(2026, 2, 1), 12, [])
    assert [part["settings"] for part in parts] == [
        {"start_date": "2024-03-05", "end_date": "2025-03-01"},
        {"start_date": "2025-03-01", "end_date": "2026-02-01"},
    ]
