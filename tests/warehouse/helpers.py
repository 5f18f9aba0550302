"""Our own modules, run in the environments of others: servers, clients, and what speaks to a program for us."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import replace
from threading import Timer
from typing import TYPE_CHECKING, TypeAlias

from tests.documents import ROOT
from tests.forks import Fork, Program

from .chain import TIMEOUT, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.support import Json

LIFETIME = 280.0
"""Seconds after which a process that was forgotten in the background ends."""

Ask: TypeAlias = "Callable[[str], list[Json]]"
"""What answers a query with its rows."""


class Helper:
    """A module that runs in the background, to talk to by lines."""

    def __init__(self, module: Program, *arguments: str | Path, log: Path, env: Mapping[str, str] | None) -> None:
        """Start it."""
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as stdin:
            given = os.environ if env is None else env
            self._fork = Fork(module, [*map(str, arguments)], given, log, stdin=stdin, folder=ROOT)
        self._log = log
        self._stdin = os.fdopen(writing, "w", encoding="utf-8")
        self._watchdog = Timer(LIFETIME, self._fork.kill)
        self._watchdog.start()

    def tell(self, line: str) -> None:
        """Say a line."""
        print(line, file=self._stdin, flush=True)

    def next_line(self) -> str:
        """Return the next line that it prints."""
        line = self._fork.stdout.readline()
        assert line, self._log.read_text(encoding="utf-8")
        return line.decode()

    def close(self) -> None:
        """End its input, and so the module."""
        self._stdin.close()
        self._fork.finish(TIMEOUT)
        self._watchdog.cancel()


def module_in(environment: str, module: str) -> Program:
    """Return a module of ours as a program of an environment, which imports what the environment's own command does."""
    own = program(environment, "dbt" if environment == "dbt-snowflake" else environment)
    return replace(Program.of(own), name=module)


@contextmanager
def background(
    module: Program, *arguments: str | Path, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[Helper]:
    """Run a module in the background; it ends when its input does.

    Args:
        module: The module.
        arguments: Those of its command line.
        log: A file for what it writes to stderr.
        env: Its environment, if it is another than this process's.

    Yields:
        A way to talk to it.
    """
    helper = Helper(module, *arguments, log=log, env=env)
    try:
        yield helper
    finally:
        helper.close()


@contextmanager
def analyst(environment: str, client: str, *place: str | Path, log: Path) -> Iterator[Ask]:
    """Run a client of a warehouse, one that answers queries as `answers.answer` does.

    Args:
        environment: The environment that has the warehouse's driver.
        client: One of our own modules.
        place: Where the warehouse is.
        log: A file for what the client writes to stderr.

    Yields:
        A way to ask.
    """
    with background(module_in(environment, client), *place, log=log) as helper:

        def ask(query: str) -> list[Json]:
            helper.tell(json.dumps(query))
            rows: list[Json] = json.loads(helper.next_line())
            return rows

        yield ask
