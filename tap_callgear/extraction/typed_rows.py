"""The fast path from a row to a record: a decoder compiled from the schema types the whole row in one go.

Such a record is an object of a compiled type, which is encoded as it is. At first the decoder takes what is documented,
and numbers as text. A field that is once met in another form is from then on decoded by a wider type, and its value
read by the very converter that the lenient path has for it; so the record is the same either way.
"""

from __future__ import annotations

import re
import types
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import msgspec

from tap_callgear.extraction import values
from tap_callgear.extraction.fix_ups import (
    Columns,
    Field,
    fixer,
    items_fixer,
    object_fixer,
    objects_fixer,
    row_reader,
    values_fixer,
)
from tap_callgear.extraction.schemas import type_of, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tap_callgear.extraction.fix_ups import Convert
    from tap_callgear.extraction.schemas import Schema
    from tap_callgear.extraction.undeclared import UndeclaredFields

    ConverterOf: TypeAlias = Callable[[Schema, str], Convert]

_WHOLE: Final[Any] = Annotated[int, msgspec.Meta(gt=-(2**53), lt=2**53)]
"""A whole number, which may come as a float: greater ones have other forms that a float does not tell apart."""

_SCALARS: Final[Mapping[str, Any]] = {"string": str, "integer": _WHOLE, "number": Decimal, "boolean": bool}

_NEVER_TEXT: Final = {"integer": int, "boolean": bool}
"""Scalars whose decoder can tell an empty text from what it takes for theirs, with what they are decoded to."""

_NOTHING: Final[Any] = Literal[""] | dict[str, Any] | list[Any] | None

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
"""Where a row does not fit, at the end of what the decoder says about it."""

_INDEX = re.compile(r"\[[^]]*\]")


class Width(IntEnum):
    """How wide the type of a field is: what of all that the API may send the decoder takes."""

    DOCUMENTED = 0
    """Values of the documented type, and null."""
    OR_NOTHING = 1
    """Also what stands for null."""
    ANYTHING = 2
    """Any value."""
    JSON_TEXT = 3
    """The text of any value, also of numbers of more digits than the decoder takes."""


class Widths:
    """Remembers how wide the types of fields are."""

    def __init__(self) -> None:
        """Have all of them as documented."""
        self._widths: dict[str, Width] = {}

    def of(self, path: str) -> Width:
        """Return the width of a field."""
        return self._widths.get(path, Width.DOCUMENTED)

    def widen(self, path: str) -> None:
        """Make a field wider, since a value did not fit."""
        self._widths[path] = Width(min(self.of(path) + 1, Width.JSON_TEXT))


def place_of(misfit: msgspec.ValidationError) -> str | None:
    """Return the path of the field whose value does not fit; None where it is the row itself that does not."""
    found = _PLACE.search(str(misfit))
    return _INDEX.sub("", found[1]) if found else None


