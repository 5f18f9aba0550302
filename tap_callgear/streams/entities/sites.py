"""The websites of the account and the blocks of numbers on them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.entities.properties import (
    CHILD_CUSTOMER_ID,
    LISTED_CAMPAIGN,
    SITE_BLOCK,
    SITE_PRODUCTS,
)
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.kinds import (
    choice,
    documented,
    flag,
    integer,
    moment,
    structure,
    structures,
    text,
    texts,
)
from tap_callgear.streams.properties import SITE
from tap_callgear.streams.telephony import SCENARIO


class Sites(EntityStream):
    """The websites whose visits and calls are tracked."""

    name = "sites"
    method = "get.sites"
    primary_keys = ("id",)
    sorts_by = ("child_customer_id",)
    product = SITE_PRODUCTS
    selected_by_default = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the website; everything else calls it site_id.", key=True),
        text("domain_name", "Domain of the website."),
        text("name", "Name of the website."),
        text("default_phone_number", "Number that visitors see where no other is chosen."),
        structure("default_scenario", "Scenario that calls follow where no other is chosen.", *SCENARIO),
        text("app_key", "Account key that the script on the website carries; it gives no access to the API."),
        text("site_key", "Website key that the script on the website carries; it gives no access to the API."),
        flag("is_editable", "Whether the website can be changed through the API."),
        moment("creation_date", "When the website was added, in UTC."),
        integer("target_call_min_duration", "Seconds from which a call counts as a target call."),
        flag("track_subdomains", "Whether subdomains are tracked too."),
        integer("cookie_lifetime", "How many days the visitor's cookie lasts."),
        integer("campaign_lifetime", "How many days a campaign is remembered for a visitor."),
        flag("sales_enabled", "Whether sales are counted."),
        integer("second_communication_period", "Days within which another contact counts as a repeated one."),
        flag("services_enabled", "Whether the services run on the website."),
        flag("replacement_dynamical_block_enabled", "Whether numbers are also chosen in blocks that load late."),
        flag("is_support_web_directory", "Whether folders of the website are tracked apart."),
        structure(
            "widget_link",
            "Link that widgets show.",
            flag("enabled", "Whether it is shown."),
            text("text", "Words of the link."),
            text("url", "Where the link leads."),
        ),
        choice("state", "Whether the website is being tracked.", "new", "disable", "error", "work"),
        integer("industry_id", "Identifier of the trade that the website belongs to."),
        text("industry_name", "Name of that trade."),
        CHILD_CUSTOMER_ID,
        structure(
            "show_visitor_id",
            "Whether and how visitors see their own number, to tell it on the phone.",
            flag("enabled", "Whether it is shown."),
            text("element_id_value", "Identifier of the page element that holds it."),
            text("message", "Words before the number."),
            integer("length_visitor_id", "How many digits are shown."),
        ),
        structures("site_blocks", "Number blocks of the website.", *SITE_BLOCK),
        texts(
            "connected_integrations",
            documented(
                "Ad and analytics systems that are connected.",
                "yandex.direct",
                "google.adwords",
                "yandex.metrika",
                "google.analytics",
                "vk.ads",
                "mytarget.ads",
            ),
        ),
        integer("parent_id", "Website that this one is a part of."),
    ).to_dict()


class SiteBlocks(EntityStream):
    """The places on a website where numbers are put in, and the numbers of each campaign there."""

    name = "site_blocks"
    method = "get.site_blocks"
    primary_keys = ("id",)
    sorts_by = ("site_id",)
    product = SITE_PRODUCTS
    schema = th.PropertiesList(
        integer("id", "Identifier of the number block.", key=True),
        text("name", "Name of the number block."),
        *SITE,
        structures(
            "templates",
            "How numbers are written on the page.",
            integer("template_id", "Identifier of the way of writing."),
            choice("template_type", "Whether the number is a picture or text.", "image", "text"),
            choice(
                "element_attribute",
                "What the element on the page is found by.",
                "id",
                "class",
                "name",
                "selector",
                "phone_number",
            ),
            text("element_attribute_value", "Value that the element is found by."),
            text("phone_number_template", "Text that the number stands in."),
            text("phone_number_mask", "How the digits are grouped."),
        ),
        structures(
            "phone_numbers",
            "Numbers of the block.",
            text("phone_number", "Number that visitors see."),
            integer("phone_number_id", "Identifier of the number: the id in virtual_numbers."),
            *LISTED_CAMPAIGN,
            text("image_url", "Address of the number's picture, where it is shown as one."),
        ),
    ).to_dict()
