"""The short way from a row to a record: rows that look as documented are typed by a compiled decoder in one go.

Such a record is an object of a compiled type, which is encoded as it is. Whatever surprises the decoder is left to the
patient converters of `records`, which give the same record for the same row, as a dictionary.
"""

from __future__ import annotations

import types
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tap_callgear.extraction.clock import Clock

_Mend: TypeAlias = "Callable[[Iterable[Any]], None]"

_PLAIN_TYPES: dict[str, Any] = {"string": str, "integer": int, "number": Decimal, "boolean": bool}


MOST_EXPONENT = 300
"""Powers of ten beyond which a number is no amount, and would be infinity or nothing to whoever reads it as a float."""


EMPTY = (None, "")
"""What a part of a key is where it is missing."""


class Surprise(Exception):
    """A row that does not look as documented."""


class TypedRows:
    """Decodes the rows of one stream by types compiled from its schema."""

    def __init__(
        self,
        properties: Mapping[str, Any],
        wanted: Iterable[str],
        *,
        time: str | None,
        constants: Mapping[str, object],
        fillers: Mapping[str, object],
        ignored: Mapping[str, Collection[str]],
        loose_moments: Collection[str],
        clock: Clock,
    ) -> None:
        """Compile the types.

        Args:
            properties: The stream's declared properties.
            wanted: Those to build.
            time: The property that holds a record's time, if there is one.
            constants: Properties that every record has besides, with their values.
            fillers: What stands for missing parts of the key.
            ignored: Fields that are dropped without a word, by the path of the object that holds them.
            loose_moments: Texts that may hold a full time.
            clock: Reads the account's wall time.
        """
        self._time = time
        self._fillers = fillers
        self._ignored = ignored
        self._loose_moments = loose_moments
        self._clock = clock
        row_type, self._mend = self._compile({name: properties[name] for name in wanted}, "", constants)
        self._decode = msgspec.json.Decoder(row_type).decode

    def read(self, row: msgspec.Raw, time: str) -> msgspec.Struct:
        """Build the record of a row.

        Args:
            row: The row as JSON text.
            time: The record's time, in the one form that leaves the tap.

        Returns:
            The wanted properties and the constants.

        Raises:
            Surprise: The row does not look as documented.
            msgspec.ValidationError: Likewise.
        """
        record = self._decode(row)
        if self._mend is not None:
            self._mend((record,))
        if self._time is not None:
            setattr(record, self._time, time)
        for name, value in self._fillers.items():
            if getattr(record, name) in EMPTY:
                setattr(record, name, value)
        return record

    def _compile(
        self, properties: Mapping[str, Any], path: str, constants: Mapping[str, object] | None = None
    ) -> tuple[type[msgspec.Struct], _Mend | None]:
        """Compile the type of an object, and how to mend those that were decoded, if they need mending."""
        fields: list[tuple[str, Any, Any]] = []
        mends: list[tuple[str, Callable[[Any], Any]]] = []
        for name, schema in properties.items():
            kind, mend = self._kind(name, schema, f"{path}{name}.")
            empty: Any = msgspec.field(default_factory=list) if type_of(schema) == "array" else None
            fields.append((name, kind, empty))
            if mend is not None and path + name != self._time:
                mends.append((name, mend))
        fixed = {**(constants or {}), **dict.fromkeys(sorted(self._ignored.get(path, ())), msgspec.UNSET)}
        fields += [(name, Any, value) for name, value in fixed.items()]
        fixes = list(fixed.items())
        struct = msgspec.defstruct("Row", fields, forbid_unknown_fields=True, gc=False)

        def mend_all(objects: Iterable[Any]) -> None:
            for name, mend in mends:
                for parts in objects:
                    if value := getattr(parts, name):
                        setattr(parts, name, mend(value))
                    elif value is not None and value in ("", {}):
                        setattr(parts, name, None)
            for name, value in fixes:
                for parts in objects:
                    setattr(parts, name, value)

        return struct, mend_all if mends or fixes else None

    def _kind(self, name: str, schema: Mapping[str, Any], path: str) -> tuple[Any, Callable[[Any], Any] | None]:
        """Give the type of a property and how to mend its value, if it needs mending."""
        kind = type_of(schema)
        if kind == "object":
            return self._object_kind(schema, path)
        if kind == "array":
            return self._list_kind(name, schema["items"], path)
        if schema.get("format") == "date-time":
            return str | None, self._moment
        if name in self._loose_moments:
            return str | None, self._clock.loose_utc_text
        return plain_type(schema) | None, _finite if kind == "number" else None

    def _list_kind(self, name: str, schema: Mapping[str, Any], path: str) -> tuple[Any, Callable[[Any], Any] | None]:
        kind = type_of(schema)
        if kind == "string":
            return list[str | int], _texts
        if kind == "object" and not values_of(schema):
            struct, mend = self._compile(schema["properties"], path)
            return types.GenericAlias(list, (struct | None,)), _mend_objects(struct(), mend)
        item, mend_item = self._kind(name, schema, path)
        return types.GenericAlias(list, (item,)), _mend_items(mend_item)

    def _object_kind(self, schema: Mapping[str, Any], path: str) -> tuple[Any, Callable[[Any], Any]]:
        if values := values_of(schema):
            return types.GenericAlias(dict, (str, plain_type(values) | None)) | None, _without_nulls
        struct, mend = self._compile(schema["properties"], path)
        return struct | None, _mend_object(struct(), mend)

    def _moment(self, text: str) -> str:
        if (utc := self._clock.utc_text(text)) is None:
            raise Surprise
        return utc


def type_of(schema: Mapping[str, Any]) -> str:
    """Give a schema's first type that is not null."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return str(next(name for name in types if name != "null"))


def values_of(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the schema of the values of an object whose names are data; nothing for an object of declared properties."""
    values = schema.get("additionalProperties")
    return values if isinstance(values, dict) else None


def plain_type(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a type
    """Give the type that holds the values of a property that is neither an object nor an array."""
    return _PLAIN_TYPES[type_of(schema)]


def _mend_object(empty: msgspec.Struct, mend: _Mend | None) -> Callable[[Any], Any]:
    def mend_object(parts: Any) -> Any:  # noqa: ANN401 - a type made at run time
        if mend is not None:
            mend((parts,))
        return None if parts == empty else parts

    return mend_object


def _mend_objects(empty: msgspec.Struct, mend: _Mend | None) -> Callable[[list[Any]], list[Any]]:
    def mend_objects(objects: list[Any]) -> list[Any]:
        if None in objects:
            objects = [parts for parts in objects if parts is not None]
        if mend is not None:
            mend(objects)
        # There is hardly ever one, and to look for it is quicker than to build the list again.
        return [parts for parts in objects if parts != empty] if empty in objects else objects

    return mend_objects


def _without_nulls(values: dict[str, Any]) -> dict[str, Any] | None:
    return {name: value for name, value in values.items() if value is not None} or None


def _mend_items(mend: Callable[[Any], Any] | None) -> Callable[[list[Any]], list[Any]]:
    def mend_items(items: list[Any]) -> list[Any]:
        if mend is not None:
            items = [None if item is None else mend(item) for item in items]
        return [item for item in items if item is not None] if None in items else items

    return mend_items


def _texts(items: list[str | int]) -> list[str]:
    """Turn identifiers into texts: some reports send them as numbers."""
    return [str(item) for item in items]


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number.adjusted()) > MOST_EXPONENT:
        raise Surprise
    return number
