"""The rows of a page: each read just far enough to know its key, the rest left as bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.key_fillers import MISSING
from tap_callgear.extraction.records import repaired_row
from tap_callgear.extraction.typed_rows import scalar_type
from tap_callgear.extraction.values import parse

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from tap_callgear.extraction.records import RecordType


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row whose key is known.

    Attributes:
        key: Its primary key, typed, without the parts that the request knows.
        raw: The row as JSON text.
    """

    key: tuple[Any, ...]
    raw: msgspec.Raw


class RowReader:
    """Reads the keys of rows."""

    def __init__(self, method: str, names: Sequence[str], records: RecordType) -> None:
        """Prepare to read just those fields.

        Args:
            method: The API's method, for errors.
            names: The fields of the key.
            records: Types their values, and knows what stands for those that may be missing.
        """
        self._method = method
        self._names = tuple(names)
        self._records = records
        self._fillers = [records.filler_of(name) for name in names]
        self._untyped = untyped_decoder_of(names)
        self._typed = decoder_of([(name, scalar_type(records.schema_of(name)) | None, None) for name in names])

    def read(self, raws: Iterable[msgspec.Raw]) -> list[Row]:
        """Read the rows of a page, in the order they came.

        Args:
            raws: The rows as JSON text.

        Returns:
            The rows.

        Raises:
            TransientError: A row lacks its key, so the reply cannot be what the API meant to send.
        """
        try:
            return [Row(self._key(raw), raw) for raw in raws]
        except (msgspec.DecodeError, ValueError) as error:  # ValueError: no whole Unicode
            raise unreadable(self._method, self._names) from error

    def _key(self, raw: msgspec.Raw) -> tuple[Hashable, ...]:
        try:
            values = msgspec.structs.astuple(self._typed.decode(raw))
        except msgspec.ValidationError:
            untyped = values_in(raw, self._untyped, self._names)
            values = tuple(self._records.value(*part) for part in zip(self._names, untyped, strict=True))
        except UnicodeDecodeError:
            return self._key(repaired_row(raw))
        if not any(value in MISSING for value in values):
            return values
        parts = zip(values, self._fillers, strict=True)
        key = tuple(value if filler is None or value not in MISSING else filler for value, filler in parts)
        if None in key:
            raise unreadable(self._method, self._names)
        return key


def unreadable(method: str, names: Iterable[str]) -> TransientError:
    """Return what is wrong with a reply in which a row lacks what no record can do without."""
    return TransientError(
        f"a row of {method} came without a readable {' and '.join(names)}: try again later; if it stays, "
        "ask CallGear's support about it"
    )


def decoder_of(fields: list[tuple[str, Any, Any]]) -> msgspec.json.Decoder[msgspec.Struct]:
    """Return a decoder of some fields, each with its type and what stands for it where it is missing."""
    fields_type = msgspec.defstruct("KeyFields", fields, gc=False)
    return msgspec.json.Decoder(fields_type, strict=False, float_hook=Decimal)


def untyped_decoder_of(names: Iterable[str]) -> msgspec.json.Decoder[msgspec.Struct]:
    """Return a decoder of some fields, whatever they hold."""
    return decoder_of([(name, Any, None) for name in names])


def values_in(raw: msgspec.Raw, untyped: msgspec.json.Decoder[msgspec.Struct], names: Iterable[str]) -> tuple[Any, ...]:
    """Read some fields of a row, whatever they hold.

    Args:
        raw: The row as JSON text.
        untyped: Decodes just those fields.
        names: Their names.

    Returns:
        Their values, None where there is none.
    """
    try:
        return msgspec.structs.astuple(untyped.decode(raw))
    except msgspec.ValidationError:  # a number of more digits than the decoder takes
        row = parse(raw)
        return tuple(row.get(name) for name in names)
