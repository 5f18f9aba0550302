"""Says before a long backfill how many records and points it will take, and how long at the account's limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.extraction.pages import Window
from tap_callgear.extraction.windows import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from tap_callgear.api.envelope import Reply
    from tap_callgear.extraction.clock import Clock
    from tap_callgear.extraction.report import Report

Ask: TypeAlias = "Callable[[str, Mapping[str, object]], Reply]"

_WASTE = {True: 1.05, False: 1.12}
_WASTE_OF_SMALL_PAGES = {True: 0.5, False: 7.0}
"""Requests for each full page: an API that sorts needs hardly more than one; few rows are harder to foresee."""


@dataclass(frozen=True)
class Estimate:
    """What reading one stream will take.

    Attributes:
        name: The stream's name.
        records: How many records there are; None where the API does not say.
        points: About how many points they cost.
    """

    name: str
    records: int | None
    points: int


def estimate(report: Report, span: tuple[datetime, datetime], *, ask: Ask, clock: Clock, page_size: int) -> Estimate:
    """Count a report's records with a request for every 89 days.

    Args:
        report: What to ask for.
        span: The first instant and the one after the last, aware.
        ask: Calls a method of the API.
        clock: Reads the account's wall time.
        page_size: Rows a request.

    Returns:
        The estimate.
    """
    records: int | None = 0
    windows = list(_windows(*clock.span(*span)))
    for window in windows:
        request = report.request(window, fields=report.keys, limit=1, sort=[])
        total = ask(report.method, request).total
        records = None if records is None or total is None else records + total
    pages = 0 if records is None else math.ceil(records / page_size)
    waste = _WASTE[report.is_sortable] + _WASTE_OF_SMALL_PAGES[report.is_sortable] / math.sqrt(page_size)
    return Estimate(report.name, records, max(math.ceil(pages * waste), len(windows)))


def describe(estimates: Iterable[Estimate], limits: Mapping[str, int]) -> str:
    """Write estimates as a table for people.

    Args:
        estimates: One for each selected stream.
        limits: The account's points a minute, an hour and a day, as far as known.

    Returns:
        The table, a line each stream and one for the sum.
    """
    estimates = list(estimates)
    lines = [f"{'stream':<24}{'records':>14}{'points':>10}  at the account's limits"]
    for each in estimates:
        records = "not told" if each.records is None else f"{each.records:,}"
        lines.append(f"{each.name:<24}{records:>14}{each.points:>10,}  {_how_long(each.points, limits)}")
    points = sum(each.points for each in estimates)
    known = sum(each.records or 0 for each in estimates)
    lines.append(f"{'together':<24}{known:>14,}{points:>10,}  {_how_long(points, limits)}")
    return "\n".join(lines)


def _how_long(points: int, limits: Mapping[str, int]) -> str:
    """Say how long so many points take: the slowest of the account's limits decides."""
    seconds = {"minute": 60, "hour": 3600, "day": 86_400}
    waits = [seconds[period] * (max(0, points - 1) // limit) for period, limit in limits.items() if limit > 0]
    if not waits:
        return "the API names no limits"
    longest = max(waits)
    if longest >= seconds["day"]:
        return f"{longest // seconds['day']} days and more"
    return f"{longest // 60} min and more" if longest else "less than a minute of waiting"


def _windows(start: datetime, end: datetime) -> Iterator[Window]:
    while start < end:
        yield Window(start, min(start + LONGEST, end))
        start += LONGEST
