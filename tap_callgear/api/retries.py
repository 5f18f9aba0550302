"""How often a request that failed in passing is sent again, after what waits, and what is said once that is no use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backoff

from tap_callgear.api.errors import ConfigurationError, InternalError, TransientError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_callgear.api.errors import CallGearError

_HEAVY_TRIES = 6
"""Tries of a request that a smaller one may replace."""

_HEAVY_TRIES_UNANSWERED = 2
"""The same once such a request was given up at a host that has never answered: weight is hardly what it lacks."""

_LASTING_TRIES = 3
"""Tries after which a host or a proxy that was never reached is taken to be a wrong setting."""

_RETRY_SECONDS_UNANSWERED = 60.0
"""Seconds of failures after which a host that has never answered is given up."""

_RETRY_SECONDS = 300.0
"""Seconds of failures after which a host that did answer is given up."""

_LEAST_TRIES = 5
_LEAST_OBEYED = 2
"""Tries at the least where the server says when to come back: it may say an hour each time."""

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0


class RetryPolicy:
    """Knows when a failure is to be believed. All calls of a client share one, and learn from each other."""

    def __init__(self) -> None:
        """Know of no answer yet."""
        self._has_answered = False
        self._gave_up_unanswered = False

    def answered(self) -> None:
        """Learn that the host answers."""
        self._has_answered, self._gave_up_unanswered = True, False

    def is_exhausted(self, failure: TransientError, tries: int, elapsed: float) -> bool:
        """Whether a request has failed often enough, and for long enough.

        Args:
            failure: How it failed the last time.
            tries: How often it was sent.
            elapsed: Seconds since it was sent first.
        """
        if failure.is_heavy and tries >= (_HEAVY_TRIES_UNANSWERED if self._gave_up_unanswered else _HEAVY_TRIES):
            return True
        if tries >= (failure.most_tries or math.inf) or (tries >= _LASTING_TRIES and self._is_lasting(failure)):
            return True
        retry_seconds = _RETRY_SECONDS if self._has_answered else _RETRY_SECONDS_UNANSWERED
        least = _LEAST_TRIES if failure.retry_after is None else _LEAST_OBEYED
        return tries >= least and elapsed >= retry_seconds

    def give_up(self, method: str, failure: TransientError, tries: int, said: str) -> CallGearError:
        """Return what is to be raised once a failure is believed.

        Args:
            method: The method that was called.
            failure: How it failed the last time.
            tries: How often it was sent.
            said: The failure in one line without secrets.
        """
        self._gave_up_unanswered = not self._has_answered
        how_often = f" failed {tries} times, the last time" if tries > 1 else ""
        text = f"{method}{how_often}: {said}. {failure.remedy}."
        if self._is_lasting(failure):
            return ConfigurationError(text)
        if isinstance(failure, InternalError):
            return InternalError(text)
        return TransientError(text, is_heavy=failure.is_heavy)

    def _is_lasting(self, failure: TransientError) -> bool:
        return isinstance(failure, Unreachable) and failure.is_lasting and not self._has_answered


def waits() -> Iterator[float]:
    """Return the seconds to wait before each new try: longer each time, and never in step with other clients."""
    seconds: Any = backoff.expo(factor=_FIRST_WAIT, max_value=_LONGEST_WAIT)
    next(seconds)
    for wait in seconds:
        yield backoff.full_jitter(wait)
