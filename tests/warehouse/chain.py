"""The chain that the README makes by hand, tap and target as two processes with a pipe between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from tests.documents import ROOT, Document, code
from tests.support import Json, config_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tap_callgear.sandbox import Sandbox

TIMEOUT = 60.0
ENVIRONMENTS = ROOT / ".venvs"


def program(target: str, name: str | None = None) -> Path:
    """Return a program of a target's environment, by default the target itself."""
    path = ENVIRONMENTS / target / "bin" / (name or target)
    assert path.exists(), f"There is no {target} here: bash scripts/setup {target}"
    return path


def advice(target: str) -> Json:
    """Return the settings that the README advises for a target, so that what is tested is what is advised."""
    rows = Document("README.md").table("target", "settings that help", "how types land")
    (settings,) = [told for name, told, _ in rows if code(name) == target]
    advised: Json = json.loads(f"{{{code(settings) if '`' in settings else ''}}}")
    return advised


@dataclass(frozen=True)
class Load:
    """What a run of the chain left behind.

    Attributes:
        tap: Exit code of the tap.
        target: Exit code of the target.
        states: What the target printed.
        log: What both wrote to stderr.
    """

    tap: int
    target: int
    states: list[str]
    log: str

    @property
    def went_well(self) -> bool:
        """Whether both ended well."""
        return self.tap == self.target == 0


class Chain:
    """A folder with a configuration and a state, in which loads follow each other.

    Attributes:
        sandbox: What is read.
        folder: Where all files are.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        target: str,
        settings: Mapping[str, object],
        *,
        tap: Mapping[str, object] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Write the files of settings.

        Args:
            sandbox: What to read.
            folder: A folder of the chain's own.
            target: Name of the target and of its environment.
            settings: The target's settings.
            tap: Settings of the tap that differ from those of `config_for`.
            env: Environment variables that differ from this process's.
        """
        self.sandbox = sandbox
        self.folder = folder
        self._target = program(target)
        self._state = folder / "state.json"
        self._env = {**_environment(), **(env or {})}
        self._write("config.json", config_for(sandbox, **(tap or {})))
        self._write("target.json", settings)
        self._write("state.json", {})

    @property
    def state(self) -> Json:
        """Return the state that the next load starts from."""
        state: Json = json.loads(self._state.read_text(encoding="utf-8"))
        return state

    def load(self) -> Load:
        """Load to the end."""
        return self._load(killed_after=None)

    def load_and_kill_the_tap(self, *, after_requests: int) -> Load:
        """Load, and kill the tap once it has asked so often."""
        return self._load(killed_after=after_requests)

    def _load(self, *, killed_after: int | None) -> Load:
        tap_command = [sys.executable, "-m", "tap_callgear", "--config", "config.json", "--state", "state.json"]
        target_command = [str(self._target), "--config", "target.json"]
        asked = len(self.sandbox.requests)
        with (
            (self.folder / "states.txt").open("wb") as states,
            (self.folder / "log.txt").open("wb") as log,
            self._started(tap_command, subprocess.DEVNULL, subprocess.PIPE, log) as tap,
            self._started(target_command, tap.stdout, states, log) as target,
        ):
            assert tap.stdout is not None
            # Only the target may hold the reading end, or the tap never learns that the target has gone.
            tap.stdout.close()
            if killed_after is not None:
                deadline = time.monotonic() + TIMEOUT
                while len(self.sandbox.requests) - asked < killed_after and time.monotonic() < deadline:
                    time.sleep(0.005)
                tap.kill()
            codes = tap.wait(TIMEOUT), target.wait(TIMEOUT)
        return Load(*codes, self._keep_state(), (self.folder / "log.txt").read_text(encoding="utf-8"))

    def _keep_state(self) -> list[str]:
        """Make the last line that the target printed the next state, if there is one."""
        states = (self.folder / "states.txt").read_text(encoding="utf-8").splitlines()
        if states:
            self._state.write_text(states[-1], encoding="utf-8")
        return states

    @contextmanager
    def _started(
        self, command: list[str], stdin: int | IO[bytes] | None, stdout: int | IO[bytes], stderr: IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process, and leave nothing of it running."""
        process = subprocess.Popen(  # noqa: S603 - the tap and the target
            command, stdin=stdin, stdout=stdout, stderr=stderr, cwd=self.folder, env=self._env
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _write(self, name: str, content: Mapping[str, object]) -> None:
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")


def ask(target: str, script: str, *arguments: str) -> list[Json]:
    """Ask a warehouse with the driver that its target brings.

    Args:
        target: Whose environment to use.
        script: A program that prints rows as JSON.
        arguments: What it is to ask.

    Returns:
        The rows.
    """
    command = [str(program(target, "python")), "-c", script, *arguments]
    answer = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603 - written by a test
    assert answer.returncode == 0, answer.stderr.decode()
    rows: list[Json] = json.loads(answer.stdout)
    return rows


def _environment() -> dict[str, str]:
    """Return this process's environment without settings of the tap and of databases, and without proxies."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TAP_CALLGEAR_", "PG")) and not name.lower().endswith("_proxy")
    }
