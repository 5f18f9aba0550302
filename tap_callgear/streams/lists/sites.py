"""The websites of the account and the blocks of numbers on them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import (
    CHILD_CUSTOMER_ID,
    LISTED_CAMPAIGN,
    SITE_BLOCK,
    SITE_PRODUCTS,
)
from tap_callgear.streams.shared import SITE
from tap_callgear.streams.telephony import SCENARIO
from tap_callgear.streams.types import (
    boolean,
    date_time,
    documented,
    enum,
    integer,
    object_,
    objects,
    string,
    strings,
)


class Sites(ListStream):
    """The websites whose visits and calls are tracked."""

    name = "sites"
    method = "get.sites"
    primary_keys = ("id",)
    sorts_by = ("child_customer_id",)
    requires = SITE_PRODUCTS
    selected_by_default = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the website; everything else calls it site_id.", key=True),
        string("domain_name", "Domain of the website."),
        string("name", "Name of the website."),
        string("default_phone_number", "Number that visitors see where no other is chosen."),
        object_("default_scenario", "Scenario that calls follow where no other is chosen.", *SCENARIO),
        string("app_key", "Account key that the script on the website carries; it gives no access to the API."),
        string("site_key", "Website key that the script on the website carries; it gives no access to the API."),
        boolean("is_editable", "Whether the website can be changed through the API."),
        date_time("creation_date", "When the website was added, in UTC."),
        integer("target_call_min_duration", "Seconds from which a call counts as a target call."),
        boolean("track_subdomains", "Whether subdomains are tracked too."),
        integer("cookie_lifetime", "How many days the visitor's cookie lasts."),
        integer("campaign_lifetime", "How many days a campaign is remembered for a visitor."),
        boolean("sales_enabled", "Whether sales are counted."),
        integer("second_communication_period", "Days within which another contact counts as a repeated one."),
        boolean("services_enabled", "Whether the services run on the website."),
        boolean("replacement_dynamical_block_enabled", "Whether numbers are also chosen in blocks that load late."),
        boolean("is_support_web_directory", "Whether folders of the website are tracked apart."),
        object_(
            "widget_link",
            "Link that widgets show.",
            boolean("enabled", "Whether it is shown."),
            string("text", "Words of the link."),
            string("url", "Where the link leads."),
        ),
        enum("state", "Whether the website is being tracked.", "new", "disable", "error", "work"),
        integer("industry_id", "Identifier of the trade that the website belongs to."),
        string("industry_name", "Name of that trade."),
        CHILD_CUSTOMER_ID,
        object_(
            "show_visitor_id",
            "Whether and how visitors see their own number, to tell it on the phone.",
            boolean("enabled", "Whether it is shown."),
            string("element_id_value", "Identifier of the page element that holds it."),
            string("message", "Words before the number."),
            integer("length_visitor_id", "How many digits are shown."),
        ),
        objects("site_blocks", "Number blocks of the website.", *SITE_BLOCK),
        strings(
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


class SiteBlocks(ListStream):
    """The places on a website where numbers are put in, and the numbers of each campaign there."""

    name = "site_blocks"
    method = "get.site_blocks"
    primary_keys = ("id",)
    sorts_by = ("site_id",)
    requires = SITE_PRODUCTS
    schema = th.PropertiesList(
        integer("id", "Identifier of the number block.", key=True),
        string("name", "Name of the number block."),
        *SITE,
        objects(
            "templates",
            "How numbers are written on the page.",
            integer("template_id", "Identifier of the way of writing."),
            enum("template_type", "Whether the number is a picture or text.", "image", "text"),
            enum(
                "element_attribute",
                "What the element on the page is found by.",
                "id",
                "class",
                "name",
                "selector",
                "phone_number",
            ),
            string("element_attribute_value", "Value that the element is found by."),
            string("phone_number_template", "Text that the number stands in."),
            string("phone_number_mask", "How the digits are grouped."),
        ),
        objects(
            "phone_numbers",
            "Numbers of the block.",
            string("phone_number", "Number that visitors see."),
            integer("phone_number_id", "Identifier of the number: the id in virtual_numbers."),
            *LISTED_CAMPAIGN,
            string("image_url", "Address of the number's picture, where it is shown as one."),
        ),
    ).to_dict()
