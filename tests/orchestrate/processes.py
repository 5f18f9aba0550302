"""Processes of a test's own, told from all others by a variable that they and what they start inherit."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


def start(command: Iterable[str], env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in the background.

    Args:
        command: What to run.
        env: Its environment.
        log: Where its output goes.

    Returns:
        The process.
    """
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - what the test is about
            list(command), env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )


def tree_of(pid: int) -> set[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found, waiting = set[int](), [pid]
    while waiting:
        found.add(one := waiting.pop())
        waiting += children.get(one, [])
    return found


def kill_tree(pid: int) -> None:
    """End a process and its descendants at once, as when their machine goes down."""
    tree = tree_of(pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for one in tree:
            with suppress(ProcessLookupError):
                os.kill(one, number)


def end_all(started: Collection[subprocess.Popen[bytes]], mark: str) -> None:
    """End processes, and whatever is left of what they started; nothing that they hold is worth a farewell.

    Args:
        started: The processes that were started here.
        mark: A variable with its value, such as HOME=/tmp/this-test, which nothing else has in its environment.
    """
    for process in started:
        kill_tree(process.pid)
        process.wait()
    for pid in _marked(mark):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _marked(mark: str) -> list[int]:
    pids = []
    for process in _processes():
        with suppress(OSError):
            if f"\0{mark}\0".encode() in b"\0" + (process / "environ").read_bytes():
                pids.append(int(process.name))
    return pids


def _parents() -> Iterator[tuple[int, int]]:
    for process in _processes():
        with suppress(OSError):
            fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            yield int(process.name), int(fields[1])


def _processes() -> Iterator[Path]:
    return (path for path in Path("/proc").iterdir() if path.name.isdigit())
