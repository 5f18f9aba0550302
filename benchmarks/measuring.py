"""Runs a process to its end and says what the operating system accounts it: wall time, processor time, memory."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
"""The interpreter of the tap's own environment."""

_KILOBYTE = 1024

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment, but with compiled modules kept, as they are wherever nobody asks for something else."""


@dataclass(frozen=True)
class Run:
    """What one process took.

    Attributes:
        seconds: Wall time.
        cpu: Seconds of processor time, of its children too.
        megabytes: Peak resident memory.
        records: Records that came out, where they were counted.
        log: What it wrote to stderr, or to stdout where that is where it logs.
    """

    seconds: float
    cpu: float
    megabytes: float
    records: int
    log: str


def run(command: Sequence[str], *, is_counted: bool = False) -> Run:
    """Run a command with its output to the null device, or to a counter of records.

    Args:
        command: The command.
        is_counted: Whether to count the records, which takes longer.

    Returns:
        What it took.

    Raises:
        SystemExit: The command failed.
    """
    with tempfile.TemporaryFile("w+") as log:
        began = time.monotonic()
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE if is_counted else subprocess.DEVNULL,
            stderr=log,
            env=_ENVIRONMENT,
        ) as process:
            records = sum(b'"RECORD"' in line[:40] for line in process.stdout or ())
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        log.seek(0)
        text = log.read()
    if process.returncode:
        message = f"{' '.join(command)} ended with {process.returncode}:\n{text[-2000:]}"
        raise SystemExit(message)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _KILOBYTE, records, text)


def in_turn(subjects: Mapping[str, Callable[[], Run]], repeats: int) -> dict[str, Run]:
    """Run each subject so many times, in turn, so that a change of the machine's mood meets all of them.

    Args:
        subjects: What to run, by name.
        repeats: How many times.

    Returns:
        The middle run of each by wall time.
    """
    runs: dict[str, list[Run]] = {name: [] for name in subjects}
    for _ in range(repeats):
        for name, subject in subjects.items():
            runs[name].append(subject())
    return {name: sorted(each, key=lambda one: one.seconds)[len(each) // 2] for name, each in runs.items()}


@contextlib.contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """Run a server that tells its address on its first line.

    Args:
        command: The command.

    Yields:
        Its address.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.split("listening on ")[1].split()[0]
        finally:
            process.terminate()
