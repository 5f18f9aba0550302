"""Legs of calls: one to the caller, one to each employee, and what each of them cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from callgear_sandbox.data.report import Own, Report
from callgear_sandbox.data.timeline import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.data.calls import Calls, Course
    from callgear_sandbox.data.kinds import Single
    from callgear_sandbox.encoding import Json

_MOST: Final = 3
_OUTER, _OPERATOR, _TRANSFER = range(_MOST)
_MINUTE: Final = 60
_TARIFFS: Final = (("local", 120), ("mobile", 185), ("national", 240), ("international", 1499))
"""Kinds of direction, and their price a minute in hundredths."""


class Leg(NamedTuple):
    """What was drawn for a leg."""

    number: int
    nth: int
    call: Single
    course: Course


class Legs(Report[Leg]):
    """The legs of all calls, numbered in order of time."""

    def __init__(self, calls: Calls) -> None:
        """Make the legs of every call, all of them within the history."""
        self.calls = calls
        self.zone = calls.zone
        self.times, self._place = in_order(self._begun())
        self.own = (
            Own(self._progress),
            Own(self._ends),
            Own(self._people),
        )
        self.shared = ()

    @override
    def key(self, number: int) -> int:
        call, nth = divmod(self._place[number], _MOST)
        return self.calls.key(call) * _MOST + nth

    @override
    def draw(self, number: int) -> Leg:
        place, nth = divmod(self._place[number], _MOST)
        call = self.calls.draw(place)
        return Leg(number, nth, call, self.calls.course(call))

    def spoken(self, leg: Leg) -> int:
        """Return the seconds for which a leg is connected in the end."""
        pace = leg.course.pace
        if leg.nth == _OUTER:
            return pace.total
        if leg.nth == _TRANSFER:
            return pace.talk - pace.talk // 2
        return pace.talk // 2 if pace.is_transfer else pace.talk

    def _begun(self) -> Iterator[tuple[int, int]]:
        """Yield the beginnings of all legs, call by call."""
        for number, start in enumerate(self.calls.times):
            pace = self.calls.pace(number)
            later = (0, pace.wait // 2, pace.wait + pace.talk // 2)
            for nth in range(_MOST if pace.is_transfer else _TRANSFER):
                yield min(start + later[nth], self.calls.last), number * _MOST + nth

    def _progress(self, leg: Leg, now: int) -> Json:
        pace, start = leg.course.pace, self.times[leg.number]
        wait = pace.wait - pace.wait // 2 if leg.nth == _OPERATOR else 0
        spoken = self.spoken(leg)
        is_over = start + wait + spoken <= now
        talked = bool(spoken) and not pace.is_lost
        connected = talked and start + wait <= now
        records = [f"{leg.call.lot:016x}-{leg.nth}"] if is_over and talked else []
        failed = pace.is_lost and leg.nth == _OPERATOR
        reason = "operator_not_responsible" if failed else "subscriber_disconnects"
        return {
            "id": self.key(leg.number),
            "call_session_id": self.calls.key(leg.call.number),
            "call_records": records,
            "wav_call_records": [f"{record}.wav" for record in records],
            "start_time": self.zone.text(start),
            "connect_time": self.zone.text(start + wait) if connected else None,
            "duration": min(spoken, now - start - wait) if connected else 0,
            "total_duration": min(wait + spoken, now - start),
            "finish_reason": reason if is_over else None,
            "finish_reason_description": ("No answer" if failed else "Hung up") if is_over else None,
            "release_cause_code": (19 if failed else 16) if is_over else None,
            "release_cause_description": ("No answer" if failed else "Normal clearing") if is_over else None,
            "is_failed": failed,
            "is_talked": connected,
        }

    def _ends(self, leg: Leg, _: int) -> Json:
        course = leg.course
        ends = phones(leg)
        return {
            "virtual_phone_number": course.line.number,
            "calling_phone_number": ends[0],
            "called_phone_number": ends[1],
            "direction": _direction(leg),
            "is_transfered": leg.nth == _TRANSFER,
            "is_operator": leg.nth != _OUTER,
            "is_coach": False,
            "contact_id": course.person.id if course.person else None,
            "contact_full_name": course.person.full_name if course.person else None,
            "contact_phone_number": course.phone_number,
        }

    def _people(self, leg: Leg, now: int) -> Json:
        course = leg.course
        employee = (None, course.first, course.last)[leg.nth]
        scenario = course.line.scenario
        step = scenario.operations[leg.nth % len(scenario.operations)]
        rated = leg.nth != _OUTER and not leg.call.lot >> 56 & 3 and self.times[leg.number] + 3 * 3600 <= now
        return {
            "employee_id": employee.id if employee else None,
            "employee_full_name": employee.full_name if employee else None,
            "employee_phone_number": employee.phone_number if employee else None,
            "employee_rating": 1 + leg.call.lot % 5 if rated and not course.pace.is_lost else None,
            **scenario.facts(),
            "action_id": step["id"],
            "action_name": step["name"],
            "group_id": employee.group["group_id"] if employee else None,
            "group_name": employee.group["group_name"] if employee else None,
        }


class Charges(Report[Leg]):
    """What the legs cost: a row for each of them, at its beginning."""

    def __init__(self, legs: Legs) -> None:
        """Charge for all legs."""
        self._legs = legs
        self.times = legs.times
        self.own = (Own(self._charge),)
        self.shared = ()

    @override
    def key(self, number: int) -> int:
        return self._legs.key(number)

    @override
    def draw(self, number: int) -> Leg:
        return self._legs.draw(number)

    def _charge(self, leg: Leg, now: int) -> Json:
        legs = self._legs
        kind, price = _TARIFFS[(leg.call.lot >> 8) % len(_TARIFFS)]
        duration = min(legs.spoken(leg), now - self.times[leg.number])
        minutes = -(-duration // _MINUTE)
        calling, called = phones(leg)
        total = Decimal(minutes * price).scaleb(-2)
        return {
            "leg_id": self.key(leg.number),
            "call_session_id": legs.calls.key(leg.call.number),
            "start_time": legs.zone.text(self.times[leg.number]),
            "direction": _direction(leg),
            "source": "dynamic_call_tracking" if leg.course.is_incoming else "callapi",
            "calling_phone_number": calling,
            "called_phone_number": called,
            "duration": duration,
            "chargeable_duration": minutes * _MINUTE,
            "direction_type": kind,
            "cost_per_minute": Decimal(price).scaleb(-2),
            "total_charge": total,
            "bonuses_charge": total if leg.call.lot >> 20 & 15 == 0 else Decimal(0),
        }


def phones(leg: Leg) -> tuple[str, str]:
    """Return the number that calls, and the number that is called."""
    course = leg.course
    if leg.nth == _OUTER:
        ends = course.phone_number, course.line.number
        return ends if course.is_incoming else ends[::-1]
    employee = course.last if leg.nth == _TRANSFER else course.first
    return course.phone_number if course.is_incoming else course.line.number, employee.phone_number


def _direction(leg: Leg) -> str:
    """Return which way a leg goes: to an employee, always in."""
    return "in" if leg.nth != _OUTER or leg.course.is_incoming else "out"
