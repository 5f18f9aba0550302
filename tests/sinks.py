"""Sinks as they may be: what stdout is where Python does not buffer it, or where nobody reads it just now."""

from __future__ import annotations

import errno
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Stingy(io.RawIOBase):
    """A sink that takes a thousand bytes a call, and now and then nothing, in both ways that there are."""

    def __init__(self) -> None:
        """Start with nothing taken."""
        super().__init__()
        self.taken = bytearray()
        self.calls = 0

    def write(self, data: Buffer) -> int | None:
        """Take some."""
        self.calls += 1
        if self.calls % 3 == 1:
            return None
        if self.calls % 7 == 1:
            raise BlockingIOError(errno.EAGAIN, "nothing for now", 0)
        some = bytes(data)[:1000]
        self.taken += some
        return len(some)
