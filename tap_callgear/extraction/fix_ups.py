"""What makes a record of a row: its decoding and the fixes of its fields, one compiled function a type of object.

The function is written as source text, as `dataclasses` writes its methods, since it runs for every object: what it
would otherwise look up for each field each time takes as long as the fixes themselves. Its text is made of the
templates here and of made-up names of columns; nothing that comes from the API or from a person gets into it.
"""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

from tap_callgear.extraction.key_fillers import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

Convert: TypeAlias = "Callable[[Any], Any]"
FixAll: TypeAlias = "Callable[[Iterable[Any]], None]"
ReadRow: TypeAlias = "Callable[[msgspec.Raw, str], msgspec.Struct]"

_FIX_SCALAR = """\
value = parts.{column}
if value is not None and type(value) is not settled_{column}:
    parts.{column} = fix_{column}(value)
"""
_FIX_TEXT = """\
value = parts.{column}
if value:
    parts.{column} = fix_{column}(value)
elif value is not None:
    parts.{column} = None
"""
_FIX_OR_DROP = """\
value = parts.{column}
if type(value) is not settled_{column}:
    if value:
        parts.{column} = fix_{column}(value)
    elif value is not None:
        parts.{column} = None
"""
_FIX_LIST = """\
value = parts.{column}
if value or type(value) is not list:
    parts.{column} = fix_{column}(value)
"""
_FILL_IN = """\
told = parts.{alias}
if told is not UNSET:
    value = parts.{column}
    if value is None or (type(value) is list and not value):
        parts.{column} = value_of_{column}(told)
"""
_SET = """\
parts.{column} = known_{column}
"""
_SET_TIME = """\
parts.{column} = time
"""
_FILL_KEY = """\
if parts.{column} in MISSING:
    parts.{column} = filler_{column}
"""
_FIX_ALL = """\
def compiled(objects):
    for parts in objects:
{steps}"""
_READ_ROW = """\
def compiled(row, time):
    parts = decode(row)
{steps}    return parts
"""


class Field(NamedTuple):
    """How a field is decoded.

    Attributes:
        kind: The type of its values.
        fix: Makes the property's value of a decoded one; None where they are the same.
        settled: The type of decoded values that need no fix.
        is_null_if_empty: Whether a decoded value that needs a fix and is empty, such as a text, stands for null.
    """

    kind: Any
    fix: Convert | None = None
    settled: type | None = None
    is_null_if_empty: bool = False

    def value(self, decoded: object) -> object:
        """Return the property's value."""
        return decoded if self.fix is None or type(decoded) is self.settled else self.fix(decoded)


class Columns(NamedTuple):
    """The columns of a compiled type.

    Attributes:
        fields: The fields by the names of their columns.
        lists: Those that are null in no record.
        aliases: Columns of fields under another name, each with the column that it stands for.
        known: Columns whose values are known.
    """

    fields: Mapping[str, Field]
    lists: Collection[str]
    aliases: Mapping[str, str]
    known: Mapping[str, object]


def fixer(columns: Columns) -> FixAll | None:
    """Return what fixes decoded objects; None where there is nothing to fix."""
    steps, given = _steps_of(columns)
    if not steps:
        return None
    fix_all: FixAll = _compiled(_FIX_ALL.format(steps=indent(steps, " " * 8)), given)
    return fix_all


def row_reader(
    decode: Callable[[msgspec.Raw], Any], columns: Columns, *, time: str | None, fillers: Mapping[str, object]
) -> ReadRow:
    """Return what makes a record of a row and of its time.

    Args:
        decode: Decodes the row.
        columns: The columns of what comes of it.
        time: The one that holds the time, if one does.
        fillers: What stands for missing parts of the key, by column.
    """
    steps, given = _steps_of(columns)
    given["decode"] = decode
    if time is not None:
        steps += _SET_TIME.format(column=time)
    for column, value in fillers.items():
        given[f"filler_{column}"] = value
        steps += _FILL_KEY.format(column=column)
    read: ReadRow = _compiled(_READ_ROW.format(steps=indent(steps, " " * 4)), given)
    return read


def _steps_of(columns: Columns) -> tuple[str, dict[str, Any]]:
    """Return the text that fixes `parts`, and the values of the names that it uses."""
    given: dict[str, Any] = {"UNSET": msgspec.UNSET, "MISSING": MISSING}
    steps = ""
    for column, field in columns.fields.items():
        if field.fix is not None:
            given |= {f"fix_{column}": field.fix, f"settled_{column}": field.settled}
            steps += _step_of(field, is_list=column in columns.lists).format(column=column)
    for alias, column in columns.aliases.items():
        given[f"value_of_{column}"] = columns.fields[column].value
        steps += _FILL_IN.format(alias=alias, column=column)
    for column, value in columns.known.items():
        given[f"known_{column}"] = value
        steps += _SET.format(column=column)
    return steps, given


def _step_of(field: Field, *, is_list: bool) -> str:
    if is_list:
        return _FIX_LIST
    if not field.is_null_if_empty:
        return _FIX_SCALAR
    return _FIX_TEXT if field.settled is None else _FIX_OR_DROP


def _compiled(text: str, given: dict[str, Any]) -> Any:  # noqa: ANN401 - a function
    exec(text, given)  # noqa: S102 - the text is all ours
    return given["compiled"]


def objects_fixer(
    struct: type[msgspec.Struct], fix_all: FixAll | None, convert: Convert, *, has_nulls: bool
) -> Convert:
    """Return what fixes a list of objects, one object in its place, or with `convert` anything else."""
    empty = struct()

    def fix(objects: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if type(objects) is struct:
            objects = [objects]
        elif type(objects) is not list:
            return convert(objects) if objects else []
        if has_nulls and None in objects:
            objects = [parts for parts in objects if parts is not None]
        if fix_all is not None:
            fix_all(objects)
        # There is hardly ever one, and to look for it is quicker than to build the list again.
        return [parts for parts in objects if parts != empty] if empty in objects else objects

    return fix


def object_fixer(struct: type[msgspec.Struct], fix_all: FixAll | None, convert: Convert) -> Convert:
    """Return what fixes an object, a list of one in its place, or with `convert` anything else."""
    empty = struct()

    def fix(parts: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if type(parts) is list and len(parts) == 1:
            (parts,) = parts
        if type(parts) is not struct:
            return convert(parts)
        if fix_all is not None and parts != empty:
            fix_all((parts,))
        return None if parts == empty else parts

    return fix


def items_fixer(item: Field, convert: Convert) -> Convert:
    """Return what fixes a list of scalars, or with `convert` anything else."""
    fix_item, settled = item.fix, item.settled

    def fix(items: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if type(items) is not list:
            return convert(items) if items else []
        if fix_item is not None:
            for each in items:
                if type(each) is not settled:
                    break
            else:  # hardly ever is there one, and to look for it is quicker than to build the list again
                return items
            items = [each if each is None or type(each) is settled else fix_item(each) for each in items]
        return [each for each in items if each is not None] if None in items else items

    return fix


def values_fixer(item: Field, convert: Convert) -> Convert:
    """Return what fixes an object whose names are data, or with `convert` anything else."""
    value_of = item.value if item.fix else None

    def fix(named: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if type(named) is not dict:
            return convert(named)
        if value_of is not None:
            named = {name: None if value is None else value_of(value) for name, value in named.items()}
        return {name: value for name, value in named.items() if value is not None} or None

    return fix
