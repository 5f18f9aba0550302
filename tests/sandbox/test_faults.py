"""Each kind of failure is what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests

from .conftest import SESSIONS, WINDOW

if TYPE_CHECKING:
    from .conftest import Client, Play

BODY = '{"jsonrpc":"2.0","id":7,"method":"get.account","params":{"access_token":"%s"}}'


def failing(play: Play, kind: str, **options: Any) -> tuple[Client, str]:  # noqa: ANN401
    """Return a client of a sandbox in which everything fails in one way, and a good request."""
    client = play(faults={kind: 1.0}, points_per_day=100, **options)
    return client, BODY % client.sandbox.options.token


def spent(client: Client) -> int:
    """Return how many points were charged, before this question."""
    client.sandbox.options = replace(client.sandbox.options, faults={})
    limits = client.call("get.account")["result"]["meta_data"]["limits"]
    points: int = 100 - limits["day_remaining"] - 1
    return points


@pytest.mark.parametrize(
    "kind, status",
    [("500", 500), ("502", 502), ("503", 503), ("429", 429), ("429-retry-after", 429), ("html", 200)],
)
def test_a_page_comes_instead_of_a_reply(play: Play, kind: str, status: int) -> None:
    client, body = failing(play, kind)
    reply = client.post(body)
    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "text/html"
    assert reply.headers.get("Retry-After") == ("1" if kind == "429-retry-after" else None)
    assert client.sandbox.requests[-1].outcome == kind
    assert spent(client) == 0


@pytest.mark.parametrize("kind, charged", [("reset", 0), ("cut", 1)])
def test_the_connection_breaks(play: Play, kind: str, charged: int) -> None:
    client, body = failing(play, kind)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.post(body)
    assert spent(client) == charged


def test_an_empty_body_is_answered_with_200(play: Play) -> None:
    client, body = failing(play, "empty")
    assert (client.post(body).status_code, client.post(body).content) == (200, b"")


def test_an_internal_error_costs_nothing(play: Play) -> None:
    client, body = failing(play, "internal_error")
    assert client.post(body).json()["error"]["data"]["mnemonic"] == "internal_error"
    assert spent(client) == 0


def test_a_result_can_be_null(play: Play) -> None:
    client, body = failing(play, "null_result")
    assert client.post(body).json() == {"jsonrpc": "2.0", "id": 7, "result": None}


def test_a_reply_can_be_to_another_request(play: Play) -> None:
    client, body = failing(play, "other_id")
    assert client.post(body).json()["id"] == 8
    assert client.call("get.account")["id"] == "a-other"
    assert spent(client) == 2


def test_a_reply_can_be_late(play: Play) -> None:
    client, body = failing(play, "slow", slow_seconds=0.2)
    assert client.post(body).elapsed.total_seconds() >= 0.2


def test_a_refusal_is_recorded_as_such_whatever_becomes_of_the_reply(play: Play) -> None:
    client, _ = failing(play, "other_id")
    client.call("get.account", colour="red")
    assert client.sandbox.requests[-1].outcome == "unexpected_parameters"


def test_faults_come_as_often_as_they_are_likely(play: Play) -> None:
    client = play(faults={"internal_error": 0.3, "null_result": 0.2})
    for _ in range(200):
        client.call("get.account")
    outcomes = [request.outcome for request in client.sandbox.requests]
    assert 40 <= outcomes.count("internal_error") <= 80
    assert 20 <= outcomes.count("null_result") <= 60
    assert set(outcomes) == {"internal_error", "null_result", "ok"}


def test_a_sandbox_that_stops_hangs_up_on_slow_callers(play: Play) -> None:
    client = play(latency=60.0)
    with pytest.raises(requests.ReadTimeout):
        client.http.post(client.sandbox.url, json={}, timeout=0.1)


def test_replies_are_compressed_for_those_who_accept_it(play: Play) -> None:
    client = play(compress=True)
    body = {"jsonrpc": "2.0", "id": 1, "method": SESSIONS}
    params = {"access_token": client.sandbox.options.token, **WINDOW}
    reply = client.http.post(client.sandbox.url, json={**body, "params": params}, timeout=9)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert len(reply.json()["result"]["data"]) == 300
    plain = {"Accept-Encoding": "identity"}
    reply = client.http.post(client.sandbox.url, json={**body, "params": params}, headers=plain, timeout=9)
    assert "Content-Encoding" not in reply.headers
