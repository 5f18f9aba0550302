"""Visitors' sessions: they come back, look at pages, and some get in touch."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from callgear_sandbox.data.arrivals import ARRIVALS, CAMPAIGN_OF, CLICK_IDS, arrival
from callgear_sandbox.data.catalogue import SITES, page
from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.report import Own, Report, Shared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from callgear_sandbox.data.account_zone import AccountZone
    from callgear_sandbox.data.visitors import Visitor, Visitors
    from callgear_sandbox.encoding import Json

_FIRST_ID: Final = 3_400_000_000
_SHORTEST: Final = 15
_LONGEST: Final = 1800
_MOST_HITS: Final = 7
_UNKNOWN: Final = 0xFFFFFFFF
_SITES: Final = tuple(site.facts() for site in SITES)
_TYPES: Final[tuple[Json, ...]] = ({"visitor_type": "Returned"}, {"visitor_type": "New"})
_DURATIONS: Final = tuple(
    f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" for seconds in range(_SHORTEST + _LONGEST)
)


class Visit(NamedTuple):
    """What was drawn for a session."""

    session: int
    lot: int
    arrival: int
    visitor: Visitor

    @property
    def site(self) -> int:
        """Return the number of the website that is visited."""
        return (self.lot >> 40) % len(SITES)

    @property
    def pace(self) -> tuple[int, int, int]:
        """Return how long the session lasts in the end, its pages, and the seconds on each."""
        duration = _SHORTEST + self.lot % _LONGEST
        hits = 1 + (self.lot >> 56) % _MOST_HITS
        return duration, hits, duration // hits

    def page(self, hit: int) -> str:
        """Return the address of a page."""
        return page(self.site, (self.lot >> (hit * 4 + 8)) & 0xFF)

    def page_at(self, seconds: int) -> str:
        """Return the address of the page that is open so long after the beginning."""
        _, hits, pace = self.pace
        return self.page(min(seconds // pace, hits - 1))


class Sessions(Report[Visit]):
    """The sessions of one account, numbered in order of time."""

    def __init__(
        self,
        times: Iterable[int],
        visitors: Visitors,
        zone: AccountZone,
        *,
        seed: int,
        beyond: int,
    ) -> None:
        """Count every visitor's visits, so that the first one is known as the first."""
        self.times = array("q", times)
        self.visitors = visitors
        self._zone = zone
        self._first_id = _FIRST_ID + beyond
        self._lots = Lots(seed, "sessions")
        self._arrivals = Lots(seed, "arrivals")
        self._visits = array("H", bytes(2 * len(self.times)))
        self._first_session = array("I", [_UNKNOWN]) * visitors.count
        self._count_visits()
        self.campaign = Shared[Visit](lambda visit: visit.arrival, ARRIVALS.__getitem__)
        self.site = Shared[Visit](lambda visit: visit.site, _SITES.__getitem__)
        self.click = Own[Visit](_click)
        self.entrance = Own[Visit](_entrance)
        self.own = (
            Own(self._identity),
            visitors.own.within(_visitor),
            self.click,
            self.entrance,
            Own(_own_id),
            Own(self._activity),
        )
        self.shared = (
            *(part.within(_visitor) for part in visitors.shared),
            Shared(self._is_first, _TYPES.__getitem__),
            self.campaign,
            self.site,
        )

    def _count_visits(self) -> None:
        counts = array("H", bytes(2 * self.visitors.count))
        for session in range(len(self.times)):
            visitor = self.visitors.number_of_session(session)
            counts[visitor] += 1
            self._visits[session] = counts[visitor]
            if counts[visitor] == 1:
                self._first_session[visitor] = session

    @override
    def key(self, number: int) -> int:
        """Return the id of a session: not quite in the order of time, as with several servers."""
        return self._first_id + (number ^ 5) * 7

    @override
    def draw(self, number: int) -> Visit:
        return Visit(
            number,
            self._lots[number],
            arrival(self._arrivals[number]),
            self.visitors.of_session(number),
        )

    def visits_count(self, visit: Visit) -> int:
        """Return which visit of its visitor a session is."""
        return self._visits[visit.session]

    def first_arrival(self, visit: Visit) -> int:
        """Return how the visitor came for the first time."""
        if self._visits[visit.session] == 1:
            return visit.arrival
        return arrival(self._arrivals[self._first_session[visit.visitor.number]])

    def duration(self, session: int) -> int:
        """Return how long a session lasts in the end."""
        return _SHORTEST + self._lots[session] % _LONGEST

    def _is_first(self, visit: Visit) -> int:
        return self._visits[visit.session] == 1

    def _identity(self, visit: Visit, _: int) -> Json:
        session = visit.session
        return {"id": self.key(session), "date_time": self._zone.text(self.times[session])}

    def _activity(self, visit: Visit, now: int) -> Json:
        """Tell what was looked at so far: a session grows while it goes on."""
        start = self.times[visit.session]
        duration, hits, pace = visit.pace
        so_far = min(duration, now - start)
        pages: list[Json] = [
            {
                "hit_time": self._zone.text(start + seconds),
                "hit_duration": _DURATIONS[min(pace, so_far - seconds)],
                "hit_url": visit.page(hit),
            }
            for hit in range(hits)
            if (seconds := hit * pace) <= so_far
        ]
        return {
            "duration": so_far,
            "hits_count": len(pages),
            "hits": pages,
            "exit_page": pages[-1]["hit_url"],
        }


def _visitor(visit: Visit) -> Visitor:
    return visit.visitor


def _click(visit: Visit, _: int) -> Json:
    """Tell the identifier that the ad system gave to the click."""
    campaign = CAMPAIGN_OF[visit.arrival]
    click: Json = dict.fromkeys(CLICK_IDS)
    if campaign.click_id is not None:
        click[campaign.click_id] = f"Example-{visit.lot:016x}"
    click["cm_id"] = f"{campaign.id}_{visit.lot % 97}" if campaign.engine else None
    return click


def _entrance(visit: Visit, _: int) -> Json:
    """Tell where the visitor came in."""
    return {"entrance_page": visit.page(0)}


def _own_id(visit: Visit, _: int) -> Json:
    """Tell the id that the website gave to the visit, if it did."""
    return {"ext_id": f"visit-{visit.session}" if visit.lot % 11 == 0 else None}
