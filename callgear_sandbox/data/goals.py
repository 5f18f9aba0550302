"""Goals that visitors reach, out of those that the websites define."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.data.fixtures import LISTS
from callgear_sandbox.data.kinds import Kind
from callgear_sandbox.data.report import Own

if TYPE_CHECKING:
    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.data.kinds import Single
    from callgear_sandbox.encoding import Json

_GOALS: Final = tuple(
    [row for row in LISTS["get.events"] if row["is_goal"] and row["site_id"] == site.id] for site in SITES
)


class Goals(Kind):
    """The communications that are goals reached."""

    def __init__(self, communications: Communications) -> None:
        """Take them out of all communications."""
        super().__init__(communications, "goal")
        self.own = (*self.own, Own(self._reached))

    def _reached(self, single: Single, _: int) -> Json:
        goals = _GOALS[single.contact.visit.site]
        goal = goals[single.lot % len(goals)]
        return {
            "id": goal["id"],
            "date_time": self.zone.text(self.times[single.number]),
            "name": goal["name"],
            "type": goal["type"],
            "ext_id": goal["ext_id"],
            "source": goal["engine"] or "comagic",
        }
