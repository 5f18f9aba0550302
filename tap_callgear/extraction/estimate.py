"""Counts before a long backfill how many records a stream has and how many points reading them will take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.extraction.pages import Window
from tap_callgear.extraction.requests import RequestOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tap_callgear.api.envelope import Reply
    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.requests import ListRequest, ReportRequest

Ask: TypeAlias = "Callable[[str, Mapping[str, object]], Reply]"

_SORTED, _UNSORTED = (1.05, 0.5), (1.12, 7.0)
"""Requests for each full page, and how many more where pages are small, by the root of their rows: an API that sorts
needs hardly more than one; few rows are harder to foresee. Measured in simulations."""


@dataclass(frozen=True)
class Estimate:
    """What reading a partition of a stream will take.

    Attributes:
        records: How many records there are; None where the API does not say.
        points: About how many points they cost.
    """

    records: int | None
    points: int

    def __add__(self, other: Estimate) -> Estimate:
        """Return what reading both will take."""
        is_known = self.records is not None and other.records is not None
        records = (self.records or 0) + (other.records or 0) if is_known else None
        return Estimate(records, self.points + other.points)


NOTHING = Estimate(0, 0)


def estimate(
    report: ReportRequest, span: tuple[datetime, datetime], *, ask: Ask, zone: AccountZone, page_size: int
) -> Estimate:
    """Count a report's records with a request for every longest window.

    Args:
        report: What to ask for.
        span: The first instant and the one after the last, aware.
        ask: Calls a method of the API.
        zone: Reads the account's local time.
        page_size: Rows a request.

    Returns:
        The estimate.
    """
    found = NOTHING
    for window in _windows(*zone.span(*span), report.longest):
        request = report.params_for(window, RequestOptions(report.needed_fields, params=report.options), limit=1)
        total = ask(report.method, request).total
        found += Estimate(total, _points(total or 0, page_size, is_sorted=report.is_sortable))
    return found


def estimate_list(wanted: ListRequest, *, ask: Ask, page_size: int) -> Estimate:
    """Count a list's entries with a request for each of its parts.

    Args:
        wanted: What to ask for.
        ask: Calls a method of the API.
        page_size: Rows a request.

    Returns:
        The estimate.
    """
    found = NOTHING
    for variant in wanted.variants:
        request = wanted.params_for(variant, RequestOptions(wanted.keys, params=wanted.options), limit=1)
        reply = ask(wanted.method, request)
        total = reply.total if wanted.takes_paging else len(reply.rows)
        found += Estimate(total, max(1, math.ceil((total or 0) / page_size)))
    return found


def _points(records: int, page_size: int, *, is_sorted: bool) -> int:
    """Return the requests for a longest window: one where a page holds all of it, else some more than its pages."""
    if records < page_size:
        return 1
    for_a_page, more_for_small_pages = _SORTED if is_sorted else _UNSORTED
    return math.ceil(math.ceil(records / page_size) * (for_a_page + more_for_small_pages / math.sqrt(page_size)))


def _windows(start: datetime, end: datetime, longest: timedelta) -> Iterator[Window]:
    while start < end:
        yield Window(start, min(start + longest, end), lead=timedelta())
        start += longest
