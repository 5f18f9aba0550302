"""Writes Singer messages to stdout in blocks: a STATE never overtakes its records, a reader never waits long."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.singerlib.encoding.base import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import Message, RecordMessage, StateMessage

from tap_callgear.api.clock import SystemClock
from tap_callgear.output import OutputLost, write_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_callgear.api.clock import Clock
    from tap_callgear.extraction.records import Record
    from tap_callgear.output import Sink

_BLOCK = 1 << 16
"""Bytes that are written at a time."""

_LONGEST_WAIT = 0.5
"""Seconds after which a block is written however small it is, once another record comes."""


def _encode_other(value: object) -> str:
    """Encode what JSON has no form for."""
    return str(value)


def _with_whole_characters(value: object) -> object:
    """Return what a state or a map of the user made, with a mark in place of half a character: it cannot be written."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_with_whole_characters(name): _with_whole_characters(each) for name, each in value.items()}
    return [_with_whole_characters(each) for each in value] if isinstance(value, (list, tuple)) else value


def record_encoder() -> msgspec.json.Encoder:
    """Return what encodes records, numbers to the last digit."""
    return msgspec.json.Encoder(enc_hook=_encode_other, decimal_format="number")


class BlockWriter(GenericSingerWriter[bytes, Message]):
    """Encodes messages with msgspec and writes them in blocks.

    Attributes:
        is_state_due: Whether records were written that no STATE follows yet.
    """

    def __init__(self, sink: Sink | None = None, clock: Clock | None = None) -> None:
        """Start with nothing to write.

        Args:
            sink: Where to write; stdout, if left out.
            clock: Says when a record was read, and how long one has waited; the machine's, if left out.
        """
        super().__init__()
        self._sink = sink
        self._clock: Clock = clock or SystemClock()
        self._encoder = record_encoder()
        self._block = bytearray()
        self._loss: OutputLost | None = None
        self._written_at = self._clock.monotonic()
        self._records = 0
        self.is_state_due = False

    def serialize_message(self, message: Message) -> bytes:
        """Encode a message as one line of JSON."""
        told = message.to_dict()
        try:
            return self._encoder.encode(told) + b"\n"
        except UnicodeEncodeError:
            return self._encoder.encode(_with_whole_characters(told)) + b"\n"

    def write_message(self, message: Message) -> None:
        """Put a message behind those before it, and write the block where that is due."""
        self._block += self.serialize_message(message)
        if isinstance(message, (RecordMessage, StateMessage)):
            self.is_state_due = isinstance(message, RecordMessage)
        if not isinstance(message, RecordMessage) or self._is_due():
            self.flush()

    def write_records(self, stream: str, records: Iterable[Record], version: int | None = None) -> int:
        """Write records that nobody has to look at any more, each encoded right into the block.

        Args:
            stream: The name of their stream.
            records: The records, none of which has to be waited for.
            version: The version of the table that they belong to, where there is one.

        Returns:
            How many there were.
        """
        records_before = self._records
        encode_into = self._encoder.encode_into
        before, after = self.around_records(stream, version)
        block = self._block
        for record in records:
            self._records += 1
            block += before
            encode_into(record, block, -1)
            block += after
            if len(block) >= _BLOCK:
                self.flush()
                before, after = self.around_records(stream, version)
                block = self._block
        self.is_state_due = self.is_state_due or self._records > records_before
        if self._is_due():
            self.flush()
        return self._records - records_before

    def around_records(self, stream: str, version: int | None) -> tuple[bytes, bytes]:
        """Return the text that comes before and after a record, as of now.

        Args:
            stream: The name of the record's stream.
            version: The version of the table that the record belongs to, where there is one.

        Returns:
            Both texts.
        """
        now = self._clock.now()
        line = self.serialize_message(RecordMessage(stream, {}, version=version, time_extracted=now))
        before, _, after = line.partition(b"{}")
        return before, after

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            OutputLost: Whoever reads has gone, or there is no room; then nothing is ever written again, lest a STATE
                follow records that did not leave.
        """
        if self._loss is not None:
            raise self._loss
        if not self._block:
            return
        block, self._block = self._block, bytearray()
        try:
            write_all(self._sink or sys.stdout.buffer, block)
        except OutputLost as loss:
            self._loss = loss
            raise
        self._written_at = self._clock.monotonic()

    def _is_due(self) -> bool:
        return len(self._block) >= _BLOCK or self._clock.monotonic() - self._written_at > _LONGEST_WAIT
