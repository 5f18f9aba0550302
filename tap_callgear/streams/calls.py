"""The stream of calls."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.shared import (
    ATTRIBUTION,
    COMMUNICATION_ID,
    COMMUNICATION_TYPE,
    EMPLOYEE,
    LANDING_MARKS,
    NEW_CLASSIFICATION,
    TAG_ALIASES,
    UPLOADED_ID,
)
from tap_callgear.streams.telephony import (
    CALL_ORIGINS,
    DIRECTION,
    FINISH_REASONS,
    OUTCOME,
    OUTSIDE_PARTY,
    RECORDINGS,
    SCENARIO,
    SCENARIO_STEP,
    START_TIME,
    VIRTUAL_NUMBER,
)
from tap_callgear.streams.types import boolean, date_time, enum, integer, objects, string, strings

PLACE = (
    integer("cpn_region_id", "Identifier of the region that the outside party's number belongs to."),
    string("cpn_region_name", "Region that the outside party's number belongs to."),
    string("cpn_country_id", "Identifier of the country that the outside party's number belongs to."),
    string("cpn_country_name", "Country that the outside party's number belongs to."),
)

DURATIONS = (
    integer("wait_duration", "Seconds until the first talk with an employee."),
    integer("total_wait_duration", "Seconds on the line without talking to an employee."),
    integer("lost_call_processing_duration", "Seconds from a lost call to the first successful call back."),
    integer("talk_duration", "Seconds from the beginning of the first talk to the work after the call."),
    integer("clean_talk_duration", "Seconds of talk alone."),
    integer("hold_duration", "Seconds on hold."),
    integer("total_duration", "Seconds from beginning to end."),
    integer("postprocess_duration", "Seconds of work after the call."),
)

PARTICIPANTS = objects(
    "employees",
    "The employees who took part.",
    *EMPLOYEE,
    boolean("is_answered", "Whether the employee picked up."),
    boolean("is_talked", "Whether the employee talked."),
)

EMPLOYEES = (
    PARTICIPANTS,
    integer("first_answered_employee_id", "Identifier of the employee who picked up first."),
    string("first_answered_employee_full_name", "First and last name of the employee who picked up first."),
    integer("last_answered_employee_id", "Identifier of the employee who picked up last."),
    string("last_answered_employee_full_name", "First and last name of the employee who picked up last."),
    integer("last_answered_employee_rating", "Mark that the caller gave that employee after the call."),
    integer("first_talked_employee_id", "Identifier of the employee who talked first."),
    string("first_talked_employee_full_name", "First and last name of the employee who talked first."),
    integer("last_talked_employee_id", "Identifier of the employee who talked last."),
    string("last_talked_employee_full_name", "First and last name of the employee who talked last."),
    string("operator_phone_number", "Number of the employee who picked up; this may be personal data."),
)


class Calls(ReportStream):
    """Every call, with its outcome, its recordings and the visit that led to it."""

    name = "calls"
    method = "get.calls_report"
    primary_keys = ("id",)
    replication_key = "start_time"
    sorts_by = ("start_time", "visitor_id")
    field_aliases: ClassVar[dict[str, str]] = TAG_ALIASES

    # A call that is under way comes at once, and whole with the next lookback; else the bookmark might pass it by.
    params: ClassVar[dict[str, object]] = {"include_ongoing_calls": True}

    schema = th.PropertiesList(
        integer("id", "Identifier of the call; its legs and charges point to it as call_session_id.", key=True),
        START_TIME,
        date_time("finish_time", "Moment at which the call ended, in UTC; empty while it is under way."),
        enum(
            "finish_reason",
            "Why the call ended, in one of several spellings.",
            *FINISH_REASONS,
            "numb_not_exists",
            "numb_is_inactive",
            "sitephone_is_not_configured",
            "numa_in_black_list",
            "no_active_scenario",
            "simple_forwarding_is_not_configured",
            "site_not_exists",
            "call_generator_is_not_configured",
            "add_cdr_timeout",
            "success_finish",
            "api_permission_denied",
            "api_ip_now_allowed",
            "employee_not_exists",
            "not_enough_money",
            "platform_not_found",
            "incorrect_config",
            "communication_unavailable",
            "no_operator_confirmation",
            "disconnect_before_call_processing",
            "no_success_subscriber_call",
            "no_success_operator_call",
            "net_lock",
            "processing_method_not_found",
            "employee_without_phones",
            "group_without_phones",
            "no_operator_cdr_found",
            "numa_in_spam_list",
            "numa_dnd_interval",
            "too_many_identical_incoming_calls",
            "employees_not_exists",
            "no_success_caller_call",
        ),
        DIRECTION,
        enum(
            "source",
            "What made the call.",
            *CALL_ORIGINS,
            "callapi_management_call",
            "amocrm",
            "bitrix",
            "auto_back_call_by_lost_call",
            "sip_trunk",
            "facebook_ads",
            "auto_back_call_by_offline_message",
            "private_number",
            "auto_out_calls",
            "ivr_informer",
            "upload_calls",
            "progressive_call",
            "simple_dt",
            "preserved_calls",
            "amocrm_extended_integration",
            "zoho",
            "mytarget_ads",
            "pipedrive",
            "hubspot",
            "smartis",
            "partner_integration",
            "vk_ads",
            "omni_widget",
        ),
        *OUTCOME,
        COMMUNICATION_ID,
        enum("communication_type", COMMUNICATION_TYPE, "call"),
        *DURATIONS,
        *RECORDINGS,
        string("full_record_file_link", "Link to the recording of the whole call."),
        strings("voice_mail_records", "Keys of the voice mails."),
        VIRTUAL_NUMBER,
        *OUTSIDE_PARTY,
        *PLACE,
        *EMPLOYEES,
        *SCENARIO,
        objects(
            "scenario_operations",
            "The steps of the scenario that the call went through.",
            *SCENARIO_STEP,
        ),
        string("auto_call_campaign_name", "Name of the outbound dialling campaign."),
        integer("call_api_request_id", "Identifier of the Call API's request that started the call."),
        string("call_api_external_id", "Identifier that whoever used the Call API gave the call."),
        string("properties", "What the visitor wrote in the call-back form."),
        UPLOADED_ID,
        *ATTRIBUTION,
        *NEW_CLASSIFICATION,
        *LANDING_MARKS,
    ).to_dict()
