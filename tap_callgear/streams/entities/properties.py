"""The property groups that several dimensions share, and the products that several of them need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.streams.kinds import choice, documented, integer, moment, structure, structures, text, texts
from tap_callgear.streams.properties import SOURCE_ID, SOURCE_NAME

if TYPE_CHECKING:
    from singer_sdk import typing as th

SITE_PRODUCTS = "Call tracking, online chat (consultant), lead forms or site phone"
CONFIGURATION = "Data API for configuration"
VIRTUAL_PBX = "Virtual PBX (va)"
SALES_FUNNEL = "Sales funnel (sales_funnel)"

# --- People ----------------------------------------------------------------------------------

PERSON_NAME = (
    text("first_name", "Given name."),
    text("last_name", "Family name."),
    text("patronymic", "Middle name or patronymic."),
    text("full_name", "The names put together."),
)

PERSON_ADDRESSES = (
    texts("phone_numbers", "Telephone numbers of the person."),
    texts("emails", "Mail addresses of the person."),
)

LINE = (
    integer("channels_count", "How many calls it takes at once."),
    integer("dial_time", "How many seconds it rings."),
)

CALL_DIRECTIONS = tuple(
    texts(
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
    text("site_block_name", "Name of the number block."),
)

LISTED_CAMPAIGN = (
    integer("campaign_id", "Identifier of the campaign: the id in campaigns."),
    text("campaign_name", "Name of the campaign."),
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
    return structure(
        name,
        description,
        structures(
            "group_conditions",
            "Groups of rules.",
            structures(
                "conditions",
                "Rules of the group.",
                choice("type", "Whether a match counts for or against.", "include", "exclude"),
                text(parameter, "Which mark of the visit the rule looks at."),
                text("value", "What the mark is compared with."),
                choice("operator", "How it is compared: equal, contains, or as a regular expression.", "=", "sub", "~"),
            ),
        ),
    )


# --- Traffic sources -----------------------------------------------------------------------------

TRAFFIC_FILTER = text("filter", "Which traffic the rule picks, as JSON text; null picks by other means.")
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
        text("name", "Name of the rule."),
        text("description", "Free text about the rule."),
        SOURCE_ID,
        SOURCE_NAME,
        TRAFFIC_FILTER,
        PRIORITY,
        choice("state", state, *states) if states else text("state", state),
        moment("creation_date", "When the rule was made, in UTC."),
    )


SOURCE_STATE = choice("state", "Whether it is in use.", "active", "off", "removed")
SOURCE_CHANNEL = (
    integer("channel_id", "Identifier of the channel: the id in source_channels."),
    text("channel_name", "Name of the channel; reports call it channel_new."),
    text("channel_mnemonic", "Short code of the channel; reports call it channel_code."),
)

# --- Own fields of forms, deals and leads ---------------------------------------------------------

USER_FIELD = (
    text("ext_id", "Identifier of the field in the system that it comes from.", key=True),
    text("name", "Label of the field."),
    text("data_type", "What sort of value the field takes."),
)

COMPONENT = "Which integration it was loaded by."
