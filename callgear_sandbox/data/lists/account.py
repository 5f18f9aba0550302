"""The account itself, and the customers of an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.access import APP_ID
from callgear_sandbox.data.catalogue import SITES

if TYPE_CHECKING:
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json

_FIRST_CUSTOMER: Final = 30_001
_LIMITS: Final = ("monthly_base", "monthly_calls", "daily_calls")


def accounts(asked: Asked) -> list[Json]:
    """Return the account."""
    return [{"app_id": APP_ID, "name": "Sandbox", "timezone": asked.options.zone}]


def account_details(asked: Asked) -> list[Json]:
    """Return the account with all its details."""
    return [
        {
            "app_id": APP_ID,
            "app_state": "active",
            "app_name": "Sandbox",
            "is_agent_app": False,
            "customer_id": 30_001,
            "user_id": asked.params.get("user_id", 40_001),
            "user_type": "customer",
            "user_login": asked.options.login,
            "user_name": "Sandbox manager",
            "tp_id": 12,
            "tp_name": "Sandbox plan",
            "crm_type": "amocrm",
            "lang": "en",
            "project": "callgear",
            "timezone": asked.options.zone,
            "permissions": [
                {
                    "unit_id": "call_tracking",
                    "is_delete": False,
                    "is_insert": False,
                    "is_select": True,
                    "is_update": False,
                }
            ],
            "components": ["call_tracking", "consultant", "lead"],
            "is_bi_available": False,
            "report_currency": "AED",
            "is_agent": bool(asked.options.user_ids),
            "agent_type": "agent" if asked.options.user_ids else None,
        }
    ]


def customer_users(asked: Asked) -> list[Json]:
    """Return the users that an agent may act for."""
    return [
        {
            "id": user_id,
            "login": f"customer{number}@example.com",
            "description": None,
            "name": f"Customer {number}",
            "customer_id": _FIRST_CUSTOMER + number - 1,
        }
        for number, user_id in enumerate(asked.options.user_ids, start=1)
    ]


def customers(asked: Asked) -> list[Json]:
    """Return the customers of an agent, one for each of the users."""
    return [
        {
            "id": _FIRST_CUSTOMER + number,
            "name": f"Customer {number + 1}",
            "description": None,
            "creation_date_time": f"2024-0{1 + number % 9}-01 09:00:00",
            "status": "active",
            "status_change_date_time": None,
            **{f"{span}_limit": 1000 * (number + 1) for span in _LIMITS},
            **{f"{span}_notify_limit": 900 * (number + 1) for span in _LIMITS},
            **{f"{span}_notify_emails": [f"customer{number + 1}@example.com"] for span in _LIMITS},
            "sites": [{"site_id": site.id, "site_domain_name": site.domain} for site in SITES],
            "tariff_plan_id": 12,
            "tariff_plan_name": "Sandbox plan",
        }
        for number in range(len(asked.options.user_ids))
    ]
