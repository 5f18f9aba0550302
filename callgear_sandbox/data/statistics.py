"""Statistics without a date: sums over whatever window is asked for."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from callgear_sandbox.data.catalogue import CAMPAIGNS, SITES
from callgear_sandbox.data.chance import Lots
from callgear_sandbox.data.days import Span, days
from callgear_sandbox.data.staff import EMPLOYEES, STATUSES
from callgear_sandbox.data.telephony import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.data.account_zone import AccountZone
    from callgear_sandbox.data.report import Report
    from callgear_sandbox.encoding import Json

_RESERVE: Final = 2
_HAND_ENTERED: Final = tuple(campaign for campaign in CAMPAIGNS if campaign.id > 0 and not campaign.engine)
_WITHOUT_SITE: Final = 2
"""One source in so many has costs that belong to no website."""


class CallTracking:
    """How the numbers of the websites are used."""

    def __init__(self, calls: Report[Any]) -> None:
        """Count nothing before it is asked for."""
        self._calls = calls

    def of_sites(self, span: Span) -> list[Json]:
        """Return a row for each website."""
        counted = self._counted(span)
        return [
            {
                "site_id": site.id,
                "site_domain": site.domain_name,
                "reserve_numbers_count": _RESERVE,
                "active_numbers_count": sum(number.site_id == site.id for number in NUMBERS),
                **_figures(sum(count for (one, _), count in counted.items() if one == site.id)),
            }
            for site in SITES
        ]

    def of_campaigns(self, span: Span) -> list[Json]:
        """Return a row for each campaign, at one website."""
        if span.site is None:
            return []
        site, counted = SITES[span.site], self._counted(span)
        return [
            {
                "ac_id": campaign.id,
                "ac_name": campaign.name,
                "is_reserve_pool": campaign.id < 0,
                "is_dynamic": campaign.id > 0,
                "is_static": False,
                "active_numbers_count": sum(
                    campaign.id in number.campaign_ids for number in NUMBERS if number.site_id == site.id
                ),
                **_figures(counted[site.id, campaign.id]),
            }
            for campaign in {campaign.id: campaign for campaign in reversed(CAMPAIGNS)}.values()
        ]

    def _counted(self, span: Span) -> Counter[tuple[object, object]]:
        """Count the incoming calls to numbers that are swapped by website and campaign."""
        asked = ("source", "direction", "site_id", "campaign_id")
        numbers = self._calls.between(span.first, span.last)
        return Counter(
            (call["site_id"], call["campaign_id"])
            for call in self._calls.tell(numbers, asked, span.now)
            if (call["source"], call["direction"]) == ("dynamic_call_tracking", "in")
        )


def _figures(calls: int) -> Json:
    return {
        "dt_ratio": Decimal(min(100, calls * 7)).scaleb(-2),
        "non_session_calls_count": calls // 10,
        "calls_count": calls,
    }


class Presence:
    """How long employees were in which status."""

    def __init__(self, seed: int) -> None:
        """Draw from lots of their own."""
        self._lots = Lots(seed, "presence")

    def of_employees(self, span: Span) -> list[Json]:
        """Return a row for each employee, with the statuses of the system by mnemonic, or all of them by id."""
        by_mnemonic = span.params.get("only_default_statuses_in_stats", True) is True
        return [
            {
                "id": employee.id,
                "first_name": employee.first_name,
                "last_name": employee.last_name,
                "patronymic": employee.patronymic,
                "full_name": employee.full_name,
                "status_stats": self._seconds(employee.id, span, by_mnemonic=by_mnemonic),
                "groups": employee.groups,
            }
            for employee in EMPLOYEES
        ]

    def _seconds(self, employee: int, span: Span, *, by_mnemonic: bool) -> Json:
        """Spread the seconds of the window, as far as they are over, hour by hour over the statuses."""
        spent: Counter[str] = Counter()
        for first, last in _hours(span.first, span.last + 1):
            lot = self._lots[employee << 32 | first // 3600]
            status = STATUSES[lot % len(STATUSES)]
            spent[str(status.mnemonic if by_mnemonic else status.id)] += last - first
        spent.pop("None", None)
        return dict(spent)


def _hours(first: int, last: int) -> Iterator[tuple[int, int]]:
    while first < last:
        end = min(last, first // 3600 * 3600 + 3600)
        yield first, end
        first = end


class HandEntered:
    """What sources cost that no ad system tells the cost of."""

    def __init__(self, zone: AccountZone, seed: int) -> None:
        """Draw from lots of their own."""
        self._zone = zone
        self._lots = Lots(seed, "hand-entered costs")

    def of_sources(self, span: Span) -> list[Json]:
        """Return a row for each source that cost anything on the days of the window, whatever their hours."""
        ordinals = [day.toordinal() for day in days(self._zone, span)]
        rows: list[Json] = []
        for place, campaign in enumerate(_HAND_ENTERED):
            site = SITES[place % len(SITES)] if place % _WITHOUT_SITE else None
            cents = sum(self._cents(place, ordinal) for ordinal in ordinals)
            if cents:
                rows.append(
                    {
                        "source_id": campaign.source_id,
                        "source_name": campaign.source,
                        "site_id": site.id if site else None,
                        "site_domain_name": site.domain_name if site else None,
                        "child_customer_id": site.child_customer_id if site else None,
                        "cost": Decimal(cents).scaleb(-2),
                    }
                )
        return rows

    def _cents(self, place: int, ordinal: int) -> int:
        """Return the cost of a source on a day: something on one day in four."""
        lot = self._lots[place << 32 | ordinal]
        return 0 if lot & 3 else 500 + (lot >> 8) % 100_000
