"""The rows that a query chooses out of a list, in the order in which they are sent."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from callgear_sandbox.data.chance import Lots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from callgear_sandbox.options import Options
    from callgear_sandbox.queries import Query, Rows

_ALL = 1 << 64


class Selection:
    """One query over one list.

    What no documentation promises is left to chance, and another chance on every request:
    rows without a sort, and among rows with a sort those that are equal.
    """

    def __init__(self, rows: Rows, query: Query, now: int, chance: Random, options: Options) -> None:
        """Take the chance of one request."""
        self._rows = rows
        self._query = query
        self._now = now
        self._chance = chance
        self._options = options

    def passing(self, numbers: Sequence[int]) -> Sequence[int]:
        """Return the rows that pass the filter; those that a join doubles come twice."""
        chosen = self._query.filter
        if chosen is not None:
            told = self._rows.tell(numbers, sorted(chosen.fields), self._now)
            numbers = [number for number, row in zip(numbers, told, strict=True) if chosen.passes(row)]
        if not self._options.doubled:
            return numbers
        is_doubled = _drawn(self._options.seed, "doubled", self._options.doubled)
        return [one for number in numbers for one in (number,) * (1 + is_doubled(number))]

    def page(self, numbers: Sequence[int]) -> Sequence[int]:
        """Return the page that was asked for, or the beginning of it."""
        first, last = self._query.offset, self._query.offset + self._query.limit
        page = self._cut(numbers, first, last)
        if len(page) > 1 and last < len(numbers) and self._chance.random() < self._options.short_pages:
            return page[: self._chance.randrange(1, len(page))]
        return page

    def _cut(self, numbers: Sequence[int], first: int, last: int) -> Sequence[int]:
        order, sort = self._options.order, self._query.sort
        if order == "page":
            return self._sorted(self._scattered(numbers)[first:last])
        if order == "random" or (order in {"documented", "text"} and not sort):
            return self._chance.sample(numbers, len(numbers[first:last]))
        if order == "documented" and self._rows.times and [one.field for one in sort] == [self._query.time]:
            return self._cut_by_time(numbers, first, last)
        return self._arranged(numbers)[first:last]

    def _arranged(self, numbers: Sequence[int]) -> Sequence[int]:
        """Return all rows in an order that pages follow each other in."""
        if self._options.order == "sorted":
            return numbers
        if self._options.order == "descending":
            return numbers[::-1]
        if self._options.order == "stable":
            return self._scattered(numbers)
        return self._sorted(numbers, str if self._options.order == "text" else None)

    def _cut_by_time(self, numbers: Sequence[int], first: int, last: int) -> Sequence[int]:
        """Cut a page out of rows that are in order already, whatever their number."""
        if self._query.sort[0].descending:
            numbers = numbers[::-1]
        times = self._rows.times
        start, end = first, min(last, len(numbers))
        if start >= end:
            return []
        while start > 0 and times[numbers[start - 1]] == times[numbers[start]]:
            start -= 1
        while end < len(numbers) and times[numbers[end]] == times[numbers[end - 1]]:
            end += 1
        page: list[int] = []
        for _, equal in groupby(numbers[start:end], key=times.__getitem__):
            ties = list(equal)
            self._chance.shuffle(ties)
            page += ties
        return page[first - start : last - start]

    def _sorted(self, numbers: Sequence[int], spelled: Callable[[object], object] | None = None) -> list[int]:
        names = [one.field for one in self._query.sort]
        told = dict(zip(numbers, self._rows.tell(numbers, names, self._now), strict=True))
        in_order = self._chance.sample(numbers, len(numbers)) if names else list(numbers)
        for one in reversed(self._query.sort):
            in_order.sort(
                key=lambda number, name=one.field: _key(told[number][name], spelled),  # type: ignore[misc]
                reverse=one.descending,
            )
        return in_order

    def _scattered(self, numbers: Sequence[int]) -> list[int]:
        """Return rows in an order that has nothing to do with their times, the same on every request."""
        return sorted(numbers, key=Lots(self._options.seed, "stable").__getitem__)


def handed_out(numbers: Sequence[int], options: Options) -> Sequence[int]:
    """Return rows without those that are counted, but never handed out."""
    if not options.hidden:
        return numbers
    is_hidden = _drawn(options.seed, "hidden", options.hidden)
    return [number for number in numbers if not is_hidden(number)]


def _drawn(seed: int, purpose: str, share: float) -> Callable[[int], bool]:
    """Return whether a row is among a share of all rows, the same ones on every request."""
    lots = Lots(seed, purpose)
    return lambda number: lots[number] < share * _ALL


def _key(value: object, spelled: Callable[[object], object] | None) -> tuple[bool, object]:
    """Let rows without a value come last."""
    return value is None, spelled(value) if spelled else value
