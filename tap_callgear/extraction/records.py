"""One row of the API to one record: exactly the wanted properties, each in its declared type, whatever arrives.

The API sends numbers as text, empty text for a missing date, null where an array is promised, one object where a list
is promised, and fields that no page documents. A row takes the fast path of `typed_rows`; one that does not fit its
types takes the lenient path of `lenient_rows`, and teaches the fast path what to expect.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from tap_callgear.extraction.fast_path import FastPath
from tap_callgear.extraction.key_fillers import fill_in, fillers_of
from tap_callgear.extraction.lenient_rows import LenientRows
from tap_callgear.extraction.typed_rows import TypedRows
from tap_callgear.extraction.undeclared import UndeclaredFields

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.schemas import Schema
    from tap_callgear.extraction.typed_rows import Widths

Record: TypeAlias = "dict[str, Any] | msgspec.Struct"
"""A record, ready to be encoded: of a compiled type where its row took the fast path, else a dictionary."""


class RecordType:
    """Turns the rows of one stream into records."""

    def __init__(
        self,
        schema: Schema,
        wanted: Iterable[str],
        *,
        time: str | None,
        constants: Mapping[str, object],
        nullable_keys: Collection[str] = (),
        field_aliases: Mapping[str, str],
        maybe_datetimes: Collection[str],
        zone: AccountZone,
        warn: Callable[[str], None],
    ) -> None:
        """Compile the converters.

        Args:
            schema: The stream's JSON schema.
            wanted: The properties to build.
            time: The property that holds a record's time, which whoever reads a row knows already; None if none does.
            constants: Properties that every record has besides, with their values.
            nullable_keys: Parts of the key that may be missing; no record leaves without them.
            field_aliases: Names that the API is documented to use by mistake, with the declared names they stand for.
            maybe_datetimes: Properties of type text that may hold a full time, which is then turned into UTC.
            zone: Reads the account's local time.
            warn: Takes a line for people, once for each field that surprises.
        """
        self._properties: Mapping[str, Schema] = schema["properties"]
        self._time = time
        self._constants = constants
        self._fillers = fillers_of(self._properties, nullable_keys)
        undeclared = UndeclaredFields(field_aliases, warn)
        self._lenient = LenientRows(
            self._properties,
            wanted,
            undeclared=undeclared,
            maybe_datetimes=maybe_datetimes,
            zone=zone,
            warn=warn,
        )
        self._fast = FastPath(undeclared, self._compile)

    def leave_out(self, names: Iterable[str]) -> None:
        """Build records without some properties from now on."""
        for name in names:
            self._lenient.leave_out(name)
        self._fast.reset()

    def reshape(self, rows: Iterable[msgspec.Raw]) -> Iterable[msgspec.Raw]:
        """Return rows in which every property is a field; as they are, since they are so.

        Args:
            rows: The rows of a page as JSON text.
        """
        return rows

    def schema_of(self, name: str) -> Schema:
        """Return the declared schema of a property."""
        return self._properties[name]

    def filler_of(self, name: str) -> object:
        """Return what stands for a missing part of the key; None where it must not be missing."""
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
        try:
            return self._fast.read(row, time)
        except msgspec.ValidationError as misfit:
            return self.read_leniently(row, time, misfit)
        except UnicodeDecodeError:
            return self.read(repaired_row(row), time)

    def read_leniently(self, row: msgspec.Raw, time: str, misfit: msgspec.ValidationError | None = None) -> Record:
        """Build the record of a row value by value, and have the fast path expect what it did not.

        Args:
            row: The row as JSON text, in whole Unicode.
            time: The record's time, in the one form that leaves the tap.
            misfit: What the fast path says of the row, if it was tried.

        Returns:
            The same as `read`.
        """
        record, has_new_fields = self._lenient.read(row)
        self._fast.learn(misfit, has_new_fields=has_new_fields)
        if self._time is not None:
            record[self._time] = time
        fill_in(record, self._fillers)
        return {**record, **self._constants}

    def value(self, name: str, value: object) -> Any:  # noqa: ANN401 - its type is the schema's to say
        """Convert one value of a property; None where it cannot be read."""
        return self._lenient.value(name, value)

    def _compile(self, undeclared: UndeclaredFields, widths: Widths) -> TypedRows:
        return TypedRows(
            {name: self._properties[name] for name in self._lenient.wanted},
            converter_of=self._lenient.converter,
            undeclared=undeclared,
            widths=widths,
            constants=self._constants,
            time=self._time,
            fillers=self._fillers,
        )


def repaired_row(row: msgspec.Raw) -> msgspec.Raw:
    """Return a row whose bytes are whole Unicode; what is none becomes the character that stands for such."""
    return msgspec.Raw(bytes(row).decode(errors="replace").encode())


def as_dictionary(record: Record) -> dict[str, Any]:
    """Return a record as a dictionary, for whoever looks into it before it is encoded."""
    if isinstance(record, dict):
        return record
    parts: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(Decimal,))
    return parts
