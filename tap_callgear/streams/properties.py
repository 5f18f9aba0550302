"""The properties that several reports share, and the few kinds of property there are.

A report declares its schema by putting these groups into a reading order of its own and
adding what only it has. A group is spread (`*UTM_TAGS`), a single property is named (`TAGS`).
"""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

# --- The kinds of property -------------------------------------------------------------------


def text(name: str, description: str, *, key: bool = False) -> th.Property[str]:
    """Declare a text; a key is always there, anything else may be null."""
    return th.Property(name, th.StringType, required=key, description=description)


def choice(name: str, description: str, *values: str, key: bool = False) -> th.Property[str]:
    """Declare a text whose documented values are named but not enforced: the API may add more."""
    return text(name, documented(description, *values), key=key)


def integer(name: str, description: str, *, key: bool = False) -> th.Property[int]:
    """Declare an identifier, a count or a number of seconds."""
    return th.Property(name, th.IntegerType, required=key, description=description)


def number(name: str, description: str) -> th.Property[float]:
    """Declare a number that may have decimals, such as money."""
    return th.Property(name, th.NumberType, description=description)


def flag(name: str, description: str) -> th.Property[bool]:
    """Declare a yes or no."""
    return th.Property(name, th.BooleanType, description=description)


def moment(name: str, description: str, *, key: bool = False) -> th.Property[str]:
    """Declare a point in time."""
    return th.Property(name, th.DateTimeType, required=key, description=description)


def texts(name: str, description: str) -> th.Property[list[str]]:
    """Declare a list of texts."""
    return th.Property(name, th.ArrayType(th.StringType), description=description)


def structure(name: str, description: str, *properties: th.Property[Any]) -> th.Property[Any]:
    """Declare one nested object with these properties."""
    return th.Property(name, nested(*properties), description=description)


def structures(name: str, description: str, *properties: th.Property[Any]) -> th.Property[list[Any]]:
    """Declare a list of nested objects with these properties."""
    return th.Property(name, th.ArrayType(nested(*properties)), description=description)


def nested(*properties: th.Property[Any]) -> th.ObjectType:
    """Return the type of a nested object, which promises no undeclared properties."""
    return th.ObjectType(*properties, additional_properties=None)


def documented(description: str, *values: str) -> str:
    """Add the values that the documentation knows to a description."""
    return f"{description} Documented values: {', '.join(values)}."


def names_of(*properties: th.Property[Any]) -> frozenset[str]:
    """Return the names of properties, to say something about a whole group."""
    return frozenset(declared.name for declared in properties)


# --- The contact -----------------------------------------------------------------------------

COMMUNICATION_TYPES = ("chat", "call", "goal", "offline_message")

CONTACT = (
    integer(
        "communication_number",
        "Place of the contact in the sequence of all contacts of this person.",
    ),
    text(
        "communication_page_url",
        "Address of the page that the visitor was on, or had seen last, when the contact began.",
    ),
)

SALE = (
    moment("sale_date", "When a sale was booked on this contact, in UTC; may come later."),
    number("sale_cost", "Amount of the sale; may come later than the contact."),
)

ATTRIBUTES = texts(
    "attributes",
    documented(
        "Marks that grade the contact, for example as the person's first or as a lost one.",
        "first",
        "through",
        "primary",
        "secondary",
        "lost",
        "target",
        "off-target",
        "quality",
        "rest",
    ),
)

TAGS = structures(
    "tags",
    "Labels that rules or staff attached to the contact; they may change long after it.",
    integer("tag_id", "Identifier of the tag, the same wherever the tag is used."),
    text("tag_name", "Name of the tag as it reads in the account."),
    choice(
        "tag_type",
        "Whether a rule of the account or a person attached the tag.",
        "auto",
        "manual",
    ),
    moment("tag_change_time", "Moment at which the tag was attached, in UTC."),
    integer("tag_user_id", "Identifier of the account login that attached the tag."),
    text("tag_user_login", "Account login that attached the tag."),
    integer("tag_employee_id", "Identifier of the staff member who attached the tag."),
    text("tag_employee_full_name", "First and last name of the staff member behind the tag."),
)

# --- The visitor -----------------------------------------------------------------------------

VISITOR = (
    integer("visitor_id", "Identifier of the visitor's browser; one person may use several."),
    integer("person_id", "Identifier of the human behind one or several visitor identifiers."),
    choice(
        "visitor_type",
        "Whether the visitor was new to the site; it is documented in several spellings.",
        "new",
        "returning",
        "unknown",
        "New",
        "Returned",
        "Not filled in",
        "Empty",
    ),
    text("visitor_country", "Country that the visitor was in."),
    text("visitor_region", "State, province or emirate that the visitor was in."),
    text("visitor_city", "Town that the visitor was in."),
    choice(
        "visitor_device",
        "Kind of device that the visitor used.",
        "desktop",
        "mobile",
        "tablet",
        "other",
    ),
)

