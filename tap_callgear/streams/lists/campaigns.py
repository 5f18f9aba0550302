"""The campaigns that visits are credited to, and what is near them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import SITE_BLOCK, SITE_PRODUCTS, conditions
from tap_callgear.streams.shared import ENGINE, SITE
from tap_callgear.streams.types import boolean, date_time, enum, integer, number, object_, objects, string

STATIC_UTM_TAGS = tuple(
    string(f"static_{tag}", f"Value of {tag} that the campaign's visits have, whatever their address says.")
    for tag in (
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "utm_referrer",
        "utm_expid",
    )
)


class Campaigns(ListStream):
    """The ad campaigns, with the rules that tell which visits are theirs and the numbers they show."""

    name = "campaigns"
    method = "get.campaigns"
    primary_keys = ("id",)
    sorts_by = ("costs",)
    requires = SITE_PRODUCTS
    selected_by_default = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the campaign; -1 stands for visits without one.", key=True),
        string("name", "Name of the campaign."),
        string("description", "Free text about the campaign."),
        enum("status", "Whether the campaign runs.", "active", "inactive"),
        date_time("creation_time", "When the campaign was made, in UTC."),
        conditions(
            "campaign_conditions",
            "Which visits belong to the campaign; connected and built-in campaigns have no such rules.",
            "campaign_parameter",
        ),
        ENGINE,
        enum(
            "type",
            "Whether it was made by hand, is built in or comes from a platform.",
            "basic",
            "system",
            "integrated",
        ),
        number("costs", "What the campaign has cost."),
        number("cost_ratio", "Factor that the cost is changed by."),
        enum("cost_ratio_operator", "How the factor changes the cost.", "wo_changes", "multiply", "divide"),
        *SITE,
        objects(
            "site_blocks",
            "Number blocks of the website, with the number that the campaign shows there.",
            *SITE_BLOCK,
            enum("phone_number_type", "Sort of number that is shown.", "user", "va", "call_tracking"),
            integer("phone_number_id", "Identifier of the number: the id in virtual_numbers."),
            string("phone_number", "Number that is shown."),
            integer("redirection_phone_number_id", "Identifier of the number that calls are passed on to."),
            string("redirection_phone_number", "Number that calls are passed on to."),
            boolean("dynamic_call_tracking_enabled", "Whether every visitor sees a number of his own."),
        ),
        *STATIC_UTM_TAGS,
        object_(
            "dynamic_call_tracking",
            "How numbers are handed out where every visitor sees one of his own.",
            enum(
                "reservation_time",
                "How long a visitor keeps the number.",
                "5m",
                "10m",
                "15m",
                "20m",
                "30m",
                "1h",
                "2h",
                "4h",
                "8h",
                "1d",
                "1w",
            ),
            integer("count_virtual_numbers", "How many numbers that takes."),
            integer("count_visits", "How many visits a day are expected."),
            number("coverage_visitors", "Share of the visitors who see such a number, in percent."),
        ),
    ).to_dict()


class AdEngines(ListStream):
    """The ad systems that the API has codes for."""

    name = "ad_engines"
    method = "get.ad_engines"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        string("id", "Code of the ad system, as the property engine of campaigns has it.", key=True),
        string("name", "Name of the ad system."),
    ).to_dict()


class AutoCallCampaigns(ListStream):
    """The rounds of automatic outgoing calls, with the numbers to dial; these are personal data."""

    name = "auto_call_campaigns"
    method = "get.auto_call_campaigns"
    primary_keys = ("id",)
    sorts_by = ("name",)
    schema = th.PropertiesList(
        integer("id", "Identifier of the round.", key=True),
        string("name", "Name of the round."),
        date_time("add_time", "When the round was added, in UTC."),
        date_time("begin_date", "When dialling began, in UTC."),
        date_time("end_date", "When dialling ended, in UTC."),
        enum(
            "status",
            "How far the round is.",
            "draft",
            "planned",
            "in_process",
            "paused",
            "completed",
            "cancelled",
        ),
        objects(
            "phone_numbers",
            "Numbers to dial; this is personal data.",
            string("phone_number", "Number to dial."),
            enum(
                "status",
                "What came of it.",
                "successfully_processed",
                "unsuccessfully_processed",
                "not_processed",
                "processed_outside_campaign",
                "deleted",
            ),
        ),
    ).to_dict()
