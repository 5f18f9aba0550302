"""Rows for streams that nobody has made data up for: whatever fits what they declare.

So a stream is played as soon as it is declared. Data that is made up is better, since it fits that of other streams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from typing_extensions import override

from callgear_sandbox.data.report import Own, Report

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.data.report import Key
    from callgear_sandbox.encoding import Json

COUNT: Final = 5
_FIRST_ID: Final = 100_001
_EMPTY: Final = 4
"""One row in so many has no value where there need not be one."""


def invented(schema: Json, number: int, keys: Collection[str] = ()) -> Json:
    """Return the row of a number; its key is that of no other row."""
    properties = cast("Mapping[str, Json]", schema.get("properties", {}))
    return {name: _value(name, declared, number, is_key=name in keys) for name, declared in properties.items()}


def _value(name: str, declared: Json, number: int, *, is_key: bool) -> object:
    if number % _EMPTY == _EMPTY - 1 and not is_key:
        return None
    types = declared["type"]
    kind = next(str(one) for one in (types if isinstance(types, list) else [types]) if one != "null")
    if kind == "object":
        return invented(declared, number)
    if kind == "array":
        return [_value(name, cast("Json", declared["items"]), number, is_key=True)]
    if kind == "string":
        return _text(name, str(declared.get("format", "")), number)
    return {"integer": _FIRST_ID + number, "number": number + 0.5, "boolean": bool(number & 1)}[kind]


def _text(name: str, form: str, number: int) -> str:
    day = f"2026-01-{1 + number % 28:02}"
    return {"date": day, "date-time": f"{day} 10:00:00"}.get(form, f"{name} {number}")


class InventedReport(Report[int]):
    """A report that has a row for each communication, at the same instant."""

    def __init__(self, communications: Communications, schema: Json, keys: tuple[str, ...], time: str) -> None:
        """Take the declaration: all fields, which of them are the key, and which the time."""
        self._clock = communications.clock
        self._schema = schema
        self._keys = keys
        self._time = time
        self.times = communications.times
        self.own = (Own(tuple(cast("Mapping[str, Json]", schema["properties"])), self._told),)
        self.shared = ()

    @override
    def key(self, number: int) -> Key:
        row = self._told(number, 0)
        values = tuple(row[name] for name in self._keys)
        return cast("Key", values[0]) if len(values) == 1 else values

    @override
    def draw(self, number: int) -> int:
        return number

    def _told(self, number: int, _: int) -> Json:
        return {**invented(self._schema, number, self._keys), self._time: self._clock.text(self.times[number])}
