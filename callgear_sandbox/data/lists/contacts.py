"""The address book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callgear_sandbox.data.address_book import CONTACT_GROUPS, ORGANIZATIONS, PERSONS

if TYPE_CHECKING:
    from callgear_sandbox.data.lists.asked import Asked
    from callgear_sandbox.encoding import Json


def contacts(_: Asked) -> list[Json]:
    """Return the persons in the address book."""
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
            "organization_id": person.organization,
            "organization_name": ORGANIZATIONS[person.organization] if person.organization else None,
            "groups": [{"group_id": number, "group_name": CONTACT_GROUPS[number]} for number in person.groups],
        }
        for person in PERSONS
    ]


def contact_organizations(_: Asked) -> list[Json]:
    """Return the organisations."""
    return [{"id": number, "name": name} for number, name in ORGANIZATIONS.items()]


def contact_groups(_: Asked) -> list[Json]:
    """Return the groups, with the persons in them."""
    return [
        {
            "id": number,
            "name": name,
            "is_system": place == 0,
            "members": [
                {"contact_id": person.id, "contact_full_name": person.full_name}
                for person in PERSONS
                if number in person.groups
            ],
        }
        for place, (number, name) in enumerate(CONTACT_GROUPS.items())
    ]
