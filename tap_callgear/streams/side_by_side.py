"""Reads the partitions of a stream side by side, each from its bookmark to the end; what was read is in the state."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias, TypeVar

from tap_callgear.api.background import side_by_side
from tap_callgear.api.errors import CallGearError, RowsMissing
from tap_callgear.customers import context_of, customer_of
from tap_callgear.extraction.read_ahead import ReadAhead
from tap_callgear.extraction.records import as_dictionary
from tap_callgear.streams.batched import BatchedStream
from tap_callgear.streams.flattening import fill_objects
from tap_callgear.streams.partitions import label, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_callgear.account import AccountTap
    from tap_callgear.extraction.estimate import Estimate
    from tap_callgear.extraction.reading import ReaderResources, RecordReader, TimedRecord
    from tap_callgear.extraction.records import Record
    from tap_callgear.progress import PartProgress, StreamProgress
    from tap_callgear.session import ApiSession
    from tap_callgear.skipped import Partition
    from tap_callgear.streams.partitions import Partitions

_T = TypeVar("_T")
_Key: TypeAlias = "tuple[tuple[str, object], ...]"
"""A partition's context, in a form that can be looked up."""


class _Run(NamedTuple):
    """One run of a stream: what a person sees of it, of each of its partitions, and what reads these."""

    progress: StreamProgress
    partitions: dict[_Key, PartProgress]
    ahead: ReadAhead[_Key, TimedRecord]


class SideBySideStream(BatchedStream):
    """A stream whose partitions are read side by side, and handed on one after the other."""

    schema: ClassVar[dict[str, Any]]
    _run: _Run | None = None

    def __init__(self, tap: AccountTap, partitions: Partitions) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
            partitions: What is read by itself.
        """
        self._partitions = partitions
        super().__init__(tap)

    @property
    def partitions(self) -> list[dict[str, Any]] | None:
        """Return a partition for each customer user of an agent, and within it one for each entry of the parent."""
        return [dict(context) for context in self.contexts if context] or None

    @property
    def contexts(self) -> Sequence[Context | None]:
        """Return the partitions to read; None alone where there is one and it has no name."""
        return self._partitions.contexts

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the stream was skipped, or never came, so far."""
        return not self._partitions.are_incomplete

    def label(self, context: Context | None) -> str:
        """Name a partition, for people."""
        return label(self.name, context)

    def partition_of(self, customer: int | None) -> Partition:
        """Name what a customer has of the stream, for what is skipped."""
        return self._partitions.named(context_of(customer))

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
    def _reader(self, session: ApiSession, context: Context | None, resources: ReaderResources) -> RecordReader:
        """Return what reads a partition; nothing of it is asked yet."""

    def sample(self, customer: int | None) -> list[dict[str, Any]]:
        """Read a record with one request, to see that the stream can be read at all.

        Args:
            customer: The customer of an agent to ask for; None for the account itself.

        Returns:
            The record, if there is any.

        Raises:
            CallGearError: The stream cannot be read.
        """
        session = self._account.connect()
        progress = session.progress.stream(self.logger).part()
        resources = session.reader_resources(progress.stats, progress)
        return [
            self._dictionary_of(timed.record)
            for context in self._partitions.sample(customer)
            for timed in self._reader(session, context, resources).sample(1)
        ]

    def estimates(self) -> Iterator[tuple[Context | None, Estimate]]:
        """Say for each partition how many records a sync would read and what they cost.

        Yields:
            Each partition that can be read, with its estimate.
        """
        most = self._account.connect().settings.max_parallel_requests
        contexts = (context for context in self.contexts if not self._partitions.is_barred(context))
        for context, estimated in side_by_side(self.estimate, contexts, most):
            if (estimate := self._partitions.settled(context, estimated)) is not None:
                self._partitions.were_read(context)
                yield context, estimate

    def _read(self, context: Context | None, take: Callable[[Iterator[Record]], Iterable[_T]]) -> Iterator[_T]:
        """Have the records taken part by part, and keep in the state how far that came."""
        if (context is None and self._partitions.parent) or self._partitions.is_barred(context):
            return  # there is no entry to ask for, or nobody to ask
        with self._followed() as run:
            progress = run.partitions.setdefault(_key_of(context), run.progress.part(words(context)))
            run.progress.begin(progress)
            try:
                for part in run.ahead.take(_key_of(context)):
                    yield from take(progress.counted(part))
                    self._checkpoint(context, progress.last)
            except RowsMissing as loss:
                self._checkpoint(context, progress.last)
                self._partitions.lack_rows(context, loss)
            except CallGearError as error:
                self._checkpoint(context, progress.last)
                self._partitions.skip_or_raise(context, error, has_answered=progress.stats.points > 0)
            else:
                self._partitions.were_read(context)
            finally:
                run.progress.end(progress)

    def _parts(
        self, context: Context | None, progress: PartProgress, is_due: Callable[[], bool]
    ) -> Iterator[Iterator[TimedRecord]]:
        """Yield the records of a partition part by part; nothing of it is asked before the first is."""
        session = self._account.connect()
        resources = session.reader_resources(progress.stats, progress, is_due=is_due)
        reader = self._reader(session, context, resources)
        try:
            if self.ABORT_AT_RECORD_COUNT is not None:
                yield reader.sample(self.ABORT_AT_RECORD_COUNT + 1)
            else:
                yield from reader.read()
        finally:
            progress.left_out = reader.left_out

    @contextmanager
    def _followed(self) -> Iterator[_Run]:
        """Have the partitions read side by side, the reading followed, and summed up at the end."""
        if self._run is not None:
            yield self._run
            return
        session = self._account.connect()
        unit = "partition" if self._partitions.parent else "user"
        progress = session.progress.stream(self.logger, len(self.contexts), unit)
        partitions = {_key_of(context): progress.part(words(context)) for context in self.contexts}
        is_alone = len(partitions) == 1 or self.ABORT_AT_RECORD_COUNT is not None
        ahead: ReadAhead[_Key, TimedRecord] = ReadAhead(
            [key for key in partitions if not self._account.skipped.barred(customer_of(dict(key)))],
            lambda key, is_due: self._parts(dict(key) or None, partitions[key], is_due),
            most=1 if is_alone else session.settings.max_parallel_requests,
            check=session.clock.check,
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
