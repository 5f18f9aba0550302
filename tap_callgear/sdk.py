"""The Singer SDK's private members that this tap replaces or needs: in this one place, each under a name of its own.

The SDK writes and counts record by record, moves a bookmark back or refuses records that are older than it, and tells
targets to drop what they hold before it has read what is to stand there instead. It has no public seam for any of
that. tests/test_state.py holds by what a sync does that these members are still what the SDK goes by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk import Stream, Tap
from singer_sdk.helpers._batch import BaseBatchFileEncoding, BatchConfig
from singer_sdk.helpers._state import StateWriter

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from singer_sdk.helpers.types import Context

__all__ = ["BaseBatchFileEncoding", "BatchConfig", "SdkStream", "SdkTap", "StateWriter"]


class SdkTap(Tap):
    """A tap that leaves bookmarks and signals to others."""

    def _reset_state_progress_markers(self) -> None:
        """Leave the bookmarks of streams that there are not as they are; those of the others are tidy."""

    def _setup_signal_handlers(self) -> None:
        """Leave signals to the command line: the SDK would write a STATE wherever it is, and exit with 0."""


class SdkStream(Stream):
    """A stream that moves no bookmark by itself, and activates a version only when it is told to."""

    def sync_records(self, context: Context | None, *, write_messages: bool) -> Generator[dict[str, Any], Any, Any]:
        """Read the records, and write them one by one.

        Args:
            context: The partition, where there are any.
            write_messages: Whether to write them, rather than to yield them alone.

        Yields:
            The records.
        """
        yield from super()._sync_records(context, write_messages=write_messages)

    @property
    def version(self) -> int | None:
        """Return the version of the table that is being read, where targets are told of versions."""
        return self._stream_version

    def activate_version(self) -> None:
        """Have targets drop what is of an earlier version, where they are told of versions."""
        if self._stream_version is not None:
            super()._write_activate_version_message(self._stream_version)

    def write_schema(self) -> None:
        """Write the SCHEMA."""
        self._write_schema_message()

    def write_record(self, record: dict[str, Any]) -> None:
        """Write what the maps make of a record."""
        self._write_record_message(record)

    def write_state(self) -> None:
        """Write a STATE of all that was read."""
        self._tap.state_writer.write_state(self.tap_state)

    def mapped(self, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what is to be written of a record: what the maps and the flattening make of it."""
        for message in self._generate_record_messages(record):
            yield message.record

    def _increment_stream_state(self, latest_record: dict[str, Any], *, context: Context | None = None) -> None:
        """Leave the bookmark alone: it moves by windows."""

    def _write_activate_version_message(self, full_table_version: int) -> None:
        """Defer ACTIVATE_VERSION: a target then drops what it holds, which is to be done once all was read again."""

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        yield from self.sync_records(context, write_messages=write_messages)
