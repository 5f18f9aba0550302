"""What stdin, stdout and stderr are to a process of the tap: open, each for one purpose, and written whole."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.output import Output

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

_STDOUT, _STDERR = 1, 2


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
