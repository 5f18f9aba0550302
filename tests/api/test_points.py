"""The budget never spends more than the API grants, waits as long as it must and no longer, and stops where told to."""

from __future__ import annotations

import itertools
import math
import threading
from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.errors import PointsSpent, Stopped
from tap_callgear.api.points import Points
from tests.fakes import FakeClock, SharedClock

MINUTE = 60.0


def limits(period: str, limit: float, remaining: float, reset: float) -> dict[str, float]:
    """Return what a reply says of one period."""
    return {f"{period}_limit": limit, f"{period}_remaining": remaining, f"{period}_reset": reset}


def refusal(period: str, said: dict[str, float] | None = None) -> PointsSpent:
    """Return the refusal of a request for want of points."""
    return PointsSpent("No.", period=period, limits=said or {})


@dataclass
class Plan:
    """The API's side of the budget: so many points in each minute, minutes starting where they like."""

    clock: FakeClock
    limit: int
    phase: float
    minute: float = MINUTE
    _minute: float = -1.0
    _spent: int = 0
    refused: int = field(default=0)

    def charge(self) -> dict[str, float] | PointsSpent:
        """Answer a request that arrives now: with the limits, or with a refusal."""
        minute = math.floor((self.clock.monotonic() + self.phase) / self.minute)
        if minute != self._minute:
            self._minute, self._spent = minute, 0
        reset = math.floor((minute + 1) * self.minute - self.clock.monotonic() - self.phase)
        if self._spent >= self.limit:
            self.refused += 1
            return refusal("minute", limits("minute", self.limit, 0, reset))
        self._spent += 1
        return limits("minute", self.limit, self.limit - self._spent, reset)


def budget(clock: FakeClock, on_day_limit: Literal["stop", "wait"] = "stop", said: list[str] | None = None) -> Points:
    """Return a budget that knows nothing yet."""
    return Points(clock, ([] if said is None else said).append, on_day_limit=on_day_limit)


@given(
    limit=st.integers(1, 12),
    phase=st.floats(0, 59.99),
    pauses=st.lists(st.floats(0, 40), min_size=20, max_size=60),
)
def test_no_request_is_refused_where_one_follows_the_other(limit: int, phase: float, pauses: list[float]) -> None:
    clock = FakeClock()
    plan, points = Plan(clock, limit, phase), budget(clock)
    for pause in pauses:
        points.acquire()
        answer = plan.charge()
        assert isinstance(answer, dict)
        clock.elapsed += pause
        points.update(answer)


@given(
    limit=st.integers(4, 12),
    phase=st.floats(0, 59.99),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.floats(0, 5)), min_size=20, max_size=80),
)
def test_no_request_is_refused_where_replies_overtake_each_other(
    limit: int, phase: float, steps: list[tuple[bool, int, float]]
) -> None:
    clock = FakeClock()
    plan, points = Plan(clock, limit, phase), budget(clock)
    under_way: list[dict[str, float] | PointsSpent] = []
    for is_asked, which, pause in steps:
        is_left = points.left().get("minute", 1) > 0
        if is_asked and len(under_way) < 4 and (is_left or not under_way):
            points.acquire()
            under_way.append(plan.charge())
        elif under_way:
            answer = under_way.pop(which % len(under_way))
            if isinstance(answer, dict):
                points.update(answer)
            else:
                points.exhaust(answer)
        clock.elapsed += 0 if under_way else pause
    assert plan.refused == 0


def test_a_reply_that_comes_late_does_not_bring_points_back() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.acquire()
    points.update(limits("minute", 10, 8, 30))
    points.update(limits("minute", 10, 9, 30))
    assert points.left() == {"minute": 8}


def test_points_of_requests_under_way_are_not_spent_twice() -> None:
    clock = FakeClock()
    points = budget(clock)
    for _ in range(3):
        points.acquire()
    points.update(limits("minute", 4, 3, 30))
    assert points.left() == {"minute": 1}
    assert points.acquire() == 0
    assert points.acquire() == 31


def test_a_reset_in_whole_seconds_that_was_cut_short_is_waited_for_in_full() -> None:
    clock = FakeClock()
    points = budget(clock)
    points.acquire()
    points.update(limits("minute", 1, 0, 12.0))
    assert points.acquire() == pytest.approx(13)


