"""Who works in the made-up account: employees, their groups, positions and statuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

_FIRST_PHONE: Final = 441_134_960_100
"""From the numbers that the United Kingdom keeps for drama."""


@dataclass(frozen=True)
class Group:
    """A group of employees, with a phone number of its own."""

    id: int
    name: str
    phone_number: str

    def facts(self) -> Json:
        """Return the group as it stands in other rows."""
        return {"group_id": self.id, "group_name": self.name}


GROUPS: Final = (
    Group(51_001, "Sales", "801"),
    Group(51_002, "الدعم", "802"),
    Group(51_003, "Контроль качества", "803"),
)

POSITIONS: Final = {52_001: "Manager", 52_002: "Оператор", 52_003: "مشرف"}


@dataclass(frozen=True)
class Employee:
    """An invented person, in the letters of some country."""

    id: int
    first_name: str
    last_name: str
    login: str
    groups: tuple[int, ...]
    position: int
    patronymic: str | None = None

    @property
    def full_name(self) -> str:
        """Return the name as reports print it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def phone_number(self) -> str:
        """Return the number at which the employee answers."""
        return str(_FIRST_PHONE + self.id % 100)

    @property
    def group(self) -> Group:
        """Return the first of the employee's groups."""
        return GROUPS[self.groups[0]]

    def facts(self) -> Json:
        """Return the employee as it stands in other rows."""
        return {"employee_id": self.id, "employee_full_name": self.full_name}


EMPLOYEES: Final = (
    Employee(61_001, "Employee", "One", "sales@example.com", (0,), 52_001),
    Employee(61_002, "موظف", "اثنان", "support@example.com", (1, 0), 52_003),
    Employee(61_003, "Сотрудник", "Три", "quality@example.com", (2,), 52_002, patronymic="Примерович"),
    Employee(61_004, "従業員", "四", "shi@example.com", (0,), 52_002),
    Employee(61_005, "Empleado", "Cinco", "cinco@example.com", (1,), 52_002),
    Employee(61_006, "Zaměstnanec", "Šest", "sest@example.com", (1, 2), 52_001),
    Employee(61_007, "Employé", "Sept", "sept@example.com", (0, 1), 52_002),
)


@dataclass(frozen=True)
class Status:
    """What an employee can be doing."""

    id: int
    name: str
    mnemonic: str | None
    is_worktime: bool = True
    is_deleted: bool = False


STATUSES: Final = (
    Status(53_001, "Available", "available"),
    Status(53_002, "Break", "break", is_worktime=False),
    Status(53_003, "Do not disturb", "do_not_disturb"),
    Status(53_004, "Not at the workplace", "not_at_workplace", is_worktime=False),
    Status(53_005, "Not at work", "not_at_work", is_worktime=False),
    Status(53_006, "Auto outbound call", "auto_out_call"),
    Status(53_007, "Unknown", "unknown", is_worktime=False),
    Status(53_020, "Обучение", None),
    Status(53_021, "Lunch, formerly", None, is_worktime=False, is_deleted=True),
)