class TypedRows:
    """The types of one stream, compiled from its schema.

    Attributes:
        read: Builds the record of a row, given as JSON text, and of its time in the one form that leaves the tap: the
            wanted properties and the constants. It raises a `msgspec.ValidationError` where a field does not fit its
            type, or has not been met yet, and a `UnicodeDecodeError` where the row is not in whole Unicode.
    """

    def __init__(
        self,
        properties: Mapping[str, Schema],
        *,
        converter_of: ConverterOf,
        undeclared: UndeclaredFields,
        widths: Widths,
        constants: Mapping[str, object],
        time: str | None,
        fillers: Mapping[str, object],
    ) -> None:
        """Compile the types.

        Args:
            properties: The properties to build, with their schemas.
            converter_of: Gives what reads values of any form, by the schema and the path of a property.
            undeclared: Knows which other fields were met.
            widths: Knows which fields were met in another form.
            constants: Properties that every record has besides, with their values.
            time: The property that holds a record's time, whose value is known already.
            fillers: What stands for missing parts of the key.
        """
        self._converter_of = converter_of
        self._undeclared = undeclared
        self._widths = widths
        row_type, columns = self._compile(properties, "", constants)
        places = dict(zip(properties, columns.fields, strict=True))
        if time is not None:  # its value is known, but for an alias that stands for it
            fields = {**columns.fields, places[time]: columns.fields[places[time]]._replace(fix=None)}
            columns = columns._replace(fields=fields)
        self.read = row_reader(
            msgspec.json.Decoder(row_type, strict=False, float_hook=Decimal).decode,
            columns,
            time=places[time] if time is not None else None,
            fillers={places[name]: value for name, value in fillers.items()},
        )

    def _compile(
        self, properties: Mapping[str, Schema], path: str, constants: Mapping[str, object] | None = None
    ) -> tuple[type[msgspec.Struct], Columns]:
        """Compile the type of an object, and name its columns.

        Columns have names that are made up, since those of fields may be anything.
        """
        extras = self._extras(properties, path)
        names = [*properties, *(constants or ()), *(name for name, _ in extras)]
        columns = dict(zip(names, _columns(len(names)), strict=True))
        lists = {columns[name] for name, schema in properties.items() if type_of(schema) == "array"}
        fields = {columns[name]: self._field(schema, path + name) for name, schema in properties.items()}
        aliases = {columns[name]: columns[right] for name, right in extras if right}
        known = {
            **{columns[name]: value for name, value in (constants or {}).items()},
            **{columns[name]: msgspec.UNSET for name, _ in extras},
        }
        declared: list[tuple[str, Any, Any]] = [
            (column, field.kind, msgspec.field(default_factory=list) if column in lists else None)
            for column, field in fields.items()
        ]
        for column, value in known.items():
            declared.append((column, fields[aliases[column]].kind if column in aliases else msgspec.Raw, value))
        struct = msgspec.defstruct(
            "Row",
            declared,
            rename={column: name for name, column in columns.items()},
            forbid_unknown_fields=not self._undeclared.are_countless(path),
            gc=False,
        )
        return struct, Columns(fields, lists, aliases, known)

    def _extras(self, properties: Mapping[str, Schema], path: str) -> list[tuple[str, str | None]]:
        """Return the other fields that an object was met with, first those that stand for declared ones."""
        met, is_open = self._undeclared.met(path), self._undeclared.are_countless(path)
        aliases = [(name, right) for name, right in self._undeclared.aliases(properties) if is_open or name in met]
        others = [] if is_open else sorted(met.keys() - {name for name, _ in aliases})
        return [*aliases, *((name, None) for name in others)]

    def _field(self, schema: Schema, path: str) -> Field:
        """Choose how a property is decoded, by how wide its type has to be."""
        width, convert = self._widths.of(path), self._converter_of(schema, path)
        if width == Width.JSON_TEXT:
            return Field(msgspec.Raw, lambda raw: convert(values.parse_value(raw)))
        kind = type_of(schema)
        if kind == "array" and width <= Width.OR_NOTHING:
            return self._list(schema["items"], path, convert, has_nulls=width == Width.OR_NOTHING)
        if kind in _NEVER_TEXT and width == Width.OR_NOTHING:
            return Field(scalar_type(schema) | _NOTHING, convert, _NEVER_TEXT[kind], is_null_if_empty=True)
        if width >= Width.OR_NOTHING:
            return Field(Any, convert, str if convert is values.text else None)
        if kind == "object":
            return self._object(schema, path, convert)
        is_final = kind in _NEVER_TEXT or convert is values.text
        return Field(scalar_type(schema) | None, None if is_final else convert, is_null_if_empty=kind == "string")

    def _list(self, schema: Schema, path: str, convert: Convert, *, has_nulls: bool) -> Field:
        """Choose how a list is decoded: where one object came in its place, it is a list of that."""
        if type_of(schema) == "object" and not values_of(schema):
            struct, columns = self._compile(schema["properties"], f"{path}.")
            fix = objects_fixer(struct, fixer(columns), convert, has_nulls=has_nulls)
            item_type = struct | None if has_nulls else struct
            return Field(types.GenericAlias(list, (item_type,)) | struct | str | None, fix)
        item = self._field(schema, path)
        if item.fix is None and type_of(schema) == "string":  # identifiers, which some reports send as numbers
            item = Field(Any, values.text, str)
        return Field(types.GenericAlias(list, (item.kind,)) | str | None, items_fixer(item, convert))

    def _object(self, schema: Schema, path: str, convert: Convert) -> Field:
        if inner := values_of(schema):
            item = self._field(inner, path)
            kind = types.GenericAlias(dict, (str, item.kind)) | list[Any] | str | None
            return Field(kind, values_fixer(item, convert))
        struct, columns = self._compile(schema["properties"], f"{path}.")
        kind = struct | types.GenericAlias(list, (struct,)) | str | None
        return Field(kind, object_fixer(struct, fixer(columns), convert))


def _columns(count: int) -> Iterator[str]:
    return (f"field_{number}" for number in range(count))


def scalar_type(schema: Schema) -> Any:  # noqa: ANN401 - a type
    """Return the type that holds the values of a property that is neither an object nor an array."""
    return _SCALARS[type_of(schema)]
