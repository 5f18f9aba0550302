"""The stream of chats."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.lists.shared import SITE_PRODUCTS
from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import (
    ATTRIBUTION,
    CHAT_CHANNEL_TYPES,
    COMMUNICATION_ID,
    COMMUNICATION_TYPE,
    EMPLOYEE,
    LANDING_MARKS,
    NEW_CLASSIFICATION,
    TAG_ALIASES,
    UPLOADED_ID,
    VISITOR_PHONE_NUMBER,
)
from tap_callgear.streams.types import boolean, date_time, enum, integer, integers, string


class Chats(ReportStream):
    """Every chat, on the site or in a messenger, and the visit that led to it."""

    name = "chats"
    method = "get.chats_report"
    primary_keys = ("id",)
    replication_key = "date_time"
    sorts_by = ("date_time", "visitor_id")
    requires = SITE_PRODUCTS
    field_aliases: ClassVar[dict[str, str]] = {**TAG_ALIASES, "employee_rating": "employee_raiting"}

    schema = th.PropertiesList(
        integer("id", "Identifier of the chat; its messages point to it as chat_id.", key=True),
        date_time("date_time", "Moment at which the chat began, in UTC.", key=True),
        enum("status", "How far the chat has come.", "new", "active", "lost", "succeed", "refused"),
        enum(
            "initiator",
            "Who began the chat.",
            "operator",
            "visitor",
            "autoinvite",
            "chat_channel",
            "chatbot",
        ),
        enum(
            "release_cause",
            "Why the chat was closed.",
            "closed_by_timeout",
            "invite_rejected",
            "closed_by_operator",
            "closed_by_visitor",
            "visitor_banned",
            "external_window_closed",
            "visitor_disconnected",
            "visitor_session_expired",
            "closed_by_scenario",
            "room_removed",
            "channel_removed",
        ),
        COMMUNICATION_ID,
        enum("communication_type", COMMUNICATION_TYPE, "chat"),
        integer("duration", "Seconds that the chat lasted; it grows until the chat is closed."),
        integer("answer_time", "Seconds until an employee answered."),
        integer("messages_count", "How many messages the chat has."),
        integer("employee_messages_count", "How many of them an employee wrote."),
        boolean("is_group_chat", "Whether several visitors take part."),
        boolean("is_transfer", "Whether the chat was passed on to another employee."),
        *EMPLOYEE,
        integer("employee_raiting", "Mark that the visitor gave the employee; the API spells it so."),
        integer("chat_channel_id", "Identifier of the channel: the id in chat_channels."),
        string("chat_channel_name", "Name of the channel."),
        enum(
            "chat_channel_type",
            "Messenger or service that carried the chat.",
            *CHAT_CHANNEL_TYPES,
            "sms",
            "email",
            "cian",
            "max_bot",
            "tamtam_bot",
            "max",
            "sms_mass_messaging_uae",
            "sms_mass_messaging_international",
        ),
        string("chat_user_id", "Identifier of the visitor in the messenger; this is personal data."),
        string("chat_username", "Name of the visitor in the messenger; this is personal data."),
        string("chat_ad_url", "Address of the ad that the visitor wrote about."),
        VISITOR_PHONE_NUMBER,
        string("visitor_profile_url", "Address of the visitor's profile; this is personal data."),
        integers("visitor_ids", "Identifiers of the visitors of a group chat."),
        UPLOADED_ID,
        *ATTRIBUTION,
        *NEW_CLASSIFICATION,
        *LANDING_MARKS,
    ).to_dict()
