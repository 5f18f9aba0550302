"""Employees, and what they are sorted into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.data.staff import EMPLOYEES, GROUPS, POSITIONS, STATUSES, Employee

if TYPE_CHECKING:
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json

_BOTH_WAYS: Final = ("in", "out")
_DIRECTIONS: Final = tuple(
    f"{way}_{where}_allowed_call_directions" for way in _BOTH_WAYS for where in ("external", "internal")
)


def employees(_: Asked) -> list[Json]:
    """Return the employees."""
    return [_employee(place, employee) for place, employee in enumerate(EMPLOYEES)]


def _employee(place: int, employee: Employee) -> Json:
    status = STATUSES[place % len(STATUSES)]
    coach = EMPLOYEES[0]
    chats = place % 3 > 0
    return {
        "id": employee.id,
        "login": employee.login,
        "first_name": employee.first_name,
        "last_name": employee.last_name,
        "patronymic": employee.patronymic,
        "full_name": employee.full_name,
        "status": status.mnemonic,
        "status_id": status.id,
        "calls_available": True,
        "allowed_in_call_types": ["internal", "external"],
        "allowed_out_call_types": ["internal", "external"],
        **{name: list(_BOTH_WAYS) for name in _DIRECTIONS},
        "email": employee.login,
        "call_recording": "all",
        "schedule_id": 54_001 if place % 2 else None,
        "schedule_name": "Weekdays" if place % 2 else None,
        "coach": None
        if place == 0
        else {"coach_full_name": coach.full_name, "coach_id": coach.id, "coach_always_enabled": False},
        "groups": [GROUPS[number].facts() for number in employee.groups],
        "phone_numbers": [
            {
                "phone_id": 62_001 + place,
                "phone_number": employee.phone_number,
                "channels_count": 1,
                "dial_time": 20,
                "status": "active",
            }
        ],
        "extension": {
            "extension_phone_number": str(100 + place),
            "extension_voice_mail_enabled": False,
            "extension_queue_enabled": bool(place),
        },
        "operator": {
            "operator_display_name": employee.first_name,
            "operator_login": employee.login,
            "operator_position_id": employee.position,
            "operator_position_name": POSITIONS[employee.position],
            "operator_offline_message_enabled": True,
            "operator_invite_to_chat_enabled": False,
            "operator_chat_enabled": chats,
            "operator_chats_available": chats,
            "operator_sites": [{"site_id": site.id, "site_domain_name": site.domain} for site in SITES],
        }
        if chats
        else {},
    }


def employee_groups(_: Asked) -> list[Json]:
    """Return the groups, with their members."""
    return [
        {
            "id": group.id,
            "name": group.name,
            "members": [one.facts() for one in EMPLOYEES if place in one.groups],
            "phone_numbers": [
                {
                    "employee_phone_number": one.phone_number,
                    "employee_phone_number_id": 63_001 + place * len(EMPLOYEES) + EMPLOYEES.index(one),
                    **one.facts(),
                    "available": True,
                }
                for one in EMPLOYEES
                if place in one.groups
            ],
            "group_phone_number": group.phone_number,
            "queue_enabled": not place,
            "channels_count": 5,
        }
        for place, group in enumerate(GROUPS)
    ]


def employee_positions(_: Asked) -> list[Json]:
    """Return the positions."""
    return [{"id": number, "name": name} for number, name in POSITIONS.items()]


def employee_statuses(asked: Asked) -> list[Json]:
    """Return the statuses: those in use, or else the deleted ones."""
    is_deleted = bool(asked.params.get("is_deleted"))
    return [
        {
            "id": status.id,
            "name": status.name,
            "mnemonic": status.mnemonic,
            "description": "Does not take calls" if status.mnemonic == "break" else None,
            "color": "#336699" if status.is_worktime else "#999999",
            "is_deleted": status.is_deleted,
            **{name: list(_BOTH_WAYS) if status.is_worktime else [] for name in _DIRECTIONS},
            "allowed_phone_protocols": ["PSTN", "SIP"],
            "is_select_allowed": status.mnemonic != "unknown",
            "is_worktime": status.is_worktime,
            "is_auto_out_calls_ready": status.mnemonic == "auto_out_call",
        }
        for status in STATUSES
        if status.is_deleted == is_deleted
    ]
