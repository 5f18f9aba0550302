"""The stream of goals reached."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.entities.properties import SITE_PRODUCTS
from tap_callgear.streams.kinds import as_key, choice, integer, moment, text
from tap_callgear.streams.properties import (
    ATTRIBUTION,
    COMMUNICATION_ID,
    COMMUNICATION_TYPE,
    LANDING_MARKS,
    OTHER_TAG_NAMES,
)
from tap_callgear.streams.report import ReportStream


class Goals(ReportStream):
    """Every goal that a visitor reached, and the visit in which that was."""

    name = "goals"
    method = "get.goals_report"
    # The property "id" may be that of the goal's definition; the contact's is sure to be one event's.
    primary_keys = ("communication_id",)
    replication_key = "date_time"
    sorts_by = ("visitor_id",)
    product = SITE_PRODUCTS
    other_names: ClassVar[dict[str, str]] = OTHER_TAG_NAMES

    schema = th.PropertiesList(
        as_key(COMMUNICATION_ID),
        choice("communication_type", COMMUNICATION_TYPE, "goal"),
        moment("date_time", "Moment at which the goal was reached, in UTC.", key=True),
        integer("id", "Identifier of the goal; the documentation leaves open whether of its definition."),
        text("name", "Name of the goal."),
        choice(
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
        choice("source", "System that the goal is set up in.", "yandex.metrika", "google.analytics", "comagic"),
        text("ext_id", "Identifier of the goal in that system."),
        *ATTRIBUTION,
        *LANDING_MARKS,
    ).to_dict()
