"""Goals that visitors reach, out of those that the websites define."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import SITES, Site
from callgear_sandbox.data.kinds import Kind
from callgear_sandbox.data.report import Own

if TYPE_CHECKING:
    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.data.kinds import Single
    from callgear_sandbox.encoding import Json


@dataclass(frozen=True)
class Goal:
    """What a website counts as a success."""

    id: int
    name: str
    kind: str
    source: str
    ext_id: str | None
    site: Site


_KINDS: Final = (
    ("Order sent", "track_event", "comagic", None),
    ("قراءة الأسعار", "time_on_page", "comagic", None),
    ("Нажата кнопка", "click", "yandex.metrika", "24601"),
    ("Scrolled to the end", "scroll", "google.analytics", "17"),
)
GOALS: Final = tuple(
    Goal(91_001 + place * 10 + number, name, kind, source, ext_id, site)
    for place, site in enumerate(SITES)
    for number, (name, kind, source, ext_id) in enumerate(_KINDS)
)


class Goals(Kind):
    """The communications that are goals reached."""

    def __init__(self, communications: Communications) -> None:
        """Take them out of all communications."""
        super().__init__(communications, "goal")
        self.own = (*self.own, Own(("id", "date_time", "name", "type", "ext_id", "source"), self._reached))

    def _reached(self, single: Single, _: int) -> Json:
        goal = GOALS[single.contact.visit.site * len(_KINDS) + single.lot % len(_KINDS)]
        return {
            "id": goal.id,
            "date_time": self.clock.text(self.times[single.number]),
            "name": goal.name,
            "type": goal.kind,
            "ext_id": goal.ext_id,
            "source": goal.source,
        }
