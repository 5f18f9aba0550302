"""The protocol's own way out: a private copy of stdout, that no stray print and no other thread can spoil."""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

_STDOUT, _STDERR = 1, 2


class OutputLost(Exception):
    """Nothing more can be written.

    Attributes:
        cause: What the system said.
    """

    def __init__(self, cause: OSError) -> None:
        """Keep what the system said."""
        super().__init__(str(cause))
        self.cause = cause


class Output(io.FileIO):
    """A file that takes whole messages only, one after the other, from any thread."""

    def __init__(self, descriptor: int) -> None:
        """Write to a file descriptor, which is closed with the output."""
        super().__init__(descriptor, "wb")
        self._lock = threading.Lock()

    def write(self, data: Buffer) -> int:
        """Write all of some lines.

        Args:
            data: The lines.

        Returns:
            How many bytes there were.

        Raises:
            OutputLost: Whoever reads has gone, or there is no room.
        """
        rest = memoryview(data)
        size = len(rest)
        with self._lock:
            try:
                while rest:
                    rest = rest[super().write(rest) or 0 :]
            except OSError as error:
                raise OutputLost(error) from error
        return size


def take_stdout() -> Output:
    """Take stdout for the protocol alone; what anything else prints goes to stderr from now on.

    This holds for the file descriptor, so what a library written in C or a child process prints is kept out too.
    """
    sys.stdout.flush()
    output = Output(os.dup(_STDOUT))
    os.dup2(_STDERR, _STDOUT)
    return output
