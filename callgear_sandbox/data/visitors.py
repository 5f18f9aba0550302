"""Who visits: a visitor is the same in every session and every communication."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from callgear_sandbox.data.catalogue import CUSTOM_PROPERTIES, DEVICES, PLACES, SEGMENTS
from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.report import Own, Shared

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

_FIRST_VISITOR: Final = 10_400_000_000
_FIRST_PERSON: Final = 7_100_000_000
_NETWORKS: Final = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::")
_SURROUNDINGS: Final = tuple({**place, **device} for place, device in product(PLACES, DEVICES))
_GROUPS: Final[tuple[Json, ...]] = tuple(
    {"segments": segments, "visitor_custom_properties": properties}
    for segments, properties in product(SEGMENTS, CUSTOM_PROPERTIES)
)


class Visitor(NamedTuple):
    """What was drawn for a visitor."""

    number: int
    lot: int


class Visitors:
    """The visitors of one account, by number."""

    def __init__(self, seed: int, sessions: int, *, beyond: int) -> None:
        """Invite enough visitors that many sessions are somebody's second or third."""
        self.count = max(1, sessions * 3 // 5)
        self._lots = Lots(seed, "visitors")
        self._visits = Lots(seed, "visits")
        self._first_visitor = _FIRST_VISITOR + beyond
        self._first_person = _FIRST_PERSON + beyond
        self.own = Own(self._identity)
        self.shared: tuple[Shared[Visitor], ...] = (
            Shared(
                _surroundings,
                _SURROUNDINGS.__getitem__,
            ),
            Shared(
                lambda visitor: (visitor.lot >> 40) % len(_GROUPS),
                _GROUPS.__getitem__,
            ),
        )

    def number_of_session(self, session: int) -> int:
        """Return the number of the visitor whose session it is."""
        return self._visits[session] % self.count

    def of_session(self, session: int) -> Visitor:
        """Draw the visitor whose session it is."""
        number = self._visits[session] % self.count
        return Visitor(number, self._lots[number])

    def id(self, visitor: int) -> int:
        """Return the id of a visitor."""
        return self._first_visitor + visitor * 13

    def person(self, visitor: int) -> int:
        """Return the person behind a visitor."""
        return _person(visitor, self._lots[visitor])

    def _identity(self, visitor: Visitor, _: int) -> Json:
        number, lot = visitor
        visitor_id = self.id(number)
        return {
            "visitor_id": visitor_id,
            "person_id": self._first_person + _person(number, lot) * 13,
            "ua_client_id": f"{lot >> 32}.{visitor_id % 10**10}" if lot & 3 else None,
            "ym_client_id": str(1_600_000_000_000_000_000 + (lot >> 8)) if lot & 12 else None,
            "visitor_ip_address": f"{_NETWORKS[lot >> 4 & 3]}{lot % 254 + 1}",
        }


def place_of(visitor: Visitor) -> int:
    """Return the number of the place that a visitor is in."""
    return _surroundings(visitor) // len(DEVICES)


def _surroundings(visitor: Visitor) -> int:
    return (visitor.lot >> 24) % len(_SURROUNDINGS)


def _person(number: int, lot: int) -> int:
    """Return the person; one visitor in ten is the same person as the one before."""
    return number - 1 if number & 1 and lot % 5 == 0 else number
