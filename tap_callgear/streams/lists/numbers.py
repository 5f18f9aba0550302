"""How the account is reached: numbers, lines, what calls meet on them, chat channels, and who is kept out."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.list import ListStream
from tap_callgear.streams.lists.shared import (
    CHILD_CUSTOMER_ID,
    LINE,
    LISTED_CAMPAIGN,
    SITE_BLOCK,
    VIRTUAL_PBX,
)
from tap_callgear.streams.shared import CHAT_CHANNEL_TYPES, EMPLOYEE, EMPLOYEE_GROUP, SITE
from tap_callgear.streams.telephony import SCENARIO, SCENARIO_STEP
from tap_callgear.streams.types import boolean, date_time, enum, integer, number, objects, string, strings


class VirtualNumbers(ListStream):
    """The numbers that the account has rented, and what they are used for."""

    name = "virtual_numbers"
    method = "get.virtual_numbers"
    primary_keys = ("id",)
    sorts_by = ("category",)
    requires = "the right to read numbers (number_management)"
    schema = th.PropertiesList(
        integer("id", "Identifier of the number.", key=True),
        CHILD_CUSTOMER_ID,
        string("virtual_phone_number", "The number; reports name it by this name too."),
        string("redirection_phone_number", "Number that its calls are passed on to."),
        date_time("activation_date", "When the number was switched on, in UTC."),
        enum(
            "status",
            "Whether the number is in use, and if not, why.",
            "active",
            "waiting",
            "cleaning",
            "prereserved",
            "reserved",
            "manual_lock",
            "limit_lock",
        ),
        enum("category", "Price class of the number.", "usual", "bronze", "silver", "gold", "platinum"),
        enum("type", "What the number serves for.", "va", "call_tracking", "dynamic_call_tracking"),
        string("comment", "Free text about the number."),
        string("name", "Name of the number."),
        objects(
            "campaigns",
            "Campaigns that show the number.",
            *LISTED_CAMPAIGN,
            *SITE,
            objects(
                "site_blocks",
                "Number blocks that show it.",
                *SITE_BLOCK,
                boolean("is_tracking", "Whether the block tracks calls; no page says more of it."),
            ),
        ),
        objects(
            "scenarios",
            "Scenarios that its calls follow.",
            *SCENARIO,
            integer("call_processing_rule_id", "Identifier of the rule that leads to the scenario."),
            boolean("is_active", "Whether that rule is in force."),
        ),
    ).to_dict()


class SipLines(ListStream):
    """The internet telephony lines of staff. The line's password is neither asked for nor ever read."""

    name = "sip_lines"
    method = "get.sip_lines"
    primary_keys = ("id",)
    sorts_by = ("billing_state",)
    requires = VIRTUAL_PBX
    schema = th.PropertiesList(
        integer("id", "Identifier of the line.", key=True),
        string("phone_number", "Number of the line."),
        enum("type", "Whether it only takes calls or makes them too.", "in", "in_out"),
        *LINE,
        enum("billing_state", "Whether it is paid for.", "active", "manual_lock", "limit_lock"),
        string("physical_state", "Whether a telephone is signed in on it, in Russian words."),
        string("virtual_phone_number", "Number that its outgoing calls show."),
        enum("status", "Whether the employee uses it.", "active", "inactive"),
        *EMPLOYEE,
        objects(
            "ip_addresses",
            "Telephones that are signed in on the line.",
            date_time("date_time", "When it signed in, in UTC."),
            string("ip", "Network address that it signed in from."),
        ),
        string("virtual_phone_usage_rule", "By which rule the number of outgoing calls is chosen."),
    ).to_dict()


class Scenarios(ListStream):
    """What calls meet: menus, greetings, queues, and where they are used."""

    name = "scenarios"
    method = "get.scenarios"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = VIRTUAL_PBX
    schema = th.PropertiesList(
        integer("id", "Identifier of the scenario.", key=True),
        string("name", "Name of the scenario."),
        strings("virtual_phone_numbers", "Numbers whose calls follow it."),
        objects("sites", "Websites whose calls follow it where no other is chosen.", *SITE),
        objects("campaigns", "Campaigns whose numbers follow it.", *SITE, *LISTED_CAMPAIGN),
        objects(
            "operations",
            "Steps of the scenario.",
            *SCENARIO_STEP,
        ),
    ).to_dict()


class MediaFiles(ListStream):
    """The sound files that scenarios play."""

    name = "media_files"
    method = "get.media_files"
    primary_keys = ("id",)
    seeks_by_key = True
    schema = th.PropertiesList(
        integer("id", "Identifier of the file.", key=True),
        string("name", "Name of the file."),
        number("duration", "Length of the sound in seconds."),
        string("play_link", "Address where the sound can be heard."),
        boolean("normalization", "Whether the loudness was evened out."),
        integer("size", "Size of the file in bytes."),
        enum("type", "Whether it is built in or was uploaded.", "system", "user"),
    ).to_dict()


class BlacklistPhoneNumbers(ListStream):
    """The numbers whose calls are turned away."""

    name = "blacklist_phone_numbers"
    method = "get.blacklist_phone_numbers"
    primary_keys = ("id",)
    seeks_by_key = True
    requires = "the right to read blocked numbers (calls_blocking)"
    schema = th.PropertiesList(
        integer("id", "Identifier of the entry.", key=True),
        string("phone_number", "Number that is turned away; this is personal data."),
        string("add_user_name", "Who added it."),
        string("add_comment", "Why it was added."),
        date_time("add_date_time", "When it was added, in UTC."),
    ).to_dict()


class ChatChannels(ListStream):
    """The messengers and other ways by which chats come in."""

    name = "chat_channels"
    method = "get.chat_channels"
    primary_keys = ("id",)
    sorts_by = ("name",)
    takes_user_id = False
    schema = th.PropertiesList(
        integer("id", "Identifier of the channel.", key=True),
        string("name", "Name of the channel."),
        enum(
            "type",
            "Which messenger or service it is.",
            *CHAT_CHANNEL_TYPES,
        ),
        enum(
            "status",
            "Whether it works, and if not, why.",
            "active",
            "deleted",
            "error",
            "idle",
            "inactive",
            "init",
        ),
        *EMPLOYEE_GROUP,
        *EMPLOYEE,
        string("channel_external_id", "What the messenger knows it by: a number, a bot or a group."),
    ).to_dict()
