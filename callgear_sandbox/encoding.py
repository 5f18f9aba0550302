"""JSON as the sandbox writes it."""

from __future__ import annotations

import msgspec

Json = dict[str, object]

_encoder = msgspec.json.Encoder(decimal_format="number")


def encoded(content: object) -> bytes:
    """Encode a value; money as a number with all its digits."""
    return _encoder.encode(content)


def encode_into(content: object, page: bytearray) -> None:
    """Encode a value at the end of a page."""
    _encoder.encode_into(content, page, -1)
