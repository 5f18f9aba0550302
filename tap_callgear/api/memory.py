"""Memory for large replies, used again and again.

It saves room: with a fresh `bytearray` for each page, the peak of a run is a quarter higher, since not all of it goes
back to the system. In time the two are alike.
"""

from __future__ import annotations

import contextlib
import math
import mmap
import weakref

import msgspec

_STEP = 1 << 25
"""Buffers are so many bytes long, or a multiple of it; what of one is never used takes up no memory."""


class BufferPool:
    """Lends memory; safe across threads, since a list's `pop` and `append` are."""

    def __init__(self) -> None:
        """Have no buffer yet."""
        self._idle: list[mmap.mmap] = []

    def take(self, size: int) -> mmap.mmap:
        """Return a buffer, with whatever was in it before.

        Args:
            size: How many bytes it must hold.

        Returns:
            A buffer of that length or longer; whoever has no use for it may just drop it.
        """
        with contextlib.suppress(IndexError):
            # One that is too small makes room for one that will do: there are never more than were in use at a time.
            if len(buffer := self._idle.pop()) >= size:
                return buffer
        return mmap.mmap(-1, math.ceil(size / _STEP) * _STEP)

    def larger(self, buffer: mmap.mmap, size: int) -> mmap.mmap:
        """Return a buffer of at least twice the length, with what was put into a smaller one, which comes back.

        Args:
            buffer: The smaller one.
            size: How many bytes were put into it.
        """
        larger = mmap.mmap(-1, 2 * len(buffer))
        with memoryview(buffer) as content:
            larger[:size] = content[:size]
        self._idle.append(buffer)
        return larger

    def lend(self, buffer: mmap.mmap, size: int) -> msgspec.Raw:
        """Return what was put into a buffer; the buffer comes back once nobody holds any part of that.

        Args:
            buffer: The buffer.
            size: How many bytes were put into it.

        Returns:
            Just these bytes.
        """
        content = memoryview(buffer)[:size]
        weakref.finalize(content, self._idle.append, buffer).atexit = False
        # Unlike a view, which holds the buffer alone, whatever is made of a raw text holds that, and so the content.
        return msgspec.Raw(content)
