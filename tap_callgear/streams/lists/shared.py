"""The property groups that several lists share, and the products that several of them need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.streams.shared import SOURCE_ID, SOURCE_NAME
from tap_callgear.streams.types import date_time, documented, enum, integer, object_, objects, string, strings

if TYPE_CHECKING:
    from singer_sdk import typing as th

SITE_PRODUCTS = "Call tracking, online chat (consultant), lead forms or site phone"
CONFIGURATION = "Data API for configuration"
VIRTUAL_PBX = "Virtual PBX (va)"
SALES_FUNNEL = "Sales funnel (sales_funnel)"

# --- People ----------------------------------------------------------------------------------

PERSON_NAME = (
    string("first_name", "Given name."),
    string("last_name", "Family name."),
    string("patronymic", "Middle name or patronymic."),
    string("full_name", "The names put together."),
)

PERSON_ADDRESSES = (
    strings("phone_numbers", "Telephone numbers of the person."),
    strings("emails", "Mail addresses of the person."),
)

LINE = (
    integer("channels_count", "How many calls it takes at once."),
    integer("dial_time", "How many seconds it rings."),
)

CALL_DIRECTIONS = tuple(
    strings(
        f"{way}_{whose}_allowed_call_directions",
        documented(f"Which directions are allowed for {what}.", "in", "out"),
    )
    for way, whose, what in (
        ("in", "external", "incoming calls from outside"),
        ("in", "internal", "incoming calls from colleagues"),
        ("out", "external", "outgoing calls to the outside"),
        ("out", "internal", "outgoing calls to colleagues"),
    )
)

# --- What numbers and campaigns are set to ------------------------------------------------------

SITE_BLOCK = (
    integer("site_block_id", "Identifier of the number block: the id in site_blocks."),
    string("site_block_name", "Name of the number block."),
)

LISTED_CAMPAIGN = (
    integer("campaign_id", "Identifier of the campaign: the id in campaigns."),
    string("campaign_name", "Name of the campaign."),
)

CHILD_CUSTOMER_ID = integer("child_customer_id", "The agent's customer that owns the site.")


def conditions(name: str, description: str, parameter: str) -> th.Property[Any]:
    """Declare the rules, in groups, that decide what a visit is counted to.

    Args:
        name: Name of the property.
        description: What the rules decide.
        parameter: Name of the property that holds what a rule looks at.

    Returns:
        The property.
    """
    return object_(
        name,
        description,
        objects(
            "group_conditions",
            "Groups of rules.",
            objects(
                "conditions",
                "Rules of the group.",
                enum("type", "Whether a match counts for or against.", "include", "exclude"),
                string(parameter, "Which mark of the visit the rule looks at."),
                string("value", "What the mark is compared with."),
                enum("operator", "How it is compared: equal, contains, or as a regular expression.", "=", "sub", "~"),
            ),
        ),
    )


# --- Traffic sources -----------------------------------------------------------------------------

TRAFFIC_FILTER = string("filter", "Which traffic the rule picks, as JSON text; null picks by other means.")
PRIORITY = integer("priority", "Place in the order in which rules are tried.")


def source_rule(*states: str) -> tuple[th.Property[Any], ...]:
    """Declare a rule that gives a traffic source to what came without a visit.

    Args:
        states: The documented states of such a rule, if they are documented.

    Returns:
        Its properties, up to the contact that it applies to.
    """
    state = "Whether the rule is in use."
    return (
        integer("id", "Identifier of the rule.", key=True),
        string("name", "Name of the rule."),
        string("description", "Free text about the rule."),
        SOURCE_ID,
        SOURCE_NAME,
        TRAFFIC_FILTER,
        PRIORITY,
        enum("state", state, *states) if states else string("state", state),
        date_time("creation_date", "When the rule was made, in UTC."),
    )


SOURCE_STATE = enum("state", "Whether it is in use.", "active", "off", "removed")
SOURCE_CHANNEL = (
    integer("channel_id", "Identifier of the channel: the id in source_channels."),
    string("channel_name", "Name of the channel; reports call it channel_new."),
    string("channel_mnemonic", "Short code of the channel; reports call it channel_code."),
)

# --- Own fields of forms, deals and leads ---------------------------------------------------------

USER_FIELD = (
    string("ext_id", "Identifier of the field in the system that it comes from.", key=True),
    string("name", "Label of the field."),
    string("data_type", "What sort of value the field takes."),
)

COMPONENT = "Which integration it was loaded by."
