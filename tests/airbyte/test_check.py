"""Checking asks the API in earnest, and says what is wrong in the same words as the Singer face does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_callgear.streams import STREAMS as DECLARATIONS
from tests.impostor import error, impostor, page, result
from tests.support import config_for, outcomes, play

from .support import NOWHERE, Json, assert_hidden, form_for, run_source

if TYPE_CHECKING:
    from tests.impostor import Answer

    from .support import SourceRun

pytestmark = pytest.mark.measured

WRONG = "wrong-secret-1234567"
PASSWORD = "sandbox-password-1234567890"  # noqa: S105 - the sandbox's
BY_DEFAULT = [stream.method for stream in DECLARATIONS if stream.selected_by_default]
LOGIN = {"auth_type": "login", "login": "manager@example.com", "password": PASSWORD}


def assert_failed(run: SourceRun, *says: str) -> None:
    """Assert that the answer is one plain line, and that asking went well all the same."""
    assert (run.exit_code, run.stderr, run.errors) == (0, "", [])
    assert run.connection["status"] == "FAILED"
    assert [word for word in says if word not in run.connection["message"]] == [], run.connection
    assert "\n" not in run.connection["message"]
    assert_hidden(run, WRONG, PASSWORD, "sandbox-key-1234567890")


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({}, id="key"),
        pytest.param({"credentials": LOGIN}, id="login"),
        pytest.param({"credentials": None, "access_token": "sandbox-key-1234567890"}, id="flat"),
    ],
)
def test_settings_that_work_are_told_to_work_after_asking(config: Json) -> None:
    with play(rows=20) as sandbox:
        run = run_source("check", "--debug", config={**form_for(sandbox), **config})
        assert (run.exit_code, run.connection) == (0, {"status": "SUCCEEDED"})
        asked = [request.method or "" for request in sandbox.requests]
        methods = [method for method in asked if not method.endswith(".user")]
        assert methods == ["get.account", *BY_DEFAULT]
        assert {request.params.get("limit") for request in sandbox.requests} <= {None, 1, 2}
    assert_hidden(run, PASSWORD, "sandbox-key-1234567890")
    assert run.logs("DEBUG")


@pytest.mark.parametrize(
    "options, settings, says",
    [
        pytest.param({}, {"access_token": WRONG}, ["access_token_invalid", "access_token;"], id="wrong key"),
        pytest.param({"allowed_ip": False}, {}, ["ip_not_whitelisted", "127.0.0.1", "add it"], id="address"),
        pytest.param({"rights": "none"}, {"timezone": "UTC"}, ["forbidden", "grant it"], id="no rights to reports"),
        pytest.param({"rights": "reports"}, {}, ["forbidden", "set timezone"], id="no rights to the account"),
        pytest.param({"user_ids": (11,)}, {"timezone": "UTC"}, ["user_ids"], id="agent without users"),
        pytest.param({"user_ids": (11,)}, {"timezone": "UTC", "user_ids": [11, 12]}, ["user_ids"], id="other user"),
        pytest.param({"points_per_day": 0}, {"timezone": "UTC"}, ["day"], id="no points"),
        pytest.param({}, {"start_date": "soon"}, ["start_date", "soon", "2026-01-31"], id="start is no date"),
        pytest.param({}, {"access_token": None}, ["credentials", "set access_token", "login"], id="no credentials"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_singer_face(options: Json, settings: Json, says: list[str]) -> None:
    with play(rows=20, **options) as sandbox:
        assert_failed(run_source("check", config=form_for(sandbox, **settings)), *says)


def test_a_wrong_password_is_told_and_hidden() -> None:
    with play(rows=20) as sandbox:
        config = form_for(sandbox, access_token=None, credentials={**LOGIN, "password": WRONG})
        assert_failed(run_source("check", "--debug", config=config), "auth_error", "login and password")


def test_a_host_that_is_not_the_api_is_told() -> None:
    with impostor(page(404)) as url:
        assert_failed(run_source("check", config=form_for(url)), "HTTP 404", "api_url")


def test_a_secret_that_the_api_echoes_is_hidden_in_the_answer() -> None:
    with impostor(lambda request: error(request, "access_token_invalid", f"No key {WRONG}", value=WRONG)) as url:
        run = run_source("check", "--debug", config=form_for(url, access_token=WRONG))
    assert_failed(run, "No key *****")


def test_one_stream_that_can_be_read_is_enough_and_the_other_is_named() -> None:
    def answer(request: Json) -> Answer:
        if request["method"] == "get.visitor_sessions_report":
            return error(request, "method_component_disabled", "No product")
        return result(request, [])

    with impostor(answer) as url:
        run = run_source("check", config=form_for(url, timezone="UTC"))
    assert (run.exit_code, run.connection) == (0, {"status": "SUCCEEDED"})
    (warning,) = run.logs("WARN")
    assert "get.visitor_sessions_report" in warning
    assert "deselect the stream" in warning


def test_every_customer_of_an_agent_is_asked_for() -> None:
    with play(rows=20, user_ids=(11, 12, 13)) as sandbox:
        run = run_source("check", config=form_for(sandbox, user_ids=[11, 12, 13], timezone="UTC"))
        assert run.connection == {"status": "SUCCEEDED"}
        asked = [(request.method, request.params["user_id"]) for request in sandbox.requests]
        assert sorted(asked[:3]) == [("get.communications_report", user_id) for user_id in (11, 12, 13)]
        assert asked[3:] == [(method, 11) for method in BY_DEFAULT[1:]]
        assert set(outcomes(sandbox)) == {"ok"}


def test_a_sample_of_many_customers_is_asked_for_side_by_side() -> None:
    users = tuple(range(1001, 1201))
    with play(rows=4, latency=0.2, user_ids=users) as sandbox:
        run = run_source("check", config=form_for(sandbox, user_ids=[*users]))
        assert sandbox.most_at_a_time == 4
        assert run.connection == {"status": "SUCCEEDED"}
        assert len({request.params.get("user_id") for request in sandbox.requests}) == 20
    assert any("a sample of 20 of the 200 users of user_ids" in line for line in run.logs("INFO"))


@pytest.mark.parametrize(
    "content, says",
    [
        pytest.param("{nope, " + WRONG, "holds no JSON", id="no JSON"),
        pytest.param(f'["{WRONG}"]', "no JSON object", id="no object"),
    ],
)
def test_a_file_of_settings_that_cannot_be_used_is_told(content: str, says: str) -> None:
    assert_failed(run_source("check", config=content), "--config", says)


def test_a_log_in_of_another_form_is_told_and_hidden() -> None:
    config = {**config_for(NOWHERE, access_token=None), "credentials": [WRONG, {"access_token": WRONG}]}
    assert_failed(run_source("check", config=config), "credentials", "auth_type")
