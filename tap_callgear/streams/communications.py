"""The stream of contacts."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.properties import (
    ARRIVAL,
    ATTRIBUTES,
    CAMPAIGN,
    CLICK_IDS,
    CLIENT_IDS,
    COMMUNICATION_TYPES,
    CONTACT,
    CUSTOM_PROPERTIES,
    EXTENDED_UTM_TAGS,
    NEW_CLASSIFICATION,
    OPENSTAT_TAGS,
    SALE,
    SEGMENTS,
    SITE,
    TAGS,
    UTM_TAGS,
    VISIT_HISTORY,
    VISITOR,
    VISITOR_SESSION_ID,
    choice,
    integer,
    moment,
    names_of,
    text,
)
from tap_callgear.streams.report import ReportStream


class Communications(ReportStream):
    """Every contact of every kind: calls, chats, goals reached and offline forms."""

    name = "communications"
    method = "get.communications_report"
    primary_keys = ("communication_type", "id")
    replication_key = "date_time"
    other_names: ClassVar[dict[str, str]] = {"tag_employee_full": "tag_employee_full_name"}

    schema = th.PropertiesList(
        choice("communication_type", "What sort of contact it is.", *COMMUNICATION_TYPES, key=True),
        integer(
            "id",
            "Identifier of the contact; the calls, chats, goals and offline forms reports "
            "repeat it as communication_id.",
            key=True,
        ),
        moment("date_time", "Moment at which the contact began, in UTC.", key=True),
        *CONTACT,
        *SALE,
        ATTRIBUTES,
        TAGS,
        VISITOR_SESSION_ID,
        *VISITOR,
        *VISIT_HISTORY,
        CUSTOM_PROPERTIES,
        *SITE,
        *CAMPAIGN,
        SEGMENTS,
        *ARRIVAL,
        *NEW_CLASSIFICATION,
        *CLICK_IDS,
        *CLIENT_IDS,
        *UTM_TAGS,
        text("utm_referrer", "Value of utm_referrer: the referrer that a redirect would hide."),
        text("utm_expid", "Value of utm_expid: the variant of a Google experiment that was shown."),
        *EXTENDED_UTM_TAGS,
        *OPENSTAT_TAGS,
    ).to_dict()

    default_fields = frozenset(
        {
            "id",
            "communication_type",
            "date_time",
            "visitor_id",
            "person_id",
            "visitor_session_id",
            "site_id",
            "campaign_id",
        }
    )
    sortable = names_of(*SALE, *NEW_CLASSIFICATION) | {
        "communication_type",
        "communication_number",
        "date_time",
        "visitor_id",
        "visitor_type",
        "visitor_device",
        "site_id",
        "campaign_id",
    }
    filterable = frozenset(schema["properties"]) - {
        "communication_page_url",
        "ua_client_id",
        "ym_client_id",
        "ymclid",
    }
