"""Runs Meltano, and ends the tap alone when it is told to end, or when whoever started it is gone.

Then the loader writes what it has been given, and Meltano keeps the state that goes with it. A signal to Meltano itself
would end tap and loader at once, and the state would be lost.

    python guard.py meltano run ...
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAP = "tap-callgear"
_SECONDS_BETWEEN_LOOKS = 0.5


def main() -> int:
    """Run the command of the arguments, and return its exit code."""
    starter, told = os.getppid(), Event()
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as command:  # noqa: S603
        signal.signal(signal.SIGTERM, lambda *_: told.set())
        Thread(target=_watch, args=(command, starter, told), daemon=True).start()
        assert command.stdout is not None  # noqa: S101 - it is a pipe
        for line in command.stdout:
            _pass_on(line)
    return command.returncode


def _watch(command: subprocess.Popen[bytes], starter: int, told: Event) -> None:
    while os.getppid() == starter and not told.wait(_SECONDS_BETWEEN_LOOKS):
        pass
    _pass_on(b"Ending the tap. The loader writes what it was given.\n")
    # The tap may come yet, for its catalog or to read; or be gone, while the loader still writes.
    ended = set[psutil.Process]()
    while command.poll() is None:
        for tap in set(_taps(command.pid)) - ended:
            with suppress(psutil.NoSuchProcess):
                tap.terminate()
            ended.add(tap)
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _taps(pid: int) -> Iterator[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                # Its own name tells it, not its path: a folder of the loader's may be called like it.
                if any(Path(word).stem == _TAP for word in child.cmdline()[:2]):
                    yield child


def _pass_on(line: bytes) -> None:
    # Nobody may be there any more to read it.
    with suppress(BrokenPipeError):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
