"""Streams that are written to files, where the setting `batch_config` asks for it, and told of in BATCH messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import CallGearError
from tap_callgear.batch_files import BatchFiles
from tap_callgear.inputs.batch_config import unwritable
from tap_callgear.streams.windowed import WindowedStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from singer_sdk.helpers.types import Context

    from tap_callgear.extraction.records import Record
    from tap_callgear.sdk import BaseBatchFileEncoding, BatchConfig

_JSON_LINES = "jsonl"


class BatchedStream(WindowedStream):
    """A stream whose windows are written to files of JSON lines, or to what other files the SDK writes."""

    _files: BatchFiles | None = None
    _is_told = False

    def get_batch_config(self, config: Mapping[str, Any]) -> BatchConfig | None:
        """Return how and where files are to be written; None where messages are, as of several streams made of one.

        Args:
            config: The settings.
        """
        batch_config = super().get_batch_config(config)
        if batch_config is None or len(self.stream_maps) == 1:
            return batch_config
        if not self._is_told:
            self._is_told = True
            self.logger.warning(
                "stream_maps make several streams of %s: their records are written as messages, not to files.",
                self.name,
            )
        return None

    def get_batches(
        self, batch_config: BatchConfig, context: Context | None = None
    ) -> Iterable[tuple[BaseBatchFileEncoding, list[str]]]:
        """Write the records to files.

        Args:
            batch_config: How and where.
            context: The partition, where there are any.

        Yields:
            The encoding, and the addresses of some files.

        Raises:
            ConfigurationError: A file cannot be written.
        """
        is_activated = False
        for batch in self._batches(batch_config, context):
            if not is_activated:
                # Files carry no version: after the first of them, a target might drop what it brought.
                self.activate_version()
                is_activated = True
            yield batch
        if not is_activated and self.is_whole:
            self.activate_version()

    def _batches(
        self, batch_config: BatchConfig, context: Context | None
    ) -> Iterator[tuple[BaseBatchFileEncoding, list[str]]]:
        try:
            if batch_config.encoding.format != _JSON_LINES:
                yield from super().get_batches(batch_config, context)
                return
            clock = self._account.connect().clock
            with BatchFiles(batch_config, f"{self.tap_name}--{self.name}", clock) as files:
                self._files = files
                for address in self._addresses(files, context):
                    yield batch_config.encoding, [address]
        except Exception as error:
            if error is self._fault or isinstance(error, CallGearError):
                raise
            raise unwritable(self.config, error) from None
        finally:
            self._files = None

    def _addresses(self, files: BatchFiles, context: Context | None) -> Iterator[str]:
        """Have the records written, and name each file as soon as it is complete, the last one also after a failure."""
        with self._followed(), self.get_record_counter() as counter, self.get_sync_timer() as timer:

            def write(records: Iterator[Record]) -> Iterator[str]:
                before = files.records
                yield from files.write(records if self._is_record_final else self._mapped(records))
                counter.increment(files.records - before)

            try:
                for part in (context,) if context else self.contexts:
                    counter.with_context(part)
                    timer.with_context(part)
                    yield from self._read(part, write)
            except CallGearError:
                if files.has_records:
                    yield files.complete()
                raise
            if files.has_records:
                yield files.complete()

    def _mapped(self, records: Iterable[Record]) -> Iterator[Mapping[str, Any]]:
        """Give what the SDK makes of records, with its maps, its flattening and what is left out of objects."""
        for record in records:
            yield from self.mapped(self._dictionary_of(record))

    @property
    def _can_write_state(self) -> bool:
        """Whether no record waits to be in a file that is complete, so that a STATE may follow it."""
        if self._files is not None:
            return not self._files.has_records
        return super()._can_write_state and not self.get_batch_config(self.config)
