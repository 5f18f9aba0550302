"""Phone numbers, all of them from the ranges that are kept for drama, and what happens on a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.arrivals import CAMPAIGN_OF
from callgear_sandbox.data.catalogue import CAMPAIGNS, SITES, Campaign, Site

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

_AREAS: Final = (202, 212, 303, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 802, 808, 901, 907, 915, 919, 972)
_A_HUNDRED: Final = 100
CALLERS: Final = len(_AREAS) * _A_HUNDRED
"""How many different numbers call; the first ones stand in the address book."""

_FIRST_NUMBER: Final = 442_079_460_000
_POOLS: Final = 4


def caller(number: int) -> str:
    """Return the phone number of somebody outside: 555-01xx, in one of the areas."""
    return f"1{_AREAS[number // _A_HUNDRED]}55501{number % _A_HUNDRED:02}"


@dataclass(frozen=True)
class Step:
    """A step of a scenario."""

    id: int
    name: str


@dataclass(frozen=True)
class Scenario:
    """What happens to a call."""

    id: int
    name: str
    steps: tuple[Step, ...]

    def facts(self) -> Json:
        """Return the scenario as it stands in other rows."""
        return {"scenario_id": self.id, "scenario_name": self.name}


SCENARIOS: Final = (
    Scenario(55_001, "Working hours", (Step(56_001, "Greeting"), Step(56_002, "All of Sales"))),
    Scenario(55_002, "ليل", (Step(56_003, "تحية"), Step(56_004, "بريد صوتي"))),
    Scenario(55_003, "Перевод", (Step(56_005, "Меню"), Step(56_006, "Оператор"), Step(56_007, "Опрос"))),
)


@dataclass(frozen=True)
class VirtualNumber:
    """A number that a website shows to those who came from some of the campaigns."""

    id: int
    number: str
    site: Site
    campaigns: tuple[Campaign, ...]
    scenario: Scenario


def _virtual_number(site: int, pool: int) -> VirtualNumber:
    place = site * _POOLS + pool
    campaigns = {campaign.id: campaign for campaign in reversed(CAMPAIGNS[pool::_POOLS])}
    return VirtualNumber(
        57_001 + place,
        str(_FIRST_NUMBER + place),
        SITES[site],
        tuple(campaigns[number] for number in sorted(campaigns)),
        SCENARIOS[place % len(SCENARIOS)],
    )


NUMBERS: Final = tuple(_virtual_number(site, pool) for site in range(len(SITES)) for pool in range(_POOLS))
_POOL_OF_ARRIVAL: Final = tuple(CAMPAIGNS.index(campaign) % _POOLS for campaign in CAMPAIGN_OF)


def shown(site: int, arrival: int) -> VirtualNumber:
    """Return the number that a website shows to a visitor who came like this."""
    return NUMBERS[site * _POOLS + _POOL_OF_ARRIVAL[arrival]]