VISITOR_SESSION_ID = integer(
    "visitor_session_id",
    "Visit that led to the contact: the id of a record in visitor_sessions.",
)

VISIT_HISTORY = (
    integer("visits_count", "How many visits the visitor has made to the site."),
    integer(
        "visitor_first_campaign_id",
        "Identifier of the campaign that brought the visitor for the first time.",
    ),
    text(
        "visitor_first_campaign_name",
        "Name of the campaign that brought the visitor for the first time.",
    ),
    flag(
        "visit_other_campaign",
        "Whether other campaigns have brought the same person to the site as well.",
    ),
)

CUSTOM_PROPERTIES = structures(
    "visitor_custom_properties",
    "What the site's own scripts or the account's staff noted down about the visitor.",
    text("property_name", "Which fact about the visitor this is."),
    text("property_value", "What was noted down for it."),
)

SEGMENTS = structures(
    "segments",
    "Audience groups of the account whose conditions are met.",
    integer("segment_id", "Identifier of the audience group."),
    text("segment_name", "Name of the audience group as it reads in the account."),
)

CLIENT_IDS = (
    text("ua_client_id", "Client identifier from the Google Analytics (Universal) cookie."),
    text("ym_client_id", "Client identifier from the Yandex Metrica cookie."),
)

# --- Where the visit came from ---------------------------------------------------------------

SITE = (
    integer("site_id", "Identifier of the tracked website."),
    text("site_domain_name", "Domain of the tracked website, such as shop.example.com."),
)

CAMPAIGN = (
    integer(
        "campaign_id",
        "Identifier of the ad campaign that the visit is credited to; -1 stands for none.",
    ),
    text("campaign_name", "Name of the ad campaign that the visit is credited to."),
)

ARRIVAL = (
    choice(
        "channel",
        "Kind of traffic by the older of CallGear's two classifications.",
        "display",
        "paid",
        "affiliate",
        "messenger",
        "social",
        "email",
        "organic",
        "internal",
        "recommendation",
        "cashed",
        "referral",
        "direct",
    ),
    text("search_engine", "Search engine that the visitor came from, if any."),
    text("search_query", "What the visitor had searched for, where the engine reveals it."),
    text("referrer_domain", "Domain of the page that linked to the site."),
    text("referrer", "Whole address of the page that linked to the site."),
    text("entrance_page", "Address of the page where the visit began."),
)

NEW_CLASSIFICATION = (
    integer("source_id", "Traffic source by the newer classification, as an identifier."),
    text("source_name", "Traffic source by the newer classification, as a readable name."),
    text("source_new", "Group that the newer classification sorts the traffic source into."),
    text("channel_new", "Kind of traffic by the newer classification, as a readable name."),
    text("channel_code", "Kind of traffic by the newer classification, as a short code."),
)

# --- Marks in the landing page's address -----------------------------------------------------

CLICK_IDS = (
    text("gclid", "Mark that Google Ads gave the click."),
    text("yclid", "Mark that Yandex Direct gave the click."),
    text("ymclid", "Mark that Yandex Market gave the click."),
    text("ef_id", "Mark that the AdLense ad manager gave the click."),
)

UTM_TAGS = (
    text("utm_source", "Value of utm_source: the site or service that sent the visitor."),
    text("utm_medium", "Value of utm_medium: the form of marketing, such as cpc or email."),
    text("utm_term", "Value of utm_term: usually the keyword that was paid for."),
    text("utm_content", "Value of utm_content: usually which of several ads was clicked."),
    text("utm_campaign", "Value of utm_campaign: what the advertiser calls the campaign."),
)

EXTENDED_UTM_TAGS = tuple(
    text(f"eq_{tag}", f"CallGear's extended form of the {tag} tag.")
    for tag in (
        "utm_source",
        "utm_medium",
        "utm_term",
        "utm_content",
        "utm_campaign",
        "utm_referrer",
        "utm_expid",
    )
)

OPENSTAT_TAGS = (
    text("openstat_ad", "Openstat tag: which ad was clicked."),
    text("openstat_campaign", "Openstat tag: which campaign the ad belongs to."),
    text("openstat_service", "Openstat tag: which ad service showed the ad."),
    text("openstat_source", "Openstat tag: which site, section or slot showed the ad."),
)
