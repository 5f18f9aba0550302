"""What is there to be read: for tests, which compare what was read with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.data.account_zone import utc
from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.data.days import Span, days
from callgear_sandbox.documentation import NAMED
from callgear_sandbox.flat.rows import Comparable, flat_rows
from callgear_sandbox.rows import Asked, of_list, of_report, of_statistic
from callgear_sandbox.selection import handed_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from callgear_sandbox.data.report import Key
    from callgear_sandbox.data.world import World
    from callgear_sandbox.documentation import Documented
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options

_ASKED_TWICE: Final[Mapping[str, tuple[Json, ...]]] = {"get.statuses": ({}, {"is_deleted": True})}
"""Parameters with which a method tells rows that it does not tell otherwise."""


def instants(world: World, options: Options, name: str, now: int) -> dict[Key, datetime]:
    """Return the instant of every row of a report that there is by now, by primary key."""
    report = of_report(world, NAMED[name])
    there = handed_out(report.between(0, now), options)
    return {report.key(number): utc(report.times[number]) for number in there}


def keys(world: World, options: Options, name: str, now: int) -> set[Key]:
    """Return the keys of all rows of a name that there are by now, as they are served.

    Keys of several parts are tuples, in the order in which `methods.json` has the parts.
    """
    documented = NAMED[name]
    if documented.report_type is not None:
        rows = flat_rows(world, documented.report_type)
        told = Comparable(rows).tell(rows.between(0, now), documented.key, now)
        return {tuple(row[part] for part in documented.key) for row in told}
    if documented.time is not None:
        return set(instants(world, options, name, now))
    if documented.takes("date_from"):
        told = _counted(world, documented, now)
    else:
        told = _listed(world, options, documented, now)
    parts = documented.key
    if len(parts) == 1:
        return {cast("Key", row[parts[0]]) for row in told}
    return {tuple(row[part] for part in parts) for row in told}


def _listed(world: World, options: Options, documented: Documented, now: int) -> Iterator[Json]:
    for params in _ASKED_TWICE.get(documented.method, ({},)):
        yield from of_list(documented, Asked(world, options, now, params))


def _counted(world: World, documented: Documented, now: int) -> Iterator[Json]:
    """Yield the rows of a statistic for every day of the history, and for every website if it has them apart."""
    whole = Span(world.first, min(world.last, now), now, {})
    for day in days(world.zone, whole):
        first, till = (world.zone.instant(f"{day} {time}") for time in ("00:00:00", "23:59:59"))
        for site in SITES if documented.takes("site_id") else SITES[:1]:
            span = Span(max(first, whole.first), min(till, whole.last), now, {"site_id": site.id})
            for row in of_statistic(world, documented, span, documented.key):
                yield {"date": str(day), "site_id": site.id, **row}
