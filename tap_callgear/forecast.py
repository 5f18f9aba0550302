"""Says for people, in a table, what a run will take by stream, and how long that is at the account's limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_callgear.api.errors import PERIODS
from tap_callgear.customers import customer_of
from tap_callgear.extraction.estimate import NOTHING, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tap_callgear.session import ApiSession
    from tap_callgear.streams.base import ApiStream

_NUMBERS = ("records", "points", "customers")
_GAP = "  "


@dataclass(frozen=True)
class Row:
    """What one thing that a run asks for will take.

    Attributes:
        name: The stream, or whatever else is asked for.
        estimate: The records and the points, of all customers together.
        customers: How many customers of an agent it is asked for; None where it is asked for once.
        has_records: Whether it is records that are asked for.
    """

    name: str
    estimate: Estimate
    customers: int | None = None
    has_records: bool = True


def forecast(streams: Iterable[ApiStream], session: ApiSession) -> str:
    """Count what the streams will take, with a request for every longest window of a report and one for each list.

    Args:
        streams: The streams that will be read.
        session: The session of the run.

    Returns:
        The table.
    """
    rows = []
    for stream in streams:
        total, customers, is_readable = NOTHING, set(), False
        for context, estimate in stream.estimates():
            total, is_readable = total + estimate, True
            customers.add(customer_of(context))
        if is_readable:
            rows.append(Row(stream.name, total, len(customers - {None}) or None))
    zones = "time zones" if session.settings.user_ids else "time zone"
    others = {
        "keys to ask by": session.key_requests,
        "which reports there are": session.saved_report_requests,
        zones: session.zone_requests,
    }
    for name, stats in others.items():
        if stats.points:
            rows.append(Row(name, Estimate(0, stats.points), has_records=False))
    return table(rows, session.points.limits())


def table(rows: Sequence[Row], limits: Mapping[str, int]) -> str:
    """Write rows as a table.

    Args:
        rows: One for each thing that is asked for.
        limits: The account's points a minute, an hour and a day, as far as known.

    Returns:
        The table, with a line for the sum, and one that says how often such a run fits into the account's points.
    """
    points = sum(row.estimate.points for row in rows)
    records = sum(row.estimate.records or 0 for row in rows)
    lines = [("stream", *_NUMBERS), *map(_cells, rows), ("together", f"{records:,}", f"{points:,}", "")]
    if all(row.customers is None for row in rows):
        lines = [cells[:-1] for cells in lines]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = [
        _GAP.join([cells[0].ljust(widths[0]), *map(str.rjust, cells[1:], widths[1:])]).rstrip() for cells in lines
    ]
    aligned[-1] += f"{_GAP}{_waiting(points, limits)}"
    return "\n".join([*aligned, *_how_often(points, limits)])


def _cells(row: Row) -> tuple[str, ...]:
    records = "not told" if row.estimate.records is None else f"{row.estimate.records:,}"
    customers = "" if row.customers is None else f"{row.customers:,}"
    return row.name, records if row.has_records else "", f"{row.estimate.points:,}", customers


def _waiting(points: int, limits: Mapping[str, int]) -> str:
    """Say how long so many points have to be waited for: the slowest of the account's limits decides."""
    waits = [PERIODS[period] * (max(0, points - 1) // limit) for period, limit in limits.items() if limit > 0]
    if not waits:
        return "the API names no limits"
    longest = max(waits)
    if longest >= PERIODS["day"]:
        days = longest // PERIODS["day"]
        return f"{days} day{'s' if days > 1 else ''} and more"
    return f"{longest // 60} min and more" if longest else "less than a minute of waiting"


def _how_often(points: int, limits: Mapping[str, int]) -> list[str]:
    """Say how many such runs the points of a day, or of an hour, are enough for."""
    for period in ("day", "hour"):
        if (limit := limits.get(period, 0)) > 0:
            runs = limit // max(1, points)
            fits = "A run like this fits" if runs == 1 else f"{runs:,} runs like this fit"
            told = f"{fits if runs else 'Not even one run like this fits'} into the {period}'s {limit:,} points"
            return [f"{told}{_by_schedule(points, limit) if runs and period == 'day' else ''}."]
    return []


def _by_schedule(points: int, limit: int) -> str:
    """Say what runs that come every hour, or every night, take of a day's points."""
    hourly = 24 * points
    return f": one an hour takes {hourly:,} ({hourly / limit:.0%}), one a night {points:,} ({points / limit:.0%})"
