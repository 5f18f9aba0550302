"""The account that a sandbox plays: its data, its clock and its points, and what was asked of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from threading import Event, Lock
from time import time
from typing import TYPE_CHECKING

from callgear_sandbox.access import Access
from callgear_sandbox.data.world import World, ingredients
from callgear_sandbox.options import Options
from callgear_sandbox.points import Points
from callgear_sandbox.truth import instants, keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from callgear_sandbox.data.report import Key
    from callgear_sandbox.encoding import Json


@dataclass(frozen=True)
class Record:
    """What was asked, and what came of it."""

    method: str | None
    params: Json
    outcome: str
    rows: int = 0


class Account:
    """An account of the Data API, without the server that answers for it.

    Attributes:
        options: May be replaced at any time; the next request finds the new ones.
        now: The clock of the data, or None for the real one. Later rows are not served yet.
        access: Who may ask.
        points: What was spent.
        requests: What was asked so far, and what came of it.
        most_at_a_time: The most requests that were under way at any time.
    """

    def __init__(self, options: Options | None = None) -> None:
        """Settle the options; nothing is made up yet."""
        self.options = options or Options()
        self.now: datetime | None = None
        self.access = Access()
        self.points = Points()
        self.requests: list[Record] = []
        self.most_at_a_time = 0
        self._at_a_time = 0
        self._started = int(time())
        self._worlds: dict[tuple[object, ...], World] = {}
        self._lock = Lock()
        self._closing = Event()
        self._chances = 0

    def instants(self, name: str, user_id: int | None = None) -> dict[Key, datetime]:
        """Return the instant of every row of a report that there is now, by primary key: the truth."""
        return instants(self.world(user_id, self.options), self.options, name, self.instant())

    def keys(self, name: str, user_id: int | None = None) -> set[Key]:
        """Return the keys of every row of that name in `methods.json` that there is now."""
        return keys(self.world(user_id, self.options), self.options, name, self.instant())

    def world(self, user_id: int | None, options: Options) -> World:
        """Return the data of the account, or of an agent's customer."""
        wanted = (user_id, *ingredients(options))
        with self._lock:
            if wanted not in self._worlds:
                until = int(options.until.timestamp()) if options.until else self._started
                self._worlds[wanted] = World(options, until, user_id)
            return self._worlds[wanted]

    def instant(self) -> int:
        """Return what time it is for the data."""
        return int(time() if self.now is None else self.now.timestamp())

    def chance(self) -> Random:
        """Return the chance of one request: another one every time, the same in every run."""
        with self._lock:
            self._chances += 1
            return Random(f"{self.options.seed} {self._chances}")  # noqa: S311 - no secret

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a request as under way."""
        with self._lock:
            self._at_a_time += 1
            self.most_at_a_time = max(self.most_at_a_time, self._at_a_time)
        try:
            yield
        finally:
            with self._lock:
                self._at_a_time -= 1

    def pause(self, seconds: float) -> None:
        """Let time pass, unless the sandbox is closing."""
        if seconds > 0:
            self._closing.wait(seconds)

    def close(self) -> None:
        """Have no request pause any longer."""
        self._closing.set()
