"""The forms that values of reports come in, and what becomes of each: one column may make several properties.

A form never fails and never loses anything: where a value is not quite of it, the form says so, and the value is kept
as it came, beside what could be read of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tap_callgear.extraction import values
from tap_callgear.extraction.account_zone import day_form, parse_time
from tap_callgear.extraction.schemas import type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Parts = tuple[tuple[Any, ...], bool]
    """The values of a column's properties, and whether they hold all that came."""

Json = dict[str, Any]

_VALUE, _ID, _EXTRA = "value", "value_id", "extra"
_CLOCK = re.compile(r"(\d{1,9}):([0-5]\d):([0-5]\d)", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


class Form(NamedTuple):
    """A form of values.

    Attributes:
        properties: The schemas of the properties, by what is added to the column's name.
        read: Reads a value into the values of the properties.
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


TEXT_SCHEMA: Final = nullable("string")
INTEGER_SCHEMA: Final = nullable("integer")


def _is_scalar(value: object) -> bool:
    return not isinstance(value, (dict, list))


def scalar_text(value: object) -> str | None:
    """Return a value as text, whatever it is: objects and lists as JSON."""
    return values.text(value)


def _read_text(value: object) -> Parts:
    return (scalar_text(value),), True


def _read_pair(value: object) -> Parts:
    """Read a value beside its id; a value alone is one whose id is not told."""
    if not isinstance(value, dict):
        return (scalar_text(value), None), True
    parts = value.get(_VALUE), value.get(_ID)
    is_whole = value.keys() <= {_VALUE, _ID} and all(map(_is_scalar, parts))
    return (scalar_text(parts[0]), scalar_text(parts[1])), is_whole


def _read_duration(value: object) -> Parts:
    """Read a duration as a clock shows it, or a number of seconds."""
    text = scalar_text(value)
    if text is None or not _is_scalar(value):
        return (text, None), True
    match = _CLOCK.fullmatch(text)
    if match:
        hours, minutes, seconds = map(int, match.groups())
        return (text, hours * 3600 + minutes * 60 + seconds), True
    (count,), is_whole = _read_scalar(INTEGER_SCHEMA, text)
    return (text, count if is_whole else None), True


def _read_moment(value: object) -> Parts:
    """Read a time of the account; it is turned into UTC where all such times are."""
    if values.is_empty(value):
        return (None,), True
    try:
        parse_time(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        return (None,), False
    return (value,), True


def _read_day(value: object) -> Parts:
    if values.is_empty(value):
        return (None,), True
    day = day_form(value) if isinstance(value, str) else None
    return (day,), day == value


def _read_scalar(schema: Json, value: object) -> Parts:
    """Read a number or a text."""
    kind = type_of(schema)
    if kind == "string":
        return (scalar_text(value),), _is_scalar(value)
    if values.is_empty(value):
        return (None,), True
    is_plain = _PLAIN_NUMBER.fullmatch(value) is not None if isinstance(value, str) else not isinstance(value, bool)
    try:
        read = values.number(value) if is_plain else None
        if read is not None and kind == "integer":
            whole = values.integer(read)
            return (whole,), str(whole) == str(value)
    except values.Unreadable:
        return (None,), False
    return (read,), is_plain


def _read_nested(schema: Json, value: object) -> Parts:
    """Read what a schema declares; what it does not declare makes the value no whole one."""
    kind = type_of(schema)
    if kind == "array":
        items = value if isinstance(value, list) else [] if value is None else [value]
        read = [_read_nested(schema["items"], item) for item in items]
        is_whole = None not in items and all(is_item_whole for _, is_item_whole in read)
        return ([part for (part,), _ in read if part is not None],), is_whole
    if kind != "object":
        return _read_scalar(schema, value)
    if not isinstance(value, dict):
        return (None,), value is None
    declared: Mapping[str, Json] = schema["properties"]
    parts = {name: _read_nested(inner, value.get(name)) for name, inner in declared.items()}
    is_whole = value.keys() <= declared.keys() and all(is_part_whole for _, is_part_whole in parts.values())
    return ({name: part for name, ((part,), _) in parts.items()},), is_whole


def _scalar(schema: Json) -> Form:
    return Form({"": schema}, lambda value: _read_scalar(schema, value))


def nested(schema: Json, *, alone: str = "") -> Form:
    """Return the form of objects, or of lists of them.

    Args:
        schema: The documented schema.
        alone: The part that a value is where it does not come as an object.
    """

    def lifted(value: object) -> object:
        return value if value is None or isinstance(value, dict) else {alone: value}

    def read(value: object) -> Parts:
        if alone and type_of(schema) == "array" and isinstance(value, list):
            value = list(map(lifted, value))
        elif alone:
            value = lifted(value)
        return _read_nested(schema, value)

    return Form({"": schema}, read)


def valued(extra: Json) -> Form:
    """Return the form of a value with something more about it.

    Args:
        extra: The schema of what is more.
    """

    def read(value: object) -> Parts:
        if not isinstance(value, dict):
            return (scalar_text(value), None), True
        (more,), is_whole = _read_nested(extra, value.get(_EXTRA))
        text = scalar_text(value.get(_VALUE))
        return (text, more), is_whole and value.keys() <= {_VALUE, _EXTRA} and _is_scalar(value.get(_VALUE))

    return Form({"": TEXT_SCHEMA, "_extra": extra}, read, ("", "what else is told of it"))


TEXT: Final = Form({"": TEXT_SCHEMA}, _read_text)
PAIR: Final = Form(
    {"": TEXT_SCHEMA, "_id": TEXT_SCHEMA}, _read_pair, ("as people read it", "the value that the API knows it by")
)
DURATION: Final = Form({"": TEXT_SCHEMA, "_seconds": INTEGER_SCHEMA}, _read_duration, ("as it came", "in seconds"))
MOMENT: Final = Form({"": nullable("string", format="date-time")}, _read_moment, ("in UTC",))
DAY: Final = Form({"": nullable("string", format="date")}, _read_day, ("a day of the account",))
INTEGER: Final = _scalar(INTEGER_SCHEMA)
NUMBER: Final = _scalar(nullable("number"))
TEXTS: Final = nested(nullable("array", items=TEXT_SCHEMA))
