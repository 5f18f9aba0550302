"""Communications: each comes out of a session, soon after its beginning."""

from __future__ import annotations

from array import array
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from callgear_sandbox.data.arrivals import ARRIVALS
from callgear_sandbox.data.catalogue import TAGS
from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.report import Own, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.data.account_zone import AccountZone
    from callgear_sandbox.data.sessions import Sessions, Visit
    from callgear_sandbox.data.visitors import Visitor
    from callgear_sandbox.encoding import Json

_FIRST_ID: Final = 2_900_000_000
_BLOCK: Final = 10
_TYPES: Final = ("call", "call", "call", "call", "call", "chat", "chat", "goal", "offline_message")
_UNKNOWN_TYPE: Final = "video_call"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Contact(NamedTuple):
    """What was drawn for a communication."""

    number: int
    lot: int
    visit: Visit


class Communications(Report[Contact]):
    """The communications of one account, numbered in order of time.

    Every ten sessions have ten communications between them, so that a session finds its own
    without a search. Numbers in the order of sessions are called places here.
    """

    def __init__(
        self,
        sessions: Sessions,
        zone: AccountZone,
        *,
        seed: int,
        same_second: int,
        quirks: bool,
        beyond: int,
    ) -> None:
        """Derive as many communications as there are sessions."""
        self.sessions = sessions
        self.zone = zone
        self.seed = seed
        self._lots = Lots(seed, "communications")
        self._kinds = Lots(seed, "kinds")
        self._same_second = same_second
        self._types = (*_TYPES, _UNKNOWN_TYPE) if quirks else _TYPES
        self._more_cents = 10**18 if quirks else 0
        self._arrange()
        self._number(_FIRST_ID + beyond)
        visitors = sessions.visitors
        self.story: tuple[Own[Contact], ...] = (
            Own(self._history),
            visitors.own.within(_visitor),
            sessions.click.within(_visit),
            sessions.entrance.within(_visit),
            Own(self._sale),
            Own(self._judgement),
        )
        self.own = (Own(self._identity), *self.story)
        self.shared = (
            *(part.within(_visitor) for part in visitors.shared),
            sessions.campaign.within(_visit),
            sessions.site.within(_visit),
        )

    def _arrange(self) -> None:
        """Assign a session and an instant to every place, and number the places in order of time.

        The last one belongs to the last session, so that both end at the same instant.
        """
        count = len(self.sessions.times)
        sessions = array("I", bytes(array("I").itemsize * count))
        instants = array("q", bytes(8 * count))
        for place in range(count):
            block = place // _BLOCK * _BLOCK
            lot = self._lots[place]
            session = block + lot % min(_BLOCK, count - block) if place < count - 1 else place
            sessions[place] = session
            instants[place] = self.sessions.times[session] + self._delay(session, lot)
        order = array("I", sorted(range(count), key=instants.__getitem__))
        self.times = array("q", (instants[place] for place in order))
        self._session = array("I", (sessions[place] for place in order))
        self._number_of_place = array("I", bytes(array("I").itemsize * count))
        for number, place in enumerate(order):
            self._number_of_place[place] = number

    def _delay(self, session: int, lot: int) -> int:
        """Return the seconds from the beginning of the session, within it and the history."""
        if self._same_second > 1:
            return 0
        latest = min(
            self.sessions.duration(session),
            self.sessions.times[-1] - self.sessions.times[session],
        )
        return (lot >> 8) % (latest + 1)

    def _number(self, first_id: int) -> None:
        """Count ids for each type by itself: only type and id together are unique."""
        count = len(self.times)
        self._type = array("B", bytes(count))
        self._id = array("q", bytes(8 * count))
        self._of_person = array("H", bytes(2 * count))
        of_type: dict[str, int] = {}
        of_person: dict[int, int] = {}
        visitors = self.sessions.visitors
        for number in range(count):
            drawn = self._kinds[number] % len(self._types)
            kind = self._types[drawn]
            counted = of_type[kind] = of_type.get(kind, -1) + 1
            person = visitors.person(visitors.number_of_session(self._session[number]))
            self._of_person[number] = of_person[person] = of_person.get(person, 0) + 1
            self._type[number] = drawn
            self._id[number] = first_id + (counted ^ 3)

    @override
    def key(self, number: int) -> tuple[str, int]:
        """Return type and id of a communication."""
        return self.kind(number), self._id[number]

    @override
    def draw(self, number: int) -> Contact:
        return Contact(number, self._lots[number], self.sessions.draw(self._session[number]))

    def of_kind(self, kind: str) -> array[int]:
        """Return the numbers of the communications of a kind."""
        drawn = {number for number, name in enumerate(self._types) if name == kind}
        return array("I", (number for number, one in enumerate(self._type) if one in drawn))

    def kind(self, number: int) -> str:
        """Return the kind of a communication."""
        return self._types[self._type[number]]

    def is_lost(self, number: int) -> bool:
        """Whether it is a call that nobody answered."""
        return self.kind(number) == "call" and not self._lots[number] >> 57 & 7

    def sold_at(self, number: int) -> int | None:
        """Return the instant of the sale that a communication leads to, if it does."""
        lot = self._lots[number]
        return None if lot >> 60 & 7 else self.times[number] + _HOUR + (lot >> 8) % (12 * _DAY)

    def part_of_session(self) -> Own[Visit]:
        """Return the part of a session that lists its communications."""
        return Own(self._listed)

    def _listed(self, visit: Visit, now: int) -> Json:
        session = visit.session
        block = session // _BLOCK * _BLOCK
        numbers = sorted(
            number
            for number in self._number_of_place[block : block + _BLOCK]
            if self._session[number] == session and self.times[number] <= now
        )
        return {
            "communications": [
                {
                    "communication_type": self.kind(number),
                    "communication_id": self._id[number],
                    "communication_date_time": self.zone.text(self.times[number]),
                }
                for number in numbers
            ]
        }

    def _identity(self, contact: Contact, _: int) -> Json:
        number = contact.number
        return {
            "id": self._id[number],
            "communication_type": self.kind(number),
            "date_time": self.zone.text(self.times[number]),
        }

    def _history(self, contact: Contact, _: int) -> Json:
        number, _, visit = contact
        sessions = self.sessions
        visits = sessions.visits_count(visit)
        campaign = ARRIVALS[visit.arrival]["campaign_id"]
        first = ARRIVALS[sessions.first_arrival(visit)]
        return {
            "visitor_session_id": sessions.key(visit.session),
            "communication_number": self._of_person[number],
            "communication_page_url": visit.page_at(self.times[number] - sessions.times[visit.session]),
            "visits_count": visits,
            "visitor_type": "new" if visits == 1 else "returning",
            "visitor_first_campaign_id": first["campaign_id"],
            "visitor_first_campaign_name": first["campaign_name"],
            "visit_other_campaign": first["campaign_id"] != campaign,
        }

    def _sale(self, contact: Contact, now: int) -> Json:
        """Tell the sale: one communication in eight leads to one, hours or days later."""
        lot = contact.lot
        sold = self.sold_at(contact.number)
        if sold is None or sold > now:
            return {"sale_date": None, "sale_cost": None}
        cents = (lot >> 32) % 10_000_000 + 1 + self._more_cents
        return {"sale_date": self.zone.text(sold), "sale_cost": Decimal(cents).scaleb(-2)}

    def _judgement(self, contact: Contact, now: int) -> Json:
        """Tell what became known of a communication: tags come minutes or days after it, unless nobody answered."""
        began = self.times[contact.number]
        is_lost = self.is_lost(contact.number)
        tags = [
            tag
            for nth in range(0 if is_lost else (contact.lot >> 24) % 3)
            for tag in self._tagged(contact.lot >> (16 * nth), began + nth, now)
        ]
        first = self._of_person[contact.number] == 1
        attributes = ["first", "primary"] if first else ["secondary"]
        if tags:
            attributes += ["target", "quality"]
        if is_lost:
            attributes.append("lost")
        return {"tags": tags, "attributes": attributes}

    def _tagged(self, lot: int, began: int, now: int) -> Iterator[Json]:
        """Yield one tag, if it has been given yet."""
        tag = TAGS[lot % len(TAGS)]
        wait = _MINUTE if tag["tag_type"] == "auto" else 10 * _MINUTE + (lot >> 4) % (5 * _DAY)
        if began + wait <= now:
            yield {**tag, "tag_change_time": self.zone.text(began + wait)}


def _visit(contact: Contact) -> Visit:
    return contact.visit


def _visitor(contact: Contact) -> Visitor:
    return contact.visit.visitor
