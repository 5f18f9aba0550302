"""What makes a record of a decoded row: the fixes of its fields, each for all objects of a list at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

Convert: TypeAlias = "Callable[[Any], Any]"
FixAll: TypeAlias = "Callable[[Iterable[Any]], None]"


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
    steps: list[FixAll] = []
    if scalars:
        steps.append(partial(_fix_scalars, scalars))
    if always:
        steps.append(partial(_fix_lists, always))
    if stand_ins:
        steps.append(partial(_fill_in, stand_ins))
    if known:
        steps.append(partial(_set, known.items()))
    if len(steps) <= 1:
        return steps[0] if steps else None

    def fix_all(objects: Iterable[Any]) -> None:
        for step in steps:
            step(objects)

    return fix_all


def _fix_scalars(fields: Iterable[tuple[str, Convert, type | None]], objects: Iterable[Any]) -> None:
    for name, fix, settled in fields:
        for parts in objects:
            value = getattr(parts, name)
            if value is not None and value.__class__ is not settled:
                setattr(parts, name, fix(value))


def _fix_lists(fields: Iterable[tuple[str, Convert]], objects: Iterable[Any]) -> None:
    for name, fix in fields:
        for parts in objects:
            setattr(parts, name, fix(getattr(parts, name)))


def _fill_in(aliases: Iterable[tuple[str, str, Convert]], objects: Iterable[Any]) -> None:
    """Put values where they belong that came under another name."""
    for name, right, value_of in aliases:
        for parts in objects:
            if (told := getattr(parts, name)) is not msgspec.UNSET and getattr(parts, right) in (None, []):
                setattr(parts, right, value_of(told))


def _set(fields: Iterable[tuple[str, object]], objects: Iterable[Any]) -> None:
    for name, value in fields:
        for parts in objects:
            setattr(parts, name, value)


def objects_fixer(struct: type[msgspec.Struct], fix_all: FixAll | None, convert: Convert) -> Convert:
    """Return what fixes a list of objects, one object in its place, or with `convert` anything else."""
    empty = struct()

    def fix(objects: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if objects.__class__ is struct:
            objects = [objects]
        elif objects.__class__ is not list:
            return convert(objects)
        if None in objects:
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


def items_fixer(fix_item: Convert | None, convert: Convert) -> Convert:
    """Return what fixes a list of scalars, or with `convert` anything else."""

    def fix(items: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if items.__class__ is not list:
            return convert(items)
        if fix_item is not None:
            items = [None if item is None else fix_item(item) for item in items]
        return [item for item in items if item is not None] if None in items else items

    return fix


def values_fixer(fix_value: Convert | None, convert: Convert) -> Convert:
    """Return what fixes an object whose names are data, or with `convert` anything else."""

    def fix(named: Any) -> Any:  # noqa: ANN401 - whatever was decoded
        if named.__class__ is not dict:
            return convert(named)
        if fix_value is not None:
            named = {name: None if value is None else fix_value(value) for name, value in named.items()}
        return {name: value for name, value in named.items() if value is not None} or None

    return fix
