"""The stream of visits."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import (
    ARRIVAL,
    CAMPAIGN,
    CLICK_IDS,
    CLIENT_IDS,
    CONTACT_REFERENCE,
    CURRENT_BANNER_ID,
    CUSTOM_PROPERTIES,
    ENGINE,
    KEYWORD,
    KEYWORD_ID,
    NEW_CLASSIFICATION,
    OLD_BANNER_IDS,
    OPENSTAT_TAGS,
    SEGMENTS,
    SITE,
    UPLOADED_ID,
    UTM_TAGS,
    VISITOR,
)
from tap_callgear.streams.types import date_time, integer, object_, objects, string

HITS = objects(
    "hits",
    "The pages seen during the visit.",
    string(
        "hit_time",
        "When the page was opened: in UTC and the fixed form where the API sends a full date "
        "and time, otherwise as it came.",
    ),
    string("hit_duration", "How long the page stayed open, as HH:MM:SS."),
    string("hit_url", "Address of the page that was seen."),
)

CONTACTS_OF_THE_VISIT = objects(
    "communications",
    "The contacts that came of the visit; together, type and identifier lead to communications.",
    *CONTACT_REFERENCE,
    date_time("communication_date_time", "Moment at which the contact began, in UTC."),
)

INTEGRATED_CAMPAIGN_DATA = object_(
    "integrated_campaign_data",
    "What a connected ad system knows about the click that led to the visit.",
    string("adv_system", "Ad system that the facts come from."),
    string("ext_campaign_id", "The ad system's own identifier of the campaign."),
    string("ext_campaign_name", "The ad system's own name of the campaign."),
    string("campaign_type", "The ad system's type of campaign, for example search."),
    integer("group_id", "The ad system's identifier of the ad group."),
    string("group_name", "The ad system's name of the ad group."),
    CURRENT_BANNER_ID,
    OLD_BANNER_IDS,
    string("banner_name", "The ad system's name of the ad."),
    KEYWORD_ID,
    KEYWORD,
    integer("auditory_id", "The ad system's identifier of the audience."),
    string("auditory_name", "The ad system's name of the audience."),
    string("placement_name", "Site or app where the ad was shown."),
    string("yandex_placement_type", "What sort of place showed the ad, in Yandex terms."),
    string("position_type", "Which block of the page held the ad."),
    string("device_type", "Which sort of device the ad system saw."),
    integer("yandex_region_id", "Yandex's identifier of the place that the click came from."),
    string("yandex_region_name", "Yandex's name of the place that the click came from."),
    string("yandex_region_type", "Yandex's sort of place, for example city or country."),
)

# Only these; the API can neither sort nor filter by the release of the operating system.
EQUIPMENT = (
    string("visitor_browser_name", "Browser that the visitor used."),
    string("visitor_browser_version", "Release of that browser."),
    string("visitor_os_name", "Operating system that the visitor used."),
    string("visitor_screen", "Width and height of the visitor's screen in pixels."),
    string("visitor_language", "Language that the visitor's device was set to."),
)


class VisitorSessions(ReportStream):
    """Every visit to a site: who came, from where, what was seen and which contacts followed."""

    name = "visitor_sessions"
    method = "get.visitor_sessions_report"
    primary_keys = ("id",)
    replication_key = "date_time"
    sorts_by = ("visitor_id",)
    selected_by_default = True
    field_aliases: ClassVar[dict[str, str]] = {
        "hist": "hits",
        "camapign_id": "campaign_id",
        "banner_id": "current_banner_id",
    }

    maybe_datetimes = frozenset({"hit_time"})

    schema = th.PropertiesList(
        integer(
            "id",
            "Identifier of the visit; contacts point to it as visitor_session_id.",
            key=True,
        ),
        date_time("date_time", "Moment at which the visit began, in UTC.", key=True),
        integer("duration", "How many seconds the visit lasted; it grows while the visit goes on."),
        UPLOADED_ID,
        string("exit_page", "Address of the page where the visit ended."),
        integer("hits_count", "How many pages were seen during the visit."),
        HITS,
        CONTACTS_OF_THE_VISIT,
        *VISITOR,
        *EQUIPMENT,
        string("visitor_os_version", "Release of that operating system."),
        string("visitor_provider", "Internet provider of the visitor."),
        string("visitor_ip_address", "Network address of the visitor; this is personal data."),
        CUSTOM_PROPERTIES,
        *SITE,
        *CAMPAIGN,
        ENGINE,
        INTEGRATED_CAMPAIGN_DATA,
        SEGMENTS,
        *ARRIVAL,
        *NEW_CLASSIFICATION,
        *CLICK_IDS,
        string("cm_id", "Google's ValueTrack parameters, as the landing page's address held them."),
        *CLIENT_IDS,
        *UTM_TAGS,
        *OPENSTAT_TAGS,
    ).to_dict()
