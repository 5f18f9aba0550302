"""Runs the judges: programs of other environments, which may speak to this machine only."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tests.documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox import Sandbox
    from tests.support import Json

HERE = Path(__file__).parent
CONNECTOR = ROOT / "airbyte" / "source-callgear"
SOURCE = Path(sys.executable).with_name("source-callgear")
"""The console script of the environment that the tests run in: what an image has as its entry point."""

TIMEOUT = 240.0

UNFRIENDLY: dict[str, Any] = {
    "order": "random",
    "limit_maximum": 100,
    "offset_maximum": 500,
    "points_per_minute": 8,
    "minute_seconds": 0.6,
    "session_requests": 6,
    "latency": 0.05,
    "quirks": True,
    "zone": "America/New_York",
}
"""A sandbox that makes it hard: no order, small pages, few points, and sessions that die in the middle of a read."""


def program(environment: str, name: str) -> Path:
    """Return a program of a judge's environment."""
    path = ROOT / ".venvs" / environment / "bin" / name
    assert path.exists(), f"There is no {name} here: bash scripts/setup {environment}"
    return path


class Loopback:
    """A network that ends at this machine.

    Attributes:
        env: The environment for a judge: without settings of the tap, without proxies, and without telemetry.
    """

    def __init__(self, folder: Path) -> None:
        """Note in a folder who tried to get out."""
        self._log = folder / "tried.txt"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TAP_CALLGEAR_", "AIRBYTE_", "PYTEST_")) and not name.lower().endswith("_proxy")
        }
        # The judges are large: what they import is kept compiled.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        self.env = kept | {
            "AIRBYTE_LOGGING_ROOT": str(folder / "logs"),
            "AIRBYTE_OFFLINE_MODE": "1",
            "DO_NOT_TRACK": "1",
            "HOME": str(folder),
            "LOOPBACK_LOG": str(self._log),
            "PYTHONPATH": str(HERE / "loopback"),
            # On Python 3.10 the SDK tells of its end of life in every run.
            "PYTHONWARNINGS": "ignore:Python 3.10 reached its end of life",
            "TMPDIR": str(folder),
        }

    @property
    def tried(self) -> list[str]:
        """Return who tried to reach another machine, and which."""
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []


def write_program(path: Path, *lines: str) -> Path:
    """Write a shell script that can be run, and return it."""
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return path


def end(process: subprocess.Popen[str]) -> None:
    """End a process that has a session of its own, with everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(command: list[str | Path], env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a judge to its end; none of what it started outlives it.

    Args:
        command: The command.
        env: Its whole environment.
        cwd: The folder that it runs in.

    Returns:
        What came out, stderr after stdout.
    """
    with subprocess.Popen(  # noqa: S603 - a judge
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=TIMEOUT)
        finally:
            end(process)
    return subprocess.CompletedProcess(command, process.returncode, said)


def copy_connector(folder: Path, sandboxes: Mapping[str, Sandbox]) -> Path:
    """Copy the connector's folder, since judges write into it, with its configurations made for some sandboxes.

    Args:
        folder: Where to copy it to.
        sandboxes: The sandbox that a configuration is for, by the configuration's name.

    Returns:
        The copy.
    """
    copy = folder / CONNECTOR.name
    shutil.copytree(CONNECTOR, copy, ignore=shutil.ignore_patterns(".tmp", "build"))
    for name, sandbox in sandboxes.items():
        path = copy / "integration_tests" / f"{name}.json"
        config: Json = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(config | {"api_url": sandbox.url}), encoding="utf-8")
    return copy


def connector_config(name: str) -> Json:
    """Return a configuration of the connector's folder."""
    config: Json = json.loads((CONNECTOR / "integration_tests" / f"{name}.json").read_text(encoding="utf-8"))
    return config


def connector_yaml(name: str) -> Json:
    """Return what a YAML file of the connector's folder holds."""
    content: Json = msgspec.yaml.decode((CONNECTOR / name).read_bytes())
    return content
