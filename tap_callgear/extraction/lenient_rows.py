"""The lenient path from a row to a record: every value is read by itself, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tap_callgear.extraction import values
from tap_callgear.extraction.schemas import type_of, values_of
from tap_callgear.extraction.times import day_form
from tap_callgear.extraction.utc_texts import UtcTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    import msgspec

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.fix_ups import Convert
    from tap_callgear.extraction.schemas import Schema
    from tap_callgear.extraction.undeclared import UndeclaredFields

_CONVERTERS: Final[Mapping[str, Convert]] = {
    "integer": values.integer,
    "number": values.number,
    "boolean": values.boolean,
}


class LenientRows:
    """Reads the rows of one stream as dictionaries."""

    def __init__(
        self,
        properties: Mapping[str, Schema],
        wanted: Iterable[str],
        *,
        undeclared: UndeclaredFields,
        maybe_datetimes: Collection[str],
        zone: AccountZone,
        warn: Callable[[str], None],
    ) -> None:
        """Compile the converters.

        Args:
            properties: The stream's declared properties.
            wanted: Those to build.
            undeclared: Knows what to make of fields that are not declared.
            maybe_datetimes: Texts that may hold a full time, which is then turned into UTC.
            zone: Reads the account's local time.
            warn: Takes a line for people, once for each property that cannot be read.
        """
        self._properties = properties
        self._undeclared = undeclared
        self._maybe_datetimes = maybe_datetimes
        self._texts = UtcTexts(zone)
        self._warn = warn
        self._warned: set[str] = set()
        self._has_learned = False
        self._converters = {name: self.converter(properties[name], name) for name in wanted}

    def leave_out(self, name: str) -> None:
        """Build records without a property from now on."""
        # Another thread may be going through them.
        self._converters = {other: convert for other, convert in self._converters.items() if other != name}

    @property
    def wanted(self) -> Collection[str]:
        """Return the properties that are built."""
        return self._converters.keys()

    def read(self, row: msgspec.Raw) -> tuple[dict[str, Any], bool]:
        """Build the record of a row.

        Args:
            row: The row as JSON text.

        Returns:
            The wanted properties, and whether the row, at any depth, has undeclared fields that none had before.

        Raises:
            msgspec.DecodeError: The row is not an object.
        """
        self._has_learned = False
        record = self._build(values.parse(row), self._converters, self._properties, "")
        return record, self._has_learned

    def value(self, name: str, value: object) -> Any:  # noqa: ANN401 - its type is the schema's to say
        """Convert one value of a property; None where it cannot be read."""
        return self._converters[name](value)

    def converter(self, schema: Schema, path: str) -> Convert:
        """Compile what reads the values of a property, by its first type that is not null.

        Args:
            schema: The schema of the property.
            path: The names that lead to it.

        Returns:
            A function that takes a value as JSON gives it. What cannot be read it makes null, with one warning.
        """
        kind = type_of(schema)
        if kind == "array":
            return self._array(schema["items"], path)
        if kind == "object":
            inner = values_of(schema)
            return self._guarded(self._values(inner, path) if inner else self._object(schema, path), path)
        if kind == "string":
            return self._text(schema, path)
        return self._guarded(_CONVERTERS[kind], path)

    def _text(self, schema: Schema, path: str) -> Convert:
        form = schema.get("format")
        if form == "date":
            return self._guarded(self._day, path)
        if form == "date-time":
            return self._texts.reader(self._guarded(self._date_time, path))
        is_maybe_datetime = path.rpartition(".")[2] in self._maybe_datetimes
        return self._texts.reader(self._maybe_datetime) if is_maybe_datetime else values.text

    def _guarded(self, convert: Convert, path: str) -> Convert:
        def guarded(value: object) -> object:
            try:
                return convert(value)
            except values.Unreadable:
                if path not in self._warned:
                    self._warned.add(path)
                    self._warn(f"The API sends values that the declared type cannot hold; they become null: {path}")
                return None

        return guarded

    def _array(self, items: Schema, path: str) -> Convert:
        convert_item = self.converter(items, path)

        def convert(value: object) -> object:
            if isinstance(value, list):
                return [item for item in map(convert_item, value) if item is not None]
            if values.is_empty(value) or (item := convert_item(value)) is None:
                return []
            return [item]

        return convert

    def _object(self, schema: Schema, path: str) -> Convert:
        declared: Mapping[str, Schema] = schema["properties"]
        converters = {name: self.converter(inner, f"{path}.{name}") for name, inner in declared.items()}

        def convert(value: object) -> object:
            if isinstance(value, list) and len(value) == 1:
                value = value[0]
            if not value or values.is_empty(value):
                return None
            if not isinstance(value, dict):
                raise values.Unreadable
            record = self._build(value, converters, declared, f"{path}.")
            return record if any(part is not None and part != [] for part in record.values()) else None

        return convert

    def _values(self, schema: Schema, path: str) -> Convert:
        """Read an object whose names are data."""
        convert_value = self.converter(schema, path)

        def convert(value: object) -> object:
            if not value or values.is_empty(value):
                return None
            if not isinstance(value, dict):
                raise values.Unreadable
            parts = ((name, convert_value(each)) for name, each in value.items())
            return {name: part for name, part in parts if part is not None} or None

        return convert

    def _build(
        self, row: dict[str, Any], converters: Mapping[str, Convert], declared: Mapping[str, Schema], path: str
    ) -> dict[str, Any]:
        record = {name: convert(row.get(name)) for name, convert in converters.items()}
        if not row.keys() <= converters.keys():
            others = [name for name in row if name not in converters]
            self._has_learned |= self._undeclared.sort_out(path, others, declared)
            for name, right in self._undeclared.aliases(converters):
                if name in row and record[right] in (None, []):
                    record[right] = converters[right](row[name])
        return record

    def _date_time(self, value: object) -> str | None:
        if isinstance(value, str) and (told := self._texts.utc_text(value)) is not None:
            return told
        if values.is_empty(value):
            return None
        raise values.Unreadable

    def _maybe_datetime(self, value: object) -> str | None:
        """Read a text that holds a full time or something else, such as a time of day."""
        return (self._texts.maybe_utc_text(value) or None) if isinstance(value, str) else values.text(value)

    def _day(self, value: object) -> str | None:
        if values.is_empty(value):
            return None
        if isinstance(value, str) and (told := day_form(value)) is not None:
            return told
        raise values.Unreadable
