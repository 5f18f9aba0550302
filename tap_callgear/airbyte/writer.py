"""Writes what the streams emit as messages of the Airbyte protocol, in blocks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.encoding.simple import Message, RecordMessage, StateMessage

from tap_callgear.airbyte import messages
from tap_callgear.airbyte.state import blob_of
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.airbyte.catalog import Requested
    from tap_callgear.airbyte.failures import Failure
    from tap_callgear.airbyte.messages import Status
    from tap_callgear.airbyte.output import Output

Json = dict[str, Any]


class AirbyteWriter(BlockWriter):
    """Writes RECORD and STATE messages of the stream that is being read, and all that is said about it."""

    def __init__(self, output: Output) -> None:
        """Start with no stream.

        Args:
            output: Where the protocol is spoken.
        """
        super().__init__()
        self._output = output
        self._stream: Requested | None = None
        self._is_running = False
        self._blob: Json | None = None
        self._uncovered = 0

    def send(self, message: Mapping[str, Any]) -> None:
        """Write a message behind all that came before it, at once."""
        self._block += self._encoder.encode(message) + b"\n"
        self.flush()

    def begin(self, stream: Requested) -> None:
        """Say that a stream is begun; what is written from now on is its."""
        self._stream = stream
        self._is_running = False
        self._blob = None
        self._uncovered = 0
        self._tell("STARTED")

    def complete(self, state: Mapping[str, Any]) -> None:
        """Say that the stream is read to its end, with a last state where there was none since the last record.

        Args:
            state: The Singer state.
        """
        self._end(state, "COMPLETE")

    def abandon(self, state: Mapping[str, Any], failure: Failure | None = None) -> None:
        """Say that the stream ended early, how far it came, and why.

        Args:
            state: The Singer state.
            failure: Why, unless a signal ended it.
        """
        stream = self._stream
        self._end(state, "INCOMPLETE")
        if failure is not None and stream is not None:
            self.send(messages.error(failure, stream.name, now()))

    def checkpoint(self, state: Mapping[str, Any]) -> None:
        """Write a state where records have left since the last one.

        Args:
            state: The Singer state.
        """
        if self._uncovered:
            self._send_state(state)
        self.flush()

    def write_message(self, message: Message) -> None:
        """Write a record or a state; what else Singer has to say, the catalog has said before."""
        if isinstance(message, RecordMessage):
            self._count(1)
            before, after = self.envelope(message.stream, None)
            self._block += before + self._encoder.encode(message.record) + after
            if self._is_due():
                self.flush()
        elif isinstance(message, StateMessage):
            self._send_state(message.value)

    def envelope(self, stream: str, version: int | None) -> tuple[bytes, bytes]:  # noqa: ARG002 - Singer's
        """Give what stands before and after a record."""
        before = b'{"type":"RECORD","record":{"stream":' + self._encoder.encode(stream) + b',"data":'
        return before, b',"emitted_at":%d}}\n' % now()

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            OutputLost: Whoever reads has gone, or there is no room.
        """
        block, self._block = self._block, bytearray()
        self._output.write(block)
        self._written_at = time.monotonic()

    def _count(self, records: int) -> None:
        if not self._is_running:
            self._is_running = True
            self._tell("RUNNING")
        self._uncovered += records

    def _end(self, state: Mapping[str, Any], status: Status) -> None:
        self._send_state(state)
        self._tell(status)
        self._stream = None

    def _send_state(self, state: Mapping[str, Any]) -> None:
        """Write the state of the stream that is being read, where it or what it covers is new."""
        if self._stream is None:
            return
        blob = blob_of(state, self._stream)
        if self._uncovered or blob != self._blob:
            self.send(messages.state(self._stream.name, blob, self._uncovered))
            self._blob = blob
            self._uncovered = 0

    def _tell(self, status: Status) -> None:
        if self._stream is not None:
            self.send(messages.stream_status(self._stream.name, status, now()))


def now() -> int:
    """Give the present in milliseconds since 1970."""
    return time.time_ns() // 1_000_000
