"""Phone numbers of the account, and what happens to calls on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callgear_sandbox.data.lists.asked import rows
from callgear_sandbox.data.lists.sites import blocks
from callgear_sandbox.data.staff import EMPLOYEES
from callgear_sandbox.data.telephony import NUMBERS, SCENARIOS

if TYPE_CHECKING:
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json


def virtual_numbers(_: Asked) -> list[Json]:
    """Return the numbers that calls are tracked by."""
    return [
        {
            "id": number.id,
            "child_customer_id": number.site.child_customer_id,
            "virtual_phone_number": number.number,
            "redirection_phone_number": None if place % 2 else EMPLOYEES[place % len(EMPLOYEES)].phone_number,
            "activation_date": f"2024-03-{1 + place:02} 12:00:00",
            "status": "active",
            "category": ("usual", "silver", "gold")[place % 3],
            "type": "dynamic_call_tracking" if place % 4 else "call_tracking",
            "comment": None if place else "The oldest of all",
            "name": f"Number {place + 1}",
            "campaigns": [
                {
                    "campaign_id": campaign.id,
                    "campaign_name": campaign.name,
                    "site_id": number.site.id,
                    "site_domain_name": number.site.domain,
                    "site_blocks": [{**block, "is_tracking": True} for block in blocks(number.site)],
                }
                for campaign in number.campaigns
            ],
            "scenarios": [{**number.scenario.facts(), "call_processing_rule_id": 60_001 + place, "is_active": True}],
        }
        for place, number in enumerate(NUMBERS)
    ]


def scenarios(_: Asked) -> list[Json]:
    """Return the scenarios, with the numbers, websites and campaigns that use them."""
    return [
        {
            "id": scenario.id,
            "name": scenario.name,
            "virtual_phone_numbers": [one.number for one in NUMBERS if one.scenario is scenario],
            "sites": [
                {"site_id": site.id, "site_domain_name": site.domain}
                for site in dict.fromkeys(one.site for one in NUMBERS if one.scenario is scenario)
            ],
            "campaigns": [
                {
                    "site_id": one.site.id,
                    "site_domain_name": one.site.domain,
                    "campaign_id": campaign.id,
                    "campaign_name": campaign.name,
                }
                for one in NUMBERS
                if one.scenario is scenario
                for campaign in one.campaigns
            ],
            "operations": [{"id": step.id, "name": step.name} for step in scenario.steps],
        }
        for scenario in SCENARIOS
    ]


def sip_lines(_: Asked) -> list[Json]:
    """Return the lines of those who answer with a program; each has a password that nobody should ask for."""
    return [
        {
            "id": 64_001 + place,
            "phone_number": f"0{20_300 + place}",
            "type": "in_out" if place else "in",
            "channels_count": 2,
            "dial_time": 25,
            "billing_state": "active",
            "physical_state": "Зарегистрирована" if place else "Отключена",
            "virtual_phone_number": NUMBERS[place].number,
            "status": "active",
            "employee_id": employee.id,
            "employee_full_name": employee.full_name,
            "ip_addresses": [{"date_time": "2026-05-01 09:00:00", "ip": f"192.0.2.{10 + place}"}] if place else [],
            "virtual_phone_usage_rule": "fixed",
            "password": f"sip-password-{place}",
        }
        for place, employee in enumerate(EMPLOYEES[:3])
    ]


def media_files(_: Asked) -> list[Json]:
    """Return the sounds that callers hear."""
    return rows(
        "id name duration play_link normalization size type",
        (65_001, "Welcome", 12, "https://media.example.com/65001", True, 98_304, "system"),
        (65_002, "موسيقى", 180, "https://media.example.com/65002", False, 2_880_512, "user"),
        (65_003, "Приветствие", 9, None, True, 73_728, "user"),
    )
