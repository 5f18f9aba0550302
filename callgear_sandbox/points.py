"""The points budget: so many operations a minute and a day, only successful ones charged."""

from __future__ import annotations

from contextlib import contextmanager
from math import ceil
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from callgear_sandbox.errors import LIMIT_EXCEEDED, ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options


class _Span:
    """One span of time, such as a minute, and what was spent in it."""

    def __init__(self, name: str, opened: float) -> None:
        self.name = name
        self.spent = 0
        self._opened = opened

    def turn(self, now: float, length: float) -> None:
        """Begin the next span when this one is over."""
        over = (now - self._opened) // length
        if over >= 1:
            self._opened += over * length
            self.spent = 0

    def limits(self, now: float, length: float, points: int) -> Json:
        return {
            f"{self.name}_limit": points,
            f"{self.name}_remaining": max(0, points - self.spent),
            f"{self.name}_reset": max(1, ceil(self._opened + length - now)),
        }


class Points:
    """What is left of the budget, for all callers together."""

    def __init__(self) -> None:
        """Open a minute and a day."""
        now = monotonic()
        self._day = _Span("day", now)
        self._minute = _Span("minute", now)
        self._lock = Lock()

    def limits(self, options: Options) -> Json:
        """Return `metadata.limits`; empty where nothing is limited."""
        limits: Json = {}
        with self._lock:
            for span, points, length in self._budgets(options):
                limits |= span.limits(monotonic(), length, points)
        return limits

    @contextmanager
    def charging(self, cost: int, options: Options) -> Iterator[None]:
        """Charge an operation, and give the points back if it fails.

        Points are taken beforehand: of callers at the same time, no more are let through
        than the budget pays for.
        """
        with self._lock:
            for span, points, _ in self._budgets(options):
                if cost and span.spent + cost > points:
                    raise ApiError(
                        LIMIT_EXCEEDED,
                        f"The limit of {points} points a {span.name} is exceeded",
                        params={"limit_type": span.name, "limit_max_value": points},
                    )
            self._spend(cost)
        try:
            yield
        except BaseException:
            with self._lock:
                self._spend(-cost)
            raise

    def _spend(self, cost: int) -> None:
        self._day.spent = max(0, self._day.spent + cost)
        self._minute.spent = max(0, self._minute.spent + cost)

    def _budgets(self, options: Options) -> Iterator[tuple[_Span, int, float]]:
        spans = (
            (self._day, options.points_per_day, options.day_seconds),
            (self._minute, options.points_per_minute, options.minute_seconds),
        )
        for span, points, length in spans:
            span.turn(monotonic(), length)
            if points is not None:
                yield span, points, length
