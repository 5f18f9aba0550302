"""The columns of each type of flat report: where they come from, and how they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from callgear_sandbox.flat import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox.flat.forms import Form


class Column(NamedTuple):
    """A field of a fixed report, and how it is drawn."""

    field: str
    form: Form = forms.plain


def _same(*names: str) -> dict[str, Column]:
    """Return columns that are what they are in the fixed report."""
    return {name: Column(name) for name in names}


_VISIT: Final = {
    **_same("visitor_id", "site_domain_name", "campaign_id", "campaign_name", "channel", "segments"),
    **_same(*(f"utm_{tag}" for tag in ("source", "medium", "campaign", "content", "term"))),
    "person_id": Column("person_id", forms.text),
    "visitor_type": Column("visitor_type", forms.pair),
    "visitor_device": Column("visitor_device", forms.pair),
    **_same("visitor_city", "visitor_region", "visitor_country", "search_query", "referrer", "entrance_page"),
}
_CONTACT: Final = {
    "communication_type": Column("communication_type", forms.pair),
    **_same("visitor_session_id", "visits_count", "communication_number", "communication_page_url"),
    **_same("sale_date", "sale_cost"),
    "tags": Column("tags", forms.tags),
    "communication_comment": Column("search_query", forms.comment),
    "is_communication_with_visit": Column("visit_other_campaign", forms.pair),
    **_VISIT,
}
_CUSTOM: Final = {"cc_14": Column("sale_cost"), "cf_14": Column("utm_campaign"), "cf_15": Column("attributes")}
"""Columns that somebody made for an account: `cc` are calculated, `cf` come out of another system."""

_CALL: Final = {
    "communication_id": Column("communication_id"),
    "call_start_date_time": Column("start_time"),
    "call_start_date": Column("start_time", forms.day),
    "call_start_time": Column("start_time", forms.hour),
    "call_finish_date_time": Column("finish_time"),
    "contact_phone_number": Column("contact_phone_number", forms.phone),
    "call_direction": Column("direction", forms.pair),
    "call_status": Column("is_lost", forms.status),
    "call_type": Column("source", forms.pair),
    "call_is_internal": Column("is_lost", forms.outside),
    "call_is_transfer": Column("is_transfer", forms.pair),
    "call_finish_reason": Column("finish_reason", forms.pair),
    "call_total_duration": Column("total_duration", forms.duration),
    "call_await_talk_duration": Column("wait_duration", forms.duration),
    "call_talk_duration": Column("talk_duration", forms.duration),
    "call_processed_mark_duration": Column("lost_call_processing_duration", forms.duration),
    "call_records": Column("call_records"),
    "call_scenario_actions": Column("scenario_operations"),
    "virtual_phone_number": Column("virtual_phone_number"),
    "employee_rating": Column("last_answered_employee_rating"),
    "received_call": Column("last_answered_employee_full_name"),
    "coaches": Column("id", forms.nothing),
    "is_coach_handled_call": Column("id", forms.no),
    "is_blacklisted_phone": Column("id", forms.no),
    **_CONTACT,
}

COLUMNS: Final[Mapping[str, Mapping[str, Column]]] = {
    "communications": {
        "communication_id": Column("id"),
        "communication_date_time": Column("date_time"),
        "communication_kinds": Column("attributes"),
        **_CONTACT,
        **_CUSTOM,
    },
    "calls": {**_CALL, "employees": Column("employees", forms.persons), **_CUSTOM},
    "mgf_calls": {**_CALL, "employees": Column("employees", forms.names)},
    "chats": {
        "communication_id": Column("communication_id"),
        "chat_start_date_time": Column("date_time"),
        "chat_status": Column("status", forms.pair),
        "chat_initiator": Column("initiator", forms.pair),
        "chat_messages_count": Column("messages_count"),
        "chat_duration": Column("duration", forms.duration),
        "employees": Column("employee_full_name", forms.one_person),
        **_CONTACT,
    },
    "visits": {
        "visitor_session_id": Column("id"),
        "visit_date_time": Column("date_time"),
        "visit_duration": Column("duration", forms.duration),
        "hits_count": Column("hits_count"),
        "communications": Column("communications"),
        **_VISIT,
    },
    "deals": {
        "deal_date_time": Column("date_time"),
        "deal_ext_id": Column("deal_ext_id"),
        "deal_revenue": Column("sale_cost"),
        "deal_close_date_time": Column("sale_date"),
        "communication_id": Column("id", forms.text),
        **_CONTACT,
    },
    "leads": {
        "lead_date_time": Column("date_time"),
        "lead_ext_id": Column("lead_ext_id"),
        "communication_id": Column("id", forms.text),
        **_CONTACT,
    },
    "tags_history": {
        "tagging_date_time": Column("tag_change_time"),
        "tag_id": Column("tag_id"),
        "tag_name": Column("tag_item"),
        "tag_type": Column("tag_type", forms.pair),
        "communication_type": Column("communication_type", forms.pair),
        "communication_id": Column("id"),
        "employee_full_name": Column("tag_employee_full_name"),
    },
}
"""By the type of the report."""
