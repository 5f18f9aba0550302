"""How long requests waited for points, and what they are waiting for now; waits side by side count once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.api.clock import Clock


class Waits:
    """Measures the time in which at least one request waits; safe across threads."""

    def __init__(self, clock: Clock) -> None:
        """Start with nobody waiting.

        Args:
            clock: The clock.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[float, str]] = {}
        self._since = 0.0
        self._seconds = 0.0

    @contextmanager
    def until(self, end: float, period: str) -> Iterator[None]:
        """Count the time of the block as waiting.

        Args:
            end: When the points come back, on the monotonic clock.
            period: The period that they are counted in.
        """
        thread = threading.get_ident()
        with self._lock:
            self._since = self._since if self._waiting else self._clock.monotonic()
            self._waiting[thread] = end, period
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[thread]
                if not self._waiting:
                    self._seconds += self._clock.monotonic() - self._since

    def seconds(self) -> float:
        """Return how long requests have waited so far, those that still wait among them."""
        with self._lock:
            return self._seconds + (self._clock.monotonic() - self._since if self._waiting else 0.0)

    def now(self) -> tuple[str, float] | None:
        """Return the period whose points are waited for and the seconds until they come back; None if nobody waits."""
        with self._lock:
            if not self._waiting:
                return None
            end, period = min(self._waiting.values())
            return period, max(0.0, end - self._clock.monotonic())
