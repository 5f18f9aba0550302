"""Every error that the protocol documents leads to the right kind of failure and to a remedy for people."""

from __future__ import annotations

from typing import Any

import pytest

from tap_callgear.api.errors import (
    AccessDenied,
    ApiError,
    CallGearError,
    ConfigurationError,
    ErrorReply,
    FieldRefused,
    FilterRefused,
    InternalError,
    IntervalTooLong,
    MethodRefused,
    PointsSpent,
    SessionEnded,
    SortRefused,
    Stopped,
    TransientError,
    error_from,
)
from tap_callgear.api.hosts import HOSTS

METHOD = "get.calls_report"
A_BUG = "please report it"


def failure(mnemonic: str, code: int = -32602, **parts: Any) -> CallGearError:  # noqa: ANN401
    """Return the exception that an error reply leads to."""
    return error_from(ErrorReply(code=code, message="Told so", mnemonic=mnemonic, **parts), METHOD)


@pytest.mark.parametrize(
    "mnemonic, code, kind, remedy",
    [
        ("parse_error", -32700, ApiError, A_BUG),
        ("invalid_request", -32600, ApiError, A_BUG),
        ("method_not_found", -32601, MethodRefused, "api_url"),
        ("batch_operations_not_supported", -32099, ApiError, A_BUG),
        ("batch_opreations_not_supported", -32099, ApiError, A_BUG),
        ("notifications_not_supported", -32099, ApiError, A_BUG),
        ("access_token_expired", -32001, SessionEnded, "access_token"),
        ("access_token_invalid", -32001, SessionEnded, "access_token"),
        ("access_token_blocked", -32001, AccessDenied, "unblock"),
        ("auth_error", -32001, AccessDenied, "settings login and password"),
        ("ip_not_whitelisted", -32003, AccessDenied, "IP address"),
        ("forbidden", -32003, MethodRefused, "right"),
        ("forbidden", -32602, MethodRefused, "right"),
        ("method_component_disabled", -32008, MethodRefused, "deselect the stream"),
        ("method_component_disabled", -32602, MethodRefused, "deselect the stream"),
        ("parameter_component_disabled", -32008, FieldRefused, "product"),
        ("account_inactive", -32009, AccessDenied, "inactive"),
        ("limit_exceeded", -32029, PointsSpent, "limit_exceeded"),
        ("internal_error", -32603, InternalError, "internal_error"),
        ("unexpected_parameters", -32602, FieldRefused, A_BUG),
        ("sort_prohibited", -32602, SortRefused, A_BUG),
        ("filter_prohibited", -32602, FilterRefused, A_BUG),
        ("date_interval_limit_reached", -32602, IntervalTooLong, "start_date"),
        ("required_parameter_missed", -32602, AccessDenied, "user_ids"),
        ("invalid_parameter_value", -32602, ApiError, "start_date"),
        ("data_type_error", -32602, ApiError, "start_date"),
        ("invalid_parameters_combination", -32602, ApiError, A_BUG),
        ("error", -32602, ApiError, "Told so"),
        ("entity_not_found", -32602, ApiError, "Told so"),
    ],
)
def test_every_documented_error_has_its_kind_and_its_remedy(
    mnemonic: str, code: int, kind: type[CallGearError], remedy: str
) -> None:
    error = failure(mnemonic, code)
    assert type(error) is kind
    assert str(error).startswith(f"{METHOD}: Told so ({mnemonic})")
    assert remedy in str(error)


@pytest.mark.parametrize(
    "code, kind",
    [
        (-32001, SessionEnded),
        (-32003, MethodRefused),
        (-32008, MethodRefused),
        (-32009, AccessDenied),
        (-32029, PointsSpent),
        (-32601, MethodRefused),
        (-32603, InternalError),
        (-32004, ApiError),
        (0, ApiError),
    ],
)
@pytest.mark.parametrize("mnemonic", ["", "never_heard_of"])
def test_an_unknown_mnemonic_falls_back_on_the_group_of_its_code(
    mnemonic: str, code: int, kind: type[CallGearError]
) -> None:
    error = failure(mnemonic, code)
    assert type(error) is kind
    assert (mnemonic or str(code)) in str(error)


def test_what_only_the_user_can_mend_is_a_matter_of_configuration() -> None:
    assert isinstance(failure("ip_not_whitelisted"), ConfigurationError)
    assert isinstance(failure("access_token_expired"), ConfigurationError)
    assert not isinstance(failure("unexpected_parameters"), ConfigurationError)


def test_the_address_to_allow_and_the_field_are_shown_but_never_the_value() -> None:
    text = str(failure("ip_not_whitelisted", field="access_token", value="a-secret", params={"ip": "192.0.2.7"}))
    assert "192.0.2.7" in text
    assert "[access_token]" in text
    assert "a-secret" not in text


@pytest.mark.parametrize(
    "mnemonic, field, remedy",
    [
        ("required_parameter_missed", "params.user_id", "user_ids"),
        ("required_parameter_missed", "site_id", A_BUG),
        ("unexpected_parameters", "user_id", "leave out the setting user_ids"),
        ("unexpected_parameters", "fields.x", A_BUG),
        ("invalid_parameter_value", "user_id", "its own customers"),
        ("invalid_parameter_value", "date_from", "settings start_date and end_date"),
        ("invalid_parameter_value", "limit", "setting page_size"),
        ("invalid_parameter_value", "x", "page_size and user_ids"),
    ],
)
def test_the_remedy_is_for_the_parameter_that_the_api_names(mnemonic: str, field: str, remedy: str) -> None:
    assert remedy in str(failure(mnemonic, field=field))


