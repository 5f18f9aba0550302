"""Measures whole processes, as the operating system accounts for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNTIL = "2026-01-01T00:00:00"
DAYS = 365
_RECORD = b'"RECORD"'
_HEAD = 40
"""Bytes of a line in which its type stands."""


@dataclass(frozen=True)
class Run:
    """What a process took.

    Attributes:
        seconds: Wall time.
        cpu: Seconds of processor time.
        megabytes: Peak resident memory.
        records: Records that came out, where they were counted.
        log: What it wrote to stderr.
    """

    seconds: float
    cpu: float
    megabytes: float
    records: int
    log: str

    @property
    def requests(self) -> int:
        """Give the number of requests that the tap says it took."""
        return int(self.log.split(" Read ")[1].split()[3])


def measure(command: Sequence[str], *, is_counted: bool = False) -> Run:
    """Run a command to its end, its output to nowhere or to a counter of records.

    Args:
        command: The command.
        is_counted: Whether to count the records that come out, which takes time too.

    Returns:
        What it took.

    Raises:
        SystemExit: The command failed; the text is the end of its log.
    """
    with tempfile.TemporaryFile("w+b") as log:
        began = time.monotonic()
        output = subprocess.PIPE if is_counted else subprocess.DEVNULL
        with subprocess.Popen(command, stdout=output, stderr=log) as process:
            records = sum(_RECORD in line[:_HEAD] for line in process.stdout or ())
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        log.seek(0)
        text = log.read().decode(errors="replace")
    if process.returncode:
        raise SystemExit(text[-2000:])
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, records, text)


def middle(runs: Sequence[Run]) -> Run:
    """Give the run whose time is in the middle."""
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


@contextmanager
def sandbox(**options: object) -> Iterator[str]:
    """Run a sandbox in a process of its own.

    Args:
        options: As its command line has them.

    Yields:
        Its address.
    """
    chosen = {"port": 0, "until": UNTIL, "days": DAYS, **options}
    words = [word for name, value in chosen.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    with _server(sys.executable, "-m", "tap_callgear.sandbox", *words) as url:
        yield url


@contextmanager
def player(address: str) -> Iterator[str]:
    """Run a player of another server in a process of its own.

    Args:
        address: The other server.

    Yields:
        The player's address.
    """
    with _server(sys.executable, str(Path(__file__).with_name("player.py")), address) as url:
        yield url


@contextmanager
def _server(*command: str) -> Iterator[str]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        try:
            yield line.split("listening on ")[1].split()[0]
        finally:
            process.terminate()
