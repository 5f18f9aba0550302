"""One row of the API to one record: exactly the wanted properties, each in its declared type, whatever arrives.

The API sends numbers as text, empty text for a missing date, null where an array is promised, one object where a list
is promised, and fields that no page documents. The converters are compiled once a stream from its schema.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from tap_callgear.extraction.typed_rows import EMPTY, MOST_EXPONENT, Surprise, TypedRows, type_of, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tap_callgear.extraction.clock import Clock

Record: TypeAlias = "dict[str, Any] | msgspec.Struct"
"""A record, ready to be encoded: of a compiled type where its row looked as documented, else a dictionary."""

Schema: TypeAlias = "Mapping[str, Any]"
Convert: TypeAlias = "Callable[[object], object]"

_TRUE = frozenset({"true", "1", "t", "yes"})
_FALSE = frozenset({"false", "0", "f", "no"})
_CLOCK_PARTS = (2, 3)
_CLOCK_PART = re.compile("[0-9]{1,9}")

_row = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_json = msgspec.json.Encoder(decimal_format="number")


_MOST_SURPRISES = 200
"""Rows in a row that look otherwise than documented, after which the short way is no longer tried."""


class Unreadable(Exception):
    """A value that its declared type cannot hold."""


class RecordType:
    """Turns the rows of one stream into records."""

    def __init__(
        self,
        schema: Schema,
        wanted: Iterable[str],
        *,
        time: str | None,
        constants: Mapping[str, object],
        optional_keys: Collection[str] = (),
        other_names: Mapping[str, str],
        loose_moments: Collection[str],
        clock: Clock,
        warn: Callable[[str], None],
    ) -> None:
        """Compile the converters.

        Args:
            schema: The stream's JSON schema.
            wanted: The properties to build.
            time: The property that holds a record's time, which whoever reads a row knows already; None if none does.
            constants: Properties that every record has besides, with their values.
            optional_keys: Parts of the key that may be missing; no record leaves without them.
            other_names: Names that the API is documented to use by mistake, with the declared names they stand for.
            loose_moments: Properties of type text that may hold a full time, which is then turned into UTC.
            clock: Reads the account's wall time.
            warn: Takes a line for people, once for each field that surprises.
        """
        self._clock = clock
        self._warn = warn
        self._warned: set[str] = set()
        self._time = time
        self._constants = constants
        self._fillers = {name: filler(schema["properties"][name]) for name in optional_keys}
        self._other_names = other_names
        self._loose_moments = loose_moments
        self._properties: Mapping[str, Schema] = schema["properties"]
        self._converters = {name: self._compile(self._properties[name], name) for name in wanted}
        self._ignored: dict[str, set[str]] = {}
        self._typed: TypedRows | None = None
        self._surprises = 0

    def leave_out(self, names: Iterable[str]) -> None:
        """Build records without some properties from now on."""
        for name in names:
            self._converters.pop(name, None)
        self._typed = None

    def schema_of(self, name: str) -> Schema:
        """Give the declared schema of a property."""
        return self._properties[name]

    def filler_of(self, name: str) -> object:
        """Give what stands for a missing part of the key; None where it must not be missing."""
        return self._fillers.get(name)

    def read(self, row: msgspec.Raw, time: str) -> Record:
        """Build the record of a row.

        Args:
            row: The row as JSON text.
            time: The record's time, in the one form that leaves the tap.

        Returns:
            The wanted properties, those that the row lacks being null, and the constants.

        Raises:
            msgspec.DecodeError: The row is not an object.
        """
        if self._surprises < _MOST_SURPRISES:
            typed = self._typed or self._type()
            try:
                record = typed.read(row, time)
            except (Surprise, msgspec.ValidationError, UnicodeDecodeError):
                self._surprises += 1
            else:
                self._surprises = 0
                return record
        return self._read_patiently(row, time)

    def _read_patiently(self, row: msgspec.Raw, time: str) -> Record:
        try:
            parts = _row.decode(row)
        except UnicodeDecodeError:
            parts = _row.decode(bytes(row).decode(errors="replace"))
        built = self._build(parts, self._converters, self._properties, "")
        for name, value in self._fillers.items():
            if built[name] in EMPTY:
                built[name] = value
        if self._time is not None:
            built[self._time] = time
        return {**built, **self._constants}

    def _type(self) -> TypedRows:
        """Compile the short way; anew, whenever it is to ignore something more."""
        self._typed = TypedRows(
            self._properties,
            self._converters,
            time=self._time,
            constants=self._constants,
            fillers=self._fillers,
            ignored=self._ignored,
            loose_moments=self._loose_moments,
            clock=self._clock,
        )
        return self._typed

    def value(self, name: str, value: object) -> Any:  # noqa: ANN401 - its type is the schema's to say
        """Convert one value of a property; None where it cannot be read."""
        return self._convert(self._converters[name], value, name)

    def _build(
        self,
        row: dict[str, Any],
        converters: Mapping[str, Convert],
        declared: Mapping[str, Schema],
        path: str,
    ) -> dict[str, Any]:
        if not row.keys() <= converters.keys():
            self._sort_out(row, declared, path, row.keys() - converters.keys())
        return {name: self._convert(convert, row.get(name), path + name) for name, convert in converters.items()}

    def _convert(self, convert: Convert, value: object, name: str) -> object:
        try:
            return convert(value)
        except Unreadable:
            self._warn_once(name, f"The API sends values that the declared type cannot hold; they become null: {name}")
            return None

    def _sort_out(self, row: dict[str, Any], declared: Mapping[str, Schema], path: str, names: Iterable[str]) -> None:
        """Put values under their declared names; what has none is left out, with one warning a field."""
        for name in names:
            right_name = self._other_names.get(name)
            if right_name is not None and right_name in declared:
                if row.get(right_name) is None:
                    row[right_name] = row[name]
                continue
            if name not in declared:
                where = path + name
                self._warn_once(where, f"The API sends a field that is not declared; it is left out: {where}")
            if name not in self._ignored.setdefault(path, set()):
                self._ignored[path].add(name)
                self._typed = None

    def _warn_once(self, name: str, text: str) -> None:
        if name not in self._warned:
            self._warned.add(name)
            self._warn(text)

    def _compile(self, schema: Schema, path: str) -> Convert:
        """Choose the converter of a property, by its first type that is not null."""
        kind = type_of(schema)
        if kind == "array":
            return self._array(schema["items"], path)
        if kind == "object":
            values = values_of(schema)
            return self._values(values, path) if values else self._object(schema, path)
        if kind == "string":
            if schema.get("format") == "date-time":
                return self._moment
            return self._loose_moment if path.rpartition(".")[2] in self._loose_moments else _text
        return {"integer": _integer, "number": _number, "boolean": _boolean}[kind]

    def _array(self, items: Schema, path: str) -> Convert:
        convert_item = self._compile(items, path)

        def convert(value: object) -> object:
            if value is None or value in ("", {}):
                return []
            values = value if isinstance(value, list) else [value]
            items = (self._convert(convert_item, each, path) for each in values)
            return [item for item in items if item is not None]

        return convert

    def _object(self, schema: Schema, path: str) -> Convert:
        declared: Mapping[str, Schema] = schema["properties"]
        converters = {name: self._compile(sub_schema, f"{path}.{name}") for name, sub_schema in declared.items()}

        def convert(value: object) -> object:
            if isinstance(value, list) and len(value) == 1:
                value = value[0]
            if not value:
                return None
            if not isinstance(value, dict):
                raise Unreadable
            record = self._build(value, converters, declared, f"{path}.")
            return record if any(part is not None and part != [] for part in record.values()) else None

        return convert

    def _values(self, schema: Schema, path: str) -> Convert:
        """Read an object whose names are data."""
        convert_value = self._compile(schema, path)

        def convert(value: object) -> object:
            if not value:
                return None
            if not isinstance(value, dict):
                raise Unreadable
            parts = ((name, self._convert(convert_value, each, path)) for name, each in value.items())
            return {name: part for name, part in parts if part is not None} or None

        return convert

    def _moment(self, value: object) -> object:
        if value is None or value == "":
            return None
        text = self._clock.utc_text(value) if isinstance(value, str) else None
        if text is None:
            raise Unreadable
        return text

    def _loose_moment(self, value: object) -> object:
        """Read a text that holds a full time or something else, such as a time of day."""
        if value == "":
            return None
        return self._clock.loose_utc_text(value) if isinstance(value, str) else _text(value)


def as_dictionary(record: Record) -> dict[str, Any]:
    """Give a record as a dictionary, for whoever looks into it before it is encoded."""
    if isinstance(record, dict):
        return record
    parts: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(Decimal,))
    return parts


def filler(schema: Schema) -> object:
    """Give what stands for a missing part of a key: 0, which is no identifier anywhere, or a dash.

    An empty text would not do: some loaders make null of it, which no key of a table may be.
    """
    return "-" if type_of(schema) == "string" else 0


def _text(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    return _json.encode(value).decode()


def _integer(value: object) -> object:
    """Read a whole number, or a duration as a clock shows it, in seconds."""
    if type(value) is int:
        return value
    if isinstance(value, str) and ":" in value:
        return _clock_seconds(value)
    number = _number(value)
    if number is None or isinstance(number, int):
        return number
    if not isinstance(number, Decimal) or number != number.to_integral_value():
        raise Unreadable
    return int(number)


def _number(value: object) -> object:
    """Read a number exactly: no binary fraction stands in for a decimal one."""
    if value is None or value == "":
        return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        try:
            value = Decimal("".join(value.split()))
        except InvalidOperation:
            raise Unreadable from None
    if not isinstance(value, Decimal) or not value.is_finite() or abs(value.adjusted()) > MOST_EXPONENT:
        raise Unreadable
    return value


def _boolean(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if text:
        raise Unreadable
    return None


def _clock_seconds(text: str) -> int:
    """Read ``MM:SS`` or ``HH:MM:SS``."""
    parts = text.strip().split(":")
    if len(parts) not in _CLOCK_PARTS or not all(_CLOCK_PART.fullmatch(part) for part in parts):
        raise Unreadable
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds
