"""The properties that several reports share.

A report declares its schema by putting these groups into a reading order of its own and
adding what only it has. A group is spread (`*UTM_TAGS`), a single property is named (`TAGS`).
"""

from __future__ import annotations

from tap_callgear.streams.types import (
    boolean,
    date,
    date_time,
    documented,
    enum,
    integer,
    number,
    objects,
    string,
    strings,
)

# --- The contact -----------------------------------------------------------------------------

COMMUNICATION_TYPES = ("chat", "call", "goal", "offline_message")
COMMUNICATION_TYPE = "What sort of contact it is."

COMMUNICATION_ID = integer(
    "communication_id",
    "Identifier of the contact: the id in communications.",
)

CONTACT_REFERENCE = (
    enum("communication_type", COMMUNICATION_TYPE, *COMMUNICATION_TYPES),
    COMMUNICATION_ID,
)

CONTACT = (
    integer(
        "communication_number",
        "Place of the contact in the sequence of all contacts of this person.",
    ),
    string(
        "communication_page_url",
        "Address of the page that the visitor was on, or had seen last, when the contact began.",
    ),
)

SALE = (
    date_time("sale_date", "When a sale was booked on this contact, in UTC; may come later."),
    number("sale_cost", "Amount of the sale; may come later than the contact."),
)

