"""Where contacts come from, in the new classification, and the rules for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import CAMPAIGNS
from callgear_sandbox.data.channels import CHANNELS
from callgear_sandbox.data.places import GEOLOCATIONS

if TYPE_CHECKING:
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json

_FIRST_GROUP: Final = 72_001
_FIRST_CHANNEL: Final = 73_001
_CHANNELS: Final = tuple(dict.fromkeys(campaign.channel for campaign in CAMPAIGNS))


def _channel(mnemonic: str) -> Json:
    return {
        "channel_id": _FIRST_CHANNEL + _CHANNELS.index(mnemonic),
        "channel_name": mnemonic.capitalize(),
        "channel_mnemonic": mnemonic,
    }


def sources(_: Asked) -> list[Json]:
    """Return the sources; those of the system have negative ids."""
    return [
        {
            "id": campaign.source_id,
            "name": campaign.source,
            "description": f"Visits by {campaign.channel}" if campaign.source_id > 0 else None,
            "group_id": _FIRST_GROUP + place,
            "group_name": campaign.source,
            **_channel(campaign.channel),
            "filter": {"field": "utm_medium", "operator": "=", "value": campaign.utm_medium}
            if campaign.utm_medium
            else None,
            "priority": place,
            "is_custom": campaign.source_id > 0,
            "state": "active",
            "icon_mnemonic": campaign.channel,
            "static_parameters": [{"value": campaign.utm_source, "parameter": "utm_source"}]
            if campaign.utm_source
            else None,
        }
        for place, campaign in enumerate(CAMPAIGNS)
    ]


def source_groups(_: Asked) -> list[Json]:
    """Return the groups of sources: each source has one of its own."""
    return [
        {
            "id": _FIRST_GROUP + place,
            "name": campaign.source,
            **_channel(campaign.channel),
            "is_custom": campaign.source_id > 0,
            "state": "active",
        }
        for place, campaign in enumerate(CAMPAIGNS)
    ]


def source_channels(_: Asked) -> list[Json]:
    """Return the channels, with the first of their sources."""
    return [
        {
            "id": _FIRST_CHANNEL + place,
            "name": mnemonic.capitalize(),
            "mnemonic": mnemonic,
            "is_custom": False,
            "state": "active",
            "default_source_id": next(one.source_id for one in CAMPAIGNS if one.channel == mnemonic),
        }
        for place, mnemonic in enumerate(_CHANNELS)
    ]


def _rule(number: int, entity: str) -> Json:
    source = CAMPAIGNS[number % len(CAMPAIGNS)]
    return {
        "id": number,
        "name": f"Rule for each {entity}",
        "description": f"For {source.source}" if number % 2 else None,
        "source_id": source.source_id,
        "source_name": source.source,
        "filter": {
            "filters": [{"field": "entity", "operator": "=", "value": entity}],
            "condition": "and",
        },
        "priority": number % 10,
        "state": "active",
        "entity": entity,
        "creation_date": "2025-09-01 12:00:00",
    }


def communication_sources(_: Asked) -> list[Json]:
    """Return the rules for calls and chats that come without a visit."""
    return [_rule(74_001, "call"), _rule(74_002, "chat")]


def crm_sources(_: Asked) -> list[Json]:
    """Return the rules for what stands in another system only."""
    return [_rule(75_001, "deal"), _rule(75_002, "lead")]


def chat_channels(_: Asked) -> list[Json]:
    """Return the channels that chats come by."""
    return [
        {
            "id": channel.id,
            "name": channel.name,
            "type": channel.kind,
            "status": channel.status,
            "group_id": channel.group.id if channel.group else None,
            "group_name": channel.group.name if channel.group else None,
            "employee_id": channel.employee.id if channel.employee else None,
            "employee_full_name": channel.employee.full_name if channel.employee else None,
            "channel_external_id": channel.account,
        }
        for channel in CHANNELS
    ]


def geolocations(asked: Asked) -> list[Json]:
    """Return the countries, regions and cities: all of them, or those that are named."""
    ids = asked.params.get("ids")
    return [place for place in GEOLOCATIONS if not isinstance(ids, list) or place["id"] in ids]
