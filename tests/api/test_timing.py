"""The machine's clock, and a sleep that a signal ends."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tap_callgear.api.errors import Stopped
from tap_callgear.api.timing import SystemTiming


def test_the_present_is_in_utc_and_the_clock_goes_on() -> None:
    timing = SystemTiming()
    assert timing.now().utcoffset() == timedelta()
    before = timing.monotonic()
    timing.sleep(0.01)
    assert timing.monotonic() > before
    timing.check()


def test_a_signal_ends_a_sleep_at_once_and_every_later_one() -> None:
    timing = SystemTiming()
    began = timing.monotonic()
    threading.Timer(0.05, timing.stop, [15]).start()
    with pytest.raises(Stopped) as stopped:
        timing.sleep(30)
    assert stopped.value.signal_number == 15
    with pytest.raises(Stopped):
        timing.check()
    with pytest.raises(Stopped):
        timing.sleep(30)
    assert timing.monotonic() - began < 10
