"""The communications of one kind: the same rows again, with what is known of that kind only."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.report import Own, Report

if TYPE_CHECKING:
    from callgear_sandbox.data.communications import Communications, Contact
    from callgear_sandbox.encoding import Json


class Single(NamedTuple):
    """What was drawn for a communication as one of its kind."""

    number: int
    lot: int
    contact: Contact


class Kind(Report[Single]):
    """The communications of one kind, in the order that they have among all."""

    def __init__(self, communications: Communications, kind: str, own_ids: int = 0) -> None:
        """Take them out of all communications; `own_ids` is how far their own ids are from those."""
        self.communications = communications
        self.zone = communications.zone
        self._numbers = communications.of_kind(kind)
        self._kind = kind
        self._own_ids = own_ids
        self._lots = Lots(communications.seed, kind)
        self.times = array("q", (communications.times[number] for number in self._numbers))
        self.last = max(communications.times[-1:], default=0)
        self.own = (
            *(part.within(_contact) for part in communications.story),
            Own(self._identity),
        )
        self.shared = tuple(part.within(_contact) for part in communications.shared)

    @override
    def key(self, number: int) -> int:
        return self.communication_id(number) + self._own_ids

    def communication_id(self, number: int) -> int:
        """Return the id that a row has among the communications of its kind."""
        return self.communications.key(self._numbers[number])[1]

    def among_all(self, number: int) -> int:
        """Return the number that a row has among all communications."""
        return self._numbers[number]

    def lot(self, number: int) -> int:
        """Return what was drawn for a row alone."""
        return self._lots[number]

    @override
    def draw(self, number: int) -> Single:
        return Single(number, self._lots[number], self.communications.draw(self._numbers[number]))

    def _identity(self, single: Single, _: int) -> Json:
        return {"communication_id": self.communication_id(single.number), "communication_type": self._kind}


def _contact(single: Single) -> Contact:
    return single.contact
