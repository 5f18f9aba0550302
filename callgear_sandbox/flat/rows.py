"""The rows of flat reports, which are those of fixed ones."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.timeline import in_order
from callgear_sandbox.flat.columns import COLUMNS
from callgear_sandbox.flat.forms import comparable, odd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from callgear_sandbox.data.report import Report
    from callgear_sandbox.data.world import World
    from callgear_sandbox.encoding import Json

_FIXED: Final = {"calls": "calls", "mgf_calls": "calls", "chats": "chats", "visits": "visitor_sessions"}
"""The fixed reports that rows come from; the rest come from communications."""

_TAGS: Final = 4
"""More tags than any communication has."""

_EVERY_LEAD: Final = 7
_NEVER: Final = 1 << 40
"""An instant at which everything is over that ever happens."""

_LOTS: Final = Lots(0, "oddities of flat reports")
_EXTRA: Final = ("id", "communication_type", "communication_id", "is_lost", "direction", "tags")
"""Fields of fixed reports that forms look at beside their own."""


class FlatRows:
    """The rows of a type of report, numbered in order of time."""

    def __init__(self, world: World, report_type: str) -> None:
        """Find out which rows there are; they are told on demand."""
        self._type = report_type
        self._columns = COLUMNS[report_type]
        self._base: Report[Any] = world.reports[_FIXED.get(report_type, "communications")]
        self._zone = world.zone
        self._is_odd = world.quirks is not None
        self.times, self._places = in_order(self._placed(world))

    def _placed(self, world: World) -> Iterator[tuple[int, int]]:
        communications, times = world.communications, self._base.times
        for number, time in enumerate(times):
            if self._type == "tags_history":
                for nth, tag in enumerate(self._tags_of(number)):
                    yield self._zone.instant(str(tag["tag_change_time"])), number * _TAGS + nth
            elif self._type == "deals":
                if communications.sold_at(number) is not None:
                    yield time, number * _TAGS
            elif self._type != "leads" or number % _EVERY_LEAD == 0:
                yield time, number * _TAGS

    def _tags_of(self, number: int) -> list[Json]:
        (row,) = self._base.tell([number], ("tags",), _NEVER)
        return cast("list[Json]", row["tags"])

    def between(self, first: int, last: int) -> range:
        """Return the numbers of the rows from one instant to another, both included."""
        return range(bisect_left(self.times, first), bisect_right(self.times, last))

    def tell(self, numbers: Iterable[int], fields: Sequence[str], now: int) -> Iterator[Json]:
        """Tell the asked columns of rows, as they are at an instant."""
        places = [divmod(self._places[number], _TAGS) for number in numbers]
        if not places:
            return
        columns = {name: self._columns[name] for name in fields}
        wanted = {column.field for column in columns.values()}.union(_EXTRA) & self._base.fields()
        rows = self._base.tell((place for place, _ in places), sorted(wanted), now)
        for row, (place, nth) in zip(rows, places, strict=True):
            whole = row | self._more(place, nth)
            told = {name: column.form(whole[column.field], whole) for name, column in columns.items()}
            yield odd(told, _LOTS[place]) if self._is_odd else told

    def _more(self, place: int, nth: int) -> Json:
        """Tell what only another system knows, or a single tag."""
        if self._type == "tags_history":
            tag = self._tags_of(place)[nth]
            return {**tag, "tag_item": {"id": tag["tag_id"], "name": tag["tag_name"], "color": "color1"}}
        return {
            "deal_ext_id": f"deal-{place:06}",
            "lead_ext_id": None if place % (2 * _EVERY_LEAD) else f"lead-{place // (4 * _EVERY_LEAD)}",
        }


class Comparable:
    """The same rows, with values that can be compared: what they are sorted and filtered by."""

    def __init__(self, rows: FlatRows) -> None:
        """Take the rows."""
        self._rows = rows
        self.times = rows.times

    def tell(self, numbers: Iterable[int], fields: Sequence[str], now: int) -> Iterator[Json]:
        """Tell the asked columns of rows, for comparison."""
        for row in self._rows.tell(numbers, fields, now):
            yield {name: comparable(value) for name, value in row.items()}


@lru_cache(maxsize=64)
def flat_rows(world: World, report_type: str) -> FlatRows:
    """Return the rows of a type of report, found out once."""
    return FlatRows(world, report_type)
