"""The clock and the sleep, handed to whatever needs them, so that tests bring their own."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from typing import Protocol

from tap_callgear.api.errors import Stopped


class Clock(Protocol):
    """What the tap may ask of time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait.

        Args:
            seconds: How long.

        Raises:
            Stopped: A signal asked the run to end.
        """

    def check(self) -> None:
        """Be a safe place to end the run.

        Raises:
            Stopped: A signal asked the run to end.
        """


class SystemClock:
    """The machine's clock, and a sleep that a signal ends."""

    def __init__(self) -> None:
        """Start with no signal seen."""
        self._woken = threading.Event()
        self._signal_number = 0

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, unless a signal asks the run to end.

        Args:
            seconds: How long.

        Raises:
            Stopped: A signal asked the run to end.
        """
        self._woken.wait(seconds)
        self.check()

    def stop(self, signal_number: int) -> None:
        """Ask the run to end at the next safe place; called by the signal handler."""
        self._signal_number = signal_number
        self._woken.set()

    def check(self) -> None:
        """Be a safe place to end the run.

        Raises:
            Stopped: A signal asked the run to end.
        """
        if self._signal_number:
            raise Stopped(self._signal_number)
