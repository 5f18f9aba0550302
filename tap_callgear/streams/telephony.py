"""The properties that the reports of calls share."""

from __future__ import annotations

from tap_callgear.streams.types import boolean, date_time, enum, integer, string, strings

START_TIME = date_time("start_time", "Moment at which it began, in UTC.", key=True)

DIRECTION = enum("direction", "Whether the call came in or went out.", "in", "out")

VIRTUAL_NUMBER = string("virtual_phone_number", "Number of the account that was called or shown, as digits.")

PHONE_NUMBERS = (
    string("calling_phone_number", "Number that called, as digits; this may be personal data."),
    string("called_phone_number", "Number that was called, as digits; this may be personal data."),
)

RECORDINGS = (
    strings("call_records", "Keys of the recordings, which their links are made with."),
    strings("wav_call_records", "Keys of the recordings in WAV form."),
)

SCENARIO = (
    integer("scenario_id", "Identifier of the call scenario: the id in scenarios."),
    string("scenario_name", "Name of the call scenario."),
)

OUTSIDE_PARTY = (
    integer("contact_id", "Identifier of the outside party in the address book: the id in contacts."),
    string("contact_full_name", "Name of the outside party in the address book; this is personal data."),
    string("contact_phone_number", "Number of the outside party, as digits; this is personal data."),
)

OUTCOME = (
    boolean("is_lost", "Whether nobody took the call."),
    boolean("is_transfer", "Whether the call was passed on."),
)

SCENARIO_STEP = (
    integer("id", "Identifier of the step."),
    string("name", "Name of the step."),
)

CALL_SESSION_ID = integer("call_session_id", "Identifier of the call: the id in calls.")

CALL_ORIGINS = (
    "callapi",
    "callapi_informer_call",
    "callapi_scenario_call",
    "call_tracking",
    "dynamic_call_tracking",
    "va",
    "sip",
    "lead",
    "sitephone",
    "faxout",
    "retailcrm",
)
"""What makes a call, as far as several reports know it."""

FINISH_REASONS = (
    "incorrect_input",
    "app_is_inactive",
    "component_is_inactive",
    "internal_error",
    "subscriber_disconnects",
    "no_operation",
    "scenario_not_found",
    "transfer_disconnects",
    "scenario_disconnects",
    "fax_session_done",
    "no_resources",
    "another_operator_answer",
    "subscriber_busy",
    "subscriber_not_responsible",
    "subscriber_number_problems",
    "operator_answer",
    "locked_numb",
    "call_not_allowed_on_tp",
    "account_not_found",
    "contract_not_found",
    "operator_busy",
    "operator_not_responsible",
    "operator_disconnects",
    "operator_number_problems",
    "timeout",
    "operator_channels_busy",
    "locked_phone",
    "max_in_call_reached",
    "max_out_call_reached",
    "employee_busy",
    "employee_busy_after_call",
    "phone_group_inactive_by_schedule",
    "sip_offline",
    "employee_inactive",
    "employee_inactive_by_schedule",
    "employee_phone_inactive",
    "employee_phone_inactive_by_schedule",
    "action_interval_exceeded",
    "group_phone_inactive",
    "max_transition_count_exceeded",
    "group_inactive_by_schedule",
    "fmc_is_disabled",
    "fmc_is_locked",
    "in_call_not_allowed",
    "phone_protocol_not_allowed_by_status",
    "employee_status_break",
    "employee_status_do_not_disturb",
    "employee_status_not_at_workplace",
    "employee_status_not_at_work",
    "sip_trunk_is_locked",
    "limit_exceeded",
    "no_money",
    "out_call_not_allowed",
    "out_call_not_allowed_by_status",
    "external_call_not_allowed",
    "external_call_not_allowed_by_status",
    "internal_call_not_allowed",
    "internal_call_not_allowed_by_status",
    "call_enqueued",
    "employee_status_auto_out_call",
    "employee_status_available",
    "employee_auto_status_do_not_disturb",
    "auto_out_calls_not_allowed_by_status",
    "caller_disconnects",
    "caller_busy",
    "caller_not_responsive",
    "caller_number_problems",
    "operator_not_responsive",
)
"""Why a call or a leg of it ended, in the spellings of all brands."""
