"""Who works in the made-up account, and what they can be doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.fixtures import rows_as

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json


@dataclass(frozen=True, eq=False)
class Employee:
    """An invented person, in the letters of some country."""

    id: int
    first_name: str
    last_name: str
    patronymic: str | None
    full_name: str
    groups: list[dict[str, object]]
    phone_numbers: list[dict[str, object]]

    @property
    def phone_number(self) -> str:
        """Return the number at which the employee answers."""
        return str(self.phone_numbers[0]["phone_number"])

    @property
    def group(self) -> Json:
        """Return the first of the employee's groups."""
        return self.groups[0]

    def facts(self) -> Json:
        """Return the employee as it stands in other rows."""
        return {"employee_id": self.id, "employee_full_name": self.full_name}


@dataclass(frozen=True)
class Status:
    """What an employee can be doing."""

    id: int
    mnemonic: str | None


EMPLOYEES: Final = rows_as("get.employees", Employee)
STATUSES: Final = rows_as("get.statuses", Status)
