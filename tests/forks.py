"""Starts the project's programs as forks of a process that has imported them, which spares each of them a second.

A fork is a process as any other, with a number, an output, signals and an exit code of its own, and its coverage is
measured where the environment asks for it. What it cannot have is another start of the interpreter, so whoever changes
what Python reads there starts one.

    python -m tests.forks DESCRIPTOR

runs the process that is forked; its orders come over the socket of that descriptor.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import coverage

from .documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS = {"tap_callgear": "tap_callgear.cli", "tap_callgear.airbyte": "tap_callgear.airbyte.source"}
"""What can be run, by what `python -m` calls it, with what it imports."""

MEASURING = "COVERAGE_PROCESS_CONFIG"
"""The variable by which `coverage` measures the processes that a measured one starts."""

_DESCRIPTORS = 4


class Fork:
    """A program that runs: what `subprocess.Popen` offers, as far as it is needed here.

    Attributes:
        pid: The number of the process.
        stdout: What it writes.
    """

    def __init__(self, program: str, arguments: Sequence[str], env: Mapping[str, str], stderr: Path) -> None:
        """Start the program.

        Args:
            program: One of `PROGRAMS`.
            arguments: Those of its command line.
            env: Its environment.
            stderr: Where its stderr goes.
        """
        order = {"program": program, "arguments": list(arguments), "env": dict(env), "folder": str(Path.cwd())}
        answers, theirs = socket.socketpair()
        reading, writing = os.pipe()
        with tempfile.TemporaryFile("w+") as file, stderr.open("wb") as sink, theirs:
            json.dump(order, file)
            file.seek(0)
            socket.send_fds(_starter(), [b"!"], [writing, sink.fileno(), theirs.fileno(), file.fileno()])
        os.close(writing)
        self.stdout = os.fdopen(reading, "rb")
        self._answers = answers
        self.pid = self._answer()
        self._exit_code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, once there is one."""
        if self._exit_code is None and select.select([self._answers], [], [], 0)[0]:
            self._exit_code = self._answer()
        return self._exit_code

    def wait(self) -> int:
        """Wait for the exit code, and return it."""
        if self._exit_code is None:
            self._exit_code = self._answer()
        self._answers.close()
        return self._exit_code

    def send_signal(self, number: int) -> None:
        """Send a signal, if the program still runs."""
        if self._exit_code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _answer(self) -> int:
        """Read a number that the process which is forked says: that of the program, then its exit code."""
        line = b""
        while not line.endswith(b"\n"):
            part = self._answers.recv(1)
            assert part, "the process that is forked has ended"
            line += part
        return int(line)


@cache
def _starter() -> socket.socket:
    """Start the process that is forked, and return the socket that takes orders; it ends with this process."""
    ours, theirs = socket.socketpair()
    with theirs:
        started = subprocess.Popen(  # noqa: S603 - this very module
            [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != MEASURING},
            pass_fds=[theirs.fileno()],
        )
    atexit.register(started.wait)
    atexit.register(ours.close)
    return ours


def serve(orders: socket.socket) -> None:
    """Fork whenever that is ordered, until nobody is left to order it; in a fork, return when its program has."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for the programs
    while (received := socket.recv_fds(orders, 1, _DESCRIPTORS))[0]:
        stdout, stderr, answers, order = received[1]
        if os.fork() == 0:
            orders.close()
            with os.fdopen(order, encoding="utf-8") as file:
                told = json.load(file)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            pid = os.fork()
            if pid == 0:
                os.close(answers)
                os.dup2(stdout, 1)
                os.dup2(stderr, 2)
                os.close(stdout)
                os.close(stderr)
                _become(**told)
                return
            os.close(stdout)
            os.close(stderr)
            _say(answers, pid)
            _, status = os.waitpid(pid, 0)
            _say(answers, os.waitstatus_to_exitcode(status))
            os._exit(0)
        for descriptor in received[1]:
            os.close(descriptor)


def _say(answers: int, number: int) -> None:
    # Nobody may be there any more to read it.
    with suppress(BrokenPipeError):
        os.write(answers, f"{number}\n".encode())


def _become(program: str, arguments: list[str], env: dict[str, str], folder: str) -> None:
    """Go on as the program."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    coverage.process_startup()  # as the start of the interpreter does
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


def _main() -> None:
    gc.disable()  # as the programs have it while they import
    for module in PROGRAMS.values():
        importlib.import_module(module)
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    _main()
