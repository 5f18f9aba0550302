"""What is there to be read: for tests, which compare what was read with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from tap_callgear.sandbox.data.catalogue import SITES
from tap_callgear.sandbox.data.days import Span, days
from tap_callgear.sandbox.data.lists import LISTS, Asked
from tap_callgear.sandbox.data.wall import utc
from tap_callgear.streams.every import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tap_callgear.sandbox.data.report import Key
    from tap_callgear.sandbox.data.world import World
    from tap_callgear.sandbox.encoding import Json
    from tap_callgear.sandbox.options import Options

_KEYS: Final = {stream.name: tuple(stream.primary_keys) for stream in STREAMS}
_OF_SITES: Final = frozenset({"campaign_daily_stats", "ct_ac_summaries"})
_VARIANTS: Final[tuple[Json, ...]] = ({}, {"is_deleted": True})
"""The questions that all rows of a list come to light with."""


def instants(world: World, stream: str, now: int) -> dict[Key, datetime]:
    """Return the instant of every row of a report that there is by now, by primary key."""
    report = world.reports[stream]
    return {report.key(number): utc(report.times[number]) for number in report.between(0, now)}


def keys(world: World, options: Options, stream: str, now: int) -> set[Key]:
    """Return the primary keys of every row of a stream that there is by now, as they are served.

    Keys of several parts are tuples, in the order in which the stream declares the parts.
    """
    if stream in world.reports:
        return set(instants(world, stream, now))
    parts = _KEYS[stream]
    told = _listed(world, options, stream, now) if stream in LISTS else _counted(world, stream, now)
    if len(parts) == 1:
        return {cast("Key", row[parts[0]]) for row in told}
    return {tuple(row[part] for part in parts) for row in told}


def _listed(world: World, options: Options, stream: str, now: int) -> Iterator[Json]:
    for params in _VARIANTS:
        yield from LISTS[stream](Asked(world, options, now, params))


def _counted(world: World, stream: str, now: int) -> Iterator[Json]:
    """Yield the rows of a statistic for every day of the history, and for every website if it has them apart."""
    parts = _KEYS[stream]
    whole = Span(world.first, min(world.last, now), now, {})
    for day in days(world.clock, whole):
        first, till = (world.clock.instant(f"{day} {time}") for time in ("00:00:00", "23:59:59"))
        for site in SITES if stream in _OF_SITES else SITES[:1]:
            span = Span(max(first, whole.first), min(till, whole.last), now, {"site_id": site.id})
            for row in world.statistics[stream](span, parts):
                yield {"date": str(day), "site_id": site.id, **row}
