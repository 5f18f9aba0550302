"""Tags, and who gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.staff import EMPLOYEES, Employee

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json


@dataclass(frozen=True)
class Tag:
    """A tag; one that is given by hand is given by somebody."""

    id: int
    name: str
    giver: Employee | None = None

    @property
    def kind(self) -> str:
        """Return how the tag is given."""
        return "manual" if self.giver else "auto"

    @property
    def user_id(self) -> int | None:
        """Return the account's user behind the employee."""
        return self.giver.id - 20_000 if self.giver else None

    def facts(self) -> Json:
        """Return the tag as it stands on a communication, but for the time."""
        giver = self.giver
        return {
            "tag_id": self.id,
            "tag_name": self.name,
            "tag_type": self.kind,
            "tag_user_id": self.user_id,
            "tag_user_login": giver.login if giver else None,
            "tag_employee_id": giver.id if giver else None,
            "tag_employee_full_name": giver.full_name if giver else None,
        }


_ONE, _TWO, _THREE = EMPLOYEES[:3]

TAGS: Final = (
    Tag(901, "Answered"),
    Tag(902, "New lead"),
    Tag(903, "Order", _ONE),
    Tag(904, "شكوى", _TWO),
    Tag(905, "Целевой звонок", _THREE),
    Tag(906, "Wrong number", _ONE),
)
