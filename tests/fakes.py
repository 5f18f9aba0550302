"""Stand-ins for what the engine is handed: a clock that sleeping moves, and an HTTP that a function answers."""

from __future__ import annotations

import json
import threading
import weakref
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from tap_callgear.api.client import DataApi
from tap_callgear.api.credentials import AccessKey
from tap_callgear.api.errors import Stopped
from tap_callgear.api.points import Points
from tap_callgear.api.redaction import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tap_callgear.api.credentials import Credentials
    from tap_callgear.api.replies import Body

Json: TypeAlias = dict[str, Any]
Outcome: TypeAlias = "Json | bytes | Exception | tuple[int, Body]"
"""What answers a request: the reply without its id, a body as it is, a failure, or a status and a body."""

KEY = "key-1234567890"
BEGAN = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


class FakeClock:
    """A clock that only sleeping moves."""

    def __init__(self, stop_after: float = float("inf")) -> None:
        """Start at noon; a signal comes once so many seconds were slept."""
        self.sleeps: list[float] = []
        self.elapsed = 0.0
        self._stop_after = stop_after
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the present instant."""
        return BEGAN + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        """Return the seconds slept."""
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        with self._lock:
            self.sleeps.append(seconds)
            self.elapsed += seconds
        self.check()

    def check(self) -> None:
        """End the run where the signal has come."""
        if self.elapsed > self._stop_after:
            raise Stopped(15)


class SharedClock(FakeClock):
    """A clock for several threads: it moves once all of them sleep, and then to the moment when the first one wakes."""

    def __init__(self, threads: int) -> None:
        """Start at noon, with so many threads awake."""
        super().__init__()
        self._awake = threads
        self._wakings: list[float] = []
        self._moved = threading.Condition(self._lock)

    def sleep(self, seconds: float) -> None:
        """Sleep until the clock has moved so far."""
        with self._moved:
            self.sleeps.append(seconds)
            waking = self.elapsed + seconds
            self._wakings.append(waking)
            self._rest()
            self._moved.wait_for(lambda: self.elapsed >= waking)

    def leave(self) -> None:
        """Note that a thread will not sleep any more."""
        with self._moved:
            self._rest()

    def _rest(self) -> None:
        self._awake -= 1
        if not self._awake and self._wakings:
            self.elapsed = max(self.elapsed, min(self._wakings))
            later = [waking for waking in self._wakings if waking > self.elapsed]
            self._awake, self._wakings = len(self._wakings) - len(later), later
            self._moved.notify_all()


class FakeTransport:
    """Answers requests with a function of them, and remembers them."""

    def __init__(self, answer: Callable[[Json], Outcome]) -> None:
        """Hold the function."""
        self.requests: list[Json] = []
        self._answer = answer

    @property
    def methods(self) -> list[str]:
        """Return the methods that were asked, in order."""
        return [request["method"] for request in self.requests]

    def post(self, body: bytes) -> tuple[int, Body]:
        """Answer a request."""
        request: Json = json.loads(body)
        self.requests.append(request)
        outcome = self._answer(request)
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, tuple):
            return outcome
        if isinstance(outcome, bytes):
            return 200, outcome
        return 200, reply_to(request, outcome)


def reply_to(request: Json, outcome: Json) -> bytes:
    """Return the body of a reply."""
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], **outcome}).encode()


class HeldPages:
    """Answers with pages that are seen to be let go of.

    Attributes:
        held: How many earlier pages were still held, at each request.
    """

    def __init__(self, answer: Callable[[Json], Outcome]) -> None:
        """Hold what answers."""
        self.held: list[int] = []
        self._answer = answer
        self._pages: list[weakref.ref[memoryview]] = []

    def __call__(self, request: Json) -> Outcome:
        """Answer a request."""
        self.held.append(sum(page() is not None for page in self._pages))
        outcome = self._answer(request)
        if not isinstance(outcome, dict):
            return outcome
        page = memoryview(reply_to(request, outcome))
        self._pages.append(weakref.ref(page))
        return 200, msgspec.Raw(page)


def in_turn(outcomes: Iterable[Outcome]) -> Callable[[Json], Outcome]:
    """Answer with one outcome after the other, then with the last one again and again."""
    left = list(outcomes)

    def answer(request: Json) -> Outcome:  # noqa: ARG001 - whatever is asked
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def success(data: object, **metadata: object) -> Json:
    """Return a reply that holds data."""
    return {"result": {"data": data, "metadata": metadata}}


def failure(mnemonic: str, code: int = -32602, message: str = "No.", **data: object) -> Json:
    """Return a reply that holds an error."""
    return {"error": {"code": code, "message": message, "data": {"mnemonic": mnemonic, **data}}}


def client(
    transport: FakeTransport,
    *,
    credentials: Credentials | None = None,
    clock: FakeClock | None = None,
    secrets: Secrets | None = None,
    said: list[str] | None = None,
) -> DataApi:
    """Put a client together out of stand-ins."""
    clock = clock or FakeClock()
    secrets = secrets or Secrets()
    secrets.add(KEY)
    say = ([] if said is None else said).append
    return DataApi(
        transport,
        credentials or AccessKey(KEY),
        Points(clock, say),
        secrets,
        clock,
        say,
    )
