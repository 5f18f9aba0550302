"""Writes what the streams emit as messages of the Airbyte protocol, in blocks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.encoding.simple import Message, RecordMessage

from tap_callgear.airbyte import messages
from tap_callgear.airbyte.state import blob_of
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_callgear.airbyte.catalog import Requested
    from tap_callgear.airbyte.failures import Failure
    from tap_callgear.airbyte.messages import Status
    from tap_callgear.api.clock import Clock
    from tap_callgear.output import Output

Json = dict[str, Any]


class AirbyteWriter(BlockWriter):
    """Writes RECORD and STATE messages of the stream that is being read, and all that is said about it."""

    def __init__(self, output: Output, clock: Clock) -> None:
        """Start with no stream.

        Args:
            output: Where the protocol is spoken.
            clock: Says when something was read or told.
        """
        super().__init__(output, clock)
        self._stream: Requested | None = None
        self._is_running = False
        self._blob: Json | None = None
        self._covered = 0

    def send(self, message: Mapping[str, Any]) -> None:
        """Write a message behind all that came before it, at once."""
        self._block += self._encoder.encode(message) + b"\n"
        self.flush()

    def begin(self, stream: Requested) -> None:
        """Say that a stream is begun; what is written from now on is its."""
        self._stream = stream
        self._is_running = False
        self._blob = None
        self._covered = self._records
        self._tell("STARTED")

    def complete(self, state: Mapping[str, Any]) -> None:
        """Say that the stream is read to its end, with a last state where there was none since the last record.

        Args:
            state: The Singer state.
        """
        self._end(state, "COMPLETE")

    def fail(self, failure: Failure) -> None:
        """Say why a command failed.

        Args:
            failure: Why.
        """
        self.send(messages.error(failure, None, self._now()))

    def abandon(self, state: Mapping[str, Any], failure: Failure | None = None) -> None:
        """Say that the stream ended early, how far it came, and why.

        Args:
            state: The Singer state.
            failure: Why, unless a signal ended it.
        """
        stream = self._stream
        self._end(state, "INCOMPLETE")
        if failure is not None and stream is not None:
            self.send(messages.error(failure, stream.name, self._now()))

    def refuse(self, stream: Requested, failure: Failure) -> None:
        """Say that a stream cannot even be begun.

        Args:
            stream: The stream.
            failure: Why.
        """
        self.send(messages.stream_status(stream.name, "INCOMPLETE", self._now()))
        self.send(messages.error(failure, stream.name, self._now()))

    def checkpoint(self, state: Mapping[str, Any]) -> None:
        """Write the state of the stream that is being read, where it or what it covers is new; the others have theirs.

        Args:
            state: The Singer state.
        """
        if self._stream is None:
            return
        blob = blob_of(state, self._stream)
        uncovered = self._records - self._covered
        if uncovered or blob != self._blob:
            self.send(messages.state(self._stream.name, blob, uncovered))
            self._blob = blob
            self._covered = self._records

    def write_message(self, message: Message) -> None:
        """Write a record; what else Singer has to say, the catalog says, or `checkpoint` is told."""
        if isinstance(message, RecordMessage):
            self.write_records(message.stream, (message.record,))

    def write_records(self, stream: str, records: Iterable[Any], version: int | None = None) -> int:
        """Write records, counting each, and saying before the first one that there are some.

        Args:
            stream: The name of their stream.
            records: The records.
            version: What Singer calls a version of a table.

        Returns:
            How many there were.
        """
        records = iter(records)
        if (first := next(records, None)) is None:
            return 0
        if not self._is_running:
            self._is_running = True
            self._tell("RUNNING")
        return super().write_records(stream, itertools.chain((first,), records), version)

    def around_records(self, stream: str, version: int | None) -> tuple[bytes, bytes]:  # noqa: ARG002 - Singer's
        """Return what stands before and after a record."""
        before = b'{"type":"RECORD","record":{"stream":' + self._encoder.encode(stream) + b',"data":'
        return before, b',"emitted_at":%d}}\n' % self._now()

    def _end(self, state: Mapping[str, Any], status: Status) -> None:
        self.checkpoint(state)
        self._tell(status)
        self._stream = None

    def _tell(self, status: Status) -> None:
        if self._stream is not None:
            self.send(messages.stream_status(self._stream.name, status, self._now()))

    def _now(self) -> int:
        """Return the present in milliseconds since 1970."""
        return int(self._clock.now().timestamp() * 1000)
