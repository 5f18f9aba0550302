"""The rows of a page in order: each read just far enough to know its time and its key, the rest left as bytes."""

from __future__ import annotations

import operator
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.account_zone import parse_second
from tap_callgear.extraction.records import repaired_row
from tap_callgear.extraction.typed_rows import scalar_type
from tap_callgear.extraction.values import parse

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from tap_callgear.extraction.account_zone import AccountZone, LocalTime
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import ReportRequest


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row whose time and key are known.

    Attributes:
        local_time: Its time on the account's clocks.
        time: The text of that time as the API sent it.
        key: Its primary key, typed.
        raw: The row as JSON text.
    """

    local_time: LocalTime
    time: str
    key: tuple[Hashable, ...]
    raw: msgspec.Raw


class RowReader:
    """Reads the time and the key of rows."""

    def __init__(self, report: ReportRequest, records: RecordType, zone: AccountZone) -> None:
        """Prepare to read just those fields.

        Args:
            report: Names the fields.
            records: Types the key's values.
            zone: Reads the account's local time.
        """
        self._names = tuple(dict.fromkeys((report.replication_key, *report.keys)))
        self._key = slice(0 if report.replication_key in report.keys else 1, None)
        time, *keys = self._names
        self._typed = decoder_of(
            [(time, str, ""), *((name, scalar_type(records.schema_of(name)), None) for name in keys)]
        )
        self._untyped = untyped_decoder_of(self._names)
        self._report = report
        self._records = records
        self._zone = zone

    def read(self, raws: Iterable[msgspec.Raw]) -> list[Row]:
        """Read the rows of a page, in the order they came.

        Args:
            raws: The rows as JSON text.

        Returns:
            The rows.

        Raises:
            TransientError: A row lacks its time or its key, so the reply cannot be what the API meant to send.
        """
        try:
            return [self._read(raw) for raw in self._records.reshape(raws)]
        except (msgspec.DecodeError, ValueError, OverflowError) as error:  # ValueError: no time, or no whole Unicode
            raise unreadable(self._report.method, (self._report.replication_key,)) from error

    def instant(self, row: Row) -> str:
        """Return a row's time in the one form that leaves the tap."""
        text = self._zone.utc_text(row.time)
        if text is None:
            message = f"a row of {self._report.method} came with a time beyond the calendar"
            raise TransientError(message)
        return text

    def _read(self, raw: msgspec.Raw) -> Row:
        try:
            values = msgspec.structs.astuple(self._typed.decode(raw))
        except msgspec.ValidationError:
            values = self._read_leniently(raw)
        except UnicodeDecodeError:
            return self._read(repaired_row(raw))
        time: str = values[0]
        local_time = parse_second(time)
        if local_time.tzinfo is not None:
            local_time = self._zone.local_time(local_time)
        key = values[self._key]
        if None in key:
            raise unreadable(self._report.method, self._report.keys)
        return Row(local_time, time, key, raw)

    def _read_leniently(self, raw: msgspec.Raw) -> tuple[Any, ...]:
        """Read a row whose key is not sent in its declared types."""
        time, *key = values_in(raw, self._untyped, self._names)
        if not isinstance(time, str):
            text = "the time is no text"
            raise msgspec.ValidationError(text)
        return time, *(self._records.value(name, value) for name, value in zip(self._names[1:], key, strict=True))


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


def is_ascending(rows: Sequence[Row]) -> bool:
    """Whether the rows' times never step back."""
    local_times = [row.local_time for row in rows]
    return all(map(operator.le, local_times, local_times[1:]))


def steps_back_with_the_clocks(rows: Sequence[Row], zone: AccountZone) -> bool:
    """Whether the rows' times step back only where the account's clocks did."""
    return all(
        before.local_time <= after.local_time
        or (zone.is_ambiguous(before.local_time) or zone.is_ambiguous(after.local_time))
        for before, after in pairwise(rows)
    )
