"""The rows of a page in order: each read just far enough to know its time and its key, the rest left as bytes."""

from __future__ import annotations

import operator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.records import repaired_row
from tap_callgear.extraction.rows import Row, decoder_of, unreadable, untyped_decoder_of, values_in
from tap_callgear.extraction.times import parse_second
from tap_callgear.extraction.typed_rows import scalar_type
from tap_callgear.extraction.utc_texts import UtcTexts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import ReportRequest
    from tap_callgear.extraction.times import LocalTime


class TimedRow(Row, frozen=True, gc=False):
    """A row whose time and key are known.

    Attributes:
        local_time: Its time on the account's clocks.
        time: The text of that time as the API sent it.
    """

    local_time: LocalTime
    time: str


class TimedRowReader:
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
        self._texts = UtcTexts(zone)

    def read(self, raws: Iterable[msgspec.Raw]) -> list[TimedRow]:
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

    def instant(self, row: TimedRow) -> str:
        """Return a row's time in the one form that leaves the tap."""
        text = self._texts.utc_text(row.time)
        if text is None:
            message = f"a row of {self._report.method} came with a time beyond the calendar"
            raise TransientError(message)
        return text

    def _read(self, raw: msgspec.Raw) -> TimedRow:
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
        return TimedRow(key, raw, local_time, time)

    def _read_leniently(self, raw: msgspec.Raw) -> tuple[Any, ...]:
        """Read a row whose key is not sent in its declared types."""
        time, *key = values_in(raw, self._untyped, self._names)
        if not isinstance(time, str):
            text = "the time is no text"
            raise msgspec.ValidationError(text)
        return time, *(self._records.value(name, value) for name, value in zip(self._names[1:], key, strict=True))


def is_ascending(rows: Sequence[TimedRow]) -> bool:
    """Whether the rows' times never step back."""
    local_times = [row.local_time for row in rows]
    return all(map(operator.le, local_times, local_times[1:]))


def steps_back_with_the_clocks(rows: Sequence[TimedRow], zone: AccountZone) -> bool:
    """Whether the rows' times step back only where the account's clocks did."""
    return all(
        before.local_time <= after.local_time
        or (zone.is_ambiguous(before.local_time) or zone.is_ambiguous(after.local_time))
        for before, after in pairwise(rows)
    )
