"""Divides the work: customers into groups, a history into spans. One part is one run, with a state of its own."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Part(TypedDict):
    """What one task reads.

    Attributes:
        suffix: Names the state of the task.
        settings: Settings of the tap that are the task's own. None of them is a secret.
    """

    suffix: str
    settings: dict[str, Any]


def groups_of(customers: Iterable[int], count: int) -> list[Part]:
    """Return a part for each group of customers.

    A customer's id alone decides which group it is in. So it keeps its state when others come or go, as long as the
    count stays the same.

    Args:
        customers: The ids of the customer users.
        count: How many groups there are at the most.
    """
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for customer in sorted(set(customers)):
        groups[customer % count].append(customer)
    return [
        {"suffix": f"group-{number}-of-{count}", "settings": {"user_ids": members}}
        for number, members in sorted(groups.items())
    ]


def spans_of(start: date, end: date, months: int, customers: Sequence[int]) -> list[Part]:
    """Return a part for each span of a history.

    Args:
        start: The first day.
        end: The day after the last.
        months: Length of a span.
        customers: The ids of the customer users, all of whom each part reads; none where the account is the key's own.
    """
    whose = {"user_ids": list(customers)} if customers else {}
    return [
        {
            "suffix": f"history-{first}",
            "settings": {"start_date": f"{first}", "end_date": f"{after}", **whose},
        }
        for first, after in _spans(start, end, months)
    ]


def _spans(start: date, end: date, months: int) -> Iterator[tuple[date, date]]:
    while start < end:
        ahead = start.month - 1 + months
        after = min(date(start.year + ahead // 12, ahead % 12 + 1, 1), end)
        yield start, after
        start = after
