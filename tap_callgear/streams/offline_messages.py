"""The stream of offline forms."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import (
    ATTRIBUTION,
    COMMUNICATION_ID,
    COMMUNICATION_TYPE,
    EMPLOYEE,
    EMPLOYEE_GROUP,
    LANDING_MARKS,
    NEW_CLASSIFICATION,
    TAG_ALIASES,
    UPLOADED_ID,
    VISITOR_PHONE_NUMBER,
)
from tap_callgear.streams.types import boolean, date_time, enum, integer, string


class OfflineMessages(ReportStream):
    """Every form that a visitor left while nobody was there, and what became of it."""

    name = "offline_messages"
    method = "get.offline_messages_report"
    primary_keys = ("id",)
    replication_key = "date_time"
    sorts_by = ("visitor_id",)
    requires = "Online chat (consultant), lead forms or uploaded offline forms"
    field_aliases: ClassVar[dict[str, str]] = TAG_ALIASES

    schema = th.PropertiesList(
        integer("id", "Identifier of the form that was sent.", key=True),
        date_time("date_time", "Moment at which the form was sent, in UTC.", key=True),
        COMMUNICATION_ID,
        enum("communication_type", COMMUNICATION_TYPE, "offline_message"),
        enum("status", "Whether the form was dealt with.", "processing", "processed", "not_processed"),
        date_time("process_time", "Moment at which it was dealt with, in UTC."),
        enum("form_type", "Sort of form, in the account's language.", "Custom", "Standard", "DataAPI"),
        string("form_name", "Name of the form as the site gave it."),
        string("text", "What the visitor wrote; this may be personal data."),
        string("properties", "What the visitor wrote in the call-back form; this may be personal data."),
        string("visitor_name", "Name that the visitor left; this is personal data."),
        string("visitor_email", "E-mail address that the visitor left; this is personal data."),
        VISITOR_PHONE_NUMBER,
        boolean(
            "is_agree_to_process_personal_data",
            "Whether the visitor agreed that personal data is processed.",
        ),
        boolean("is_agree_to_mailing", "Whether the visitor agreed to get mail."),
        *EMPLOYEE_GROUP,
        *EMPLOYEE,
        string("employee_answer_message", "What the employee answered by e-mail."),
        string("employee_comment", "What the employee noted down."),
        UPLOADED_ID,
        *ATTRIBUTION,
        *NEW_CLASSIFICATION,
        *LANDING_MARKS,
    ).to_dict()
