"""Runs a reader into a loader to the end of both, and says what the operating system accounts each of them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measuring import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_KILOBYTE = 1024

ENVIRONMENT = {
    **{
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE"
        and not name.lower().endswith("_proxy")
        and not name.startswith(("PG", "TAP_CALLGEAR_", "TARGET_"))
    },
    # The address of the stand-in for Snowflake is none of Snowflake's own.
    "SNOWFLAKE_SQLALCHEMY_LEGACY_URL_PARAMS": "1",
    "DO_NOT_TRACK": "1",
    "AIRBYTE_OFFLINE_MODE": "1",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}
"""The environment: compiled modules are kept, as they are wherever nobody asks for something else."""


@dataclass(frozen=True)
class Usage:
    """What a process took.

    Attributes:
        cpu: Seconds of processor time, of its children too.
        megabytes: Peak resident memory.
    """

    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Load:
    """What a reader and a loader took together.

    Attributes:
        seconds: Wall time of both.
        reader: What the reader took.
        loader: What the loader took.
    """

    seconds: float
    reader: Usage
    loader: Usage


def pipe(reader: Sequence[str], loader: Sequence[str], folder: Path) -> Load:
    """Run a reader into a loader.

    Args:
        reader: The command of the reader.
        loader: The command of the loader.
        folder: The folder that the loader runs in; the logs go there.

    Returns:
        What they took.

    Raises:
        SystemExit: One of them failed.
    """
    with (folder / "reader.log").open("wb") as told, (folder / "loader.log").open("wb") as said:
        began = time.monotonic()
        source = subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=told, cwd=ROOT, env=ENVIRONMENT)
        target = subprocess.Popen(
            loader, stdin=source.stdout, stdout=subprocess.DEVNULL, stderr=said, cwd=folder, env=ENVIRONMENT
        )
        if source.stdout:
            source.stdout.close()  # only the loader holds it, so that the reader hears of its end
        usages = [_ended(process) for process in (source, target)]
        seconds = time.monotonic() - began
    # A loader that fails takes the reader with it.
    for process, log in ((target, "loader.log"), (source, "reader.log")):
        _check(process, folder / log)
    return Load(seconds, *usages)


def run_both(command: Sequence[str], usage: Path, folder: Path) -> Load:
    """Run a loader that starts the reader itself.

    Args:
        command: The command of the loader.
        usage: The file to which the reader writes what it took, a line of JSON a run.
        folder: The folder that it runs in; its log goes there.

    Returns:
        What they took.

    Raises:
        SystemExit: It failed.
    """
    with (folder / "loader.log").open("wb") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=ENVIRONMENT
        )
        both = _ended(process)
        seconds = time.monotonic() - began
    _check(process, folder / "loader.log")
    lines: list[dict[str, Any]] = [json.loads(line) for line in usage.read_text(encoding="utf-8").splitlines()]
    reader = Usage(sum(line["cpu"] for line in lines), max(line["megabytes"] for line in lines))
    return Load(seconds, reader, Usage(both.cpu - reader.cpu, both.megabytes))


def _ended(process: subprocess.Popen[bytes]) -> Usage:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _KILOBYTE)


def _check(process: subprocess.Popen[bytes], log: Path) -> None:
    if process.returncode:
        command = " ".join(map(str, process.args)) if isinstance(process.args, list) else process.args
        text = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        message = f"{command!r} ended with {process.returncode}:\n{text}"
        raise SystemExit(message)
