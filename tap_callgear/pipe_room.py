"""How much a pipe, a socket or a terminal takes without delay, whoever reads it and however slowly."""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import stat
import struct
import sys

if sys.platform == "linux":
    import fcntl
    import termios

_PAGE = mmap.PAGESIZE
"""Bytes that a pipe or a socket takes without delay where it says that there is room."""


class PipeRoom:
    """Says how many bytes a file descriptor takes at once."""

    def __init__(self, descriptor: int, pipe_size: int) -> None:
        """Look at what it is.

        Args:
            descriptor: The descriptor.
            pipe_size: Bytes that it is to hold, if it is a pipe.
        """
        self._descriptor = descriptor
        self._capacity = _capacity_of(descriptor, pipe_size)
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        can_be_full = os.isatty(descriptor) or kind in (stat.S_IFIFO, stat.S_IFSOCK)
        self._can_be_full = sys.platform != "win32" and can_be_full

    def end_of_what_fits(self, lines: bytes | bytearray, place: int) -> int:
        """Return up to where lines can be written at once; where they begin, if there is no room for them yet.

        Args:
            lines: Whole lines.
            place: Where those begin that are not written yet.
        """
        if not self._can_be_full or _state_of(self._descriptor) & ~select.POLLOUT:
            return len(lines)  # or the system says what is wrong
        if not self._capacity:
            return min(place + _PAGE, len(lines)) if _state_of(self._descriptor) else place
        used = _unread(self._descriptor)
        # Two neighbouring pages of a pipe hold more than one page of bytes; the first may be half read.
        room = self._capacity - 2 * (used + _PAGE) if used else self._capacity
        if len(lines) - place <= room:
            return len(lines)
        if used:
            return place
        return lines.rfind(b"\n", place, place + room) + 1 or place + room


def _capacity_of(descriptor: int, wanted: int) -> int:
    """Return how many bytes a pipe holds; 0 where that is not known, or for what is no pipe.

    Args:
        descriptor: The pipe.
        wanted: How many it is to hold, if it may.
    """
    if sys.platform != "linux" or not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        return 0
    try:
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, wanted)
        _unread(descriptor)
        return fcntl.fcntl(descriptor, fcntl.F_GETPIPE_SZ)
    except OSError:
        return 0


def _unread(descriptor: int) -> int:
    """Return how many bytes of a pipe nobody has read yet."""
    if sys.platform != "linux":
        return 0
    (count,) = struct.unpack("i", fcntl.ioctl(descriptor, termios.FIONREAD, b"\0" * 4))
    return int(count)


def _state_of(descriptor: int) -> int:
    """Return what the system says of a descriptor: that it takes bytes, that it has failed, or nothing."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return sum(state for _, state in poll.poll(0))
