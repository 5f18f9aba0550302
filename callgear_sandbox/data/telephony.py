"""Phone numbers, all of them from the ranges that are kept for drama, and what happens on a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.data.arrivals import CAMPAIGN_OF
from callgear_sandbox.data.catalogue import CAMPAIGNS
from callgear_sandbox.data.fixtures import LISTS, rows_as

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

_AREAS: Final = (202, 212, 303, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 802, 808, 901, 907, 915, 919, 972)
_A_HUNDRED: Final = 100
CALLERS: Final = len(_AREAS) * _A_HUNDRED
"""How many different numbers call; the first ones stand in the address book."""

_POOLS: Final = 4
"""Numbers that a website has: each is for some of the campaigns."""


def caller(number: int) -> str:
    """Return the phone number of somebody outside: 555-01xx, in one of the areas."""
    return f"1{_AREAS[number // _A_HUNDRED]}55501{number % _A_HUNDRED:02}"


@dataclass(frozen=True, eq=False)
class Scenario:
    """What happens to a call."""

    id: int
    name: str
    operations: list[dict[str, object]]

    def facts(self) -> Json:
        """Return the scenario as it stands in other rows."""
        return {"scenario_id": self.id, "scenario_name": self.name}


SCENARIOS: Final = rows_as("get.scenarios", Scenario)


@dataclass(frozen=True)
class VirtualNumber:
    """A number that a website shows to those who came from some of the campaigns."""

    number: str
    site_id: int
    campaign_ids: frozenset[int]
    scenario: Scenario


def _virtual_number(row: Json) -> VirtualNumber:
    campaigns, scenarios = (cast("list[dict[str, int]]", row[name]) for name in ("campaigns", "scenarios"))
    return VirtualNumber(
        str(row["virtual_phone_number"]),
        campaigns[0]["site_id"],
        frozenset(campaign["campaign_id"] for campaign in campaigns),
        next(scenario for scenario in SCENARIOS if scenario.id == scenarios[0]["scenario_id"]),
    )


NUMBERS: Final = tuple(map(_virtual_number, LISTS["get.virtual_numbers"]))
_POOL_OF_ARRIVAL: Final = tuple(CAMPAIGNS.index(campaign) % _POOLS for campaign in CAMPAIGN_OF)


def shown(site: int, arrival: int) -> VirtualNumber:
    """Return the number that a website shows to a visitor who came like this."""
    return NUMBERS[site * _POOLS + _POOL_OF_ARRIVAL[arrival]]
