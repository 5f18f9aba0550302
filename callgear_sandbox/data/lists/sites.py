"""Websites, and what is set up for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import SEGMENTS, SITES
from callgear_sandbox.data.goals import GOALS
from callgear_sandbox.data.telephony import NUMBERS, SCENARIOS

if TYPE_CHECKING:
    from callgear_sandbox.data.catalogue import Site
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json

_BLOCKS: Final = ("Head of the page", "تذييل")


def blocks(site: Site) -> list[Json]:
    """Return the blocks of a website in which numbers stand."""
    first = 58_001 + SITES.index(site) * len(_BLOCKS)
    return [{"site_block_id": first + nth, "site_block_name": name} for nth, name in enumerate(_BLOCKS)]


def sites(_: Asked) -> list[Json]:
    """Return the websites of the account."""
    return [
        {
            "id": site.id,
            "domain_name": site.domain,
            "name": site.domain.split(".")[0].capitalize(),
            "default_phone_number": NUMBERS[place * 4].number,
            "default_scenario": SCENARIOS[place % len(SCENARIOS)].facts(),
            "app_key": f"example-app-{place}",
            "site_key": f"example-site-{place}",
            "is_editable": True,
            "creation_date": f"2023-0{1 + place}-15 10:00:00",
            "target_call_min_duration": 30,
            "track_subdomains": bool(place & 1),
            "cookie_lifetime": 365,
            "campaign_lifetime": 90,
            "sales_enabled": True,
            "second_communication_period": 14,
            "services_enabled": True,
            "replacement_dynamical_block_enabled": False,
            "is_support_web_directory": False,
            "widget_link": {"enabled": bool(place), "text": "Get in touch", "url": f"https://{site.domain}/contacts"},
            "state": "work",
            "industry_id": 7 + place,
            "industry_name": ("Retail", "Медицина", "旅行")[place],
            "child_customer_id": site.child_customer_id,
            "show_visitor_id": {
                "enabled": not place,
                "element_id_value": "visitor",
                "message": "Your number:",
                "length_visitor_id": 6,
            },
            "site_blocks": blocks(site),
            "connected_integrations": ["google.adwords", "yandex.direct"][: 2 - place % 2],
            "parent_id": site.parent_id,
        }
        for place, site in enumerate(SITES)
    ]


def site_blocks(_: Asked) -> list[Json]:
    """Return the blocks of all websites."""
    return [
        {
            "id": block["site_block_id"],
            "name": block["site_block_name"],
            "site_id": site.id,
            "site_domain_name": site.domain,
            "templates": [
                {
                    "template_id": 59_001 + place,
                    "template_type": "text",
                    "element_attribute": "class",
                    "element_attribute_value": "phone",
                    "phone_number_template": "+{number}",
                    "phone_number_mask": "+## #### ######",
                }
            ],
            "phone_numbers": [
                {
                    "phone_number": number.number,
                    "phone_number_id": number.id,
                    "campaign_id": campaign.id,
                    "campaign_name": campaign.name,
                    "image_url": None,
                }
                for number in NUMBERS
                if number.site is site
                for campaign in number.campaigns
            ],
        }
        for place, site in enumerate(SITES)
        for block in blocks(site)
    ]


def segments(_: Asked) -> list[Json]:
    """Return the segments that visitors may be in."""
    named = {one["segment_id"]: one["segment_name"] for several in SEGMENTS for one in several}
    return [
        {
            "id": number,
            "name": name,
            "description": None if place else "Second visit within 30 days",
            "site_id": SITES[place].id,
            "site_domain_name": SITES[place].domain,
            "segments_conditions": {
                "group_conditions": [
                    {
                        "conditions": [
                            {"type": "include", "segment_parameter": "visits_count", "value": "2", "operator": "="}
                        ]
                    }
                ]
            },
        }
        for place, (number, name) in enumerate(named.items())
    ]


def events(_: Asked) -> list[Json]:
    """Return the events that are collected: all goals, and one that is none."""
    return [
        *(
            {
                **dict.fromkeys(("description", "category", "action", "label", "value", "url", "segment_id")),
                **dict.fromkeys(("ga_category", "ga_action", "ga_label", "ga_value", "ym_goal_id")),
                "id": goal.id,
                "name": goal.name,
                "site_id": goal.site.id,
                "site_domain_name": goal.site.domain,
                "type": goal.kind,
                "is_goal": True,
                "goal_name": goal.name,
                "engine": goal.source if goal.ext_id else None,
                "ext_id": goal.ext_id,
                "is_active": True,
            }
            for goal in GOALS
        ),
        {
            "id": 92_001,
            "name": "Film watched",
            "description": "Up to the end",
            "site_id": SITES[0].id,
            "site_domain_name": SITES[0].domain,
            "type": "track_event",
            "category": "film",
            "action": "watched",
            "label": "فيلم",
            "value": "1",
            "url": f"https://{SITES[0].domain}/about",
            "segment_id": 701,
            "is_goal": False,
            "goal_name": None,
            "engine": None,
            "ext_id": None,
            "is_active": False,
            "ga_category": "film",
            "ga_action": "watched",
            "ga_label": "up to the end",
            "ga_value": "1",
            "ym_goal_id": "314",
        },
    ]
