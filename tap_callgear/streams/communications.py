"""The stream of contacts."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import (
    ATTRIBUTION,
    CLICK_IDS,
    CLIENT_IDS,
    COMMUNICATION_TYPE,
    COMMUNICATION_TYPES,
    EXTENDED_UTM_TAGS,
    NEW_CLASSIFICATION,
    OPENSTAT_TAGS,
    TAG_ALIASES,
    UTM_TAGS,
)
from tap_callgear.streams.types import date_time, enum, integer, string


class Communications(ReportStream):
    """Every contact of every kind: calls, chats, goals reached and offline forms."""

    name = "communications"
    method = "get.communications_report"
    primary_keys = ("communication_type", "id")
    replication_key = "date_time"
    sorts_by = ("date_time", "visitor_id")
    selected_by_default = True
    field_aliases: ClassVar[dict[str, str]] = TAG_ALIASES

    schema = th.PropertiesList(
        enum("communication_type", COMMUNICATION_TYPE, *COMMUNICATION_TYPES, key=True),
        integer(
            "id",
            "Identifier of the contact; the calls, chats, goals and offline forms reports "
            "repeat it as communication_id.",
            key=True,
        ),
        date_time("date_time", "Moment at which the contact began, in UTC.", key=True),
        *ATTRIBUTION,
        *NEW_CLASSIFICATION,
        *CLICK_IDS,
        *CLIENT_IDS,
        *UTM_TAGS,
        string("utm_referrer", "Value of utm_referrer: the referrer that a redirect would hide."),
        string("utm_expid", "Value of utm_expid: the variant of a Google experiment that was shown."),
        *EXTENDED_UTM_TAGS,
        *OPENSTAT_TAGS,
    ).to_dict()