@pytest.mark.parametrize("mnemonic", ["access_token_invalid", "auth_error"])
def test_a_key_or_login_that_is_unknown_may_belong_to_another_host(mnemonic: str) -> None:
    text = str(failure(mnemonic, -32001))
    assert "check api_url first" in text or "and api_url" in text
    assert [host for host in HOSTS if host not in text] == []


def test_the_product_that_is_missing_is_named() -> None:
    assert "(product: call_center)" in str(failure("method_component_disabled", params={"components": "call_center"}))


@pytest.mark.parametrize("part", ["message", "mnemonic", "field", "params"])
def test_the_api_s_words_forge_no_line_of_the_log_and_have_an_end(part: str) -> None:
    words = "ip\nERROR forged\r\x1b[2J\u202e" * 500
    told: dict[str, Any] = {"message": "No.", part: {"ip": words, "components": words} if part == "params" else words}
    text = str(error_from(ErrorReply(code=-32003, **told), METHOD))
    assert "\\nERROR forged\\r\\x1b[2J\\u202e" in text
    assert text.isprintable()
    assert len(text) < 1500


def test_an_error_without_a_word_still_reads_as_a_sentence() -> None:
    text = str(error_from(ErrorReply(), METHOD))
    assert text == f"{METHOD}: no message (0): the API refused the request; ask CallGear why, with this line."


def test_a_heavy_request_may_be_replaced_by_a_smaller_one_after_an_internal_error() -> None:
    error = failure("internal_error")
    assert isinstance(error, TransientError)
    assert error.is_heavy


@pytest.mark.parametrize(
    "field, value, params, culprits",
    [
        ("tags", None, {}, {"tags"}),
        ("tags.tag_name", None, {}, {"tags"}),
        ("fields.tags", None, {}, {"tags"}),
        ("fields", "tags", {}, {"tags"}),
        ("fields", ["tags", "id", "elsewhere"], {}, {"tags", "id"}),
        ("", ["tags"], {}, {"tags"}),
        ("params.fields", "tags, segments", {}, {"tags", "segments"}),
        ("", None, {"parameters": "tags"}, {"tags"}),
        ("", None, {"parameters": ["tags"]}, {"tags"}),
        ("fields.1", None, {}, {"tags"}),
        ("fields[2]", None, {}, {"segments"}),
        ("fields.9", None, {}, set()),
        ("tags_x", "xtags", {}, set()),
        ("", None, {}, set()),
    ],
)
def test_the_refused_fields_are_found_wherever_the_api_names_them(
    field: str, value: object, params: dict[str, Any], culprits: set[str]
) -> None:
    refusal = failure("unexpected_parameters", field=field, value=value, params=params)
    assert isinstance(refusal, FieldRefused)
    assert set(refusal.culprits(["id", "tags", "segments"])) == culprits


@pytest.mark.parametrize(
    "params, limits, period",
    [
        ({"limit_type": "day"}, {}, "day"),
        ({"limit_type": "daily"}, {}, "day"),
        ({"limit_type": "Day_Limit"}, {"minute_remaining": 0.0}, "day"),
        ({"limit_type": "hour"}, {}, "hour"),
        ({"limit_type": "hourly"}, {}, "hour"),
        ({"limit_type": "minute_limit"}, {"day_remaining": 0.0}, "minute"),
        ({}, {"day_remaining": 0.0, "minute_remaining": 0.0}, "day"),
        ({}, {"hour_remaining": 0.0, "minute_remaining": 3.0}, "hour"),
        ({}, {"minute_remaining": 3.0}, "minute"),
        ({"limit_type": None}, {}, "minute"),
    ],
)
def test_the_spent_limit_is_told_from_what_the_reply_says_and_is_the_minute_otherwise(
    params: dict[str, Any], limits: dict[str, float], period: str
) -> None:
    refusal = failure("limit_exceeded", -32029, params=params, limits=limits)
    assert isinstance(refusal, PointsSpent)
    assert (refusal.period, refusal.limits) == (period, limits)


def test_a_stopped_run_tells_its_signal() -> None:
    assert Stopped(15).signal_number == 15
    assert "SIGTERM" in str(Stopped(15))


@pytest.mark.parametrize(
    "code, mnemonic",
    [
        (-32001, "access_token_invalid"),
        (-32003, "forbidden"),
        (-32008, "method_component_disabled"),
        (-32009, "account_inactive"),
        (-32601, "method_not_found"),
    ],
)
@pytest.mark.parametrize("said", ["", "a_word_of_tomorrow"])
def test_an_error_that_only_its_code_tells_is_decided_on_as_one_with_its_name(
    code: int, mnemonic: str, said: str
) -> None:
    error, named = failure(said, code), failure(mnemonic, code)
    assert isinstance(error, ApiError)
    assert (type(error), error.mnemonic) == (type(named), mnemonic)
