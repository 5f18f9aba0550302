"""The way out of the process, one for both faces: every byte leaves, in order, or none leaves after it.

Stdout may take less than it was given, or nothing for now: an unbuffered or non-blocking one, a pipe that is full, a
process that was stopped and goes on, a disk without room. What is lost once stays lost, so that no STATE ever follows
records that did not leave. On a pipe no line is begun before all of it fits, so that a signal need not cut one.
"""

from __future__ import annotations

import contextlib
import io
import mmap
import os
import select
import stat
import struct
import sys
import threading
import time
from typing import TYPE_CHECKING, Protocol

from tap_callgear.api.errors import CallGearError, ConfigurationError, Stopped

if sys.platform == "linux":
    import fcntl
    import termios

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

_STDOUT, _STDERR = 1, 2

_PAGE = mmap.PAGESIZE
"""Bytes that a pipe or a socket takes without delay where it says that there is room."""

_PIPE = 1 << 18
"""Bytes that a pipe is made to hold, so that a reader has enough to do while room for a block is waited for."""

_SHORTEST_WAIT, _LONGEST_WAIT = 0.0005, 0.1
"""Seconds between two looks for room: twice as long after each in vain, half as long after each block."""

_GRACE = 3.0
"""Seconds that a reader has, after a signal, to take what was to be written."""


class OutputLost(CallGearError):
    """Nothing more can be written.

    Attributes:
        cause: What the system said.
    """

    def __init__(self, cause: Exception) -> None:
        """Say it for people."""
        text = (
            "Whoever reads the output has gone"
            if isinstance(cause, BrokenPipeError)
            else f"The output cannot be written: {getattr(cause, 'strerror', None) or cause}"
        )
        super().__init__(f"{text}; the next run goes on from the last state.")
        self.cause = cause


class Sink(Protocol):
    """What bytes are written to: a file of any kind."""

    def write(self, data: Buffer, /) -> int | None:
        """Take some bytes, and return how many; None for none for now."""

    def flush(self) -> None:
        """Hand on what was taken."""


class Output(io.FileIO):
    """A file descriptor that takes all of what it is given, from any thread, or is lost for good."""

    def __init__(
        self,
        descriptor: int,
        check: Callable[[], None],
        *,
        closefd: bool = True,
        pipe_size: int = _PIPE,
        grace: float = _GRACE,
    ) -> None:
        """Write to a file descriptor.

        Args:
            descriptor: The descriptor.
            check: Raises `Stopped` once a signal asked the run to end.
            closefd: Whether the descriptor is closed with the output.
            pipe_size: Bytes that it is to hold, if it is a pipe.
            grace: Seconds that a reader has, after a signal, to take what was to be written.
        """
        super().__init__(descriptor, "wb", closefd=closefd)
        self._lock = threading.Lock()
        self._check = check
        self._grace = grace
        self._end: CallGearError | None = None
        self._deadline: float | None = None
        self._pause = _SHORTEST_WAIT
        self._capacity = _capacity_of(descriptor, pipe_size)
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        self._can_be_full = sys.platform != "win32" and (self.isatty() or kind in (stat.S_IFIFO, stat.S_IFSOCK))

    def write(self, data: Buffer) -> int:
        """Write all of some lines.

        Args:
            data: The lines.

        Returns:
            How many bytes there were.

        Raises:
            OutputLost: Whoever reads has gone, or there is no room; now or in an earlier write.
            Stopped: A signal asked the run to end, and whoever reads takes nothing.
        """
        lines = data if isinstance(data, (bytes, bytearray)) else bytes(data)
        with self._lock:
            if self._end is None:
                try:
                    self._write_all(lines)
                except OSError as error:
                    self._end = OutputLost(error)
                except Stopped as stop:
                    self._end = stop
            if self._end is not None:
                raise self._end
        return len(lines)

    def _write_all(self, lines: bytes | bytearray) -> None:
        place = 0
        while place < len(lines):
            taken = 0
            if (end := self._end_of_what_fits(lines, place)) > place:
                with contextlib.suppress(BlockingIOError):
                    taken = os.write(self.fileno(), memoryview(lines)[place:end])
            place += taken
            if not taken:
                self._wait()
        self._pause = max(self._pause / 2, _SHORTEST_WAIT)

    def _end_of_what_fits(self, lines: bytes | bytearray, place: int) -> int:
        """Return up to where lines can be written at once; where they begin, if there is no room for them yet."""
        if not self._can_be_full or _state_of(self.fileno()) & ~select.POLLOUT:
            return len(lines)  # or the system says what is wrong
        if not self._capacity:
            return min(place + _PAGE, len(lines)) if _state_of(self.fileno()) else place
        used = _unread(self.fileno())
        # Two neighbouring pages of a pipe hold more than one page of bytes; the first may be half read.
        room = self._capacity - 2 * (used + _PAGE) if used else self._capacity
        if len(lines) - place <= room:
            return len(lines)
        if used:
            return place
        return lines.rfind(b"\n", place, place + room) + 1 or place + room

    def _wait(self) -> None:
        """Wait for room, each time for longer; once the run is to end, not any more.

        The wait is the machine's own, as the pipe is: the run's clock wakes up at once when the run is to end.
        """
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_WAIT)
        try:
            self._check()
        except Stopped:
            now = time.monotonic()
            self._deadline = self._deadline or now + self._grace
            if now > self._deadline:
                raise


