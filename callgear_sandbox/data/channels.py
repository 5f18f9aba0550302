"""Where chats come from: the website's own window, and messengers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.staff import EMPLOYEES, GROUPS, Employee, Group

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json


@dataclass(frozen=True)
class Channel:
    """A chat channel."""

    id: int
    name: str
    kind: str
    account: str
    status: str = "active"
    group: Group | None = None
    employee: Employee | None = None

    def facts(self) -> Json:
        """Return the channel as it stands in a chat."""
        return {"chat_channel_id": self.id, "chat_channel_name": self.name, "chat_channel_type": self.kind}


CHANNELS: Final = (
    Channel(71_001, "Window on the website", "comagic", "54101", group=GROUPS[0]),
    Channel(71_002, "Example messenger", "telegram", "example_bot", group=GROUPS[1]),
    Channel(71_003, "مراسلة", "whatsapp", "12025550199", employee=EMPLOYEES[1]),
    Channel(71_004, "Группа", "vkontakte_groups", "200100300", status="idle", employee=EMPLOYEES[2]),
)
