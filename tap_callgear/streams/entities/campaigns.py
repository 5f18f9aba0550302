"""The campaigns that visits are credited to, and what is near them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.entities.properties import SITE_BLOCK, SITE_PRODUCTS, conditions
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.kinds import choice, flag, integer, moment, number, structure, structures, text
from tap_callgear.streams.properties import ENGINE, SITE

STATIC_UTM_TAGS = tuple(
    text(f"static_{tag}", f"Value of {tag} that the campaign's visits have, whatever their address says.")
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


class Campaigns(EntityStream):
    """The ad campaigns, with the rules that tell which visits are theirs and the numbers they show."""

    name = "campaigns"
    method = "get.campaigns"
    primary_keys = ("id",)
    sorts_by = ("costs",)
    product = SITE_PRODUCTS
    selected_by_default = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the campaign; -1 stands for visits without one.", key=True),
        text("name", "Name of the campaign."),
        text("description", "Free text about the campaign."),
        choice("status", "Whether the campaign runs.", "active", "inactive"),
        moment("creation_time", "When the campaign was made, in UTC."),
        conditions(
            "campaign_conditions",
            "Which visits belong to the campaign; connected and built-in campaigns have no such rules.",
            "campaign_parameter",
        ),
        ENGINE,
        choice(
            "type",
            "Whether it was made by hand, is built in or comes from a platform.",
            "basic",
            "system",
            "integrated",
        ),
        number("costs", "What the campaign has cost."),
        number("cost_ratio", "Factor that the cost is changed by."),
        choice("cost_ratio_operator", "How the factor changes the cost.", "wo_changes", "multiply", "divide"),
        *SITE,
        structures(
            "site_blocks",
            "Number blocks of the website, with the number that the campaign shows there.",
            *SITE_BLOCK,
            choice("phone_number_type", "Sort of number that is shown.", "user", "va", "call_tracking"),
            integer("phone_number_id", "Identifier of the number: the id in virtual_numbers."),
            text("phone_number", "Number that is shown."),
            integer("redirection_phone_number_id", "Identifier of the number that calls are passed on to."),
            text("redirection_phone_number", "Number that calls are passed on to."),
            flag("dynamic_call_tracking_enabled", "Whether every visitor sees a number of his own."),
        ),
        *STATIC_UTM_TAGS,
        structure(
            "dynamic_call_tracking",
            "How numbers are handed out where every visitor sees one of his own.",
            choice(
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


class AdEngines(EntityStream):
    """The ad systems that the API has codes for."""

    name = "ad_engines"
    method = "get.ad_engines"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        text("id", "Code of the ad system, as the property engine of campaigns has it.", key=True),
        text("name", "Name of the ad system."),
    ).to_dict()


class AutoCallCampaigns(EntityStream):
    """The rounds of automatic outgoing calls, with the numbers to dial; these are personal data."""

    name = "auto_call_campaigns"
    method = "get.auto_call_campaigns"
    primary_keys = ("id",)
    sorts_by = ("name",)
    schema = th.PropertiesList(
        integer("id", "Identifier of the round.", key=True),
        text("name", "Name of the round."),
        moment("add_time", "When the round was added, in UTC."),
        moment("begin_date", "When dialling began, in UTC."),
        moment("end_date", "When dialling ended, in UTC."),
        choice(
            "status",
            "How far the round is.",
            "draft",
            "planned",
            "in_process",
            "paused",
            "completed",
            "cancelled",
        ),
        structures(
            "phone_numbers",
            "Numbers to dial; this is personal data.",
            text("phone_number", "Number to dial."),
            choice(
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
