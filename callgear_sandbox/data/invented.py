"""Rows of methods that nobody has made data up for: whatever fits the documented types.

So a method is played as soon as it is documented. Data that is made up is better, since it fits that of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typing_extensions import override

from callgear_sandbox.data.report import Own, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.data.report import Key
    from callgear_sandbox.documentation import Documented, Field
    from callgear_sandbox.encoding import Json

COUNT: Final = 5
_FIRST_ID: Final = 100_001
_EMPTY: Final = 4
"""One row in so many has no value where there need not be one."""

_SCALARS: Final[Mapping[str, Callable[[str, Field, int], object]]] = {
    "number": lambda _name, _field, number: _FIRST_ID + number,
    "boolean": lambda _name, _field, number: bool(number & 1),
    "string": lambda name, _field, number: f"{name} {number}",
    "enum": lambda name, field, number: (field.values or (name,))[number % max(1, len(field.values))],
    "iso8601": lambda _name, _field, number: f"2026-01-{1 + number % 28:02} 10:00:00",
}


def invented(documented: Documented) -> list[Json]:
    """Return a few rows of a method."""
    return [_row(documented, number) for number in range(COUNT)]


def _row(documented: Documented, number: int) -> Json:
    """Return the row of a number; its key is that of no other row."""
    return {
        name: _value(documented, name, number) if name in documented.key or (number + 1) % _EMPTY else None
        for name in documented.inner()
    }


def _value(documented: Documented, path: str, number: int) -> object:
    field = documented.fields[path]
    kind, _, items = field.kind.partition(" of ")
    name = path.rpartition(".")[2]
    if kind not in {"array", "object"}:
        return _SCALARS[kind](name, field, number)
    inside = {one: _value(documented, f"{path}.{one}", number) for one in documented.inner(path)}
    if kind == "object":
        return inside
    return [_SCALARS[items](name, field, number) if items else inside]


class InventedReport(Report[int]):
    """A report that has a row for each communication, at the same instant."""

    shared = ()

    def __init__(self, communications: Communications, documented: Documented) -> None:
        """Take what is documented."""
        self._zone = communications.zone
        self._documented = documented
        self.times = communications.times
        self.own = (Own(self._told),)

    @override
    def key(self, number: int) -> Key:
        told = self._told(number, 0)
        return tuple(told[part] for part in self._documented.key)

    @override
    def draw(self, number: int) -> int:
        return number

    def _told(self, number: int, _: int) -> Json:
        return {**_row(self._documented, number), str(self._documented.time): self._zone.text(self.times[number])}
