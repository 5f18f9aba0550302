"""The forms that values of reports come in, and what becomes of each: one column may make several properties.

A form never fails and never loses anything: where a value is not quite of it, the form says so, and the value is kept
as it came, beside what could be read of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tap_callgear.extraction import values
from tap_callgear.extraction.schemas import type_of
from tap_callgear.extraction.times import day_form, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Part = tuple[Any, bool]
    """What is read of a value, and whether that is all of it."""

    Parts = tuple[tuple[Any, ...], bool]
    """The values of a column's properties, and whether they hold all that came."""

Json = dict[str, Any]

_VALUE, _ID, _EXTRA = "value", "value_id", "extra"
_OF_PAIR, _OF_VALUED = frozenset({_VALUE, _ID}), frozenset({_VALUE, _EXTRA})

_CLOCK = re.compile(r"(\d{1,9}):([0-5]\d):([0-5]\d)", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


class Form(NamedTuple):
    """A form of values.

    Attributes:
        properties: The schemas of the properties, by what is added to the column's name.
        read: Reads a value that is there into the values of the properties.
        says: What is to be said of each property, after what the column is called.
    """

    properties: Mapping[str, Json]
    read: Callable[[object], Parts]
    says: Sequence[str] = ("",)


def nullable(kind: str, **more: object) -> Json:
    """Return the schema of a type that may be null."""
    return {"type": [kind, "null"], **more}


def object_of(**properties: Json) -> Json:
    """Return the schema of an object that may be null."""
    return nullable("object", properties=properties)


STRING_SCHEMA: Final = nullable("string")
INTEGER_SCHEMA: Final = nullable("integer")


def scalar_text(value: object) -> str | None:
    """Return a value as text, whatever it is: objects and lists as JSON."""
    return values.text(value)


def _is_scalar(value: object) -> bool:
    return not isinstance(value, (dict, list))


def _string(value: object) -> Part:
    return (value, True) if value.__class__ is str else (scalar_text(value), _is_scalar(value))


def _number(value: object) -> Part:
    if values.is_empty(value):
        return None, True
    is_plain = _PLAIN_NUMBER.fullmatch(value) is not None if isinstance(value, str) else not isinstance(value, bool)
    try:
        return values.number(value) if is_plain else None, is_plain
    except values.Unreadable:
        return None, False


def _integer(value: object) -> Part:
    number, is_plain = (value, True) if type(value) is int else _number(value)
    try:
        whole = values.integer(number)
    except values.Unreadable:
        return None, False
    return whole, is_plain and (whole is None or str(whole) == str(value))


def _date_time(value: object) -> Part:
    """Read a time of the account; it is turned into UTC where all such times are."""
    try:
        parse_time(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        return None, values.is_empty(value)
    return value, True


def _date(value: object) -> Part:
    day = day_form(value) if isinstance(value, str) else None
    return day, day == value or values.is_empty(value)


_SCALARS: Final[Mapping[str, Callable[[object], Part]]] = {"string": _string, "integer": _integer, "number": _number}


def _reader_of(schema: Json) -> Callable[[object], Part]:
    """Compile what reads a value as a schema declares it; what it does not declare makes the value no whole one."""
    kind = type_of(schema)
    if kind == "array":
        return _list_reader(_reader_of(schema["items"]))
    if kind == "object":
        return _object_reader({name: _reader_of(inner) for name, inner in schema["properties"].items()})
    return _SCALARS[kind]


def _list_reader(read_item: Callable[[object], Part]) -> Callable[[object], Part]:
    def read(value: object) -> Part:
        items = value if isinstance(value, list) else [] if value is None else [value]
        parts = [read_item(item) for item in items]
        is_whole = None not in items and all(is_item_whole for _, is_item_whole in parts)
        return [part for part, _ in parts if part is not None], is_whole

    return read


def _object_reader(readers: Mapping[str, Callable[[object], Part]]) -> Callable[[object], Part]:
    def read(value: object) -> Part:
        if not isinstance(value, dict):
            return None, value is None
        told, is_whole = {}, value.keys() <= readers.keys()
        for name, read_part in readers.items():
            told[name], is_part_whole = read_part(value.get(name))
            is_whole &= is_part_whole
        return told, is_whole

    return read


def _single(schema: Json, read: Callable[[object], Part], says: str = "") -> Form:
    """Return the form of columns that make one property."""

    def read_alone(value: object) -> Parts:
        part, is_whole = read(value)
        return (part,), is_whole

    return Form({"": schema}, read_alone, (says,))


def _read_string(value: object) -> Part:
    return scalar_text(value), True


def _read_pair(value: object) -> Parts:
    """Read a value beside its id; a value alone is one whose id is not told."""
    if not isinstance(value, dict):
        return (scalar_text(value), None), True
    (named, is_name), (key, is_key) = _string(value.get(_VALUE)), _string(value.get(_ID))
    return (named, key), is_name and is_key and value.keys() <= _OF_PAIR


def _read_duration(value: object) -> Parts:
    """Read a duration as a clock shows it, or a number of seconds."""
    text, is_scalar = _string(value)
    if text is None or not is_scalar:
        return (text, None), True
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, match.groups())
        return (text, hours * 3600 + minutes * 60 + seconds), True
    count, is_whole = _integer(text)
    return (text, count if is_whole else None), True


def nested(schema: Json, *, alone: str = "") -> Form:
    """Return the form of objects, or of lists.

    Args:
        schema: The documented schema.
        alone: The part of an object that a value is where it does not come as one.
    """
    read = _reader_of(schema)
    is_list = type_of(schema) == "array"

    def lifted(value: object) -> object:
        return value if not alone or value is None or isinstance(value, dict) else {alone: value}

    def read_lifted(value: object) -> Part:
        if not is_list:
            return read(lifted(value))
        return read(list(map(lifted, value)) if isinstance(value, list) else lifted(value))

    return _single(schema, read_lifted)


def valued(extra: Json) -> Form:
    """Return the form of a value with something more about it.

    Args:
        extra: The schema of what is more.
    """
    read_extra = _reader_of(extra)

    def read(value: object) -> Parts:
        if not isinstance(value, dict):
            return (scalar_text(value), None), True
        (text, is_text), (more, is_more) = _string(value.get(_VALUE)), read_extra(value.get(_EXTRA))
        return (text, more), is_text and is_more and value.keys() <= _OF_VALUED

    return Form({"": STRING_SCHEMA, "_extra": extra}, read, ("", "what else is told of it"))


STRING: Final = _single(STRING_SCHEMA, _read_string)
PAIR: Final = Form(
    {"": STRING_SCHEMA, "_id": STRING_SCHEMA}, _read_pair, ("as people read it", "the value that the API knows it by")
)
DURATION: Final = Form({"": STRING_SCHEMA, "_seconds": INTEGER_SCHEMA}, _read_duration, ("as it came", "in seconds"))
DATE_TIME: Final = _single(nullable("string", format="date-time"), _date_time, "in UTC")
DATE: Final = _single(nullable("string", format="date"), _date, "a day of the account")
INTEGER: Final = _single(INTEGER_SCHEMA, _integer)
NUMBER: Final = _single(nullable("number"), _number)
STRINGS: Final = nested(nullable("array", items=STRING_SCHEMA))
