"""What is there to be read: for tests, which compare what was read with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.data.days import Span, days
from callgear_sandbox.data.lists import Asked
from callgear_sandbox.data.wall import utc
from callgear_sandbox.rows import of_list, of_report, of_statistic
from callgear_sandbox.selection import handed_out
from tap_callgear.streams.day_report import DayReportStream
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.every import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from callgear_sandbox.data.report import Key
    from callgear_sandbox.data.world import World
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options
    from tap_callgear.streams.report import ReportStream

_DECLARED: Final = {stream.name: stream for stream in STREAMS}


def instants(world: World, options: Options, stream: str, now: int) -> dict[Key, datetime]:
    """Return the instant of every row of a report that there is by now, by primary key."""
    report = of_report(world, cast("type[ReportStream]", _DECLARED[stream]))
    there = handed_out(report.between(0, now), options)
    return {report.key(number): utc(report.times[number]) for number in there}


def keys(world: World, options: Options, stream: str, now: int) -> set[Key]:
    """Return the primary keys of every row of a stream that there is by now, as they are served.

    Keys of several parts are tuples, in the order in which the stream declares the parts.
    """
    declared = _DECLARED[stream]
    if issubclass(declared, EntityStream):
        told = _listed(world, options, declared, now)
    elif issubclass(declared, DayReportStream):
        told = _counted(world, declared, now)
    else:
        return set(instants(world, options, stream, now))
    parts = declared.primary_keys
    if len(parts) == 1:
        return {cast("Key", row[parts[0]]) for row in told}
    return {tuple(row[part] for part in parts) for row in told}


def _listed(world: World, options: Options, stream: type[EntityStream], now: int) -> Iterator[Json]:
    for params in stream.variants:
        yield from of_list(stream, Asked(world, options, now, dict(params)))


def _counted(world: World, stream: type[DayReportStream], now: int) -> Iterator[Json]:
    """Yield the rows of a statistic for every day of the history, and for every website if it has them apart."""
    parts = stream.primary_keys
    whole = Span(world.first, min(world.last, now), now, {})
    for day in days(world.clock, whole):
        first, till = (world.clock.instant(f"{day} {time}") for time in ("00:00:00", "23:59:59"))
        for site in SITES if stream.parent else SITES[:1]:
            span = Span(max(first, whole.first), min(till, whole.last), now, {"site_id": site.id})
            for row in of_statistic(world, stream, span, parts):
                yield {"date": str(day), "site_id": site.id, **row}
