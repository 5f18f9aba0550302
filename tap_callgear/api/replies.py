"""The body of a reply: read in steps, into memory that goes back to the system as a whole, and never beyond a bound.

Each step is looked through for U+0000 right away: what was just read is at hand, and a page is large.
"""

from __future__ import annotations

import mmap
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from tap_callgear.api.errors import TransientError
from tap_callgear.api.repair import NulWatch, has_nul, without_nul

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3 import BaseHTTPResponse

Body: TypeAlias = "bytes | msgspec.Raw"
"""A reply's body; whoever reads it does not care which it is."""

ENCODINGS = ("gzip", "deflate")
"""The ways in which a reply may be compressed."""

_STEP = 1 << 18
"""Bytes to read at a time."""

_PACKED_STEP = 1 << 16
"""Bytes to read at a time of what may grow a thousandfold when it is unpacked."""

_LARGE = 1 << 20
"""Bytes from which on a body has memory of its own from the system, which takes back all of it at once.

With a `bytearray` for each page, the peak of a run is a quarter higher: not all of it goes back.
"""

_ROOM = 1 << 25
"""Bytes of memory for a body whose length is not known, to begin with."""

LARGEST = 1 << 28
"""Bytes that a reply may hold, unpacked: ten times what the largest page of 10,000 rows takes."""


def read_body(response: BaseHTTPResponse) -> Body:
    """Read a body to its end, a mark in place of each U+0000 in its texts.

    Args:
        response: The reply, of which just the head was read.

    Raises:
        TransientError: It is larger than any reply that is meant, or compressed in a way that was not asked for.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower() or "identity"
    if encoding not in {"identity", "x-gzip", *ENCODINGS}:
        text = "the reply is compressed in a way that was not asked for"
        raise TransientError(text)
    length = (response.length_remaining or 0) if encoding == "identity" else 0
    if length > LARGEST:
        raise _too_large()
    steps = _steps(response, _STEP if encoding == "identity" else _PACKED_STEP)
    start = _first_bytes(steps)
    if len(start) < _LARGE:
        return without_nul(start) if has_nul(start) else start
    # What of it is never written to takes up no memory.
    memory, size, watch = mmap.mmap(-1, length or _ROOM), 0, NulWatch()
    for step in chain((start,), steps):
        if size + len(step) > len(memory):
            smaller, memory = memory, mmap.mmap(-1, 2 * (size + len(step)))
            memory[:size] = smaller[:size]
        memory[size : size + len(step)] = step
        size += len(step)
        watch.look(step)
    # Whatever is made of a raw text holds that, and so the memory.
    return without_nul(memory[:size]) if watch.has_seen else msgspec.Raw(memoryview(memory)[:size])


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


def _too_large() -> TransientError:
    text = f"the reply is larger than {LARGEST >> 20} MiB"
    remedy = "Lower page_size; if that does not help, ask CallGear what the API sends"
    return TransientError(text, remedy=remedy, is_heavy=True, most_tries=1)
