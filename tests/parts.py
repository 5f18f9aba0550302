"""The three parts of the suite: a test belongs to one by what it and its fixtures call, so nobody has to say it.

- ``judges`` are tests marked ``warehouse``, ``airbyte`` or ``airflow``: programs of others, in environments of their
  own.
- ``end_to_end`` tests start a process or a server.
- ``unit`` tests do neither, which is held while they run.
"""

from __future__ import annotations

import http.server
import importlib
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING

import pytest

from callgear_sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARTS = ("judges", "end_to_end", "unit")
"""The parts, those first that take longest."""

STARTING: frozenset[object] = frozenset({http.server.ThreadingHTTPServer, socket, socket.socket, subprocess, Sandbox})
"""What processes and servers are started with."""

_STARTERS: tuple[tuple[object, str], ...] = (
    (os, "execv"),
    (os, "execve"),
    (os, "fork"),
    (os, "posix_spawn"),
    (os, "posix_spawnp"),
    (os, "system"),
    (socket.socket, "bind"),
    (subprocess.Popen, "__init__"),
)
"""What every start comes down to. An audit hook would see them, too; but it would also run whenever a thread begins to
be traced, and a second thread that begins meanwhile fails."""


def part_of(test: pytest.Function) -> str:
    """Return the part that a test belongs to."""
    if any(test.get_closest_marker(name) for name in ("airbyte", "airflow", "warehouse")):
        return "judges"
    folder = test.module.__name__.rpartition(".")[0]
    shared = f"{folder}.conftest"
    scopes = [vars(test.module), vars(importlib.import_module(shared)) if shared in sys.modules else {}]
    fixtures = [next((scope[name] for scope in scopes if name in scope), None) for name in test.fixturenames]
    return "end_to_end" if _any_starts(test.function, *fixtures) else "unit"


@cache
def _any_starts(*things: object) -> bool:
    """Whether any of some functions and classes starts a process or a server; asked once a test, whatever its cases."""
    seen: set[object] = set()
    return any(_starts(thing, seen) for thing in things)


def _starts(thing: object, seen: set[object]) -> bool:
    """Whether some function or class, or one of the tests' own that it calls, starts a process or a server."""
    if isinstance(thing, ModuleType):
        return thing in STARTING
    thing = unwrap(thing) if callable(thing) else thing
    if isinstance(thing, type):
        if not STARTING.isdisjoint(thing.__mro__):
            return True
        members = [getattr(member, "fget", member) for member in vars(thing).values()]
        parts = [unwrap(member) for member in members if callable(member)]
    else:
        parts = [thing]
    functions = [part for part in parts if isinstance(part, FunctionType) and part not in seen]
    seen.update(functions)
    return any(
        _starts(function.__globals__.get(name), seen)
        for function in functions
        if function.__module__.startswith("tests.")
        for name in _names(function.__code__)
    )


def _names(code: CodeType) -> set[str]:
    """Return the names that some code uses, the functions within it included."""
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*map(_names, inner))


@contextmanager
def nothing_started() -> Iterator[None]:
    """Fail if a process or a server is started."""
    started: list[str] = []

    def noted(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def note(*args: object, **options: object) -> object:
            started.append(name)
            return call(*args, **options)

        return note

    with pytest.MonkeyPatch.context() as here:
        for owner, name in _STARTERS:
            here.setattr(owner, name, noted(name, getattr(owner, name)))
        yield
    assert not started, "a unit test starts nothing"
