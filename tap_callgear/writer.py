"""Writes Singer messages to stdout in blocks: a STATE never overtakes its records, a reader never waits long."""

from __future__ import annotations

import sys
import time

import msgspec
from singer_sdk.singerlib.encoding.base import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import Message, RecordMessage

_BLOCK = 1 << 16
"""Bytes that are written at a time."""

_LONGEST_WAIT = 0.5
"""Seconds after which a block is written however small it is, once another record comes."""


def _encode_other(value: object) -> str:
    """Encode what JSON has no form for."""
    return str(value)


class BlockWriter(GenericSingerWriter[bytes, Message]):
    """Encodes messages with msgspec and writes them in blocks."""

    def __init__(self) -> None:
        """Start with nothing to write."""
        super().__init__()
        self._encoder = msgspec.json.Encoder(enc_hook=_encode_other, decimal_format="number")
        self._block = bytearray()
        self._written_at = time.monotonic()

    def serialize_message(self, message: Message) -> bytes:
        """Encode a message as one line of JSON."""
        return self._encoder.encode(message.to_dict()) + b"\n"

    def write_message(self, message: Message) -> None:
        """Put a message behind those before it, and write the block where that is due."""
        self._block += self.serialize_message(message)
        if not isinstance(message, RecordMessage) or self._is_due():
            self.flush()

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            BrokenPipeError: Whoever reads has gone.
        """
        block, self._block = self._block, bytearray()
        sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()
        self._written_at = time.monotonic()

    def _is_due(self) -> bool:
        return len(self._block) >= _BLOCK or time.monotonic() - self._written_at > _LONGEST_WAIT
