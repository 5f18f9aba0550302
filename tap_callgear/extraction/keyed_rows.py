"""The rows of a page that no moment tells apart: each read just far enough to know its key, the rest left as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.extraction.records import repaired_row
from tap_callgear.extraction.rows import decoder_of, unreadable, untyped_decoder_of, values_in
from tap_callgear.extraction.typed_rows import MISSING, scalar_type

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from tap_callgear.extraction.records import RecordType


class KeyedRow(msgspec.Struct, frozen=True, gc=False):
    """A row whose key is known.

    Attributes:
        key: Its primary key, typed, without the parts that the request knows.
        raw: The row as JSON text.
    """

    key: tuple[Any, ...]
    raw: msgspec.Raw


class KeyReader:
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

    def read(self, raws: Iterable[msgspec.Raw]) -> list[KeyedRow]:
        """Read the rows of a page, in the order they came.

        Args:
            raws: The rows as JSON text.

        Returns:
            The rows.

        Raises:
            TransientError: A row lacks its key, so the reply cannot be what the API meant to send.
        """
        try:
            return [KeyedRow(self._key(raw), raw) for raw in raws]
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
