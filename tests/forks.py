"""Starts programs as forks of a process that has imported what they begin with, which spares each of them seconds.

A fork is a process as any other, with a number, an input, an output, signals and an exit code of its own, and its
coverage is measured where the environment asks for it. What it cannot have is another start of the interpreter, so
whoever changes what Python reads there starts one.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING

from .fork_server import MEASURING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SERVER = Path(__file__).with_name("fork_server.py")


@dataclass(frozen=True)
class Program:
    """What can be forked.

    Attributes:
        name: What `python -m` calls it, or its path.
        python: The interpreter of the environment that it lives in.
        imports: What it imports as it starts.
    """

    name: str
    python: str
    imports: tuple[str, ...]

    @classmethod
    def of(cls, script: Path) -> Program:
        """Return a console script of an environment, which says itself what it imports."""
        imports = re.findall(r"^from ([\w.]+) import", script.read_text(encoding="utf-8"), re.MULTILINE)
        return cls(str(script), str(script.with_name("python")), tuple(imports))


_OURS = ("tap_callgear.cli", "tap_callgear.airbyte.source", "coverage")
TAP = Program("tap_callgear", sys.executable, _OURS)
SOURCE = Program("tap_callgear.airbyte", sys.executable, _OURS)


class Fork:
    """A program that runs: what `subprocess.Popen` offers, as far as it is needed here.

    Attributes:
        pid: The number of the process.
        stdout: What it writes.
    """

    def __init__(
        self,
        program: Program,
        arguments: Sequence[str],
        env: Mapping[str, str],
        stderr: Path,
        *,
        stdin: IO[bytes] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start the program.

        Args:
            program: The program.
            arguments: Those of its command line.
            env: Its environment.
            stderr: Where its stderr goes.
            stdin: What it reads, if anything.
            folder: The folder that it runs in, if it is not that of this process.
        """
        order = {
            "program": program.name,
            "arguments": list(arguments),
            "env": dict(env),
            "folder": str(folder or Path.cwd()),
        }
        answers, theirs = socket.socketpair()
        reading, writing = os.pipe()
        with (
            tempfile.TemporaryFile("w+") as file,
            Path(os.devnull).open("rb") as nothing,
            stderr.open("wb") as sink,
            theirs,
        ):
            json.dump(order, file)
            file.seek(0)
            streams = [(stdin or nothing).fileno(), writing, sink.fileno()]
            socket.send_fds(
                _starter(program.python, program.imports), [b"!"], [*streams, theirs.fileno(), file.fileno()]
            )
        os.close(writing)
        self.stdout = os.fdopen(reading, "rb")
        self._told = [program.name, *arguments]
        self._stderr = stderr
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

    def finish(self, timeout: float) -> subprocess.CompletedProcess[bytes]:
        """Read what it prints, and wait for its end; it is killed after so many seconds."""
        watchdog = Timer(timeout, self.kill)
        watchdog.start()
        with self.stdout:
            stdout = self.stdout.read()
        exit_code = self.wait()
        watchdog.cancel()
        return subprocess.CompletedProcess(self._told, exit_code, stdout, self._stderr.read_bytes())

    def _answer(self) -> int:
        """Read a number that the process which is forked says: that of the program, then its exit code."""
        line = b""
        while not line.endswith(b"\n"):
            part = self._answers.recv(1)
            assert part, "the process that is forked has ended"
            line += part
        return int(line)


@cache
def _starter(python: str, imports: tuple[str, ...]) -> socket.socket:
    """Start the process that is forked, and return the socket that takes orders; it ends with this process."""
    ours, theirs = socket.socketpair()
    with theirs:
        started = subprocess.Popen(  # noqa: S603 - a file of ours
            [python, _SERVER, str(theirs.fileno()), *imports],
            stdin=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != MEASURING},
            pass_fds=[theirs.fileno()],
        )
    atexit.register(started.wait)
    atexit.register(ours.close)
    return ours


def run(
    program: Program,
    arguments: Sequence[str],
    env: Mapping[str, str],
    *,
    stdin: bytes = b"",
    folder: Path,
    timeout: float,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, and return what it printed.

    Args:
        program: The program.
        arguments: Those of its command line.
        env: Its environment.
        stdin: What it reads.
        folder: The folder that it runs in.
        timeout: Seconds after which it is killed.
    """
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        return Fork(program, arguments, env, Path(name, "stderr"), stdin=given, folder=folder).finish(timeout)