ATTRIBUTES = strings(
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

TAG = (
    integer("tag_id", "Identifier of the tag, the same wherever the tag is used."),
    string("tag_name", "Name of the tag as it reads in the account."),
)

TAGS = objects(
    "tags",
    "Labels that rules or staff attached to the contact; they may change long after it.",
    *TAG,
    enum(
        "tag_type",
        "Whether a rule of the account or a person attached the tag.",
        "auto",
        "manual",
    ),
    date_time("tag_change_time", "Moment at which the tag was attached, in UTC."),
    integer("tag_user_id", "Identifier of the account login that attached the tag."),
    string("tag_user_login", "Account login that attached the tag."),
    integer("tag_employee_id", "Identifier of the staff member who attached the tag."),
    string("tag_employee_full_name", "First and last name of the staff member behind the tag."),
)

TAG_ALIASES = {"tag_employee_full": "tag_employee_full_name"}
"""What the API's examples call properties of a tag."""

EMPLOYEE = (
    integer("employee_id", "Identifier of the employee: the id in employees."),
    string("employee_full_name", "First and last name of the employee."),
)

EMPLOYEE_GROUP = (
    integer("group_id", "Identifier of the group of employees: the id in employee_groups."),
    string("group_name", "Name of the group of employees."),
)

UPLOADED_ID = string("ext_id", "Identifier from an outside system, as uploads have it.")

CHAT_CHANNEL_TYPES = (
    "comagic",
    "yandex.dialogs",
    "dataapi",
    "whatsapp",
    "telegram",
    "vkontakte_groups",
    "viber",
    "telegram_private",
    "realty_yandex",
    "avito",
    "auto_ru",
    "facebook",
    "offline_message",
    "instagram",
    "waba",
)
"""What carries a chat, as far as several reports know it."""

# --- The visitor -----------------------------------------------------------------------------

VISITOR_ID = integer("visitor_id", "Identifier of the visitor's browser; one person may use several.")

VISITOR = (
    VISITOR_ID,
    integer("person_id", "Identifier of the human behind one or several visitor identifiers."),
    enum(
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
    string("visitor_country", "Country that the visitor was in."),
    string("visitor_region", "State, province or emirate that the visitor was in."),
    string("visitor_city", "Town that the visitor was in."),
    enum(
        "visitor_device",
        "Kind of device that the visitor used.",
        "desktop",
        "mobile",
        "tablet",
        "other",
    ),
)

VISITOR_PHONE_NUMBER = string(
    "visitor_phone_number",
    "Phone number that the visitor left, as digits; this is personal data.",
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
    string(
        "visitor_first_campaign_name",
        "Name of the campaign that brought the visitor for the first time.",
    ),
    boolean(
        "visit_other_campaign",
        "Whether other campaigns have brought the same person to the site as well.",
    ),
)

CUSTOM_PROPERTIES = objects(
    "visitor_custom_properties",
    "What the site's own scripts or the account's staff noted down about the visitor.",
    string("property_name", "Which fact about the visitor this is."),
    string("property_value", "What was noted down for it."),
)

SEGMENTS = objects(
    "segments",
    "Audience groups of the account whose conditions are met.",
    integer("segment_id", "Identifier of the audience group."),
    string("segment_name", "Name of the audience group as it reads in the account."),
)

CLIENT_IDS = (
    string("ua_client_id", "Client identifier from the Google Analytics (Universal) cookie."),
    string("ym_client_id", "Client identifier from the Yandex Metrica cookie."),
)

# --- Where the visit came from ---------------------------------------------------------------

SITE_ID = integer("site_id", "Identifier of the tracked website.")
SITE_DOMAIN_NAME = string("site_domain_name", "Domain of the tracked website, such as shop.example.com.")

SITE = (SITE_ID, SITE_DOMAIN_NAME)

CAMPAIGN_ID = integer(
    "campaign_id",
    "Identifier of the ad campaign that the visit is credited to; -1 stands for none.",
)
CAMPAIGN_NAME = string("campaign_name", "Name of the ad campaign that the visit is credited to.")

CAMPAIGN = (CAMPAIGN_ID, CAMPAIGN_NAME)

ARRIVAL = (
    enum(
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
    string("search_engine", "Search engine that the visitor came from, if any."),
    string("search_query", "What the visitor had searched for, where the engine reveals it."),
    string("referrer_domain", "Domain of the page that linked to the site."),
    string("referrer", "Whole address of the page that linked to the site."),
    string("entrance_page", "Address of the page where the visit began."),
)

SOURCE_ID = integer("source_id", "Traffic source by the newer classification, as an identifier.")
SOURCE_NAME = string("source_name", "Traffic source by the newer classification, as a readable name.")

NEW_CLASSIFICATION = (
    SOURCE_ID,
    SOURCE_NAME,
    string("source_new", "Group that the newer classification sorts the traffic source into."),
    string("channel_new", "Kind of traffic by the newer classification, as a readable name."),
    string("channel_code", "Kind of traffic by the newer classification, as a short code."),
)

# --- Marks in the landing page's address -----------------------------------------------------

CLICK_IDS = (
    string("gclid", "Mark that Google Ads gave the click."),
    string("yclid", "Mark that Yandex Direct gave the click."),
    string("ymclid", "Mark that Yandex Market gave the click."),
    string("ef_id", "Mark that the AdLense ad manager gave the click."),
)

UTM_TAGS = (
    string("utm_source", "Value of utm_source: the site or service that sent the visitor."),
    string("utm_medium", "Value of utm_medium: the form of marketing, such as cpc or email."),
    string("utm_term", "Value of utm_term: usually the keyword that was paid for."),
    string("utm_content", "Value of utm_content: usually which of several ads was clicked."),
    string("utm_campaign", "Value of utm_campaign: what the advertiser calls the campaign."),
)

EXTENDED_UTM_TAGS = tuple(
    string(f"eq_{tag}", f"CallGear's extended form of the {tag} tag.")
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
    string("openstat_ad", "Openstat tag: which ad was clicked."),
    string("openstat_campaign", "Openstat tag: which campaign the ad belongs to."),
    string("openstat_service", "Openstat tag: which ad service showed the ad."),
    string("openstat_source", "Openstat tag: which site, section or slot showed the ad."),
)

LANDING_MARKS = (*CLICK_IDS, *CLIENT_IDS, *UTM_TAGS, *EXTENDED_UTM_TAGS, *OPENSTAT_TAGS)

# --- All of it -------------------------------------------------------------------------------

ATTRIBUTION = (
    *CONTACT,
    *SALE,
    ATTRIBUTES,
    TAGS,
    VISITOR_SESSION_ID,
    *VISITOR,
    *VISIT_HISTORY,
    CUSTOM_PROPERTIES,
    *SITE,
    *CAMPAIGN,
    SEGMENTS,
    *ARRIVAL,
)
"""What every report of contacts says of a contact, the visitor and the visit that led to it."""

# --- Days and ad systems ------------------------------------------------------------------------------

DATE = date("date", "Day that the record is about, by the account's calendar.", key=True)

NO_ID = "0 stands for a missing one."
NO_TEXT = "A dash stands for a missing one."

ENGINE = enum(
    "engine",
    "Where the campaign is booked, by the code of the ad platform.",
    "yandex.direct",
    "google.adwords",
    "vk.ads",
    "mytarget.ads",
    "yandex.metrika",
    "google.analytics",
)

CURRENT_BANNER_ID = string("current_banner_id", "The ad system's present identifier of the ad.")
OLD_BANNER_IDS = strings("old_banner_ids", "Identifiers that the ad system gave the ad before.")
KEYWORD_ID = string("keyword_id", "The ad system's identifier of the keyword.")
KEYWORD = string("keyword", "Keyword that the ad was shown for.")

# --- Call tracking ---------------------------------------------------------------------------

COVERAGE = (
    integer("active_numbers_count", "How many virtual numbers were in use."),
    number("dt_ratio", "Share of the visits that were shown a number of their own, as the API counts it."),
    integer("non_session_calls_count", "Calls to tracked numbers that no visit was found for."),
    integer("calls_count", "Calls that came in on tracked numbers."),
)
