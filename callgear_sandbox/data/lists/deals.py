"""Deals and leads, as another system tells them, and that system."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.address_book import PERSONS
from callgear_sandbox.data.lists.asked import rows
from callgear_sandbox.data.staff import EMPLOYEES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json

_MOST: Final = 500
"""Deals at most: these lists are read in full, whatever the length of the reports."""

_HOUR: Final = 3600
_COMPONENT: Final = "amocrm"
_FUNNELS: Final = {"funnel-1": "Sales", "funnel-2": "Запись на приём"}
_STAGES: Final = (("new", "New", "in_process"), ("talks", "محادثات", "in_process"), ("won", "Оплачено", "success"))
_CONTACTS: Final = 40
_COMPANIES: Final = 4
_USER_FIELDS: Final = (
    ("field-1", "Delivery address", "string"),
    ("field-2", "تاريخ التسليم", "date"),
    ("field-3", "Скидка, %", "number"),
)


def sales_funnels(_: Asked) -> list[Json]:
    """Return the funnels with their stages."""
    return [
        {
            "ext_id": funnel,
            "name": name,
            "stages": [
                {
                    "stage_ext_id": f"{funnel}-{stage}",
                    "stage_name": called,
                    "stage_status": status,
                    "stage_order": order,
                }
                for order, (stage, called, status) in enumerate(_STAGES, start=1)
            ],
        }
        for funnel, name in _FUNNELS.items()
    ]


def deals_history(asked: Asked) -> list[Json]:
    """Return the stages that deals have been through: a deal for each communication that is on sale or sold."""
    return list(_stages(asked))


def _stages(asked: Asked) -> Iterator[Json]:
    world, now = asked.world, asked.now
    communications, clock = world.communications, world.clock
    candidates = (number for number in range(len(communications.times)) if communications.sold_at(number))
    for nth, number in enumerate(islice(candidates, _MOST)):
        began, sold = communications.times[number], communications.sold_at(number) or now
        kind, communication_id = communications.key(number)
        funnel = list(_FUNNELS)[nth % len(_FUNNELS)]
        contact = f"contact-{nth % _CONTACTS}"
        passed = (began + _HOUR // 2, (began + sold) // 2, sold)
        for (stage, _, _), at in zip(_STAGES, passed, strict=True):
            if at <= now:
                yield {
                    "ext_id": f"deal-{nth:06}",
                    "name": f"Deal {nth}",
                    "created_date_time": clock.text(began),
                    "closed_date_time": clock.text(sold) if sold <= now else None,
                    "modified_stage_date_time": clock.text(at),
                    "contact_ext_ids": [contact],
                    "tag_ext_ids": ["tag-1"] if nth % 3 == 0 else [],
                    "main_contact_ext_id": contact,
                    "employee_ext_id": f"user-{nth % len(EMPLOYEES)}",
                    "revenue": 100 + nth if sold <= now else None,
                    "sales_funnel_ext_id": funnel,
                    "stage_ext_id": f"{funnel}-{stage}",
                    "comments": "Звонить после шести" if nth % 5 == 0 else None,
                    "source": _COMPONENT,
                    "is_generated": stage == "talks",
                    "communication_id": communication_id,
                    "communication_type": kind,
                }


def user_fields(_: Asked) -> list[Json]:
    """Return the fields that the account has added: to deals, to leads, or to forms."""
    return rows("ext_id name data_type", *_USER_FIELDS)


def deal_contacts(_: Asked) -> list[Json]:
    """Return the contacts of the deals."""
    return [
        {
            "ext_id": f"contact-{nth}",
            "name": PERSONS[nth].full_name,
            "created_date_time": "2025-06-01 10:20:30",
            "phone_numbers": [PERSONS[nth].phone_number],
            "emails": [PERSONS[nth].email],
            "component": _COMPONENT,
        }
        for nth in range(_CONTACTS)
    ]


def deal_employees(_: Asked) -> list[Json]:
    """Return the owners of the deals."""
    return [{"ext_id": f"user-{nth}", "name": employee.full_name} for nth, employee in enumerate(EMPLOYEES)]


def lead_funnel_stages(_: Asked) -> list[Json]:
    """Return the stages of leads."""
    return rows(
        "id component ext_id name type order",
        (76_001, _COMPONENT, "lead-new", "New", "in_process", 1),
        (76_002, _COMPONENT, "lead-good", "Подходит", "success", 2),
        (76_003, _COMPONENT, "lead-bad", "غير مناسب", "failed", 3),
    )


def crm_accounts(_: Asked) -> list[Json]:
    """Return the connection to the other system."""
    return [
        {
            "id": 77_001,
            "name": "Example CRM",
            "description": "Deals and leads",
            "type": _COMPONENT,
            "url": "https://crm.example.com",
            "deal_conversion_model": "first_communication",
            "is_ignore_outgoing_calls": True,
            "is_ignore_outgoing_chats": False,
            "last_deals_load_time": "2026-05-01 03:00:00",
            "deals_load_state": "error",
            "deals_load_error": {"mnemonic": "timeout", "attempts": 3},
            "last_leads_load_time": "2026-05-01 03:10:00",
            "leads_load_state": "new",
        }
    ]


def crm_companies(_: Asked) -> list[Json]:
    """Return the companies in the other system."""
    return [
        {
            "ext_id": f"company-{nth}",
            "name": f"Company {nth}",
            "component": _COMPONENT if nth % 2 else "bitrix",
            "phones": [PERSONS[nth].phone_number],
            "emails": [PERSONS[nth].email],
            "contact_ext_ids": [f"contact-{nth}"],
            "contact_ids": [PERSONS[nth].id],
            "description": "Regular customer" if nth else None,
            "is_removed": nth == _COMPANIES - 1,
        }
        for nth in range(_COMPANIES)
    ]
