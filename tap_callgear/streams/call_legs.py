"""The stream of call legs."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import EMPLOYEE, EMPLOYEE_GROUP
from tap_callgear.streams.telephony import (
    CALL_SESSION_ID,
    DIRECTION,
    FINISH_REASONS,
    OUTSIDE_PARTY,
    PHONE_NUMBERS,
    RECORDINGS,
    SCENARIO,
    START_TIME,
    VIRTUAL_NUMBER,
)
from tap_callgear.streams.types import boolean, date_time, enum, integer, string


class CallLegs(ReportStream):
    """Every leg of every call: each number that was dialled for it, and how that ended."""

    name = "call_legs"
    method = "get.call_legs_report"
    primary_keys = ("id",)
    replication_key = "start_time"
    sorts_by = ("start_time",)
    field_aliases: ClassVar[dict[str, str]] = {"is_transferred": "is_transfered"}

    schema = th.PropertiesList(
        integer("id", "Identifier of the leg; charges point to it as leg_id.", key=True),
        START_TIME,
        CALL_SESSION_ID,
        date_time("connect_time", "Moment at which the leg was picked up, in UTC."),
        integer("duration", "Seconds since it was picked up."),
        integer("total_duration", "Seconds from beginning to end."),
        DIRECTION,
        *PHONE_NUMBERS,
        VIRTUAL_NUMBER,
        enum(
            "finish_reason",
            "Why the leg ended, in one of several spellings.",
            *FINISH_REASONS,
            "employee_phone_not_found",
        ),
        string("finish_reason_description", "Why the leg ended, in words."),
        integer("release_cause_code", "Cause by ITU-T Q.850 for which the leg ended; the API plans to drop it."),
        string("release_cause_description", "That cause in words; the API plans to drop it."),
        boolean("is_failed", "Whether the employee was not reached, by its name; the documentation leaves it open."),
        boolean("is_talked", "Whether there was a talk."),
        boolean("is_transfered", "Whether the leg is a transfer; the API spells it so."),
        boolean("is_operator", "Whether the leg belongs to an employee."),
        boolean("is_coach", "Whether somebody listened in to coach."),
        *EMPLOYEE,
        string("employee_phone_number", "Number of the employee, as digits; this may be personal data."),
        integer("employee_rating", "Mark that the caller gave the employee."),
        *EMPLOYEE_GROUP,
        *OUTSIDE_PARTY,
        *SCENARIO,
        integer("action_id", "Identifier of the step of the scenario that dialled."),
        string("action_name", "Name of the step of the scenario that dialled."),
        *RECORDINGS,
    ).to_dict()
