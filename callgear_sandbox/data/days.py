"""What came of each campaign on each day: the rows of that day counted, and what the ads cost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from callgear_sandbox.data.arrivals import ARRIVALS
from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.data.chance import Lots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from callgear_sandbox.data.account_zone import AccountZone
    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.encoding import Json

_DAYS_KEPT: Final = 120
_DAY: Final = 86_400
_RESTATED: Final = 2
"""Days after which an ad system does not change the figures of a day any more."""

_AD: Final = (
    ("campaign_ext_id", "ext_campaign_id"),
    ("campaign_ext_name", "ext_campaign_name"),
    ("engine", "adv_system"),
    ("banner_group_id", "group_id"),
    ("banner_group_name", "group_name"),
    ("keyword_id", "keyword_id"),
    ("keyword", "keyword"),
    ("current_banner_id", "current_banner_id"),
    ("current_banner_name", "banner_name"),
)
_NUMBERED: Final = frozenset({"banner_group_id"})
_COUNTED: Final = ("call", "chat", "goal", "offline_message")


class Span(NamedTuple):
    """What a statistic is asked for: from one instant to another, both included, as of now."""

    first: int
    last: int
    now: int
    params: Json

    @property
    def site(self) -> int | None:
        """Return the number of the website that is asked for, if there is such a one."""
        return next((number for number, one in enumerate(SITES) if one.id == self.params.get("site_id")), None)


class _Happened(NamedTuple):
    """The rows of a day that came out of one arrival at one website."""

    sessions: list[int]
    communications: list[int]


_Happenings = dict[tuple[int, int], _Happened]
"""What happened on a day, by website and arrival."""


def _advertised(arrival: Json) -> Json:
    """Return what a row of statistics tells of an arrival; nearly nothing where there was no ad."""
    data = cast("Json", arrival["integrated_campaign_data"])
    told = {name: data.get(key) for name, key in _AD}
    told.update({name: str(told[name]) for name in _NUMBERED if told[name] is not None})
    return {
        "campaign_id": arrival["campaign_id"],
        "campaign_name": arrival["campaign_name"],
        **told,
        "old_banner_ids": data.get("old_banner_ids", []),
    }


_TOLD: Final = tuple(map(_advertised, ARRIVALS))


def _rows_of_arrivals(*, with_source: bool) -> tuple[int, ...]:
    """Return for every arrival the first one that stands in the same row."""
    first: dict[object, int] = {}
    return tuple(
        first.setdefault(
            (
                told["campaign_id"],
                *(told[name] for name, _ in _AD),
                arrival["source_id"] if with_source else None,
            ),
            number,
        )
        for number, (told, arrival) in enumerate(zip(_TOLD, ARRIVALS, strict=True))
    )


_ROW_OF: Final = {grain: _rows_of_arrivals(with_source=grain) for grain in (False, True)}
_ADVERTISED: Final = tuple(number for number, told in enumerate(_TOLD) if told["engine"])


class CampaignDays:
    """The statistics of campaigns by day."""

    def __init__(self, communications: Communications, zone: AccountZone, seed: int) -> None:
        """Count nothing before it is asked for."""
        self._communications = communications
        self._zone = zone
        self._lots = Lots(seed, "costs")
        self._happenings_of_past = lru_cache(_DAYS_KEPT)(self._happenings)

    def rows(self, span: Span, fields: Collection[str]) -> list[Json]:
        """Return the rows of a website, day by day."""
        site = span.site
        if site is None:
            return []
        with_source = not {"source_id", "source_name"}.isdisjoint(fields)
        return [
            self._row(day, site, arrival, happened, span.now, fields)
            for day in days(self._zone, span)
            for arrival, happened in self._of_site(day, site, span.now, _ROW_OF[with_source])
        ]

    def _of_site(self, day: date, site: int, now: int, row_of: Sequence[int]) -> Iterator[tuple[int, _Happened]]:
        """Yield what happened at a website on a day, row by row, and the ads that nobody clicked."""
        till = self._zone.instant(f"{day + timedelta(days=1)} 00:00:00") - 1
        happenings = self._happenings_of_past(day, till) if till <= now else self._happenings(day, now)
        merged: dict[int, _Happened] = defaultdict(lambda: _Happened([], []))
        for arrival in _ADVERTISED:
            if self._lot(day, site, arrival) & 3 == 0:
                merged[row_of[arrival]] = _Happened([], [])
        for (where, arrival), happened in happenings.items():
            if where == site:
                merged[row_of[arrival]].sessions.extend(happened.sessions)
                merged[row_of[arrival]].communications.extend(happened.communications)
        yield from sorted(merged.items())

    def _happenings(self, day: date, till: int) -> _Happenings:
        """Sort the sessions and the communications of a day by website and arrival."""
        first = self._zone.instant(f"{day} 00:00:00")
        communications, sessions = self._communications, self._communications.sessions
        happenings: _Happenings = defaultdict(lambda: _Happened([], []))
        for number in sessions.between(first, till):
            visit = sessions.draw(number)
            happenings[visit.site, visit.arrival].sessions.append(number)
        for number in communications.between(first, till):
            visit = communications.draw(number).visit
            happenings[visit.site, visit.arrival].communications.append(number)
        return happenings

    def _lot(self, day: date, site: int, arrival: int) -> int:
        return self._lots[(day.toordinal() * len(SITES) + site) * len(ARRIVALS) + arrival]

    def _row(self, day: date, site: int, arrival: int, happened: _Happened, now: int, fields: Collection[str]) -> Json:
        communications = self._communications
        kinds = [communications.kind(number) for number in happened.communications]
        row: Json = {
            "date": str(day),
            **SITES[site].facts(),
            "source_id": ARRIVALS[arrival]["source_id"],
            "source_name": ARRIVALS[arrival]["source_name"],
            **_TOLD[arrival],
            **self._spent(day, site, arrival, len(happened.sessions), now),
            "visits_count": len(happened.sessions),
            "communications_count": len(kinds),
            "favorites_count": 0,
            **{f"{kind}s_count": kinds.count(kind) for kind in _COUNTED},
        }
        if "session_ids" in fields:
            row["session_ids"] = [communications.sessions.key(number) for number in happened.sessions]
        if "communications" in fields:
            row["communications"] = list(self._listed(happened.communications, now))
        return row

    def _listed(self, numbers: Sequence[int], now: int) -> Iterator[Json]:
        asked = ("communication_type", "id", "attributes", "tags")
        for told in self._communications.tell(numbers, asked, now):
            told["communication_id"] = told.pop("id")
            yield told

    def _spent(self, day: date, site: int, arrival: int, clicks: int, now: int) -> Mapping[str, object]:
        """Tell what the ad cost, of which a part is known at once, and the rest after two days."""
        if not _TOLD[arrival]["engine"]:
            return dict.fromkeys(
                ("cost_sum", "shows_count", "clicks_count", "daily_budget", "weekly_budget", "currency")
            )
        lot = self._lot(day, site, arrival)
        age = (now - self._zone.instant(f"{day} 00:00:00")) // _DAY
        cents = (clicks + 1) * (40 + lot % 900) * min(10, 8 + max(0, age) * 2 // _RESTATED) // 10
        return {
            "cost_sum": str(Decimal(cents).scaleb(-2)),
            "shows_count": clicks * 20 + (lot >> 16) % 400,
            "clicks_count": clicks,
            "daily_budget": 500,
            "weekly_budget": 3000,
            "currency": "AED",
        }


def days(zone: AccountZone, span: Span) -> Iterator[date]:
    """Yield the calendar days that a span touches."""
    day = zone.local_time(span.first).date()
    last = zone.local_time(span.last).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
