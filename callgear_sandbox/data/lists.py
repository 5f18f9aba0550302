"""Lists that are made up when they are asked for: of persons and deals, and what depends on options or parameters."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from callgear_sandbox.access import APP_ID
from callgear_sandbox.data.address_book import GROUPS, PERSONS
from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.data.fixtures import LISTS
from callgear_sandbox.flat import reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from callgear_sandbox.data.asked import Asked
    from callgear_sandbox.encoding import Json

_FIRST_CUSTOMER: Final = 30_001
_LIMITS: Final = ("monthly_base", "monthly_calls", "daily_calls")
_DEALS: Final = 500
"""Deals at most: these lists are read in full, whatever the length of the reports."""

_BUYERS: Final = 40
_HOUR: Final = 3600


def _account(asked: Asked) -> list[Json]:
    return [{"app_id": APP_ID, "name": "Sandbox", "timezone": asked.options.zone}]


def _account_details(asked: Asked) -> list[Json]:
    (written_down,) = LISTS["getobj.account"]
    is_agent = bool(asked.options.user_ids)
    return [
        {
            **written_down,
            "user_id": asked.params.get("user_id", 40_001),
            "user_login": asked.options.login,
            "timezone": asked.options.zone,
            "is_agent": is_agent,
            "agent_type": "agent" if is_agent else None,
        }
    ]


def _customer_users(asked: Asked) -> list[Json]:
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


def _customers(asked: Asked) -> list[Json]:
    """Return a customer for each of the users that an agent acts for."""
    (written_down,) = LISTS["get.customers"]
    return [
        {
            **written_down,
            "id": _FIRST_CUSTOMER + number,
            "name": f"Customer {number + 1}",
            "creation_date_time": f"2024-0{1 + number % 9}-01 09:00:00",
            **{f"{span}_notify_emails": [f"customer{number + 1}@example.com"] for span in _LIMITS},
            "sites": [site.facts() for site in SITES],
        }
        for number in range(len(asked.options.user_ids))
    ]


def _tags(asked: Asked) -> list[Json]:
    """Return the tags; how often they were used lately only if that is asked for."""
    if asked.params.get("is_include_rating"):
        return LISTS["get.tags"]
    return [{**tag, "rating": None, "state": None} for tag in LISTS["get.tags"]]


def _statuses(asked: Asked) -> list[Json]:
    """Return the statuses of employees that are in use, or else the deleted ones."""
    is_deleted = bool(asked.params.get("is_deleted"))
    return [status for status in LISTS["get.statuses"] if status["is_deleted"] == is_deleted]


def _geolocations(asked: Asked) -> list[Json]:
    """Return all places, or those that are named."""
    ids = asked.params.get("ids")
    return [place for place in LISTS["get.geolocations"] if not isinstance(ids, list) or place["id"] in ids]


def _contacts(_: Asked) -> list[Json]:
    return [
        {
            "id": person.id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "patronymic": person.patronymic,
            "full_name": person.full_name,
            "emails": [person.email] if person.place % 4 else [],
            "phone_numbers": [int(person.phone_number)],
            "personal_manager_id": person.manager.id if person.manager else None,
            "personal_manager_full_name": person.manager.full_name if person.manager else None,
            "organization_id": person.organization.get("id"),
            "organization_name": person.organization.get("name"),
            "groups": person.groups,
        }
        for person in PERSONS
    ]


def _contact_groups(_: Asked) -> list[Json]:
    return [
        {
            "id": group["group_id"],
            "name": group["group_name"],
            "is_system": place == 0,
            "members": [
                {"contact_id": person.id, "contact_full_name": person.full_name}
                for person in PERSONS
                if group in person.groups
            ],
        }
        for place, group in enumerate(GROUPS)
    ]


def _deal_contacts(_: Asked) -> list[Json]:
    return [
        {
            "ext_id": f"contact-{nth}",
            "name": person.full_name,
            "created_date_time": "2025-06-01 10:20:30",
            "phone_numbers": [person.phone_number],
            "emails": [person.email],
            "component": "amocrm",
        }
        for nth, person in enumerate(PERSONS[:_BUYERS])
    ]


def _stages(asked: Asked) -> Iterator[Json]:
    """Yield the stages that deals have been through: a deal for each communication that is on sale or sold."""
    world, now = asked.world, asked.now
    communications, zone = world.communications, world.zone
    funnels, owners = LISTS["get.sales_funnel"], LISTS["get.deal_employees"]
    candidates = (number for number in range(len(communications.times)) if communications.sold_at(number))
    for nth, number in enumerate(islice(candidates, _DEALS)):
        began, sold = communications.times[number], communications.sold_at(number) or now
        kind, communication_id = communications.key(number)
        funnel = funnels[nth % len(funnels)]["ext_id"]
        contact = f"contact-{nth % _BUYERS}"
        for stage, at in (("new", began + _HOUR // 2), ("talks", (began + sold) // 2), ("won", sold)):
            if at <= now:
                yield {
                    "ext_id": f"deal-{nth:06}",
                    "name": f"Deal {nth}",
                    "created_date_time": zone.text(began),
                    "closed_date_time": zone.text(sold) if sold <= now else None,
                    "modified_stage_date_time": zone.text(at),
                    "contact_ext_ids": [contact],
                    "tag_ext_ids": ["tag-1"] if nth % 3 == 0 else [],
                    "main_contact_ext_id": contact,
                    "employee_ext_id": owners[nth % len(owners)]["ext_id"],
                    "revenue": 100 + nth if sold <= now else None,
                    "sales_funnel_ext_id": funnel,
                    "stage_ext_id": f"{funnel}-{stage}",
                    "comments": "Звонить после шести" if nth % 5 == 0 else None,
                    "source": "amocrm",
                    "is_generated": stage == "talks",
                    "communication_id": communication_id,
                    "communication_type": kind,
                }


MADE_UP: Final[Mapping[str, Callable[[Asked], list[Json]]]] = {
    "get.account": _account,
    "getobj.account": _account_details,
    "get.customer_users": _customer_users,
    "get.customers": _customers,
    "get.tags": _tags,
    "get.statuses": _statuses,
    "get.geolocations": _geolocations,
    "get.contacts": _contacts,
    "get.group_contacts": _contact_groups,
    "get.deal_contacts": _deal_contacts,
    "get.deals_history": lambda asked: list(_stages(asked)),
    "get.reports_list": reports.listed,
    "get.report_types": reports.types,
    "getobj.columns_tree": reports.tree,
    "getobj.report_state": reports.state,
}
"""By method."""
