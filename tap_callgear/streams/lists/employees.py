"""The staff who take the calls and chats, with their groups, positions and statuses."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import CALL_DIRECTIONS, LINE, PERSON_NAME
from tap_callgear.streams.shared import EMPLOYEE, EMPLOYEE_GROUP, SITE
from tap_callgear.streams.types import boolean, documented, enum, integer, object_, objects, string, strings

EMPLOYEES = "the right to read employees (employees)"

STATUSES = (
    "available",
    "break",
    "do_not_disturb",
    "not_at_workplace",
    "not_at_work",
    "auto_out_call",
    "unknown",
)

OPERATOR = object_(
    "operator",
    "What the employee does in chats.",
    string("operator_display_name", "Name that visitors see."),
    string("operator_login", "Name that the employee signs in to chats with."),
    integer("operator_position_id", "Identifier of the position: the id in employee_positions."),
    string("operator_position_name", "Name of the position."),
    boolean("operator_offline_message_enabled", "Whether the employee may answer offline forms."),
    boolean("operator_invite_to_chat_enabled", "Whether the employee may invite visitors to chat."),
    boolean("operator_chat_enabled", "Whether the employee may chat."),
    boolean("operator_chats_available", "Whether the employee is free for chats at this moment."),
    objects("operator_sites", "Websites whose visitors the employee chats with.", *SITE),
)


class Employees(ListStream):
    """The staff of the account, with their numbers, groups and what they may do."""

    name = "employees"
    method = "get.employees"
    primary_keys = ("id",)
    sorts_by = ("calls_available",)
    requires = EMPLOYEES
    selected_by_default = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the employee; everything else calls it employee_id.", key=True),
        string("login", "Name that the employee signs in with."),
        *PERSON_NAME,
        enum("status", "Older form of status_id: the code of the present status.", *STATUSES),
        integer("status_id", "Present status: the id in employee_statuses."),
        boolean("calls_available", "Older sign of whether calls reach the employee."),
        strings(
            "allowed_in_call_types",
            documented("Older sign of which incoming calls are allowed.", "internal", "external"),
        ),
        strings(
            "allowed_out_call_types",
            documented("Older sign of which outgoing calls are allowed.", "internal", "external"),
        ),
        *CALL_DIRECTIONS,
        string("email", "Mail address of the employee."),
        enum("call_recording", "Which calls are recorded.", "all", "in", "out", "off"),
        integer("schedule_id", "Identifier of the employee's working hours."),
        string("schedule_name", "Name of the employee's working hours."),
        object_(
            "coach",
            "Who listens in on the employee's calls.",
            string("coach_full_name", "Name of the coach."),
            integer("coach_id", "Identifier of the coach: the id in employees."),
            boolean("coach_always_enabled", "Whether every incoming call goes to the coach too."),
        ),
        objects("groups", "Groups that the employee is in; they are records in employee_groups.", *EMPLOYEE_GROUP),
        objects(
            "phone_numbers",
            "Numbers that the employee is called on.",
            integer("phone_id", "Identifier of the number."),
            string("phone_number", "The number."),
            *LINE,
            enum("status", "Whether the number is in use.", "active", "inactive"),
        ),
        object_(
            "extension",
            "Short number of the employee.",
            string("extension_phone_number", "The short number."),
            boolean("extension_voice_mail_enabled", "Whether voice mail answers when all is busy."),
            boolean("extension_queue_enabled", "Whether callers wait when all is busy."),
        ),
        OPERATOR,
    ).to_dict()


class EmployeeGroups(ListStream):
    """The groups that staff are called in, with their members."""

    name = "employee_groups"
    method = "get.group_employees"
    primary_keys = ("id",)
    sorts_by = ("group_phone_number",)
    requires = EMPLOYEES
    field_aliases: ClassVar[dict[str, str]] = {"phone_number": "phone_numbers"}
    schema = th.PropertiesList(
        integer("id", "Identifier of the group.", key=True),
        string("name", "Name of the group."),
        objects("members", "Staff in the group.", *EMPLOYEE),
        objects(
            "phone_numbers",
            "Numbers that the group rings.",
            string("employee_phone_number", "Number of the employee."),
            integer("employee_phone_number_id", "Identifier of that number within the group."),
            *EMPLOYEE,
            boolean("available", "Whether the employee can be reached in the group."),
        ),
        string("group_phone_number", "Short number of the group."),
        boolean("queue_enabled", "Whether callers wait in line."),
        integer("channels_count", "How many calls the group takes at once."),
    ).to_dict()


class EmployeePositions(ListStream):
    """The positions that chat operators are shown with."""

    name = "employee_positions"
    method = "get.employee_positions"
    primary_keys = ("id",)
    sorts_by = ("name",)
    requires = EMPLOYEES
    schema = th.PropertiesList(
        integer("id", "Identifier of the position.", key=True),
        string("name", "Name of the position."),
    ).to_dict()


class EmployeeStatuses(ListStream):
    """The statuses that staff can be in, deleted ones too, because older records point to them."""

    name = "employee_statuses"
    method = "get.statuses"
    primary_keys = ("id",)
    sorts_by = ("description",)
    variants = ({"is_deleted": False}, {"is_deleted": True})
    schema = th.PropertiesList(
        integer("id", "Identifier of the status.", key=True),
        string("name", "Name of the status."),
        enum("mnemonic", "Code of a built-in status; the account's own have none.", *STATUSES),
        string("description", "Free text about the status."),
        string("color", "Colour of the status, as a hexadecimal code."),
        boolean("is_deleted", "Whether the status was deleted."),
        *CALL_DIRECTIONS,
        strings(
            "allowed_phone_protocols",
            documented("By which lines the employee can be called.", "PSTN", "SIP", "SIP_TRUNK", "FMC"),
        ),
        boolean("is_select_allowed", "Whether staff may choose the status themselves."),
        boolean("is_worktime", "Whether time in the status counts as work."),
        boolean("is_auto_out_calls_ready", "Whether automatic outgoing calls are given to the employee."),
    ).to_dict()
