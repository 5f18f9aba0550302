"""The client asks until an answer is meant, as patiently as the host deserves, and shows no secret in doing so."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.client import RequestStats
from tap_callgear.api.credentials import Login
from tap_callgear.api.errors import (
    ApiError,
    ConfigurationError,
    FieldRefused,
    PointsSpent,
    SessionEnded,
    Stopped,
    TransientError,
    Unreachable,
)
from tap_callgear.api.redaction import Secrets
from tests.fakes import KEY, FakeClock, FakeTransport, Json, client, failure, in_turn, success

if TYPE_CHECKING:
    from tests.fakes import Outcome

METHOD = "get.calls_report"
FINE = success([{"id": 1}], total_items=1)
RESET = TransientError("connection reset")
SLOW = TransientError("no reply within request_timeout (300 s)", is_heavy=True)


def play(*outcomes: Outcome) -> FakeTransport:
    """Return a transport that answers so, in turn."""
    return FakeTransport(in_turn(outcomes))


def test_a_call_sends_the_key_with_the_parameters_and_counts_what_it_took() -> None:
    transport, stats = play(FINE), RequestStats()
    reply = client(transport).call(METHOD, {"limit": 5}, stats)
    request = transport.requests[0]
    assert request["method"] == METHOD
    assert request["params"] == {"access_token": KEY, "limit": 5}
    assert [bytes(row) for row in reply.rows] == [b'{"id": 1}']
    assert (stats.requests, stats.points, stats.retried, stats.refused) == (1, 1, 0, 0)


def test_every_request_has_an_id_of_its_own() -> None:
    transport = play(FINE)
    api = client(transport)
    for _ in range(5):
        api.call(METHOD, {})
    assert len({request["id"] for request in transport.requests}) == 5


@pytest.mark.parametrize(
    "hiccup",
    [
        RESET,
        SLOW,
        b"",
        b"<html></html>",
        b'{"jsonrpc":"2.0","id":"another","result":{"data":[]}}',
        b'{"jsonrpc":"2.0","id":',
        {"result": None},
        failure("internal_error", -32603),
    ],
    ids=["reset", "slow", "empty", "html", "other id", "cut", "null", "internal_error"],
)
def test_a_passing_failure_is_tried_again_after_a_short_wait(hiccup: Outcome) -> None:
    clock, stats, said = FakeClock(), RequestStats(), list[str]()
    transport = play(hiccup, hiccup, FINE)
    reply = client(transport, clock=clock, said=said).call(METHOD, {}, stats)
    assert reply.total == 1
    assert (stats.requests, stats.points, stats.retried) == (3, 1, 2)
    assert len(clock.sleeps) == 2
    assert clock.elapsed <= 2
    assert len(said) == 2
    assert said[0].startswith(f"{METHOD}: ")


def test_the_server_is_left_alone_for_as_long_as_it_asks() -> None:
    clock = FakeClock()
    client(play(TransientError("HTTP 429", retry_after=17), FINE), clock=clock).call(METHOD, {})
    assert clock.sleeps == [17]


def test_a_server_that_puts_off_for_hours_is_obeyed_once() -> None:
    clock = FakeClock()
    transport = play(TransientError("HTTP 503", retry_after=3600))
    with pytest.raises(TransientError, match="failed 2 times"):
        client(transport, clock=clock).call(METHOD, {})
    assert clock.sleeps == [3600]


def test_waits_grow_but_never_beyond_half_a_minute() -> None:
    clock = FakeClock()
    transport = play(FINE, *[RESET] * 12, FINE)
    api = client(transport, clock=clock)
    api.call(METHOD, {})
    api.call(METHOD, {})
    assert len(clock.sleeps) == 12
    assert max(clock.sleeps) <= 30
    assert max(clock.sleeps[:3]) <= 2


@pytest.mark.parametrize("has_answered, patience", [(False, 60), (True, 300)])
def test_a_host_is_given_up_after_a_while_the_sooner_where_it_never_answered(
    has_answered: bool,  # noqa: FBT001 - a case of the test
    patience: float,
) -> None:
    clock = FakeClock()
    transport = play(FINE, RESET) if has_answered else play(RESET)
    api = client(transport, clock=clock)
    if has_answered:
        api.call(METHOD, {})
    with pytest.raises(TransientError, match=r"failed \d+ times, the last time: connection reset.*api_url"):
        api.call(METHOD, {})
    assert patience <= clock.elapsed <= patience + 30


def test_a_name_that_was_never_found_is_a_wrong_setting_after_a_few_quick_tries() -> None:
    clock = FakeClock()
    transport = play(Unreachable("the name is not known", remedy="Check api_url", is_lasting=True))
    with pytest.raises(
        ConfigurationError, match=rf"^{METHOD} failed 3 times, .*: the name is not known. Check api_url.$"
    ):
        client(transport, clock=clock).call(METHOD, {})
    assert len(transport.requests) == 3
    assert clock.elapsed < 5


def test_a_name_that_was_found_before_is_looked_up_for_minutes() -> None:
    clock = FakeClock()
    api = client(play(FINE, Unreachable("the name is not known", remedy="Check it", is_lasting=True)), clock=clock)
    api.call(METHOD, {})
    with pytest.raises(TransientError, match=r"not known. Check it.$"):
        api.call(METHOD, {})
    assert clock.elapsed >= 300


@pytest.mark.parametrize("tries, how_often", [(1, f"{METHOD}: too large"), (3, f"{METHOD} failed 3 times, the last")])
def test_what_time_will_not_mend_is_not_waited_for(tries: int, how_often: str) -> None:
    clock = FakeClock()
    hopeless = TransientError("too large", remedy="Lower page_size", is_heavy=True, most_tries=tries)
    transport = play(FINE, hopeless)
    api = client(transport, clock=clock)
    api.call(METHOD, {})
    with pytest.raises(TransientError, match=rf"^{how_often}.*Lower page_size.$") as failed:
        api.call(METHOD, {})
    assert failed.value.is_heavy
    assert len(transport.requests) == 1 + tries
    assert clock.elapsed < 5


def test_broken_json_is_not_waited_for() -> None:
    clock = FakeClock()
    transport = play(b'{"jsonrpc":"2.0","result":{"data":[{"x":nonsense}]}}')
    with pytest.raises(TransientError, match=r"broken JSON, from byte \d+ of 52 on. Waiting will not help"):
        client(transport, clock=clock).call(METHOD, {})
    assert len(transport.requests) == 3
    assert clock.elapsed < 5


@pytest.mark.parametrize("part", ["message", "field", "mnemonic"])
def test_the_api_s_words_are_one_line_in_whatever_is_told(part: str) -> None:
    said: list[str] = []
    words = f"{KEY}\nERROR forged\x1b[2J" * 3000
    refusal = failure(
        **{"mnemonic": "internal_error", "code": -32603, part: words} if part != "mnemonic" else {part: words}
    )
    with pytest.raises((ApiError, TransientError)) as raised:
        client(play(refusal), said=said).call(METHOD, {})
    for told in (str(raised.value), *said):
        assert told.isprintable()
        assert len(told) < 1000
        assert KEY[:6] not in told


def test_a_request_that_a_smaller_one_may_replace_is_given_up_early() -> None:
    transport = play(FINE, SLOW)
    api = client(transport)
    api.call(METHOD, {})
    with pytest.raises(TransientError) as failed:
        api.call(METHOD, {})
    assert failed.value.is_heavy
    assert len(transport.requests) == 1 + 6


def test_a_host_that_has_never_answered_is_asked_for_smaller_pages_twice_each() -> None:
    transport = play(SLOW)
    api = client(transport)
    for tries in (6, 2, 2):
        before = len(transport.requests)
        with pytest.raises(TransientError):
            api.call(METHOD, {})
        assert len(transport.requests) - before == tries


def test_a_host_that_answers_after_all_is_trusted_again() -> None:
    transport = play(*[SLOW] * 6, FINE, SLOW)
    api = client(transport)
    with pytest.raises(TransientError):
        api.call(METHOD, {})
    api.call(METHOD, {})
    with pytest.raises(TransientError):
        api.call(METHOD, {})
    assert len(transport.requests) == 6 + 1 + 6


def test_a_host_that_answers_otherwise_than_the_api_is_a_wrong_address() -> None:
    with pytest.raises(ConfigurationError, match=r"HTTP 404.*api_url"):
        client(play((404, b"<html>Not found</html>"))).call(METHOD, {})


def test_no_content_is_a_passing_failure() -> None:
    assert client(play((204, b""), FINE)).call(METHOD, {}).total == 1


def test_an_error_with_another_status_is_still_read() -> None:
    body = b'{"id":null,"error":{"code":-32602,"message":"No.","data":{"mnemonic":"unexpected_parameters"}}}'
    with pytest.raises(FieldRefused):
        client(play((400, body))).call(METHOD, {})


def test_a_refusal_is_not_tried_again_and_its_point_is_not_lost() -> None:
    limits = {"minute_limit": 2, "minute_remaining": 1, "minute_reset": 30}
    clock = FakeClock()
    transport = play(success([], total_items=0, limits=limits), failure("unexpected_parameters", field="x"), FINE)
    api = client(transport, clock=clock)
    api.call(METHOD, {})
    with pytest.raises(FieldRefused):
        api.call(METHOD, {})
    api.call(METHOD, {})
    assert len(transport.requests) == 3
    assert clock.sleeps == []


def test_a_request_that_was_refused_for_want_of_points_is_sent_again_when_they_are_back() -> None:
    clock, stats = FakeClock(), RequestStats()
    limits = {"minute_limit": 60, "minute_remaining": 0, "minute_reset": 9}
    refused = failure("limit_exceeded", -32029, params={"limit_type": "minute"}, metadata={"limits": limits})
    client(play(refused, FINE), clock=clock).call(METHOD, {}, stats)
    assert (stats.requests, stats.points, stats.refused) == (2, 1, 1)


def test_the_run_stops_where_the_day_is_spent() -> None:
    limits = {"day_limit": 60, "day_remaining": 0, "day_reset": 900}
    transport = play(failure("limit_exceeded", -32029, metadata={"limits": limits}))
    with pytest.raises(PointsSpent, match="day"):
        client(transport).call(METHOD, {})
    assert len(transport.requests) == 1


def test_waiting_for_points_uses_up_no_patience() -> None:
    limits = {"minute_limit": 1, "minute_remaining": 0, "minute_reset": 59}
    refused = failure("limit_exceeded", -32029, metadata={"limits": limits})
    transport = play(RESET, *[refused] * 6, RESET, RESET, FINE)
    assert client(transport).call(METHOD, {}).total == 1


def test_a_fixed_key_that_is_refused_is_not_tried_again() -> None:
    transport = play(failure("access_token_invalid", -32001))
    with pytest.raises(SessionEnded, match="access_token"):
        client(transport).call(METHOD, {})
    assert len(transport.requests) == 1


class Sessions:
    """An API whose sessions die."""

    def __init__(self, *, calls_a_session: float) -> None:
        """Choose after how many calls a session dies."""
        self._calls_a_session = calls_a_session
        self._lives: dict[str, float] = {}

    def __call__(self, request: Json) -> Outcome:
        """Answer a request."""
        if request["method"] == "login.user":
            session = f"session-{len(self._lives)}"
            self._lives[session] = self._calls_a_session
            return success({"access_token": session, "expire_at": 1})
        if request["method"] == "logout.user":
            return success({})
        token = request["params"]["access_token"]
        if self._lives[token] <= 0:
            return failure("access_token_expired", -32001, value=token, message=f"{token} has expired")
        self._lives[token] -= 1
        return FINE


def logged_in() -> tuple[Secrets, Login]:
    """Return secrets and a login."""
    secrets = Secrets()
    secrets.add("the-password")
    return secrets, Login("user@example.com", "the-password", secrets)


def test_a_session_that_dies_is_renewed_and_closed_at_the_end() -> None:
    transport = FakeTransport(Sessions(calls_a_session=2))
    secrets, login = logged_in()
    api = client(transport, credentials=login, secrets=secrets)
    for _ in range(3):
        assert api.call(METHOD, {}).total == 1
    api.close()
    assert transport.methods == ["login.user", METHOD, METHOD, METHOD, "login.user", METHOD, "logout.user"]


def test_a_session_that_dies_again_and_again_is_believed_in_the_end_and_its_key_is_not_shown() -> None:
    transport = FakeTransport(Sessions(calls_a_session=0))
    secrets, login = logged_in()
    with pytest.raises(SessionEnded) as ended:
        client(transport, credentials=login, secrets=secrets).call(METHOD, {})
    assert "session-" not in str(ended.value)
    assert transport.methods.count("login.user") == 4


def test_threads_that_share_a_client_renew_a_session_once() -> None:
    transport = FakeTransport(Sessions(calls_a_session=4))
    secrets, login = logged_in()
    api = client(transport, credentials=login, secrets=secrets)
    for _ in range(4):
        api.call(METHOD, {})
    threads = [threading.Thread(target=api.call, args=(METHOD, {})) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert transport.methods.count("login.user") == 2


def test_a_wrong_password_is_told_at_once() -> None:
    transport = play(failure("auth_error", -32001))
    secrets, login = logged_in()
    with pytest.raises(ConfigurationError, match="settings login and password"):
        client(transport, credentials=login, secrets=secrets).call(METHOD, {})


@pytest.mark.parametrize(
    "answer", [success([]), success([["x"]]), success({"app_id": 1}), success({"access_token": None})]
)
def test_a_log_in_that_gives_no_session_is_an_error_for_people(answer: Json) -> None:
    transport = play(answer)
    secrets, login = logged_in()
    with pytest.raises((ConfigurationError, TransientError, ApiError)):
        client(transport, credentials=login, secrets=secrets).call(METHOD, {})


def test_a_failure_to_log_out_is_told_and_harms_nothing() -> None:
    said: list[str] = []
    transport = play(success({"access_token": "session-1"}), FINE, failure("access_token_expired", -32001))
    secrets, login = logged_in()
    api = client(transport, credentials=login, secrets=secrets, said=said)
    api.call(METHOD, {})
    api.close()
    assert said[-1].startswith("The session was not closed: logout.user")


@pytest.mark.parametrize(
    "outcome",
    [
        failure("access_token_invalid", -32001, message=f"Token {KEY} is unknown", field="access_token", value=KEY),
        failure("unexpected_parameters", field=f"params.{KEY}", message=KEY),
        failure("internal_error", -32603, message=f"about {KEY}"),
        TransientError(f"{KEY} broke off"),
    ],
    ids=["token", "field", "internal", "transport"],
)
def test_no_secret_gets_into_an_error_or_a_line_for_people(outcome: Outcome) -> None:
    said: list[str] = []
    with pytest.raises((ApiError, TransientError)) as raised:
        client(play(outcome), said=said).call(METHOD, {})
    error: BaseException | None = raised.value
    while error is not None:
        assert KEY not in str(error)
        error = None if error.__suppress_context__ else error.__context__
    assert KEY not in "".join(said)


def test_a_signal_ends_the_waiting() -> None:
    with pytest.raises(Stopped):
        client(play(RESET), clock=FakeClock(stop_after=5)).call(METHOD, {})
