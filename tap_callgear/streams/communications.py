"""The stream of contacts."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.kinds import choice, integer, moment, text
from tap_callgear.streams.properties import (
    ATTRIBUTION,
    CLICK_IDS,
    CLIENT_IDS,
    COMMUNICATION_TYPE,
    COMMUNICATION_TYPES,
    EXTENDED_UTM_TAGS,
    NEW_CLASSIFICATION,
    OPENSTAT_TAGS,
    OTHER_TAG_NAMES,
    UTM_TAGS,
)
from tap_callgear.streams.report import ReportStream


class Communications(ReportStream):
    """Every contact of every kind: calls, chats, goals reached and offline forms."""

    name = "communications"
    method = "get.communications_report"
    primary_keys = ("communication_type", "id")
    replication_key = "date_time"
    sorts_by = ("date_time", "visitor_id")
    selected_by_default = True
    other_names: ClassVar[dict[str, str]] = OTHER_TAG_NAMES

    schema = th.PropertiesList(
        choice("communication_type", COMMUNICATION_TYPE, *COMMUNICATION_TYPES, key=True),
        integer(
            "id",
            "Identifier of the contact; the calls, chats, goals and offline forms reports "
            "repeat it as communication_id.",
            key=True,
        ),
        moment("date_time", "Moment at which the contact began, in UTC.", key=True),
        *ATTRIBUTION,
        *NEW_CLASSIFICATION,
        *CLICK_IDS,
        *CLIENT_IDS,
        *UTM_TAGS,
        text("utm_referrer", "Value of utm_referrer: the referrer that a redirect would hide."),
        text("utm_expid", "Value of utm_expid: the variant of a Google experiment that was shown."),
        *EXTENDED_UTM_TAGS,
        *OPENSTAT_TAGS,
    ).to_dict()
