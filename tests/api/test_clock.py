"""The machine's clock, and a sleep that a signal ends."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tap_callgear.api.clock import SystemClock
from tap_callgear.api.errors import Stopped


def test_the_present_is_in_utc_and_the_clock_goes_on() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta()
    before = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() > before
    clock.check()


def test_a_signal_ends_a_sleep_at_once_and_every_later_one() -> None:
    clock = SystemClock()
    began = clock.monotonic()
    threading.Timer(0.05, clock.stop, [15]).start()
    with pytest.raises(Stopped) as stopped:
        clock.sleep(30)
    assert stopped.value.signal_number == 15
    with pytest.raises(Stopped):
        clock.check()
    with pytest.raises(Stopped):
        clock.sleep(30)
    assert clock.monotonic() - began < 10
