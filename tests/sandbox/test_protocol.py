"""The envelope, the parameters and the errors are those of the documentation."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from callgear_sandbox.documentation import DOCUMENTED

from .conftest import COMMUNICATIONS, SESSIONS, WINDOW

if TYPE_CHECKING:
    from .conftest import Client, Play

CALL = {"jsonrpc": "2.0", "id": 1, "method": "get.account", "params": {}}


@pytest.mark.parametrize(
    "body, mnemonic",
    [
        ("{", "parse_error"),
        (b'"\xff"', "parse_error"),
        ("[]", "batch_operations_not_supported"),
        ("1", "invalid_request"),
        ({"jsonrpc": "2.0", "method": "get.account"}, "notifications_not_supported"),
        ({**CALL, "id": None}, "invalid_request"),
        ({**CALL, "id": True}, "invalid_request"),
        ({**CALL, "jsonrpc": "1.0"}, "invalid_request"),
        ({**CALL, "method": 1}, "invalid_request"),
        ({**CALL, "params": []}, "invalid_request"),
        ({**CALL, "method": "get.nothing"}, "method_not_found"),
        (CALL, "required_parameter_missed"),
    ],
)
def test_an_envelope_that_is_wrong_is_refused_by_mnemonic(client: Client, body: object, mnemonic: str) -> None:
    sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
    reply = client.post(sent)
    assert reply.status_code == 200
    assert reply.json()["error"]["data"]["mnemonic"] == mnemonic
    assert client.sandbox.requests[-1].outcome == mnemonic


def test_an_error_tells_everything_that_errors_are_documented_to_tell(client: Client) -> None:
    reply = client.call("get.account", colour="red")
    assert reply == {
        "jsonrpc": "2.0",
        "id": "a",
        "error": {
            "code": -32602,
            "message": "Unexpected method parameter(s)",
            "data": {
                "mnemonic": "unexpected_parameters",
                "field": "colour",
                "value": None,
                "params": {},
                "extended_helper": None,
                "metadata": {"limits": {}},
            },
        },
    }


def test_only_posts_to_the_versioned_path_are_heard(client: Client) -> None:
    url = client.sandbox.url
    assert client.http.get(url, timeout=9).status_code == 405
    for other in (f"{url}0", f"{url}/more", url.replace("v2.0", "")):
        assert client.http.post(other, data="{}", timeout=9).status_code == 404
    address = urlsplit(url)
    unsized = HTTPConnection(address.netloc, timeout=9)
    unsized.putrequest("POST", address.path)
    unsized.endheaders()
    assert unsized.getresponse().status == 411
    assert client.sandbox.requests == []


@pytest.mark.parametrize("ending", ["", "/", "?method=get.account", "/?method=get.account"])
@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_what_live_clients_send_is_taken(client: Client, ending: str, content_type: str | None) -> None:
    body = json.dumps({**CALL, "params": {"access_token": client.sandbox.options.token}, "more": 1})
    headers = {"Content-Type": content_type}
    reply = client.http.post(client.sandbox.url + ending, data=body.encode(), headers=headers, timeout=9)
    assert reply.json()["result"]["data"]


def test_a_bare_date_is_its_midnight(client: Client) -> None:
    rows = client.rows(SESSIONS, fields=["date_time"], date_from="2026-11-01", date_till="2026-11-03")
    times = [row["date_time"] for row in rows]
    assert "2026-11-01 00:00:00" <= min(times) < "2026-11-02" < max(times) <= "2026-11-03 00:00:00"


def test_one_connection_serves_many_calls(client: Client) -> None:
    address = urlsplit(client.sandbox.url)
    connection = HTTPConnection(address.netloc, timeout=9)
    connection.connect()
    socket = connection.sock
    for _ in range(3):
        connection.request("POST", address.path, "{}", {"Content-Type": "application/json"})
        assert connection.getresponse().read()
        assert connection.sock is socket
    connection.close()


@pytest.mark.parametrize("method", [COMMUNICATIONS, SESSIONS])
@pytest.mark.parametrize(
    "params, refusal",
    [
        ({"date_from": None}, ("data_type_error", "date_from", None)),
        ({"limit": "10"}, ("data_type_error", "limit", "10")),
        ({"limit": True}, ("data_type_error", "limit", True)),
        ({"fields": "id"}, ("data_type_error", "fields", "id")),
        ({"limit": 10_001}, ("invalid_parameter_value", "limit", 10_001)),
        ({"limit": 0}, ("invalid_parameter_value", "limit", 0)),
        ({"offset": 100_001}, ("invalid_parameter_value", "offset", 100_001)),
        ({"date_till": "2026-11-2"}, ("invalid_parameter_value", "date_till", "2026-11-2")),
        (
            {"date_from": "2026-02-30 00:00:00"},
            ("invalid_parameter_value", "date_from", "2026-02-30 00:00:00"),
        ),
        (
            {"date_till": "2026-10-19 23:59:59"},
            ("invalid_parameter_value", "date_till", "2026-10-19 23:59:59"),
        ),
        (
            {"date_from": "2026-08-29 23:59:59"},
            ("date_interval_limit_reached", "date_till", "2026-11-30 00:00:00"),
        ),
        ({"fields": ["id", "colour"]}, ("unexpected_parameters", "fields", "colour")),
        ({"sort": [{"field": "id"}]}, ("sort_prohibited", "sort", "id")),
        ({"sort": [{"field": "site_id", "order": "up"}]}, ("invalid_parameter_value", "sort", "up")),
        ({"sort": ["site_id"]}, ("invalid_parameter_value", "sort", "site_id")),
        ({"filter": {"field": "gone", "operator": "="}}, ("filter_prohibited", "filter", "gone")),
        ({"user_id": 5}, ("invalid_parameter_value", "user_id", 5)),
    ],
)
def test_a_parameter_that_is_wrong_is_refused_by_name_and_value(
    client: Client, method: str, params: dict[str, object], refusal: tuple[str, object, object]
) -> None:
    assert client.refusal(method, **{**WINDOW, **params}) == refusal


@pytest.mark.parametrize("missing", ["date_from", "date_till"])
def test_a_parameter_that_is_required_is_missed(client: Client, missing: str) -> None:
    window = {name: value for name, value in WINDOW.items() if name != missing}
    assert client.refusal(COMMUNICATIONS, **window)[:2] == ("required_parameter_missed", missing)


def test_each_report_sorts_by_what_its_declaration_names(client: Client) -> None:
    by_time = [{"field": "date_time"}]
    assert client.call(COMMUNICATIONS, **WINDOW, sort=by_time)["result"]["data"]
    assert client.refusal(SESSIONS, **WINDOW, sort=by_time)[0] == "sort_prohibited"


@pytest.mark.parametrize("method", [COMMUNICATIONS, SESSIONS])
def test_without_fields_only_the_default_ones_come(client: Client, method: str) -> None:
    assert client.rows(method)[0].keys() == DOCUMENTED[method].columns.default_fields


@pytest.mark.parametrize("method", [COMMUNICATIONS, SESSIONS])
def test_every_declared_field_can_be_asked_for(client: Client, method: str) -> None:
    fields = DOCUMENTED[method].inner()
    assert client.rows(method, fields=fields)[0].keys() == set(fields)
    for field in fields:
        assert client.rows(method, fields=[field], limit=1)[0].keys() == {field}


def test_fields_can_be_refused_as_unknown_or_as_not_bought(play: Play) -> None:
    client = play(refused_fields=("ext_id", "component:segments"))
    unknown = client.refusal(SESSIONS, **WINDOW, fields=["id", "ext_id"])
    assert unknown == ("unexpected_parameters", "fields", "ext_id")
    disabled = client.refusal(SESSIONS, **WINDOW, fields=["id", "segments"])
    assert disabled == ("parameter_component_disabled", "fields", "segments")


def test_history_can_be_kept_for_so_many_days_only(play: Play) -> None:
    client = play(history_days=60)
    assert client.rows(SESSIONS, date_from="2026-10-21 12:00:00")
    refusal = client.refusal(SESSIONS, **{**WINDOW, "date_from": "2026-10-21 11:59:59"})
    assert refusal == ("date_interval_limit_reached", "date_from", "2026-10-21 11:59:59")


def test_the_account_is_told_under_meta_data_and_in_detail_as_an_object(client: Client) -> None:
    account = client.call("get.account")["result"]
    assert account["data"] == [{"app_id": 10_203, "name": "Sandbox", "timezone": "UTC"}]
    assert account["meta_data"] == {"limits": {}, "total_items": 1}
    assert client.call("getobj.account")["result"]["data"]["timezone"] == "UTC"


def test_the_records_of_requests_hold_no_secret(client: Client) -> None:
    client.call_without_key("login.user", login="manager@example.com", password="wrong-1")  # noqa: S106 - it opens nothing
    client.rows(COMMUNICATIONS)
    login, report = client.sandbox.requests
    assert (login.method, login.params, login.outcome) == (
        "login.user",
        {"login": "manager@example.com"},
        "auth_error",
    )
    assert (report.method, report.params) == (COMMUNICATIONS, {**WINDOW, "limit": 10_000})
    assert (report.outcome, report.rows) == ("ok", 300)


@pytest.mark.parametrize(
    "given, fits",
    [
        ({"field": "communication_type", "operator": "=", "value": "chat"}, {"chat"}),
        (
            {"field": "communication_type", "operator": "in", "value": ["chat", "goal"]},
            {"chat", "goal"},
        ),
        (
            {
                "condition": "or",
                "filters": [
                    {"field": "communication_type", "operator": "=", "value": "chat"},
                    {"field": "communication_type", "operator": "=", "value": "goal"},
                ],
            },
            {"chat", "goal"},
        ),
        (
            {
                "filters": [
                    {"field": "communication_type", "operator": "!=", "value": "call"},
                    {"field": "communication_type", "operator": "<", "value": "d"},
                ],
            },
            {"chat"},
        ),
    ],
)
def test_a_small_subset_of_filters_works(client: Client, given: dict[str, object], fits: set[str]) -> None:
    rows = client.rows(COMMUNICATIONS, filter=given)
    everything = client.rows(COMMUNICATIONS)
    assert {row["communication_type"] for row in rows} == fits
    assert len(rows) == sum(row["communication_type"] in fits for row in everything)


@pytest.mark.parametrize(
    "given",
    [
        {"operator": "=", "value": 1},
        {"field": "site_id", "operator": "like", "value": "%"},
        {"field": "site_id", "operator": "in", "value": 1},
        {"filters": 1},
        {"filters": [1]},
        {"filters": [], "condition": "xor"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(client: Client, given: dict[str, object]) -> None:
    refusal = client.refusal(COMMUNICATIONS, **WINDOW, filter=given)
    assert refusal == ("invalid_parameter_value", "filter", given)


def test_nothing_passes_a_comparison_with_another_type(client: Client) -> None:
    given = {"field": "site_id", "operator": ">", "value": "x"}
    assert client.rows(COMMUNICATIONS, filter=given) == []