def test_a_point_that_was_not_charged_comes_back() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.update(limits("minute", 5, 4, 30))
    points.acquire()
    points.release()
    assert points.left() == {"minute": 4}


def test_a_long_wait_says_now_and_then_that_it_is_alive() -> None:
    clock, said = FakeClock(), list[str]()
    points = budget(clock, "wait", said)
    points.acquire()
    points.update(limits("day", 9, 0, 3700.0))
    assert points.acquire() == pytest.approx(3701)
    assert said[0] == "Waiting for the day's points: 1 h 1 min to go."
    assert said[-1] == "Waiting for the day's points: 11 s to go."
    assert len(said) == 124
    assert max(clock.sleeps) <= 30


def test_a_wait_says_minutes_where_there_are_any() -> None:
    said: list[str] = []
    points = budget(FakeClock(), "wait", said)
    points.acquire()
    points.update(limits("day", 9, 0, 90.0))
    points.acquire()
    assert said[0] == "Waiting for the day's points: 1 min 31 s to go."


@pytest.mark.parametrize("period", ["day", "hour"])
def test_the_run_stops_once_the_long_limit_is_spent_and_says_when_the_points_come_back(period: str) -> None:
    clock = FakeClock()
    points = budget(clock)
    points.acquire()
    points.update(limits(period, 3000, 0, 3599.0) | limits("minute", 60, 0, 5.0))
    with pytest.raises(PointsSpent, match=rf"The {period}'s points \(3000\) are spent .* 1 h 0 min.* 13:00:00 UTC"):
        points.acquire()
    assert clock.sleeps == []


@pytest.mark.parametrize("period", ["day", "hour"])
def test_the_run_waits_for_the_long_limit_where_it_is_told_to(period: str) -> None:
    points = budget(FakeClock(), "wait")
    points.acquire()
    points.update(limits(period, 3000, 0, 3599.0))
    assert points.acquire() == pytest.approx(3600)
    assert points.left() == {period: 2999}


def test_the_minute_is_waited_for_even_where_the_day_would_stop_the_run() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.update(limits("minute", 60, 0, 5.0) | limits("day", 3000, 2999, 50_000.0))
    assert points.acquire() == pytest.approx(6)


def test_refusals_that_say_nothing_are_answered_with_longer_and_longer_waits() -> None:
    clock = FakeClock()
    points = budget(clock)
    waits = []
    for _ in range(8):
        waits.append(points.acquire())
        points.exhaust(refusal("minute"))
    assert waits == [0, 2, 4, 8, 16, 32, 60, 60]
    points.acquire()
    points.update({})
    points.acquire()
    points.exhaust(refusal("minute"))
    assert points.acquire() == 2


def test_requests_that_are_refused_together_are_one_refusal() -> None:
    points = budget(FakeClock())
    for _ in range(16):
        points.acquire()
    for _ in range(16):
        points.exhaust(refusal("minute"))
    assert points.acquire() == 2


def test_a_refusal_that_tells_the_reset_is_believed() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.exhaust(refusal("minute", limits("minute", 4, 0, 20.0)))
    assert points.acquire() == pytest.approx(21)


def test_a_refusal_counts_even_where_the_limits_say_that_points_are_left() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.exhaust(refusal("minute", limits("minute", 4, 3, 20.0)))
    assert points.acquire() > 0


def test_a_minute_without_points_that_does_not_say_when_it_ends_is_asked_again_soon() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.update({"minute_limit": 5.0, "minute_remaining": 0.0})
    assert points.acquire() <= 2


@pytest.mark.parametrize("said", [{}, {"day_limit": 9.0, "day_remaining": 0.0}, limits("day", 9, 0, math.nan)])
def test_a_spent_day_that_does_not_say_when_it_resets_stops_the_run_and_says_so(said: dict[str, float]) -> None:
    points = budget(FakeClock())
    points.acquire()
    points.exhaust(refusal("day", said))
    with pytest.raises(PointsSpent, match="does not say when they come back") as stop:
        points.acquire()
    assert stop.value.period == "day"


def test_nothing_is_held_back_where_the_api_names_no_limits() -> None:
    clock = FakeClock()
    points = budget(clock)
    for _ in range(100):
        points.acquire()
        points.update({})
    assert (clock.sleeps, points.left(), points.limits()) == ([], {}, {})


