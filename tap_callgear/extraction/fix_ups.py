"""What makes a record of a decoded row: the fixes of its fields, each for all objects of a list at a time."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

Convert: TypeAlias = "Callable[[Any], Any]"
FixAll: TypeAlias = "Callable[[Iterable[Any]], None]"


_MANY = 4
"""Fields of an object whose values are got quicker at once than one after the other."""


class Field(NamedTuple):
    """How a field is decoded.

    Attributes:
        kind: The type of its values.
        fix: Makes the property's value of a decoded one; None where they are the same.
        settled: The type of decoded values that need no fix.
    """

    kind: Any
    fix: Convert | None = None
    settled: type | None = None

    def value(self, decoded: object) -> object:
        """Return the property's value."""
        return decoded if self.fix is None or decoded.__class__ is self.settled else self.fix(decoded)


def fixer(
    fields: Mapping[str, Field],
    lists: Collection[str],
    aliases: Iterable[tuple[str, str]],
    known: Mapping[str, object],
) -> FixAll | None:
    """Return what fixes decoded objects, field by field; None where there is nothing to fix.

    Args:
        fields: The fields.
        lists: Those that are null in no record.
        aliases: Fields under another name, each with the name of the field that it stands for.
        known: Fields whose values are known.
    """
    to_fix = [(name, field.fix, field.settled) for name, field in fields.items() if field.fix]
    scalars = [part for part in to_fix if part[0] not in lists]
    always = [(name, fix) for name, fix, _ in to_fix if name in lists]
    stand_ins = [(name, right, fields[right].value) for name, right in aliases]
    steps = [
        *([_scalars_step(scalars)] if scalars else ()),
        *([partial(_fix_lists, always)] if always else ()),
        *([partial(_fill_in, stand_ins)] if stand_ins else ()),
        *([partial(_set, tuple(known.items()))] if known else ()),
    ]
    if len(steps) <= 1:
        return steps[0] if steps else None

    def fix_all(objects: Iterable[Any]) -> None:
        for step in steps:
            step(objects)

    return fix_all


def _scalars_step(fields: Sequence[tuple[str, Convert, type | None]]) -> FixAll:
    if len(fields) < _MANY:
        return partial(_fix_each, fields)
    values_of = attrgetter(*(name for name, _, _ in fields))

    def fix_scalars(objects: Iterable[Any]) -> None:
        for parts in objects:
            for (name, fix, settled), value in zip(fields, values_of(parts)):  # noqa: B905 - as many of both
                if value is not None and value.__class__ is not settled:
                    setattr(parts, name, fix(value))

    return fix_scalars


def _fix_each(fields: Sequence[tuple[str, Convert, type | None]], objects: Iterable[Any]) -> None:
    for name, fix, settled in fields:
        for parts in objects:
            value = getattr(parts, name)
            if value is not None and value.__class__ is not settled:
                setattr(parts, name, fix(value))


def _fix_lists(fields: Iterable[tuple[str, Convert]], objects: Iterable[Any]) -> None:
    for name, fix in fields:
        for parts in objects:
            value = getattr(parts, name)
            if value or value.__class__ is not list:
                setattr(parts, name, fix(value))


def _fill_in(aliases: Iterable[tuple[str, str, Convert]], objects: Iterable[Any]) -> None:
    """Put values where they belong that came under another name."""
    for name, right, value_of in aliases:
        for parts in objects:
            if (told := getattr(parts, name)) is msgspec.UNSET:
                continue
            value = getattr(parts, right)
            if value is None or (value.__class__ is list and not value):
                setattr(parts, right, value_of(told))


def _set(fields: Iterable[tuple[str, object]], objects: Iterable[Any]) -> None:
    for parts in objects:
        for name, value in fields:
            setattr(parts, name, value)


def objects_fixer(
    struct: type[msgspec.Struct], fix_all: FixAll | None, convert: Convert, *, has_nulls: bool
) -> Convert:
    """Return what fixes a list of objects, one object in its place, or with `convert` anything else."""
    empty = struct()

    def fix(objects: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if objects.__class__ is struct:
            objects = [objects]
        elif objects.__class__ is not list:
            return convert(objects)
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
        if parts.__class__ is list and len(parts) == 1:
            (parts,) = parts
        if parts.__class__ is not struct:
            return convert(parts)
        if fix_all is not None:
            fix_all((parts,))
        return None if parts == empty else parts

    return fix


def items_fixer(item: Field, convert: Convert) -> Convert:
    """Return what fixes a list of scalars, or with `convert` anything else."""
    value_of = item.value if item.fix else None

    def fix(items: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if items.__class__ is not list:
            return convert(items)
        if value_of is not None:
            items = [None if item is None else value_of(item) for item in items]
        return [item for item in items if item is not None] if None in items else items

    return fix


def values_fixer(item: Field, convert: Convert) -> Convert:
    """Return what fixes an object whose names are data, or with `convert` anything else."""
    value_of = item.value if item.fix else None

    def fix(named: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if named.__class__ is not dict:
            return convert(named)
        if value_of is not None:
            named = {name: None if value is None else value_of(value) for name, value in named.items()}
        return {name: value for name, value in named.items() if value is not None} or None

    return fix
