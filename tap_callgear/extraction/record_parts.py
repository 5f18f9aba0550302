"""From the rows of a part of a report to its records: in order, each once, and of the time that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_callgear.extraction.reading import TimedRecord
from tap_callgear.extraction.times import utc_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.timed_rows import TimedRow, TimedRowReader
    from tap_callgear.extraction.times import LocalTime


@dataclass(frozen=True)
class Part:
    """Rows that may leave: those from a start up to a boundary."""

    rows: Sequence[TimedRow]
    start: LocalTime
    boundary: LocalTime


class PartBuilder:
    """Builds the records of parts, from one instant to another."""

    def __init__(
        self,
        rows: TimedRowReader,
        records: RecordType,
        span: tuple[datetime, datetime],
        *,
        zone: AccountZone,
        check: Callable[[], None],
    ) -> None:
        """Build nothing yet.

        Args:
            rows: Knows the instants of rows.
            records: Builds the records.
            span: The first instant and the one after the last, aware.
            zone: Reads the account's local time.
            check: Raises where the run is to end.
        """
        self._rows = rows
        self._records = records
        self._start = span[0]
        self._first, self._last = (utc_form(instant) for instant in span)
        self._zone = zone
        self._check = check

    def in_order(self, part: Part) -> Iterator[TimedRecord]:
        """Build the records of a part.

        Args:
            part: The part.

        Yields:
            The records, each with its time, in the order of time and key.
        """
        rows = {row.key: row for row in part.rows if part.start <= row.local_time < part.boundary}
        first, last, instant = self._first, self._last, self._rows.instant
        timed = [
            (text, row.key, row.raw)
            for row in rows.values()
            if (text := instant(row)) < last and (text >= first or self._may_be_in_range(row))
        ]
        timed.sort()
        check, read = self._check, self._records.read
        for text, _, raw in timed:
            check()
            yield TimedRecord(text, read(raw, text))

    def _may_be_in_range(self, row: TimedRow) -> bool:
        """Whether a row of a repeated hour that looks too early may be of the hour's second pass."""
        return self._zone.is_ambiguous(row.local_time) and self._zone.latest_instant(row.local_time) >= self._start
