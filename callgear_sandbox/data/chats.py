"""Chats: the communications that are chats, and the messages that were sent in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from typing_extensions import override

from callgear_sandbox.data.fixtures import TABLES, rows_as
from callgear_sandbox.data.kinds import Kind, Single
from callgear_sandbox.data.report import Own, Report
from callgear_sandbox.data.staff import EMPLOYEES, Employee
from callgear_sandbox.data.telephony import CALLERS, caller
from callgear_sandbox.data.timeline import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.encoding import Json

_OWN_IDS: Final = 700_000_000
_MOST: Final = 16
_LEFT: Final = 12
"""One visitor in so many leaves before an employee answers."""

_INITIATORS: Final = ("visitor", "visitor", "operator", "autoinvite", "chatbot")
_RELEASES: Final = ("closed_by_operator", "closed_by_visitor", "closed_by_timeout")
_ASKED: Final[list[str]] = TABLES["asked"]
_ANSWERED: Final[list[str]] = TABLES["answered"]


@dataclass(frozen=True)
class Channel:
    """Where a chat comes from: the website's own window, or a messenger."""

    id: int
    name: str
    type: str

    def facts(self) -> Json:
        """Return the channel as it stands in a chat."""
        return {"chat_channel_id": self.id, "chat_channel_name": self.name, "chat_channel_type": self.type}


_CHANNELS: Final = rows_as("get.chat_channels", Channel)


class Conversation(NamedTuple):
    """How a chat goes."""

    messages: int
    pace: int
    is_lost: bool
    initiator: str
    employee: Employee
    channel: Channel

    @property
    def duration(self) -> int:
        """Return the seconds from the first message to the last one."""
        return (self.messages - 1) * self.pace


class Chats(Kind):
    """The chats of one account."""

    def __init__(self, communications: Communications) -> None:
        """Take them out of all communications."""
        super().__init__(communications, "chat", _OWN_IDS)
        self.own = (
            *self.own,
            Own(self._progress),
            Own(self._people),
        )

    def conversation(self, number: int) -> Conversation:
        """Return how a chat goes."""
        lot = self.lot(number)
        is_lost = lot % _LEFT == 0
        return Conversation(
            messages=1 if is_lost else 2 + (lot >> 8) % (_MOST - 2),
            pace=1 + (lot >> 12) % 90,
            is_lost=is_lost,
            initiator=_INITIATORS[(lot >> 20) % len(_INITIATORS)],
            employee=EMPLOYEES[(lot >> 24) % len(EMPLOYEES)],
            channel=_CHANNELS[(lot >> 28) % len(_CHANNELS)],
        )

    def _progress(self, chat: Single, now: int) -> Json:
        number, lot = chat.number, chat.lot
        start = self.times[number]
        talk = self.conversation(number)
        sent = talk.messages if now >= self.last else min(talk.messages, 1 + (now - start) // talk.pace)
        is_over = start + talk.duration < now
        status = "lost" if talk.is_lost else "succeed"
        return {
            "id": self.key(number),
            "date_time": self.zone.text(start),
            "status": status if is_over else "active",
            "duration": str(min(talk.duration, now - start)),
            "answer_time": talk.pace if sent > 1 else None,
            "messages_count": sent,
            "employee_messages_count": sent // 2,
            "release_cause": _RELEASES[lot >> 32 & 1 if sent > 1 else 2] if is_over else None,
            "employee_raiting": 1 + lot % 5 if is_over and not lot >> 36 & 3 and not talk.is_lost else None,
        }

    def _people(self, chat: Single, _: int) -> Json:
        number, lot = chat.number, chat.lot
        talk = self.conversation(number)
        is_messenger = talk.channel.type != "comagic"
        answered = None if talk.is_lost else talk.employee
        return {
            "initiator": "chat_channel" if is_messenger else talk.initiator,
            "chat_ad_url": "https://ads.example.com/17" if lot >> 40 & 15 == 0 else None,
            **talk.channel.facts(),
            "chat_user_id": f"user-{lot >> 44}" if is_messenger else None,
            "chat_username": f"guest{lot >> 50}" if is_messenger else None,
            "is_group_chat": is_group_chat(chat),
            "is_transfer": not lot >> 48 & 15,
            "employee_id": answered.id if answered else None,
            "employee_full_name": answered.full_name if answered else None,
            "visitor_phone_number": int(caller(lot % CALLERS)) if lot >> 56 & 3 == 0 else None,
            "visitor_ids": [self.visitor_id(chat)],
            "visitor_profile_url": f"https://social.example.com/guest{lot >> 50}" if is_messenger else None,
            "ext_id": f"own-{self.key(number)}" if lot >> 60 & 7 == 0 else None,
        }

    def visitor_id(self, chat: Single) -> int:
        """Return the id of the visitor who chats."""
        return self.communications.sessions.visitors.id(chat.contact.visit.visitor.number)


class Message(NamedTuple):
    """What was drawn for a message."""

    number: int
    nth: int
    chat: Single


class Messages(Report[Message]):
    """The messages of all chats, numbered in order of time."""

    def __init__(self, chats: Chats) -> None:
        """Take the messages out of all chats."""
        self._chats = chats
        self.times, self._place = in_order(self._sent())
        self.own = (Own(self._told),)
        self.shared = ()

    def _sent(self) -> Iterator[tuple[int, int]]:
        chats = self._chats
        for number, start in enumerate(chats.times):
            talk = chats.conversation(number)
            for nth in range(talk.messages):
                yield min(start + nth * talk.pace, chats.last), number * _MOST + nth

    @override
    def key(self, number: int) -> int:
        chat, nth = divmod(self._place[number], _MOST)
        return self._chats.key(chat) * _MOST + nth

    @override
    def draw(self, number: int) -> Message:
        chat, nth = divmod(self._place[number], _MOST)
        return Message(number, nth, self._chats.draw(chat))

    @override
    def served(self, numbers: range, params: Json, now: int) -> Sequence[int]:
        """Keep to one chat or to several, where they are given."""
        if params.keys().isdisjoint(("chat_id", "chat_ids")):
            return numbers
        wanted = {*cast("list[object]", params.get("chat_ids", [])), params.get("chat_id")}
        return [number for number in numbers if self._chats.key(self._place[number] // _MOST) in wanted]

    def _told(self, message: Message, _: int) -> Json:
        number, nth, chat = message
        talk = self._chats.conversation(chat.number)
        lot = chat.lot >> nth
        employee = talk.employee if nth & 1 else None
        is_form = nth == 0 and lot & 7 == 0
        texts = _ANSWERED if employee else _ASKED
        return {
            "id": self.key(number),
            "chat_id": self._chats.key(chat.number),
            "channel_id": talk.channel.id,
            "channel_type": talk.channel.type,
            "date_time": self._chats.zone.text(self.times[number]),
            "is_group_chat": is_group_chat(chat),
            "visitor_id": self._chats.visitor_id(chat),
            "text": texts[lot % len(texts)],
            "source": "operator" if employee else "form_text" if is_form else "visitor",
            "resource": _file(self.key(number)) if lot >> 5 & 15 == 0 else {},
            "employee_id": employee.id if employee else None,
            "employee_full_name": employee.full_name if employee else None,
        }


def is_group_chat(chat: Single) -> bool:
    """Whether several visitors chat together."""
    return not chat.lot >> 52 & 31


def _file(message: int) -> Json:
    """Return what is told of a file that was sent along."""
    return {
        "size": 1024 + message % 100_000,
        "type": "image",
        "file_url": f"https://files.example.com/{message}.png",
        "file_name": f"photo {message % 100}.png",
        "mime_type": "image/png",
    }
