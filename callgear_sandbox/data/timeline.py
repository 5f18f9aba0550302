"""When sessions begin."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, Literal

from callgear_sandbox.data.chance import Lots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from callgear_sandbox.data.account_zone import AccountZone

HOUR = 3600
_QUIET = 0.2
_OPENS, _CLOSES, _SATURDAY = 8, 20, 5


def beginnings(
    *,
    rows: int,
    start: int,
    until: int,
    zone: AccountZone,
    rhythm: Literal["even", "weekly"],
    burst: float,
    same_second: int,
    seed: int,
) -> list[int]:
    """Draw the instants of so many sessions, in order; the last one is `until`."""
    lots = Lots(seed, "beginnings")
    draws = ceil(rows / same_second)
    hours = range(start, until, HOUR)
    weights = [_weight(zone, hour, rhythm) for hour in hours] or [1.0]
    bounds = [0.0, *accumulate(weights)]
    total = bounds[-1] / (1 << 64)
    latest = until - 1
    instants = []
    for number in range(int(draws * burst), draws):
        position = lots[number] * total
        slot = bisect_right(bounds, position) - 1
        inside = (position - bounds[slot]) / weights[slot]
        instants.append(min(start + int((slot + inside) * HOUR), latest))
    instants += _burst(lots, int(draws * burst), start, until)
    instants.sort()
    clumps = [instant for instant in instants for _ in range(same_second)]
    clumped = clumps[len(clumps) - rows :]
    clumped[-same_second:] = [until] * len(clumped[-same_second:])
    return clumped


def in_order(placed: Iterable[tuple[int, int]]) -> tuple[array[int], array[int]]:
    """Sort instants, each of which has a place: return both in the order of the instants."""
    instants, places = array("q"), array("q")
    for instant, place in placed:
        instants.append(instant)
        places.append(place)
    order = sorted(range(len(instants)), key=instants.__getitem__)
    return array("q", map(instants.__getitem__, order)), array("q", map(places.__getitem__, order))


def _weight(zone: AccountZone, instant: int, rhythm: Literal["even", "weekly"]) -> float:
    if rhythm == "even":
        return 1.0
    local_time = zone.local_time(instant)
    busy = _OPENS <= local_time.hour < _CLOSES and local_time.weekday() < _SATURDAY
    return 1.0 if busy else _QUIET


def _burst(lots: Lots, rows: int, start: int, until: int) -> list[int]:
    """Put so many instants into one full hour, past the middle of the history."""
    opening = (start + (until - start) * 6 // 10) // HOUR * HOUR
    return [max(start, min(opening + lots[number] % HOUR, until)) for number in range(rows)]
