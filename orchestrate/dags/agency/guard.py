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
from threading import Thread
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from types import FrameType

_TAP = "tap-callgear"
_SECONDS_BETWEEN_LOOKS = 0.5


def main() -> int:
    """Run the command of the arguments, and return its exit code."""
    starter = os.getppid()
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as command:  # noqa: S603

        def stop(_: int = 0, __: FrameType | None = None) -> None:
            _end_tap(command)

        def watch() -> None:
            while os.getppid() == starter:
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            stop()

        signal.signal(signal.SIGTERM, stop)
        Thread(target=watch, daemon=True).start()
        assert command.stdout is not None  # noqa: S101 - it is a pipe
        for line in command.stdout:
            # Nobody may be there any more to read it.
            with suppress(BrokenPipeError):
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    return command.returncode


def _end_tap(command: subprocess.Popen[bytes]) -> None:
    """End the tap; or the command, where no tap runs yet."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(command.pid).children(recursive=True)
        taps = [child for child in children if any(_TAP in word for word in child.cmdline()[:2])]
        for process in taps or [psutil.Process(command.pid)]:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
