"""Work in the background hands over its result or its failure, and a signal ends the wait for it."""

from __future__ import annotations

import threading
from concurrent.futures import TimeoutError as NotYetDone

import pytest

from tap_callgear.api.background import await_result, in_background
from tap_callgear.api.errors import Stopped, TransientError
from tests.fakes import FakeClock


def test_a_result_is_awaited() -> None:
    go = threading.Event()
    result = in_background(lambda: go.wait(10) and 42)
    threading.Timer(0.3, go.set).start()
    assert await_result(result, FakeClock().check) == 42


@pytest.mark.parametrize("failure", [TransientError("no"), KeyboardInterrupt(), NotYetDone()])
def test_a_failure_is_raised_where_the_result_is_asked_for(failure: BaseException) -> None:
    def fail() -> None:
        raise failure

    with pytest.raises(type(failure)):
        await_result(in_background(fail), FakeClock().check)


def test_a_signal_ends_the_wait() -> None:
    clock, never = FakeClock(stop_after=0), threading.Event()
    result = in_background(lambda: never.wait(10))

    def look() -> None:
        clock.elapsed += 1
        clock.check()

    with pytest.raises(Stopped):
        await_result(result, look)
    never.set()


def test_work_that_never_ends_does_not_keep_the_process_alive() -> None:
    never = threading.Event()
    before = set(threading.enumerate())
    in_background(lambda: never.wait(10))
    assert all(thread.daemon for thread in set(threading.enumerate()) - before)
    never.set()
