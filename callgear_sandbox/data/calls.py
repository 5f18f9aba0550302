"""Calls: the communications that are calls, with who spoke, on which number and for how long."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from callgear_sandbox.data.address_book import known
from callgear_sandbox.data.fixtures import LISTS, TABLES
from callgear_sandbox.data.kinds import Kind, Single
from callgear_sandbox.data.report import Own, Shared
from callgear_sandbox.data.staff import EMPLOYEES, Employee
from callgear_sandbox.data.telephony import CALLERS, SCENARIOS, caller, shown
from callgear_sandbox.data.visitors import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callgear_sandbox.data.address_book import Person
    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.data.telephony import VirtualNumber
    from callgear_sandbox.encoding import Json

LONGEST: Final = 3600
"""Seconds that no call exceeds."""

_REGIONS: Final[list[Json]] = TABLES["regions_of_numbers"]
"""What a call tells about the place that a phone number belongs to."""

_AUTO_CALLS: Final = LISTS["get.auto_call_campaigns"]
_UPLOADED: Final = 15
_RATED: Final = 3600
_OUTGOING: Final = ("callapi", "sip", "auto_out_calls")
_SCENARIOS: Final = tuple(
    {
        **scenario.facts(),
        "scenario_operations": scenario.operations,
    }
    for scenario in SCENARIOS
)


class Pace(NamedTuple):
    """How a call goes, and how long that takes."""

    is_lost: bool
    is_transfer: bool
    wait: int
    talk: int

    @property
    def hold(self) -> int:
        """Return how long the caller waits for whom the call is passed to."""
        return self.talk // 10 if self.is_transfer else 0

    @property
    def total(self) -> int:
        """Return how long the call lasts in the end."""
        return self.wait + self.talk


class Course(NamedTuple):
    """Who and what takes part in a call."""

    pace: Pace
    is_incoming: bool
    first: Employee
    last: Employee
    line: VirtualNumber
    phone_number: str
    person: Person | None


class Calls(Kind):
    """The calls of one account."""

    def __init__(self, communications: Communications) -> None:
        """Take them out of all communications."""
        super().__init__(communications, "call")
        self.own = (
            *self.own,
            Own(self._progress),
            Own(self._ends),
            Own(self._people),
        )
        self.shared = (
            *self.shared,
            Shared(lambda call: place_of(call.contact.visit.visitor), _REGIONS.__getitem__),
            Shared(
                lambda call: SCENARIOS.index(_line(call).scenario),
                _SCENARIOS.__getitem__,
            ),
        )

    @override
    def served(self, numbers: range, params: Json, now: int) -> Sequence[int]:
        """Leave out the calls that are still going on, unless they are asked for."""
        if params.get("include_ongoing_calls"):
            return numbers
        recent = list(takewhile(lambda number: self.times[number] > now - LONGEST, reversed(numbers)))
        over = [number for number in reversed(recent) if self.end(number) <= now]
        return [*numbers[: len(numbers) - len(recent)], *over] if len(over) < len(recent) else numbers

    def pace(self, number: int) -> Pace:
        """Return how a call goes."""
        lot = self.lot(number)
        is_lost = self.communications.is_lost(self.among_all(number))
        return Pace(
            is_lost=is_lost,
            is_transfer=not is_lost and not lot >> 12 & 7,
            wait=3 + (lot >> 28) % 45,
            talk=0 if is_lost else 5 + (lot >> 32) % 900,
        )

    def course(self, call: Single) -> Course:
        """Return who and what takes part in a call."""
        lot = call.lot
        pace = self.pace(call.number)
        first = (lot >> 4) % len(EMPLOYEES)
        number = (lot >> 16) % CALLERS
        return Course(
            pace=pace,
            is_incoming=bool(lot & 3),
            first=EMPLOYEES[first],
            last=EMPLOYEES[(first + pace.is_transfer) % len(EMPLOYEES)],
            line=_line(call),
            phone_number=caller(number),
            person=known(number),
        )

    def end(self, number: int) -> int:
        """Return the instant at which a call is over."""
        return self.times[number] + self.pace(number).total

    def is_uploaded(self, number: int) -> bool:
        """Whether a call was not made over the account's numbers, but uploaded later."""
        return self.lot(number) >> 44 & _UPLOADED == 0

    def ext_id(self, number: int) -> str | None:
        """Return the id that the owner gave to an uploaded call."""
        return f"own-{self.key(number)}" if self.is_uploaded(number) else None

    def _progress(self, call: Single, now: int) -> Json:
        pace, start = self.pace(call.number), self.times[call.number]
        is_over = start + pace.total <= now
        so_far = min(pace.total, now - start)
        talk = max(0, so_far - pace.wait)
        records = [f"{call.lot:016x}"] if is_over and talk else []
        missed = pace.is_lost and is_over
        return {
            "id": self.key(call.number),
            "start_time": self.zone.text(start),
            "finish_time": self.zone.text(start + pace.total) if is_over else None,
            "finish_reason": _reason(pace) if is_over else None,
            "wait_duration": min(pace.wait, so_far),
            "total_wait_duration": min(pace.wait, so_far) + min(pace.hold, talk),
            "lost_call_processing_duration": 60 + call.lot % 7200 if missed and call.lot & 4 else None,
            "hold_duration": min(pace.hold, talk),
            "talk_duration": talk,
            "clean_talk_duration": talk - min(pace.hold, talk),
            "total_duration": so_far,
            "postprocess_duration": call.lot % 30 if talk and is_over else 0,
            "call_records": records,
            "wav_call_records": [f"{record}.wav" for record in records],
            "full_record_file_link": f"https://records.example.com/{records[0]}" if records else None,
            "voice_mail_records": [f"voice-{call.lot:x}"] if missed and call.lot & 8 else [],
        }

    def _ends(self, call: Single, _: int) -> Json:
        course, lot = self.course(call), call.lot
        source = "dynamic_call_tracking" if lot & 4 else "call_tracking"
        if not course.is_incoming:
            source = _OUTGOING[(lot >> 48) % len(_OUTGOING)]
        ext_id = self.ext_id(call.number)
        by_request = source == "callapi" and ext_id is None
        campaign = _AUTO_CALLS[lot >> 50 & 1]["name"] if source == "auto_out_calls" else None
        return {
            "direction": "in" if course.is_incoming else "out",
            "source": "upload_calls" if ext_id else source,
            "is_lost": course.pace.is_lost,
            "is_transfer": course.pace.is_transfer,
            "properties": "Перезвоните, please" if lot >> 52 & 15 == 0 else None,
            "contact_phone_number": course.phone_number,
            "contact_id": course.person.id if course.person else None,
            "contact_full_name": course.person.full_name if course.person else None,
            "virtual_phone_number": course.line.number,
            "auto_call_campaign_name": campaign if ext_id is None else None,
            "call_api_request_id": 6_600_000_000 + call.number if by_request else None,
            "call_api_external_id": f"request-{call.number}" if by_request else None,
            "ext_id": ext_id,
        }

    def _people(self, call: Single, now: int) -> Json:
        course = self.course(call)
        talked = not course.pace.is_lost and self.times[call.number] + course.pace.wait <= now
        first, last = (course.first, course.last) if talked else (None, None)
        rated = last is not None and not call.lot >> 56 & 3 and self.end(call.number) + _RATED <= now
        present = dict.fromkeys((course.first, course.last))
        people: Json = {
            "employees": [{**one.facts(), "is_answered": talked, "is_talked": talked} for one in present],
            "last_answered_employee_rating": 1 + call.lot % 5 if rated else None,
            "operator_phone_number": last.phone_number if last else None,
        }
        for which, one in (("last", last), ("first", first)):
            for what in ("answered", "talked"):
                people[f"{which}_{what}_employee_id"] = one.id if one else None
                people[f"{which}_{what}_employee_full_name"] = one.full_name if one else None
        return people


def _line(call: Single) -> VirtualNumber:
    visit = call.contact.visit
    return shown(visit.site, visit.arrival)


def _reason(pace: Pace) -> str:
    if pace.is_lost:
        return "subscriber_disconnects" if pace.wait & 1 else "no_success_operator_call"
    return "operator_disconnects" if pace.talk & 1 else "subscriber_disconnects"
