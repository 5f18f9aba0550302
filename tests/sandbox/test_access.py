"""Keys, login sessions, addresses, rights, agents and points are guarded as documented."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import COMMUNICATIONS, SESSIONS, WINDOW

if TYPE_CHECKING:
    from .conftest import Client, Play


def change(client: Client, **options: Any) -> None:  # noqa: ANN401
    """Change the sandbox while it runs."""
    client.sandbox.options = replace(client.sandbox.options, **options)


def log_in(client: Client) -> str:
    """Return the key of a new session."""
    options = client.sandbox.options
    reply = client.call_without_key("login.user", login=options.login, password=options.password)
    token: str = reply["result"]["data"]["access_token"]
    return token


def outcome(client: Client, token: str) -> str:
    """Return what comes of a call with a key."""
    reply = client.call("get.account", access_token=token)
    mnemonic: str = "ok" if "result" in reply else reply["error"]["data"]["mnemonic"]
    return mnemonic


def test_a_key_that_is_refused_is_echoed(client: Client) -> None:
    refusal = client.refusal("get.account", access_token="wrong-key-1")  # noqa: S106 - it opens nothing
    assert refusal == ("access_token_invalid", "access_token", "wrong-key-1")
    assert client.refusal("get.account", access_token=1)[0] == "data_type_error"


@pytest.mark.parametrize("state", ["expired", "blocked"])
def test_a_key_can_expire_or_be_blocked_while_it_is_used(client: Client, state: str) -> None:
    token = client.sandbox.options.token
    assert outcome(client, token) == "ok"
    change(client, key_state=state)
    assert outcome(client, token) == f"access_token_{state}"


def test_a_login_opens_a_session_and_a_logout_closes_it(client: Client) -> None:
    token = log_in(client)
    assert outcome(client, token) == "ok"
    assert client.call("logout.user", access_token=token)["result"]["data"] == {}
    assert outcome(client, token) == "access_token_invalid"


def test_a_session_ends_by_itself(play: Play) -> None:
    client = play(session_seconds=0.1)
    token = log_in(client)
    sleep(0.11)
    assert outcome(client, token) == "access_token_invalid"


def test_a_session_ends_after_the_requests_that_it_serves(play: Play) -> None:
    client = play(session_requests=2)
    token = log_in(client)
    assert [outcome(client, token) for _ in range(3)] == ["ok", "ok", "access_token_invalid"]


def test_a_wrong_password_opens_nothing(client: Client) -> None:
    reply = client.call_without_key("login.user", login="manager@example.com", password="guess-1")  # noqa: S106 - it opens nothing
    assert reply["error"]["data"]["mnemonic"] == "auth_error"


def test_an_address_that_is_not_allowed_is_named(play: Play) -> None:
    data = play(allowed_ip=False).call("get.account")["error"]["data"]
    assert (data["mnemonic"], data["params"]) == ("ip_not_whitelisted", {"ip": "127.0.0.1"})


def test_rights_can_be_missing_for_the_account_or_for_everything(play: Play) -> None:
    client = play(rights="reports")
    assert client.refusal("get.account")[0] == "forbidden"
    assert client.rows(COMMUNICATIONS)
    change(client, rights="none")
    assert client.refusal(COMMUNICATIONS, **WINDOW)[0] == "forbidden"


def test_an_agent_says_for_whom_it_asks(play: Play) -> None:
    client = play(user_ids=(11, 12))
    assert client.refusal(SESSIONS, **WINDOW)[:2] == ("required_parameter_missed", "user_id")
    assert client.refusal(SESSIONS, **WINDOW, user_id=13)[0] == "invalid_parameter_value"
    assert client.call("getobj.account", user_id=12)["result"]["data"]["user_id"] == 12


def test_every_customer_of_an_agent_has_rows_of_its_own(play: Play) -> None:
    client = play(user_ids=(11, 12))
    one, other = (
        {row["date_time"] for row in client.rows(SESSIONS, user_id=user, fields=["date_time"])} for user in (11, 12)
    )
    assert len(one) > 250
    assert len(one & other) < 10
    assert client.sandbox.instants("visitor_sessions", 11) != client.sandbox.instants("visitor_sessions", 12)


def test_customers_are_listed_for_agents_and_the_account_is_for_clients(play: Play) -> None:
    agent, client = play(user_ids=(11, 12)), play()
    customers = agent.call("get.customer_users", sort=[{"field": "name", "order": "desc"}])
    assert [row["id"] for row in customers["result"]["data"]] == [12, 11]
    assert agent.refusal("get.account")[0] == "forbidden"
    assert client.refusal("get.customer_users")[0] == "forbidden"


def test_points_are_told_and_only_success_is_charged(play: Play) -> None:
    client = play(points_per_minute=9, points_per_day=20)
    client.call("get.account", colour="red")
    limits = client.call("get.account")["result"]["meta_data"]["limits"]
    assert limits["minute_limit"] == 9
    assert limits["minute_remaining"] == 8
    assert 0 < limits["minute_reset"] <= 60
    assert (limits["day_limit"], limits["day_remaining"]) == (20, 19)
    assert limits["day_reset"] > 86_000


def test_no_limits_are_told_where_there_are_none(client: Client) -> None:
    assert client.call("get.account")["result"]["meta_data"]["limits"] == {}


@pytest.mark.parametrize("span", ["minute", "day"])
def test_points_run_out_and_the_error_says_which(play: Play, span: str) -> None:
    client = play(**{f"points_per_{span}": 2})
    for _ in range(2):
        client.call("get.account")
    data = client.call("get.account")["error"]["data"]
    assert data["mnemonic"] == "limit_exceeded"
    assert data["params"] == {"limit_type": span, "limit_max_value": 2}
    assert data["metadata"]["limits"][f"{span}_remaining"] == 0


def test_points_come_back_when_the_minute_is_over(play: Play) -> None:
    client = play(points_per_minute=1, minute_seconds=0.3)
    outcomes: list[str] = []
    while len(outcomes) < 40 and outcomes.count("ok") < 3:
        outcomes.append(outcome(client, client.sandbox.options.token))
        sleep(0.02)
    assert outcomes.count("ok") == 3
    assert ("ok", "ok") not in set(pairwise(outcomes))
