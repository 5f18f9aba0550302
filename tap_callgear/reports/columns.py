"""The documented columns of reports, and their forms; any other, such as a column of somebody's own, is text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tap_callgear.reports.forms import (
    DATE,
    DATE_TIME,
    DURATION,
    INTEGER,
    INTEGER_SCHEMA,
    NUMBER,
    PAIR,
    STRING,
    STRING_SCHEMA,
    STRINGS,
    nested,
    nullable,
    object_of,
    valued,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.reports.forms import Form

_LABEL: Final = object_of(id=INTEGER_SCHEMA, name=STRING_SCHEMA, color=STRING_SCHEMA)
_OF_CONTACT: Final = {"communication_id": STRING_SCHEMA, "communication_type": STRING_SCHEMA}
_PEOPLE: Final = nested(
    nullable("array", items=object_of(employee_full_name=STRING_SCHEMA)), alone="employee_full_name"
)

_NAMED: Final[Mapping[str, Form]] = {
    **dict.fromkeys(
        (
            "call_direction",
            "call_finish_reason",
            "call_is_internal",
            "call_is_transfer",
            "call_status",
            "call_type",
            "chat_initiator",
            "chat_status",
            "communication_type",
            "is_blacklisted_phone",
            "is_coach_handled_call",
            "is_communication_with_visit",
            "tag_type",
            "visitor_device",
            "visitor_type",
        ),
        PAIR,
    ),
    **dict.fromkeys(
        (
            "campaign_id",
            "chat_messages_count",
            "communication_number",
            "employee_id",
            "hits_count",
            "site_id",
            "tag_id",
            "visitor_id",
            "visitor_session_id",
            "visits_count",
        ),
        INTEGER,
    ),
    **dict.fromkeys(("deal_revenue", "employee_rating", "sale_cost"), NUMBER),
    **dict.fromkeys(("employees", "coaches"), _PEOPLE),
    **dict.fromkeys(("communication_kinds", "visitor_emails"), STRINGS),
    "contact_phone_number": valued(object_of(call_status=STRING_SCHEMA, call_direction=STRING_SCHEMA)),
    "tags": nested(object_of(items=nullable("array", items=_LABEL), **_OF_CONTACT), alone="items"),
    "tag_name": nested(_LABEL, alone="name"),
    "communication_comment": nested(object_of(comment=STRING_SCHEMA, **_OF_CONTACT), alone="comment"),
    "sale_date": DATE_TIME,
}
"""Columns whose names do not tell the form. Other identifiers are text, since some are too long for a number."""

_ENDINGS: Final[Mapping[str, Form]] = {"_date_time": DATE_TIME, "_date": DATE, "_duration": DURATION}


def form_of(column: str) -> Form:
    """Return the form of a column.

    Args:
        column: The column's id.
    """
    if column in _NAMED:
        return _NAMED[column]
    return next((form for ending, form in _ENDINGS.items() if column.endswith(ending)), STRING)
