"""The account's points: every successful request costs one, and the plan says how many there are.

The totals depend on the plan, so they are learned from ``metadata.limits`` of each reply and never assumed.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from tap_callgear.api.errors import PERIODS, PointsSpent
from tap_callgear.api.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_callgear.api.clock import Clock

_HEARTBEAT = 30.0
"""Seconds between two lines that say the run is alive while it waits."""

_BETWEEN_LOOKS = 0.25
"""Seconds between two looks at the budget while requests are under way, whose replies may say more of it."""

_SAME_PERIOD = 1.5
"""Seconds by which two replies may differ on when the same period ends: they tell whole seconds."""

_LONGEST_GUESS = 60.0
"""Seconds to wait at the most where a refusal does not say when the points come back."""

_MOST_BELIEVED = 1e15
"""No plan holds more points than this."""


@dataclass
class Allowance:
    """What one period still holds.

    Attributes:
        limit: Points a period, where the API said so.
        remaining: Points left, less those of requests on their way.
        resets_at: When it is full again, on the monotonic clock.
        told: The fewest points that the API has told of in this period.
        is_guess: Whether the API left unsaid when it resets.
    """

    limit: float
    remaining: float
    resets_at: float
    told: float = math.inf
    is_guess: bool = False


class Points:
    """The budget that all requests of a run share; safe across threads.

    Attributes:
        waits: How long requests waited for points, and what for.
    """

    def __init__(
        self,
        clock: Clock,
        say: Callable[[str], None],
        *,
        on_day_limit: Literal["stop", "wait"] = "stop",
    ) -> None:
        """Start knowing nothing of the account's limits.

        Args:
            clock: The clock and the sleep.
            say: Takes a line for people while the budget waits.
            on_day_limit: Whether to stop or to wait once the day's (or hour's) points are spent.
        """
        self._clock = clock
        self._say = say
        self._on_day_limit = on_day_limit
        self._lock = threading.Lock()
        self._allowances: dict[str, Allowance] = {}
        self._under_way = 0
        self._refusals = 0
        self._guessed_until = -math.inf
        self._said_at = -math.inf
        self.waits = Waits(clock)

    def acquire(self) -> float:
        """Take one point for a request, waiting until there is one.

        Returns:
            Seconds waited.

        Raises:
            PointsSpent: The day's or the hour's points are spent and the setting says to stop.
            Stopped: A signal came while waiting.
        """
        began = self._clock.monotonic()
        while True:
            with self._lock:
                now = self._clock.monotonic()
                period = self._spent_period(now)
                if period is None:
                    self._take()
                    return now - began
                wait = self._allowances[period].resets_at - now
                nap = min(wait, _BETWEEN_LOOKS if self._under_way else _HEARTBEAT)
                is_news = now - self._said_at >= _HEARTBEAT and (now > began or not self._under_way)
                if is_news:
                    self._said_at = now
            self._stop_if_told(period, wait)
            if is_news:
                self._say(f"Waiting for the {period}'s points: {_duration(wait)} to go.")
            with self.waits.until(now + wait, period):
                self._clock.sleep(nap)

    def update(self, limits: Mapping[str, float]) -> None:
        """Learn what a reply says of the limits, and that its request has come home.

        Args:
            limits: ``metadata.limits``: ``minute_limit``, ``minute_remaining``, ``minute_reset`` and so on, resets in
                seconds; may be empty. What no plan can hold is not believed.
        """
        with self._lock:
            self._refusals = 0
            self._come_home(limits)

    def release(self) -> None:
        """Note that a request came home without a word on the limits, so its point was not charged."""
        with self._lock:
            self._under_way -= 1
            for allowance in self._allowances.values():
                allowance.remaining += 1

    def exhaust(self, refusal: PointsSpent) -> None:
        """Learn that the API refused a request for want of points.

        Args:
            refusal: The refusal, with the limits where the API sent them along.
        """
        with self._lock:
            self._come_home(refusal.limits)
            now = self._clock.monotonic()
            known = self._allowances.get(refusal.period)
            limit = math.inf if known is None or known.limit <= 0 else known.limit
            if known is None or known.is_guess or now >= known.resets_at:
                if now >= self._guessed_until:  # else it was sent along with the one that was refused before
                    self._refusals += 1
                    self._guessed_until = now + min(2.0**self._refusals, _LONGEST_GUESS)
                known = self._allowances[refusal.period] = Allowance(limit, 0, self._guessed_until, is_guess=True)
            known.limit, known.remaining = limit, 0

    def left(self) -> dict[str, int]:
        """Return the points left of each period that the API has spoken of, the shortest first."""
        with self._lock:
            return {
                period: int(self._allowances[period].remaining)
                for period in reversed(PERIODS)
                if period in self._allowances and math.isfinite(self._allowances[period].remaining)
            }

    def limits(self) -> dict[str, int]:
        """Return the points of each whole period that the API has spoken of."""
        with self._lock:
            return {
                period: int(allowance.limit)
                for period, allowance in self._allowances.items()
                if math.isfinite(allowance.limit)
            }

    def _spent_period(self, now: float) -> str | None:
        """Name the longest period that has no point left, filling up those whose reset has passed."""
        for period in PERIODS:
            allowance = self._allowances.get(period)
            if allowance is None:
                continue
            if now >= allowance.resets_at:
                # Until a reply says more, the period that has begun is taken to last as long as its name says.
                length = PERIODS[period]
                allowance.resets_at += length * (math.floor((now - allowance.resets_at) / length) + 1)
                allowance.remaining, allowance.told, allowance.is_guess = allowance.limit, math.inf, True
            if allowance.remaining <= 0 < allowance.limit:
                return period
        return None

    def _take(self) -> None:
        self._under_way += 1
        for allowance in self._allowances.values():
            allowance.remaining -= 1

    def _come_home(self, limits: Mapping[str, float]) -> None:
        self._under_way -= 1
        now = self._clock.monotonic()
        for period in PERIODS:
            remaining = _believed(limits.get(f"{period}_remaining"))
            if remaining is None:
                continue
            limit, reset = _believed(limits.get(f"{period}_limit")), _believed(limits.get(f"{period}_reset"))
            # A reset is a whole number of seconds that may have been cut: the next whole second is surely past it.
            resets_at = now + min(math.floor(reset or 0) + 1, PERIODS[period])
            known = self._allowances.get(period)
            if known is not None and abs(known.resets_at - resets_at) < _SAME_PERIOD:
                # Replies overtake each other: an older one knows of more points than are left.
                remaining = min(remaining, known.told)
            self._allowances[period] = Allowance(
                limit=math.inf if limit is None else limit,
                remaining=remaining - self._under_way,
                resets_at=resets_at,
                told=remaining,
                is_guess=reset is None,
            )

    def _stop_if_told(self, period: str, wait: float) -> None:
        if period == "minute" or self._on_day_limit == "wait":
            return
        allowance = self._allowances[period]
        of = f" ({allowance.limit:.0f})" if math.isfinite(allowance.limit) else ""
        at = self._clock.now() + timedelta(seconds=wait)
        back = f"they come back in {_duration(wait)}, at {at:%Y-%m-%d %H:%M:%S} UTC"
        text = (
            f"The {period}'s points{of} are spent (limit_exceeded); "
            f"{'the API does not say when they come back' if allowance.is_guess else back}. "
            "The next run goes on from the last state; with on_day_limit set to wait, the run waits instead."
        )
        raise PointsSpent(text, period=period, limits={})


def _believed(number: float | None) -> float | None:
    """Return a number of points or seconds, unless no plan can hold it."""
    return number if number is not None and 0 <= number <= _MOST_BELIEVED else None


def _duration(seconds: float) -> str:
    """Say a duration for people."""
    whole = math.ceil(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
