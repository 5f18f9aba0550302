"""Persons that the account knows, and the organisations that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

from callgear_sandbox.data.fixtures import LISTS, TABLES
from callgear_sandbox.data.staff import EMPLOYEES, Employee
from callgear_sandbox.data.telephony import caller

_FIRST_ID: Final = 81_001
_ORGANIZATIONS: Final = LISTS["get.contact_organizations"]
GROUPS: Final[list[dict[str, object]]] = TABLES["contact_groups"]


@dataclass(frozen=True)
class Person:
    """Somebody in the address book, whose place in it is that of the phone number."""

    place: int
    first_name: str
    last_name: str

    @property
    def id(self) -> int:
        """Return the id of the contact."""
        return _FIRST_ID + self.place

    @property
    def full_name(self) -> str:
        """Return the name as reports print it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def patronymic(self) -> str | None:
        """Return the name after the father's, where there is such a custom."""
        return "Примеровна" if self.first_name == "Анна" else None

    @property
    def phone_number(self) -> str:
        """Return the number that the person calls from."""
        return caller(self.place)

    @property
    def email(self) -> str:
        """Return an address at an example domain."""
        return f"contact{self.place}@example.net"

    @property
    def manager(self) -> Employee | None:
        """Return the employee who looks after the person, if any does."""
        return EMPLOYEES[self.place % len(EMPLOYEES)] if self.place % 3 else None

    @property
    def organization(self) -> dict[str, object]:
        """Return the organisation of the person; an empty one where there is none."""
        return _ORGANIZATIONS[self.place % len(_ORGANIZATIONS)] if self.place % 2 else {}

    @property
    def groups(self) -> list[dict[str, object]]:
        """Return the groups that the person is in."""
        return GROUPS[: 1 + self.place % len(GROUPS)]


_NAMES: Final = product(TABLES["first_names"], TABLES["last_names"], range(3))
PERSONS: Final = tuple(Person(place, first, last) for place, (first, last, _) in enumerate(_NAMES))


def known(number: int) -> Person | None:
    """Return the person who calls from a number, if the address book has one."""
    return PERSONS[number] if number < len(PERSONS) else None
