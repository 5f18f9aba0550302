"""The body of a reply: read in steps, into memory that is used again where it is large, and never beyond a bound.

Each step is looked through for U+0000 right away: what was just read is at hand, and a page is large.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.api.errors import TransientError
from tap_callgear.api.repair import NulWatch, has_nul, without_nul

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec
    from urllib3 import BaseHTTPResponse

    from tap_callgear.api.memory import BufferPool

Body: TypeAlias = "bytes | msgspec.Raw"
"""A reply's body; whoever reads it does not care which it is."""

ENCODINGS = ("gzip", "deflate")
"""The ways in which a reply may be compressed."""

_STEP = 1 << 18
"""Bytes to read at a time."""

_PACKED_STEP = 1 << 16
"""Bytes to read at a time of what may grow a thousandfold when it is unpacked."""

_LARGE = 1 << 20
"""Bytes from which on a body is read into memory that is used again."""

LARGEST = 1 << 28
"""Bytes that a reply may hold, unpacked: ten times what the largest page of 10,000 rows takes."""


def read_body(response: BaseHTTPResponse, pool: BufferPool) -> Body:
    """Read a body to its end, a mark in place of each U+0000 in its texts.

    Args:
        response: The reply, of which just the head was read.
        pool: Memory for large ones.

    Raises:
        TransientError: It is larger than any reply that is meant, or compressed in a way that was not asked for.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower() or "identity"
    if encoding not in {"identity", "x-gzip", *ENCODINGS}:
        text = "the reply is compressed in a way that was not asked for"
        raise TransientError(text)
    length = _length(response) if encoding == "identity" else 0
    if length > LARGEST:
        raise _too_large()
    steps = _steps(response, _STEP if encoding == "identity" else _PACKED_STEP)
    start = _first_bytes(steps)
    if len(start) < _LARGE:
        return without_nul(start) if has_nul(start) else start
    buffer, size, watch = pool.take(max(length, _LARGE)), 0, NulWatch()
    for step in chain((start,), steps):
        if size + len(step) > len(buffer):
            buffer = pool.larger(buffer, size)
        buffer[size : size + len(step)] = step
        size += len(step)
        watch.look(step)
    return without_nul(buffer[:size]) if watch.has_seen else pool.lend(buffer, size)


def _first_bytes(steps: Iterator[bytes]) -> bytes:
    """Return what is read up to where a body is large."""
    parts: list[bytes] = []
    size = 0
    while size < _LARGE and (step := next(steps, b"")):
        parts.append(step)
        size += len(step)
    return b"".join(parts)


def _steps(response: BaseHTTPResponse, amount: int) -> Iterator[bytes]:
    size = 0
    while step := response.read1(amount, decode_content=True):
        size += len(step)
        if size > LARGEST:
            raise _too_large()
        yield step


def _length(response: BaseHTTPResponse) -> int:
    """Return how long the body is going to be; 0 where that is not known."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def _too_large() -> TransientError:
    text = f"the reply is larger than {LARGEST >> 20} MiB"
    remedy = "Lower page_size; if that does not help, ask CallGear what the API sends"
    return TransientError(text, remedy=remedy, is_heavy=True, most_tries=1)