class _Diagnostics(io.FileIO):
    """Stderr: what cannot be written there is no reason to end a run."""

    def write(self, data: Buffer) -> int:
        """Write what can be written."""
        rest = memoryview(data)
        size = len(rest)
        try:
            while rest and (written := super().write(rest)):
                rest = rest[written:]
        except OSError:
            pass
        return size


def write_all(sink: Sink, data: bytearray) -> None:
    """Write all of some bytes to any kind of file.

    Args:
        sink: The file.
        data: The bytes.

    Raises:
        OutputLost: They cannot be written.
    """
    rest = memoryview(data)
    while rest:
        try:
            taken = sink.write(rest) or 0
        except BlockingIOError as error:
            taken = getattr(error, "characters_written", 0)
        except (OSError, ValueError) as error:
            raise OutputLost(error) from error
        rest = rest[taken:]
        if not taken:
            time.sleep(_SHORTEST_WAIT)
    while True:
        try:
            return sink.flush()
        except BlockingIOError:
            time.sleep(_SHORTEST_WAIT)
        except (OSError, ValueError) as error:
            raise OutputLost(error) from error


def open_standard_streams() -> None:
    """Have stdin, stdout and stderr be open, so that no other file takes their place; stderr never fails."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free number is the next to be given out.
            os.open(os.devnull, os.O_RDWR)
    sys.stderr = io.TextIOWrapper(
        _Diagnostics(_STDERR, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", write_through=True
    )


def write_through_stdout(check: Callable[[], None]) -> None:
    """Have all that is printed leave whole, too.

    Args:
        check: Raises `Stopped` once a signal asked the run to end.

    Raises:
        ConfigurationError: Stdout is closed.
    """
    _refuse_a_closed_stdout()
    output = Output(_STDOUT, check, closefd=False)
    sys.stdout = io.TextIOWrapper(output, encoding="utf-8", write_through=True)


def take_stdout(check: Callable[[], None]) -> Output:
    """Take stdout for a protocol alone; what anything else prints goes to stderr from now on.

    This holds for the file descriptor, so what a library written in C or a child process prints is kept out too.

    Args:
        check: Raises `Stopped` once a signal asked the run to end.

    Raises:
        ConfigurationError: Stdout is closed.
    """
    _refuse_a_closed_stdout()
    output = Output(os.dup(_STDOUT), check)
    os.dup2(_STDERR, _STDOUT)
    return output


def _refuse_a_closed_stdout() -> None:
    if sys.stdout is None:
        text = "There is nowhere to write to: the standard output is closed."
        raise ConfigurationError(text)


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
