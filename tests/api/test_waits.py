"""Time that requests wait for points is told as a person counts it: once, however many wait side by side."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Thread

import pytest

from tap_callgear.api.errors import Stopped
from tap_callgear.api.points import Points
from tap_callgear.api.waits import Waits
from tests.fakes import FakeClock

SPENT = {"minute_limit": 2, "minute_remaining": 0, "minute_reset": 20}


def test_nobody_waits_at_first() -> None:
    waits = Waits(FakeClock())
    assert (waits.seconds(), waits.now()) == (0, None)


def test_waits_side_by_side_count_once_and_those_that_go_on_count_too() -> None:
    clock = FakeClock()
    waits = Waits(clock)
    with ExitStack() as stack:
        stack.enter_context(waits.until(30, "minute"))
        clock.sleep(5)
        other = Thread(target=lambda: stack.enter_context(waits.until(20, "day")))
        other.start()
        other.join()
        clock.sleep(5)
        assert waits.seconds() == 10
        assert waits.now() == ("day", 10)


def test_the_budget_tells_how_long_its_requests_waited() -> None:
    clock = FakeClock()
    points = Points(clock, lambda _: None)
    points.acquire()
    points.update(SPENT)
    waited = points.acquire()
    assert points.waits.seconds() == waited > 20
    assert points.waits.now() is None


def test_a_wait_that_a_signal_ends_is_told_in_full() -> None:
    clock = FakeClock(stop_after=7)
    points = Points(clock, lambda _: None)
    points.acquire()
    points.update(SPENT)
    with pytest.raises(Stopped):
        points.acquire()
    assert points.waits.seconds() == clock.elapsed > 0
