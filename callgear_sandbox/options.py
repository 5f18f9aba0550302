"""What can be set about a sandbox, for the command line and for tests alike."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the command line reads the annotations
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the command line reads the annotations
from typing import Annotated, Literal

FaultKind = Literal[
    "500",
    "502",
    "503",
    "429",
    "429-retry-after",
    "reset",
    "cut",
    "html",
    "empty",
    "internal_error",
    "null_result",
    "other_id",
    "slow",
]

Order = Literal["documented", "random", "sorted", "descending", "stable", "text", "page"]
NamedIn = Literal["value", "list", "message", "nowhere"]


@dataclass(frozen=True)
class Options:
    """Everything about a sandbox that is not chance."""

    port: Annotated[int, "Port to listen on; 0 takes a free one."] = 0
    host: Annotated[str, "Address to listen on."] = "127.0.0.1"

    rows: Annotated[int, "Rows of the core reports: sessions, and communications."] = 10_000
    days: Annotated[float, "Length of the history in days."] = 90
    until: Annotated[datetime | None, "Instant of the last row; without it, the start of the sandbox."] = None
    seed: Annotated[int, "Seed of the made-up data."] = 1
    zone: Annotated[str, "IANA time zone of the account."] = "Asia/Dubai"
    rhythm: Annotated[Literal["even", "weekly"], "Rows spread evenly, or nights and weekends at a fifth."] = "even"
    burst: Annotated[float, "Share of all sessions that fall into one hour."] = 0.0
    same_second: Annotated[int, "Rows that share each second."] = 1
    bare_statistic: Annotated[
        bool, "Whether get.campaign_daily_stat answers with rows alone, as it is documented, or with data and metadata."
    ] = True
    quirks: Annotated[bool, "Oddities: numbers as text, empty dates, nulls for arrays, unknown values."] = False

    token: Annotated[str, "The access key that is accepted."] = "sandbox-key-1234567890"  # noqa: S105
    login: Annotated[str, "The login that is accepted."] = "manager@example.com"
    password: Annotated[str, "The password that is accepted."] = "sandbox-password-1234567890"  # noqa: S105
    session_seconds: Annotated[float, "Lifetime of a login session in seconds."] = 3600
    session_requests: Annotated[int, "Requests that a login session serves before it ends."] = 1_000_000
    key_state: Annotated[Literal["valid", "expired", "blocked"], "State of the access key."] = "valid"
    allowed_ip: Annotated[bool, "Whether callers' addresses are allowed."] = True
    rights: Annotated[
        Literal["all", "reports", "none"],
        "Rights of the key: everything, reports but no account, or nothing.",
    ] = "all"
    user_ids: Annotated[tuple[int, ...], "Customers of an agent: with them, customer methods require user_id."] = ()
    refused_fields: Annotated[
        tuple[str, ...],
        "Fields and parameters that are refused, everywhere or in one method, such as ext_id or get.calls/employees; "
        "fields with the prefix 'component:', for a product not bought.",
    ] = ()
    doubtful_parameters: Annotated[
        Literal["optional", "required", "refused"],
        "What becomes of report_type and is_realtime in flat reports, of which the documentation says two things.",
    ] = "optional"
    refused_methods: Annotated[
        Mapping[str, str],
        "Methods that are refused and why, such as get.contacts=forbidden or "
        "get.chats_report=method_component_disabled:consultant.",
    ] = field(default_factory=dict)
    refused_users: Annotated[
        Mapping[str, str],
        "Customers of an agent that are refused, in everything or in one method, and why, such as "
        "1002=account_inactive or 1003/get.tags=forbidden.",
    ] = field(default_factory=dict)

    points_per_minute: Annotated[int | None, "Points a minute; without it, unlimited."] = None
    points_per_day: Annotated[int | None, "Points a day; without it, unlimited."] = None
    minute_seconds: Annotated[float, "Length of a minute of the points budget in seconds."] = 60
    day_seconds: Annotated[float, "Length of a day of the points budget in seconds."] = 86_400
    limits: Annotated[
        Mapping[str, str],
        'What the budget is said to be instead, as JSON, such as minute_reset=1e400,minute_limit="many"; '
        "nothing for what is not said.",
    ] = field(default_factory=dict)

    order: Annotated[
        Order,
        "Sorted as asked and otherwise in no order; or, whatever is asked: at random, by time (sorted), latest first "
        "(descending), in one order that is not that of time (stable), sorted as text, or sorted within each page, "
        "which is cut before (page).",
    ] = "documented"
    limit_maximum: Annotated[int, "Greatest limit."] = 10_000
    offset_maximum: Annotated[int, "Greatest offset."] = 100_000
    bounds: Annotated[
        Literal["both", "from", "till", "none"], "Which bounds of a window the rows of a report may lie on."
    ] = "both"
    total_items: Annotated[
        str,
        "What replies count: right, absent, as text, so many more or fewer than there are (+5, -5), "
        "or any JSON instead of it (=-1).",
    ] = "right"
    doubled: Annotated[float, "Share of the rows that a join hands out twice, and counts twice."] = 0.0
    hidden: Annotated[float, "Share of the rows that are counted, but never handed out."] = 0.0
    short_pages: Annotated[float, "Share of the pages that end early although more rows follow."] = 0.0
    interval_days: Annotated[float, "Longest window of a report in days."] = 92
    history_days: Annotated[float | None, "Age of the oldest day that is still served."] = None
    recent_hours: Annotated[float, "Hours before now in which no window may begin."] = 0.0

    named_in: Annotated[
        NamedIn,
        "Where errors name what they refuse: in field and value; in field, with all of a list as value; "
        "in the message alone; or nowhere.",
    ] = "value"
    error_metadata: Annotated[bool, "Whether errors carry metadata."] = True

    latency: Annotated[float, "Seconds that every reply takes longer."] = 0.0
    faults: Annotated[
        Mapping[FaultKind, float],
        "Kinds of failure and their probability, such as 500=0.1,cut=0.05.",
    ] = field(default_factory=dict)
    slow_seconds: Annotated[float, "Seconds that a reply with the fault 'slow' takes longer."] = 5.0
    compress: Annotated[bool, "Whether replies are compressed for clients that accept it."] = False
