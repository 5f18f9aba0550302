"""Records of reports: built from rows that are laid out first, and numbered where no column tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.extraction.reading import TimedRecord
from tap_callgear.extraction.records import RecordType, as_dictionary
from tap_callgear.reports.layout import ROW_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import msgspec

    from tap_callgear.extraction.reading import RecordReader
    from tap_callgear.reports.layout import Layout


class ReportRecords(RecordType):
    """Turns rows whose columns are not the stream's properties into records."""

    def __init__(self, layout: Layout, wanted: Iterable[str], **given: Any) -> None:  # noqa: ANN401 - as its base takes
        """Compile the converters.

        Args:
            layout: Knows what comes of which column.
            wanted: The properties to build.
            given: What else records are built by.
        """
        super().__init__(layout.row_schema, (name for name in wanted if name != ROW_NUMBER), **given)
        self._layout = layout

    def leave_out(self, names: Iterable[str]) -> None:
        """Build records without what comes of some columns from now on."""
        super().leave_out(self._layout.properties_of(names))

    def reshape(self, rows: Iterable[msgspec.Raw]) -> Iterable[msgspec.Raw]:
        """Return rows of the stream's properties."""
        return map(self._layout.reshape, rows)


class NumberedReader:
    """Reads records, and numbers those of the same second.

    A second is always read as a whole, so the numbers are the same in every reading that finds as many rows: a loader
    that merges by time and number neither loses one nor keeps one twice.
    """

    def __init__(self, reader: RecordReader) -> None:
        """Number what a reader reads."""
        self._reader = reader

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""
        return self._reader.left_out

    def read(self) -> Iterator[Iterator[TimedRecord]]:
        """Read all that is asked for; see `RecordReader.read`."""
        return map(_numbered, self._reader.read())

    def sample(self, count: int) -> Iterator[TimedRecord]:
        """Read a few records with one request; see `RecordReader.sample`."""
        return _numbered(self._reader.sample(count))


def _numbered(records: Iterable[TimedRecord]) -> Iterator[TimedRecord]:
    last, number = "", 0
    for timed in records:
        number = number + 1 if timed.bookmark == last else 1
        last = timed.bookmark
        yield TimedRecord(last, {**as_dictionary(timed.record), ROW_NUMBER: number})