def test_what_is_left_and_what_there_is_can_be_told() -> None:
    points = budget(FakeClock())
    points.acquire()
    points.update(limits("minute", 60, 59, 5.0) | limits("day", 3000, 2500, 50_000.0) | {"hour_remaining": 7.0})
    assert points.left() == {"minute": 59, "hour": 7, "day": 2500}
    assert points.limits() == {"day": 3000, "minute": 60}


def test_a_signal_ends_the_wait() -> None:
    points = budget(FakeClock(stop_after=40), "wait")
    points.acquire()
    points.update(limits("day", 9, 0, 50_000.0))
    with pytest.raises(Stopped):
        points.acquire()


@pytest.mark.parametrize("period, length", [("minute", 60), ("hour", 3600), ("day", 86_400)])
@pytest.mark.parametrize("reset", [3_000_000.0, 1.728e10, 1e300, math.inf, math.nan, -1.0, -1e300])
def test_a_wait_is_never_longer_than_the_period_that_it_is_named_for(period: str, length: float, reset: float) -> None:
    points = budget(FakeClock(), "wait")
    points.acquire()
    points.update(limits(period, 5, 0, reset))
    assert 0 < points.acquire() <= length


@pytest.mark.parametrize("nonsense", [-1.0, -math.inf, math.inf, math.nan, 1e300])
@pytest.mark.parametrize("name", ["limit", "remaining"])
def test_points_that_no_plan_can_hold_are_not_believed(name: str, nonsense: float) -> None:
    clock = FakeClock()
    points = budget(clock)
    for _ in range(100):
        points.acquire()
        points.update({**limits("minute", 60, 59, 30), f"minute_{name}": nonsense})
    assert clock.sleeps == []
    assert points.limits() in ({}, {"minute": 60})


def test_a_minute_that_has_passed_unseen_gives_its_points_once_and_the_next_is_waited_for() -> None:
    clock = FakeClock()
    points = budget(clock)
    points.acquire()
    points.update(limits("minute", 5, 0, 2))
    clock.elapsed += 10
    assert [points.acquire() for _ in range(5)] == [0] * 5
    assert 0 < points.acquire() <= MINUTE


@pytest.mark.parametrize("ahead, limit, minute", [(4, 3, 2), (16, 5, 2), (16, 12, 2), (16, 1, 1), (4, 3, 60)])
def test_more_requests_at_a_time_than_points_a_minute_neither_idle_nor_fail(
    ahead: int, limit: int, minute: float
) -> None:
    clock = SharedClock(ahead)
    plan, points = Plan(clock, limit, phase=0.3, minute=minute), budget(clock)
    home: list[float] = []
    lock = threading.Lock()

    def ask() -> None:
        while len(home) < 60:
            points.acquire()
            with lock:
                answer = plan.charge()
            if isinstance(answer, PointsSpent):
                points.exhaust(answer)
            else:
                home.append(clock.monotonic())
                points.update(answer)
        clock.leave()

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(ahead)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(home) >= 60
    longest = max(after - before for before, after in itertools.pairwise(home))
    assert longest <= minute


def test_who_waits_while_requests_are_under_way_hears_at_once_of_points_that_came_back() -> None:
    clock = FakeClock()
    points = budget(clock)
    for _ in range(3):
        points.acquire()
    points.update(limits("minute", 2, 0, 50))

    def come_home(seconds: float) -> None:
        FakeClock.sleep(clock, seconds)
        if clock.elapsed == 1:
            points.update(limits("minute", 2, 2, 59))

    clock.sleep = come_home  # type: ignore[method-assign] # the reply of another thread
    assert points.acquire() == 1


def test_threads_that_wait_together_say_so_once() -> None:
    clock, said = FakeClock(), list[str]()
    points = budget(clock, said=said)
    points.acquire()
    points.update(limits("minute", 9, 0, 20))
    threads = [threading.Thread(target=points.acquire) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(said) == 1


def test_threads_together_spend_no_more_than_the_minute_holds() -> None:
    clock = FakeClock()
    plan, points = Plan(clock, limit=7, phase=3.0), budget(clock)
    lock = threading.Lock()
    refused = []

    def ask() -> None:
        for _ in range(25):
            points.acquire()
            with lock:
                answer = plan.charge()
                if isinstance(answer, PointsSpent):
                    refused.append(answer)
                    points.exhaust(answer)
                else:
                    points.update(answer)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    assert refused == []
