"""Chains the tap to a target by a pipe, as a shell does, and hands the state on."""

from __future__ import annotations

import json
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.documents import ROOT, Document, code
from tests.forks import Fork, Program, run
from tests.support import started

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from callgear_sandbox import Sandbox
    from tests.support import Json

TIMEOUT = 120.0


def program(environment: str, name: str) -> Path:
    """Return a program of an environment."""
    path = ROOT / ".venvs" / environment / "bin" / name
    assert path.exists(), f"There is no {name} here: bash scripts/setup {environment}"
    return path


def advice(target: str) -> Json:
    """Return the settings that the page on loading advises for a target, so that what is tested is what is advised."""
    rows = Document("docs/loading.md").table("target", "pip install", "settings that help", "how types land")
    (settings,) = [told for name, _, told, _ in rows if code(name) == target]
    advised: Json = json.loads(f"{{{code(settings) if '`' in settings else ''}}}")
    return advised


@dataclass(frozen=True)
class Target:
    """What a tap is chained to.

    Attributes:
        program: Its program.
        arguments: Those of its command line.
        folder: The folder that it runs in.
    """

    program: Program
    arguments: Sequence[str]
    folder: Path

    def load(self, messages: bytes) -> None:
        """Load what a tap wrote."""
        ended = run(self.program, self.arguments, os.environ, stdin=messages, folder=self.folder, timeout=TIMEOUT)
        assert ended.returncode == 0, ended.stderr.decode()


def target_with(settings: Mapping[str, object], target: str, folder: Path) -> Target:
    """Write a target's settings into a folder, which it is to run in, and return it."""
    config = folder / "target.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    return Target(Program.of(program(target, target)), ["--config", str(config)], folder)


@dataclass(frozen=True)
class Load:
    """What a run of the tap into a target left behind.

    Attributes:
        tap: Exit code of the tap.
        target: Exit code of the target.
        states: What the target printed.
        log: What both wrote to stderr.
    """

    tap: int
    target: int
    states: list[Json]
    log: str

    @property
    def went_well(self) -> bool:
        """Whether both ended well."""
        return self.tap == self.target == 0


class Chain:
    """A tap and a target, in which loads follow each other.

    Attributes:
        sandbox: What is read.
        state: What the next load goes on from.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        target: Target,
        *,
        tap: Mapping[str, object],
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Begin without a state.

        Args:
            sandbox: What to read.
            target: The target.
            tap: Settings of the tap that differ from those of `config_for`.
            env: Environment variables of the target that differ from this process's.
        """
        self.sandbox = sandbox
        self.state: Json = {}
        self._target = target
        self._tap = tap
        self._env = {**_environment(), **(env or {})}

    def load(self, *, kill_after: int | None = None) -> Load:
        """Load, and keep the last state that the target printed, if there is one.

        Args:
            kill_after: The number of requests after which the tap is killed.

        Returns:
            What is left.
        """
        asked = len(self.sandbox.requests)
        with started(self.sandbox, config=self._tap, state=self.state) as tap, self._fed_by(tap.stdout) as target:
            # Only the target may hold the reading end, or the tap never learns that the target has gone.
            tap.stdout.close()
            if kill_after is not None:
                while len(self.sandbox.requests) < asked + kill_after and tap.process.poll() is None:
                    time.sleep(0.01)
                tap.process.kill()
            loaded = target.finish(TIMEOUT)
            read = tap.finish()
        states = [json.loads(line) for line in loaded.stdout.splitlines()]
        self.state = states[-1] if states else self.state
        return Load(read.exit_code, loaded.returncode, states, read.stderr + loaded.stderr.decode())

    @contextmanager
    def _fed_by(self, output: IO[bytes]) -> Iterator[Fork]:
        """Start the target, and leave nothing of it running."""
        target = self._target
        with tempfile.TemporaryDirectory() as name:
            stderr = Path(name, "stderr")
            fork = Fork(target.program, target.arguments, self._env, stderr, stdin=output, folder=target.folder)
            try:
                yield fork
            finally:
                fork.kill()
                fork.wait()


def _environment() -> dict[str, str]:
    """Return this process's environment without settings of databases and without proxies."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") and not name.lower().endswith("_proxy")
    }
