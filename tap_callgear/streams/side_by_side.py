"""Reads the partitions of a stream side by side, each from its bookmark to the end; what was read is in the state."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from tap_callgear.api.errors import CallGearError, RowsMissing
from tap_callgear.background import side_by_side
from tap_callgear.customers import USER_ID
from tap_callgear.extraction.read_ahead import ReadAhead
from tap_callgear.extraction.records import as_dictionary
from tap_callgear.streams.flattening import fill_objects
from tap_callgear.streams.partitioned import PartitionedStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from singer_sdk.helpers.types import Context

    from tap_callgear.extraction.estimate import Estimate
    from tap_callgear.extraction.reading import RecordReader, TimedRecord, Tools
    from tap_callgear.extraction.records import Record
    from tap_callgear.progress import PartProgress, StreamProgress
    from tap_callgear.session import ApiSession

_T = TypeVar("_T")
_Key: TypeAlias = "tuple[tuple[str, object], ...]"
"""A partition's context, in a form that can be looked up."""


class _Run(NamedTuple):
    """One run of a stream: what a person sees of it, of each of its partitions, and what reads these."""

    progress: StreamProgress
    partitions: dict[_Key, PartProgress]
    ahead: ReadAhead[_Key, TimedRecord]


class SideBySideStream(PartitionedStream):
    """A stream whose partitions are read side by side, and handed on one after the other."""

    _run: _Run | None = None

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Read the records from the bookmark, less the lookback, up to the end.

        Args:
            context: The partition, where there are any.

        Yields:
            The records, in order.

        Raises:
            CallGearError: The reading cannot go on; what was read before is in the state.
        """
        yield from self._read(context, partial(map, self._dictionary_of))

    def _dictionary_of(self, record: Record) -> dict[str, Any]:
        """Return a record for the SDK's maps; where they flatten, every object that they would flatten is there."""
        parts = as_dictionary(record)
        options = self.stream_maps[0].flattening_options
        if options is not None and options.enabled:
            fill_objects(parts, type(self).schema["properties"], options.max_level)
        return parts

    @abstractmethod
    def estimate(self, context: Context | None) -> Estimate:
        """Say how many records a sync would read and what they cost.

        Args:
            context: The partition, where there are any.

        Returns:
            The records and the points that they cost.
        """

    @abstractmethod
    def _reading(self, connection: ApiSession, context: Context | None, tools: Tools) -> RecordReader:
        """Prepare to read a partition; nothing of it is asked yet."""

    def sample(self, customer: int | None) -> list[dict[str, Any]]:
        """Read a record with one request, to see that the stream can be read at all.

        Args:
            customer: The customer of an agent to ask for; None for the account itself.

        Returns:
            The record, if there is any.

        Raises:
            CallGearError: The stream cannot be read.
        """
        context: Context | None = None if customer is None else {USER_ID: customer}
        if self.parent is not None:
            entries = self._entries_of(context).values
            if not entries:
                return []
            context = self._named(context, entries[0])
        connection = self._account.connect()
        progress = connection.progress.stream(self.logger).part()
        reading = self._reading(connection, context, connection.tools(progress.stats, progress))
        return [self._dictionary_of(record) for _, record in reading.sample(1)]

    def estimates(self) -> Iterator[tuple[Context | None, Estimate]]:
        """Say for each partition how many records a sync would read and what they cost.

        Yields:
            Each partition that can be read, with its estimate.
        """
        most = self._account.connect().settings.max_parallel_requests
        contexts = (context for context in self.contexts if not self._is_barred(context))
        for context, estimated in side_by_side(self.estimate, contexts, most):
            if (estimate := self._settled(context, estimated)) is not None:
                self._account.skipped.add_read(self, context)
                yield context, estimate

    def _read(self, context: Context | None, take: Callable[[Iterator[Record]], Iterable[_T]]) -> Iterator[_T]:
        """Have the records taken part by part, and keep in the state how far that came."""
        if (context is None and self.parent is not None) or self._is_barred(context):
            return  # there is no entry to ask for, or nobody to ask
        with self._followed() as run:
            progress = run.partitions.setdefault(_key_of(context), run.progress.part(self.words(context)))
            run.progress.begin(progress)
            try:
                for part in run.ahead.take(_key_of(context)):
                    yield from take(progress.counted(part))
                    self._checkpoint(context, progress.last)
            except RowsMissing as loss:
                self._checkpoint(context, progress.last)
                self._is_skipped = True
                self._account.skipped.add_incomplete(self, context, loss)
            except CallGearError as error:
                self._checkpoint(context, progress.last)
                self._skip_or_raise(context, error, has_answered=progress.stats.points > 0)
            else:
                self._account.skipped.add_read(self, context)
            finally:
                run.progress.end(progress)

    def _parts(
        self, context: Context | None, progress: PartProgress, is_due: Callable[[], bool]
    ) -> Iterator[Iterator[TimedRecord]]:
        """Yield the records of a partition part by part; nothing of it is asked before the first is."""
        connection = self._account.connect()
        reading = self._reading(connection, context, connection.tools(progress.stats, progress, is_due=is_due))
        try:
            if self.ABORT_AT_RECORD_COUNT is not None:
                yield reading.sample(self.ABORT_AT_RECORD_COUNT + 1)
            else:
                yield from reading.read()
        finally:
            progress.left_out = reading.left_out

    @contextmanager
    def _followed(self) -> Iterator[_Run]:
        """Have the partitions read side by side, the reading followed, and summed up at the end."""
        if self._run is not None:
            yield self._run
            return
        connection = self._account.connect()
        unit = "partition" if self.parent else "user"
        progress = connection.progress.stream(self.logger, len(self.contexts), unit)
        partitions = {_key_of(context): progress.part(self.words(context)) for context in self.contexts}
        is_alone = len(partitions) == 1 or self.ABORT_AT_RECORD_COUNT is not None
        ahead: ReadAhead[_Key, TimedRecord] = ReadAhead(
            [key for key in partitions if not self._account.skipped.barred(dict(key))],
            lambda key, is_due: self._parts(dict(key) or None, partitions[key], is_due),
            most=1 if is_alone else connection.settings.max_parallel_requests,
            check=connection.clock.check,
        )
        self._run = _Run(progress, partitions, ahead)
        try:
            yield self._run
        finally:
            ahead.close()
            progress.finish()
            self._run = None


def _key_of(context: Context | None) -> _Key:
    return tuple((context or {}).items())
