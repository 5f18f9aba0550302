"""What a report is made of: rows in order of time, each put together from parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

from callgear_sandbox.encoding import encode_into, encoded

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from callgear_sandbox.encoding import Json

_NEVER = 1 << 40
"""An instant at which everything is over that ever happens."""

Key = int | str | tuple[object, ...]
Drawn = TypeVar("Drawn")
Outer = TypeVar("Outer")


@dataclass(frozen=True)
class Own(Generic[Drawn]):
    """Fields that every row has for itself."""

    tell: Callable[[Drawn, int], Json]
    """Tells the fields of what was drawn for a row, as they are at an instant; always all of them."""

    def within(self, inner: Callable[[Outer], Drawn]) -> Own[Outer]:
        """Return the part for rows in which these rows are contained."""
        return Own(lambda outer, now: self.tell(inner(outer), now))


@dataclass(frozen=True)
class Shared(Generic[Drawn]):
    """Fields that come together, out of a few sets that many rows share.

    Such a set is encoded once for all the rows of a page, which is half of what makes a page
    quick; the other half is that lots are drawn once for all the parts of a row.
    """

    choose: Callable[[Drawn], int]
    facts: Callable[[int], Json]

    def tell(self, drawn: Drawn, _: int) -> Json:
        """Tell the fields of what was drawn for a row."""
        return self.facts(self.choose(drawn))

    def within(self, inner: Callable[[Outer], Drawn]) -> Shared[Outer]:
        """Return the part for rows in which these rows are contained."""
        return Shared(lambda outer: self.choose(inner(outer)), self.facts)


class Report(ABC, Generic[Drawn]):
    """Rows numbered in order of time, told on demand.

    Only times and ids are kept; everything else follows from the number of the row, so that
    a million rows fit into modest memory.
    """

    times: array[int]
    """The instant of every row, ascending."""

    own: Sequence[Own[Drawn]]
    shared: Sequence[Shared[Drawn]]
    _named: Sequence[tuple[Own[Drawn] | Shared[Drawn], frozenset[str]]] | None = None

    @abstractmethod
    def key(self, number: int) -> Key:
        """Return the primary key of a row."""

    @abstractmethod
    def draw(self, number: int) -> Drawn:
        """Draw the lots of a row."""

    def between(self, first: int, last: int) -> range:
        """Return the numbers of the rows from one instant to another, both included."""
        return range(bisect_left(self.times, first), bisect_right(self.times, last))

    def served(self, numbers: range, params: Json, now: int) -> Sequence[int]:  # noqa: ARG002 - for reports that choose
        """Return those of some rows that a question with these parameters is about."""
        return numbers

    def tell(self, numbers: Iterable[int], fields: Sequence[str], now: int) -> Iterator[Json]:
        """Tell the asked fields of rows, as they are at an instant."""
        parts: list[Own[Drawn] | Shared[Drawn]] | None = None
        for number in numbers:
            drawn = self.draw(number)
            if parts is None:
                parts = [part for part, names in self._parts(drawn, now) if names.intersection(fields)]
            told: Json = {}
            for part in parts:
                told.update(part.tell(drawn, now))
            yield {name: told[name] for name in fields}

    def encode(self, numbers: Sequence[int], fields: Sequence[str], now: int) -> bytes:
        """Encode what `tell` would tell, as an array."""
        if not numbers:
            return b"[]"
        rows = map(self.draw, numbers)
        first = next(rows)
        asked = [(part, names) for part, names in self._parts(first, now) if names.intersection(fields)]
        own = [part.tell for part, _ in asked if isinstance(part, Own)]
        own_names = frozenset[str]().union(*(names for part, names in asked if isinstance(part, Own)))
        own_fields = [name for name in fields if name in own_names]
        shared = [
            _Encoder(part, [name for name in fields if name in names])
            for part, names in asked
            if isinstance(part, Shared)
        ]
        page = bytearray(b"[")
        for drawn in chain((first,), rows):
            told: Json = {}
            for tell in own:
                told.update(tell(drawn, now))
            encode_into({name: told[name] for name in own_fields}, page)
            page.pop()
            if own_fields and shared:
                page += b","
            page += b",".join([encoder.encode(drawn) for encoder in shared])
            page += b"},"
        page[-1:] = b"]"
        return bytes(page)

    def fields(self) -> frozenset[str]:
        """Return the names of all fields, as any row shows them."""
        return frozenset[str]().union(*(names for _, names in self._parts(self.draw(0), _NEVER)))

    def _parts(self, drawn: Drawn, now: int) -> Sequence[tuple[Own[Drawn] | Shared[Drawn], frozenset[str]]]:
        """Return all parts with the names of their fields, which any row shows."""
        if self._named is None:
            parts: list[Own[Drawn] | Shared[Drawn]] = [*self.own, *self.shared]
            self._named = [(part, frozenset(part.tell(drawn, now))) for part in parts]
        return self._named


class _Encoder(Generic[Drawn]):
    """Encodes the asked fields of a part, each set of them once."""

    def __init__(self, part: Shared[Drawn], fields: Sequence[str]) -> None:
        self._part = part
        self._fields = fields
        self._known: dict[int, bytes] = {}

    def encode(self, drawn: Drawn) -> bytes:
        choice = self._part.choose(drawn)
        known = self._known.get(choice)
        if known is None:
            facts = self._part.facts(choice)
            known = encoded({name: facts[name] for name in self._fields})[1:-1]
            self._known[choice] = known
        return known
