"""The stream of goals reached."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.lists.shared import SITE_PRODUCTS
from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import (
    ATTRIBUTION,
    COMMUNICATION_ID,
    COMMUNICATION_TYPE,
    LANDING_MARKS,
    TAG_ALIASES,
)
from tap_callgear.streams.types import as_key, date_time, enum, integer, string


class Goals(ReportStream):
    """Every goal that a visitor reached, and the visit in which that was."""

    name = "goals"
    method = "get.goals_report"
    # The property "id" may be that of the goal's definition; the contact's is sure to be one event's.
    primary_keys = ("communication_id",)
    replication_key = "date_time"
    sorts_by = ("visitor_id",)
    requires = SITE_PRODUCTS
    field_aliases: ClassVar[dict[str, str]] = TAG_ALIASES

    schema = th.PropertiesList(
        as_key(COMMUNICATION_ID),
        enum("communication_type", COMMUNICATION_TYPE, "goal"),
        date_time("date_time", "Moment at which the goal was reached, in UTC.", key=True),
        integer("id", "Identifier of the goal; the documentation leaves open whether of its definition."),
        string("name", "Name of the goal."),
        enum(
            "type",
            "What counts as reaching the goal.",
            "track_event",
            "time_on_page",
            "comagic",
            "segment",
            "ppc_goal",
            "click",
            "link",
            "scroll",
            "time_on_site",
        ),
        enum("source", "System that the goal is set up in.", "yandex.metrika", "google.analytics", "comagic"),
        string("ext_id", "Identifier of the goal in that system."),
        *ATTRIBUTION,
        *LANDING_MARKS,
    ).to_dict()
