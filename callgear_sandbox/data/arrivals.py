"""How a visitor came: everything that follows from the campaign, the words and the ad."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from callgear_sandbox.data.catalogue import ADS, CAMPAIGNS, Campaign

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

CLICK_IDS: Final = ("gclid", "yclid", "ymclid", "ef_id")
_UTM_TAGS: Final = ("source", "medium", "term", "content", "campaign", "referrer", "expid")


def _told(campaign: Campaign, keyword: str | None, ad: int) -> Json:
    return {
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "channel": campaign.channel,
        "engine": campaign.engine,
        "source_id": campaign.source_id,
        "source_name": campaign.source,
        "source_new": campaign.source,
        "channel_new": campaign.channel.capitalize(),
        "channel_code": campaign.channel,
        "referrer_domain": campaign.domain,
        "referrer": _referrer(campaign, keyword),
        "search_engine": campaign.search_engine,
        "search_query": keyword if campaign.search_engine else None,
        **_utm_tags(campaign, keyword, ad),
        **_openstat_tags(campaign, ad),
        "integrated_campaign_data": _integrated_campaign_data(campaign, keyword, ad),
    }


def _referrer(campaign: Campaign, keyword: str | None) -> str | None:
    if campaign.domain is None:
        return None
    query = f"search?q={quote(keyword)}" if keyword else "links.html"
    return f"https://{campaign.domain}/{query}"


def _utm_tags(campaign: Campaign, keyword: str | None, ad: int) -> Json:
    tagged = campaign.utm_source is not None
    values = (
        campaign.utm_source,
        campaign.utm_medium,
        keyword if tagged else None,
        f"ad_{ad}" if tagged else None,
        f"{campaign.id}_{campaign.channel}" if tagged else None,
        campaign.domain if tagged and ad == 1 else None,
        f"ExampleExperiment.{ad}" if tagged and ad == 0 else None,
    )
    tags = dict(zip(_UTM_TAGS, values, strict=True))
    return {f"{prefix}{tag}": value for prefix in ("utm_", "eq_utm_") for tag, value in tags.items()}


def _openstat_tags(campaign: Campaign, ad: int) -> Json:
    marked = campaign.engine == "yandex.direct"
    return {
        "openstat_ad": str(8_400_000 + ad) if marked else None,
        "openstat_campaign": str(campaign.id) if marked else None,
        "openstat_service": "direct.example.net" if marked else None,
        "openstat_source": "search:premium" if marked else None,
    }


def _integrated_campaign_data(campaign: Campaign, keyword: str | None, ad: int) -> Json:
    """Return what the ad system knows of the click; an empty object where there is none."""
    if campaign.engine is None:
        return {}
    yandex = campaign.engine == "yandex.direct"
    return {
        "adv_system": campaign.engine,
        "ext_campaign_id": str(70_000_000_000 + campaign.id),
        "ext_campaign_name": campaign.name,
        "keyword_id": str(17_000_000_000 + campaign.keywords.index(keyword)) if keyword else None,
        "keyword": keyword,
        "current_banner_id": str(9_200_000_000 + ad),
        "old_banner_ids": [9_100_000_000 + ad, 9_000_000_000 + ad] if ad else [],
        "banner_name": ADS[ad],
        "group_id": 5_300_000_000 + ad,
        "group_name": f"Group {ad}",
        "auditory_id": 2_100_000 + ad if ad == 1 else None,
        "auditory_name": "Came back within 30 days" if ad == 1 else None,
        "placement_name": campaign.domain,
        "yandex_placement_type": "search" if yandex else None,
        "campaign_type": "search" if keyword else "network",
        "device_type": "all",
        "position_type": "premium" if keyword else None,
        "yandex_region_id": 14 if yandex else None,
        "yandex_region_name": "Тверь" if yandex else None,
        "yandex_region_type": "exact" if yandex else None,
    }


_WAYS: Final = tuple(tuple(product((campaign,), campaign.keywords, range(len(ADS)))) for campaign in CAMPAIGNS)
_FIRST: Final = tuple(sum(map(len, _WAYS[:number])) for number in range(len(_WAYS)))

CAMPAIGN_OF: Final = tuple(campaign for ways in _WAYS for campaign, _, _ in ways)
"""The campaign of every arrival there is."""

ARRIVALS: Final = tuple(_told(*way) for ways in _WAYS for way in ways)
"""All that follows from every arrival there is."""


def arrival(lot: int) -> int:
    """Choose an arrival: each campaign is as likely as any other."""
    number = lot % len(_WAYS)
    return _FIRST[number] + (lot >> 16) % len(_WAYS[number])
