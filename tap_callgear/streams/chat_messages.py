"""The stream of chat messages."""

from __future__ import annotations

from datetime import timedelta

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import CHAT_CHANNEL_TYPES, EMPLOYEE, VISITOR_ID
from tap_callgear.streams.types import boolean, date_time, enum, integer, object_, string


class ChatMessages(ReportStream):
    """Every message of every chat, its text and its file."""

    name = "chat_messages"
    method = "get.chat_messages_report"
    primary_keys = ("id",)
    replication_key = "date_time"
    sorts_by = ("date_time",)
    requires = "Online chat (consultant) or uploaded chats"
    longest_window = timedelta(days=30)

    schema = th.PropertiesList(
        integer("id", "Identifier of the message.", key=True),
        date_time("date_time", "Moment at which the message was sent, in UTC.", key=True),
        integer("chat_id", "Identifier of the chat: the id in chats."),
        boolean("is_group_chat", "Whether several visitors take part in the chat."),
        integer("channel_id", "Identifier of the channel: the id in chat_channels."),
        enum("channel_type", "Messenger or service that carried the message.", *CHAT_CHANNEL_TYPES),
        enum(
            "source",
            "Who or what wrote the message.",
            "system",
            "operator",
            "visitor",
            "retention",
            "autoinvite",
            "form_text",
            "chat_channel",
            "chatbot",
        ),
        string("text", "What was written; this may be personal data."),
        object_(
            "resource",
            "The file that came with the message.",
            string("type", "Sort of file."),
            string("mime_type", "Media type of the file."),
            string("file_name", "Name of the file."),
            string("file_url", "Address of the file."),
            integer("size", "Length of the file in bytes."),
        ),
        VISITOR_ID,
        *EMPLOYEE,
    ).to_dict()
