"""The glue to the Singer SDK: what it does record by record is done window by window, with a bookmark after each."""

from __future__ import annotations

import logging
from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_callgear.sdk import SdkStream
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from singer_sdk.helpers.types import Context

    from tap_callgear.account import AccountTap
    from tap_callgear.extraction.records import Record

_T = TypeVar("_T")

_TOP_LEVEL = 2
"""Length of the path of a property that is not nested: `properties` and its name."""


class WindowedStream(SdkStream):
    """A stream whose records come in windows, in the order of the replication key."""

    # Records are built in their declared types, so the SDK need not look at every value again.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        self._account = tap
        self._writer = tap.message_writer
        self._fault: Exception | None = None
        super().__init__(tap)

    @property
    def is_sorted(self) -> bool:
        """Tell the SDK that records leave in order, so that every STATE is a place to go on from."""
        return True

    @property
    @abstractmethod
    def contexts(self) -> Sequence[Context | None]:
        """Return the partitions to read; None alone where there is one and it has no name."""

    @property
    @abstractmethod
    def is_whole(self) -> bool:
        """Whether nothing of the stream was skipped, or never came, so far."""

    @abstractmethod
    def _followed(self) -> AbstractContextManager[object]:
        """Have the reading of the stream followed, and summed up at the end."""

    @abstractmethod
    def _read(self, context: Context | None, take: Callable[[Iterator[Record]], Iterable[_T]]) -> Iterator[_T]:
        """Have the records of a partition taken window by window; what they were taken for is yielded."""

    @abstractmethod
    def _dictionary_of(self, record: Record) -> dict[str, Any]:
        """Return a record for the SDK's maps."""

    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """Need no signpost: bookmarks are times of records that were read, and none of the future is asked for."""

    def log(self, message: str, *args: object, level: int = logging.INFO, **kwargs: Any) -> None:  # noqa: ANN401
        """Log as the SDK does, but leave failures to the command line, which explains them in one line."""
        if level < logging.ERROR:
            super().log(message, *args, level=level, **kwargs)

    def write_sample(self, records: Iterable[dict[str, Any]]) -> None:
        """Write the SCHEMA and some records."""
        self.write_schema()
        for record in records:
            self.write_record(record)
        self._flush()

    @property
    def read_only_state(self) -> Mapping[str, Any]:
        """Return the stream's part of the state to look at, where the SDK would make one that may be written to."""
        state: Mapping[str, Any] = self.tap_state.get("bookmarks", {}).get(self.name, {})
        return state

    def bookmark(self, context: Context | None) -> str | None:
        """Return the bookmark of a partition; any thread may ask.

        Args:
            context: The partition, where there are any.
        """
        parts = [self.read_only_state] if context is None else self.read_only_state.get("partitions", ())
        marks = [part.get("replication_key_value") for part in parts if (part.get("context") or None) == context]
        return marks[0] if marks else None

    def _checkpoint(self, context: Context | None, time: str) -> None:
        """Move the bookmark to a record's time, forward only, and write what was read, before more is waited for.

        Where that may be gone on from, a STATE follows it.

        Args:
            context: The partition, where there are any.
            time: The time of the last record that was taken; empty if there was none, or records have no times.
        """
        state = self.get_context_state(context)
        if self.replication_method == REPLICATION_INCREMENTAL and time > (state.get("replication_key_value") or ""):
            state |= {"replication_key": type(self).replication_key, "replication_key_value": time}
        if time and self._can_write_state:
            self.write_state()
        self._flush()

    @property
    def _can_write_state(self) -> bool:
        """Whether all that was read is written, or about to be, so that a STATE may follow it."""
        return True

    def _flush(self) -> None:
        """Write what waits to be written."""
        if isinstance(self._writer, BlockWriter):
            self._writer.flush()

    def sync_records(self, context: Context | None, *, write_messages: bool) -> Generator[dict[str, Any], Any, Any]:
        """Read everything, and only then have the target drop what was not read again.

        Args:
            context: The partition, where there are any.
            write_messages: Whether to write the records, rather than to yield them alone.

        Yields:
            The records, where somebody has to look at them.
        """
        try:
            with self._followed():
                if write_messages and self._is_record_final and isinstance(self._writer, BlockWriter):
                    self._write_windows(context, self._writer)
                else:
                    yield from super().sync_records(context, write_messages=write_messages)
        except Exception as error:
            self._fault = error
            raise
        if write_messages and self.is_whole:
            self.activate_version()

    def _write_windows(self, context: Context | None, writer: BlockWriter) -> None:
        """Hand whole windows to the writer, where nobody but the writer would look at their records."""

        def write(records: Iterator[Record]) -> Iterator[int]:
            yield writer.write_records(self.name, records, self.version)

        with self.get_record_counter() as counter, self.get_sync_timer() as timer:
            for part in (context,) if context else self.contexts:
                counter.with_context(part)
                timer.with_context(part)
                for count in self._read(part, write):
                    counter.increment(count)

    @cached_property
    def _is_record_final(self) -> bool:
        """Whether a record leaves just as it was built: no map, no flattening, nothing nested left out."""
        stream_map = self.stream_maps[0]
        is_unmapped = len(self.stream_maps) == 1 and type(stream_map) is SameRecordTransform
        nested = [path for path in self.mask if len(path) > _TOP_LEVEL and self.mask[path[:_TOP_LEVEL]]]
        return (
            self.selected
            and self.ABORT_AT_RECORD_COUNT is None
            and is_unmapped
            and not stream_map.flattening_enabled
            and all(self.mask[path] for path in nested)
        )
