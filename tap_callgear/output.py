"""The way out of the process, one for both faces: every byte leaves, in order, or none leaves after it.

Stdout may take less than it was given, or nothing for now: an unbuffered or non-blocking one, a pipe that is full, a
process that was stopped and goes on, a disk without room. What is lost once stays lost, so that no STATE ever follows
records that did not leave. On a pipe no line is begun before all of it fits, so that a signal need not cut one.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from typing import TYPE_CHECKING, Protocol

from tap_callgear.api.errors import CallGearError, Stopped
from tap_callgear.pipe_room import PipeRoom

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

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
        self._room = PipeRoom(descriptor, pipe_size)

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
            if (end := self._room.end_of_what_fits(lines, place)) > place:
                with contextlib.suppress(BlockingIOError):
                    taken = os.write(self.fileno(), memoryview(lines)[place:end])
            place += taken
            if not taken:
                self._wait()
        self._pause = max(self._pause / 2, _SHORTEST_WAIT)

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
