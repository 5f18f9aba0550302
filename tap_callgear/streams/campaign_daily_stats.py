"""The stream of what ads cost and brought a day."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.daily import DailyReportStream
from tap_callgear.streams.lists.shared import SITE_PRODUCTS
from tap_callgear.streams.lists.sites import Sites
from tap_callgear.streams.shared import (
    ATTRIBUTES,
    CAMPAIGN_ID,
    CAMPAIGN_NAME,
    CONTACT_REFERENCE,
    CURRENT_BANNER_ID,
    DATE,
    ENGINE,
    KEYWORD,
    KEYWORD_ID,
    NO_ID,
    NO_TEXT,
    OLD_BANNER_IDS,
    SITE_DOMAIN_NAME,
    SITE_ID,
    SOURCE_ID,
    SOURCE_NAME,
    TAG_ALIASES,
    TAGS,
)
from tap_callgear.streams.types import as_key, integer, integers, number, objects, string


class CampaignDailyStats(DailyReportStream):
    """Each day of each ad: what it cost, how often it was shown, and the contacts it brought."""

    name = "campaign_daily_stats"
    method = "get.campaign_daily_stat"
    # The API gives no identifier; a row is known by everything that the figures are counted by.
    primary_keys = (
        "date",
        "site_id",
        "campaign_id",
        "engine",
        "campaign_ext_id",
        "banner_group_id",
        "current_banner_id",
        "keyword_id",
        "source_id",
    )
    sorts_by = tuple(key for key in primary_keys if key not in {"site_id", "engine"})
    nullable_keys = frozenset(primary_keys) - {"date", "site_id"}
    is_dated = True
    requires = f"{SITE_PRODUCTS}, and the rights to see sites and campaigns (site_selected, ac)"
    longest_window = timedelta(days=90)
    parent = Sites
    parent_param = "site_id"
    field_aliases: ClassVar[dict[str, str]] = {
        **TAG_ALIASES,
        "campain_id": "campaign_id",
        "banner_id": "current_banner_id",
        "banner_name": "current_banner_name",
    }

    schema = th.PropertiesList(
        DATE,
        as_key(SITE_ID),
        as_key(CAMPAIGN_ID, NO_ID),
        as_key(ENGINE, NO_TEXT),
        as_key(string("campaign_ext_id", "The ad system's own identifier of the campaign."), NO_TEXT),
        as_key(string("banner_group_id", "The ad system's identifier of the ad group."), NO_TEXT),
        as_key(CURRENT_BANNER_ID, NO_TEXT),
        as_key(KEYWORD_ID, NO_TEXT),
        as_key(SOURCE_ID, NO_ID),
        SITE_DOMAIN_NAME,
        CAMPAIGN_NAME,
        string("campaign_ext_name", "The ad system's own name of the campaign."),
        string("banner_group_name", "The ad system's name of the ad group."),
        string("current_banner_name", "The ad system's name of the ad."),
        OLD_BANNER_IDS,
        KEYWORD,
        SOURCE_NAME,
        number("cost_sum", "What the ad system charged that day, in the currency beside it."),
        string("currency", "Code of the currency that the amounts are in."),
        number("daily_budget", "What may be spent a day."),
        number("weekly_budget", "What may be spent a week."),
        integer("shows_count", "How often the ad was shown that day."),
        integer("clicks_count", "How often the ad was clicked that day."),
        integer("visits_count", "How many visits came of it that day."),
        integer("communications_count", "How many contacts came of it that day."),
        integer("calls_count", "How many of the contacts were calls."),
        integer("chats_count", "How many of the contacts were chats."),
        integer("goals_count", "How many of the contacts were goals reached."),
        integer("offline_messages_count", "How many of the contacts were offline forms."),
        integer("favorites_count", "How many of the contacts somebody marked as favourites."),
        integers("session_ids", "Identifiers of these visits: the id in visitor_sessions."),
        objects(
            "communications",
            "These contacts; together, type and identifier lead to communications.",
            *CONTACT_REFERENCE,
            ATTRIBUTES,
            TAGS,
        ),
    ).to_dict()
