"""Chains the tap to a target by a pipe, as a shell does, and reads what stays of it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.documents import ROOT
from tests.support import KEYS, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tap_callgear.sandbox import Sandbox
    from tests.support import Json, Run

TIMEOUT = 120.0

LIFETIME = 280.0
"""Seconds after which a process that was forgotten in the background ends."""

Ask: TypeAlias = "Callable[[str], list[Json]]"
"""What answers a query with its rows."""

Table: TypeAlias = "dict[tuple[Any, ...], Json]"
"""Records by their primary key."""


@dataclass(frozen=True)
class Load:
    """What a run of the tap into a target left behind."""

    tap: Run
    exit_code: int
    states: list[Json]
    stderr: str

    @property
    def ended_well(self) -> bool:
        """Say whether both the tap and the target ended without an error."""
        return self.tap.exit_code == self.exit_code == 0

    @property
    def state(self) -> Json | None:
        """Return the state that the target printed last, if any: what the next run goes on from."""
        return self.states[-1] if self.states else None


def load(
    sandbox: Sandbox,
    target: Sequence[str | Path],
    *,
    config: Mapping[str, object],
    state: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    kill_after: int | None = None,
) -> Load:
    """Run the tap into a target, both to their end.

    Args:
        sandbox: The sandbox to read.
        target: The command of the target.
        config: Settings of the tap that differ from those of `config_for`.
        state: The state to go on from.
        env: Environment variables of the target that differ from this process's.
        cwd: The folder that the target runs in.
        kill_after: The number of requests after which the tap is killed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    asked = len(sandbox.requests)
    with started(sandbox, config=config, state=state) as tap:
        process = subprocess.Popen(  # noqa: S603 - the target itself
            target,
            stdin=tap.stdout,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment | dict(env or {}),
            cwd=cwd,
            text=True,
        )
        try:
            while kill_after and len(sandbox.requests) < asked + kill_after and tap.process.poll() is None:
                time.sleep(0.02)
            if kill_after:
                tap.process.kill()
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
        states = [json.loads(line) for line in stdout.splitlines()]
        return Load(tap.finish(), process.returncode, states, stderr)


def table_of(stream: str, *runs: Run) -> Table:
    """Return what a warehouse holds that merges the records of some runs, one after the other."""
    return {tuple(record[name] for name in KEYS[stream]): record for run in runs for record in run.records(stream)}


def keys_of(stream: str, rows: Sequence[Json]) -> list[tuple[Any, ...]]:
    """Return the primary keys of rows."""
    return [tuple(row[name] for name in KEYS[stream]) for row in rows]


@contextmanager
def background(command: Sequence[str | Path], log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run one of our own modules in another environment; it ends when its stdin does."""
    with log.open("w") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT
        )
    watchdog = Timer(LIFETIME, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        process.communicate(timeout=TIMEOUT)
        watchdog.cancel()


@contextmanager
def analyst(command: Sequence[str | Path], log: Path) -> Iterator[Ask]:
    """Run a client of a warehouse that answers queries as `answers.answer` does."""
    with background(command, log) as client:

        def ask(query: str) -> list[Json]:
            assert client.stdin is not None
            print(json.dumps(query), file=client.stdin, flush=True)
            rows: list[Json] = json.loads(next_line(client, log))
            return rows

        yield ask


def next_line(process: subprocess.Popen[str], log: Path) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, log.read_text(encoding="utf-8")
    return line
