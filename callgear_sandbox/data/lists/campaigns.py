"""Campaigns, the ad systems behind them, and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.calls import AUTO_CALL_CAMPAIGNS
from callgear_sandbox.data.catalogue import CAMPAIGNS, SITES
from callgear_sandbox.data.lists.asked import rows
from callgear_sandbox.data.lists.sites import blocks
from callgear_sandbox.data.tags import TAGS
from callgear_sandbox.data.telephony import NUMBERS, caller

if TYPE_CHECKING:
    from callgear_sandbox.data.catalogue import Campaign
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json

_UTM_TAGS: Final = ("source", "medium", "campaign", "term", "content", "referrer", "expid")
_RESULTS: Final = ("successfully_processed", "unsuccessfully_processed", "not_processed")
_COLOURS: Final = ("#00aa88", "#cc4400", "#3355ff")


def campaigns(_: Asked) -> list[Json]:
    """Return the campaigns; the one of visits without a campaign is the system's."""
    return [_campaign(campaign) for campaign in {one.id: one for one in reversed(CAMPAIGNS)}.values()]


def _campaign(campaign: Campaign) -> Json:
    is_system = campaign.id < 0
    site = None if is_system else SITES[campaign.id % len(SITES)]
    integrated = campaign.engine is not None
    conditions = {"type": "include", "campaign_parameter": "utm_source", "value": campaign.utm_source, "operator": "="}
    return {
        "id": campaign.id,
        "name": campaign.name,
        "description": None if is_system else f"Brings visits by {campaign.channel}",
        "status": "active",
        "creation_time": f"2024-05-{1 + campaign.id % 28:02} 11:30:00",
        "campaign_conditions": None
        if is_system or integrated
        else {"group_conditions": [{"conditions": [conditions]}]},
        "engine": campaign.engine,
        "type": "system" if is_system else "integrated" if integrated else "basic",
        "costs": None if is_system else 1234.5,
        "cost_ratio": None if is_system else 1.2,
        "cost_ratio_operator": None if is_system else "multiply",
        "site_id": site.id if site else None,
        "site_domain_name": site.domain if site else None,
        "site_blocks": [
            {
                **blocks(site)[0],
                "phone_number_type": "call_tracking",
                "phone_number_id": number.id,
                "phone_number": number.number,
                "redirection_phone_number_id": None,
                "redirection_phone_number": None,
                "dynamic_call_tracking_enabled": True,
            }
            for number in NUMBERS
            if site is not None and number.site is site and campaign.id in {one.id for one in number.campaigns}
        ],
        **{f"static_utm_{tag}": f"{campaign.channel}-{tag}" if campaign.id % 2 else None for tag in _UTM_TAGS},
        "dynamic_call_tracking": None
        if is_system
        else {
            "reservation_time": "30m",
            "count_virtual_numbers": 4,
            "count_visits": 250,
            "coverage_visitors": 95,
        },
    }


def ad_engines(_: Asked) -> list[Json]:
    """Return the ad systems."""
    names = ("google.adwords", "mytarget.ads", "vk.ads", "yandex.direct")
    return [{"id": name, "name": name.replace(".", " ").title()} for name in names]


def tags(asked: Asked) -> list[Json]:
    """Return the tags; how often they were used lately only if that is asked for."""
    is_rated = bool(asked.params.get("is_include_rating"))
    return [
        {
            "id": tag.id,
            "name": tag.name,
            "is_system": place == 0,
            "rating": place * 7 if is_rated else None,
            "is_auto": tag.giver is None,
            "state": ("active" if place else "disabled") if is_rated else None,
            "creation_datetime": f"2024-02-0{1 + place} 08:15:00",
            "color": _COLOURS[place % len(_COLOURS)],
            "condition": None if tag.giver else {"field": "talk_duration", "operator": ">", "value": 30 * place},
        }
        for place, tag in enumerate(TAGS)
    ]


def auto_call_campaigns(_: Asked) -> list[Json]:
    """Return the campaigns of outgoing calls, with the numbers that they dial."""
    return [
        {
            "id": number,
            "name": name,
            "add_time": "2026-01-10 09:00:00",
            "begin_date": "2026-01-12 00:00:00",
            "end_date": None if place else "2026-12-31 00:00:00",
            "status": "in_process" if place else "completed",
            "phone_numbers": [
                {"phone_number": caller(one), "status": _RESULTS[one % len(_RESULTS)]} for one in range(3 + place)
            ],
        }
        for place, (number, name) in enumerate(AUTO_CALL_CAMPAIGNS.items())
    ]


def blacklist_phone_numbers(_: Asked) -> list[Json]:
    """Return the numbers whose calls are refused."""
    return rows(
        "id phone_number add_user_name add_comment add_date_time",
        (85_001, caller(1990), "Employee One", "Spam", "2025-11-01 10:00:00"),
        (85_002, caller(1991), "موظف اثنان", None, "2026-02-03 17:45:10"),
        (85_003, caller(1992), None, "Обзвон", "2026-04-30 23:59:59"),
    )
