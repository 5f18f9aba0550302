"""What the documentation of a method says beside what its stream declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from callgear_sandbox.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox.question import Shape


@dataclass(frozen=True)
class Particulars:
    """Where a method differs from others of its sort."""

    parameters: tuple[Parameter, ...] = ()
    audience: Literal["client", "agent", "both"] = "both"
    right: Literal["account", "report"] = "report"
    shape: Shape = "data"
    longest: float | None = None
    """The days that a window may have at most, where that is less than of other methods."""

    instead_of_dates: frozenset[str] = frozenset()
    """Parameters without which a window must be given, and with which it need not be."""

    secret: tuple[str, ...] = ()
    """Fields that no stream declares, and that are told to whoever does not say which fields to tell."""

    is_object: bool = False
    """Whether data is the only row, instead of an array of rows."""

    spelling: Mapping[str, str] = field(default_factory=dict)
    """Names of fields, and what the examples of the documentation call them."""


PARTICULARS: Final[Mapping[str, Particulars]] = {
    "calls": Particulars((Parameter("include_ongoing_calls", "boolean"),)),
    "chat_messages": Particulars(
        (Parameter("chat_id", "number"), Parameter("chat_ids", "array")),
        longest=30,
        instead_of_dates=frozenset({"chat_id", "chat_ids"}),
    ),
    "offline_messages": Particulars((Parameter("include_tech_offline_messages", "boolean"),)),
    "campaign_daily_stats": Particulars(
        shape="bare",
        longest=90,
        spelling={
            "campaign_id": "campain_id",
            "current_banner_id": "banner_id",
            "current_banner_name": "banner_name",
        },
    ),
    "employee_stats": Particulars((Parameter("only_default_statuses_in_stats", "boolean"),)),
    "accounts": Particulars(audience="client", right="account", shape="meta_data"),
    "account_details": Particulars(right="account", is_object=True),
    "customers": Particulars(audience="agent", right="account"),
    "customer_users": Particulars(audience="agent", right="account"),
    "crm_accounts": Particulars(audience="client", shape="meta_data"),
    "tags": Particulars((Parameter("is_include_rating", "boolean"),)),
    "employee_statuses": Particulars((Parameter("is_deleted", "boolean"),)),
    "employee_groups": Particulars(spelling={"phone_numbers": "phone_number"}),
    "geolocations": Particulars((Parameter("ids", "array"),)),
    "lead_funnel_stages": Particulars(spelling={"order": "sort"}),
    "segments": Particulars(spelling={"segments_conditions": "segment_conditions"}),
    "sip_lines": Particulars(secret=("password",)),
}
"""By the name of the stream."""
