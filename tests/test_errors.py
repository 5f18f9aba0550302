"""What the user can fix is said in one plain line that names the culprit and the remedy; the exit code is 1."""

from __future__ import annotations

import io
import socket
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.api.errors import CallGearError
from tap_callgear.tap import TapCallGear
from tap_callgear.writer import BlockWriter

from .fakes import FakeClock
from .impostor import impostor, page
from .signals import signals_kept
from .support import config_for, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .impostor import Answer, Json
    from .support import Run

WRONG = "wrong-secret-1234567"
LOGIN = {"access_token": None, "login": "manager@example.com"}


def assert_refused(run: Run, *says: str) -> None:
    """Assert that a run ended with one line that a person can read, and that it says what it should."""
    errors = [line for line in run.stderr.splitlines() if "| ERROR " in line]
    assert run.exit_code == 1, run.stderr
    assert len(errors) == 1, run.stderr
    assert [word for word in says if word not in errors[0]] == [], errors[0]
    assert "Traceback" not in run.stderr
    assert not run.of_type("RECORD")
    assert_hidden(run, WRONG, "sandbox-key-1234567890", "sandbox-password-1234567890")


def assert_plain(run: Run, *says: str) -> None:
    """Assert that a run was refused, and that there was nothing else to say about it."""
    assert_refused(run, *says)
    assert len(run.complaints) == 1, run.complaints


def assert_hidden(run: Run, *secrets: str) -> None:
    """Assert that no secret got out."""
    for secret in secrets:
        assert secret not in run.stderr
        assert secret.encode() not in run.stdout


@pytest.mark.parametrize(
    "options, settings, says",
    [
        pytest.param({}, {"access_token": WRONG}, ["access_token_invalid", "access_token;"], id="wrong key"),
        pytest.param({"key_state": "expired"}, {}, ["access_token_expired", "make a new one"], id="expired key"),
        pytest.param({"key_state": "blocked"}, {}, ["access_token_blocked", "unblock it"], id="blocked key"),
        pytest.param({}, {**LOGIN, "password": WRONG}, ["auth_error", "login and password"], id="wrong password"),
        pytest.param({"allowed_ip": False}, {}, ["ip_not_whitelisted", "127.0.0.1", "add it"], id="address"),
        pytest.param({"rights": "reports"}, {}, ["forbidden", "set timezone"], id="no rights to the account"),
        pytest.param(
            {"user_ids": (11,)},
            {"timezone": "UTC"},
            ["required_parameter_missed", "user_ids"],
            id="agent without users",
        ),
    ],
)
def test_a_refusal_of_the_api_is_explained(options: Json, settings: Json, says: list[str]) -> None:
    with play(rows=20, **options) as sandbox:
        assert_plain(run_tap(sandbox, config=settings), *says)


def test_the_refusal_of_all_customers_is_explained() -> None:
    with play(rows=20, user_ids=(11,)) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [12]})
    assert_refused(run, "invalid_parameter_value", "user_ids")
    assert ["User 12 is skipped" in warning for warning in run.warnings] == [True]


@pytest.mark.measured
@pytest.mark.parametrize(
    "settings, says",
    [
        pytest.param({"access_token": None}, ["credentials", "set access_token", "login"], id="no credentials"),
        pytest.param({"timezone": "Mars/Olympus"}, ["timezone", "Mars/Olympus", "Asia/Dubai"], id="unknown zone"),
        pytest.param({"access_token": 1_234_567_890}, ["access_token", "string"], id="key is a number"),
        pytest.param({"api_url": "dataapi.example.com/v2.0"}, ["api_url", "dataapi.example.com"], id="no scheme"),
        pytest.param({"stream_maps": {"communications": {"x": "nope("}}}, ["nope("], id="broken stream map"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_the_remedy(settings: Json, says: list[str]) -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, config=settings)
        assert_plain(run, *says)
        assert_hidden(run, "1234567890")
        assert not sandbox.requests


def test_discovery_does_without_settings_and_so_does_not_stumble_over_them() -> None:
    run = run_tap("http://127.0.0.1:1", "--discover", config={"user_ids": 5, "start_date": 5, "page_size": "many"})
    assert run.exit_code == 0
    assert run.complaints == []


@pytest.mark.measured
@pytest.mark.parametrize(
    "name, value",
    [("PAGE_SIZE", "abc"), ("USER_IDS", "eleven"), ("LOOKBACK_DAYS", "week")],
)
def test_a_variable_that_cannot_be_read_is_named(name: str, value: str) -> None:
    run = run_tap("http://127.0.0.1:1", "--config", "ENV", env={f"TAP_CALLGEAR_{name}": value})
    assert_plain(run, f"TAP_CALLGEAR_{name}")


@pytest.mark.measured
@pytest.mark.parametrize(
    "option, content",
    [
        pytest.param("config", None, id="no settings"),
        pytest.param("config", "{nope", id="settings that are no JSON"),
        pytest.param("config", "[1, 2]", id="settings that are no object"),
        pytest.param("state", None, id="no state"),
        pytest.param("state", "{nope", id="a state that is no JSON"),
        pytest.param("catalog", "[1, 2]", id="a catalog that is no object"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(option: str, content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    run = run_tap("http://127.0.0.1:1", f"--{option}", str(path))
    assert_plain(run, option)


@pytest.mark.parametrize("option", ["config", "state", "catalog"])
def test_json_in_place_of_a_file_is_not_repeated_since_it_may_hold_a_secret(option: str) -> None:
    run = run_tap("http://127.0.0.1:1", f"--{option}", '{"access_token": "a-secret-1234567890"}')
    assert_plain(run, f"--{option}: what was given cannot be read")
    assert "a-secret" not in run.stderr


def test_a_bookmark_that_is_no_date_is_named() -> None:
    mark = {"replication_key": "date_time", "replication_key_value": "yesterday"}
    run = run_tap("http://127.0.0.1:1", state={"bookmarks": {"visitor_sessions": mark}})
    assert_plain(run, "bookmark", "visitor_sessions", "yesterday", "2026-01-31")


def test_a_bookmark_of_a_user_that_is_no_date_is_named() -> None:
    mark = {"context": {"user_id": 11}, "replication_key": "date_time", "replication_key_value": "yesterday"}
    state = {"bookmarks": {"communications": {"partitions": [mark]}}}
    run = run_tap("http://127.0.0.1:1", config={"user_ids": [11]}, state=state)
    assert_plain(run, "bookmark", "communications", "yesterday")


@pytest.mark.parametrize("user_id", ["²", "9" * 5000], ids=["no number in ASCII", "thousands of digits"])
def test_a_bookmark_of_a_user_that_there_cannot_be_does_no_harm(user_id: str) -> None:
    mark = {"context": {"user_id": user_id}, "replication_key": "date_time", "replication_key_value": "2026-01-31"}
    state = {"bookmarks": {"communications": {"partitions": [mark]}}}
    with play(rows=20, user_ids=(11,)) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [11]}, state=state)
    assert run.exit_code == 0, run.stderr
    assert user_id in [part["context"]["user_id"] for part in run.state["bookmarks"]["communications"]["partitions"]]


@pytest.mark.parametrize("bookmarks", [[1], {"communications": 5}], ids=str)
def test_a_state_of_another_form_is_refused(bookmarks: Any) -> None:  # noqa: ANN401 - any JSON
    assert_plain(run_tap("http://127.0.0.1:1", state={"bookmarks": bookmarks}), "state")


@pytest.mark.parametrize(
    "host, says",
    [
        pytest.param(page(301, Location="https://example.com/"), "HTTP 301", id="moved"),
        pytest.param(page(403), "HTTP 403", id="shut"),
    ],
)
def test_a_host_that_is_not_the_api_leads_to_api_url(host: Callable[[Json], Answer], says: str) -> None:
    with impostor(host) as url:
        assert_plain(run_tap(url), says, "api_url")


def test_another_path_of_the_api_leads_to_api_url() -> None:
    with play(rows=20) as sandbox:
        assert_plain(run_tap(sandbox, config={"api_url": f"{sandbox.url}/more"}), "HTTP 404", "api_url")


def test_a_host_that_says_no_only_once_is_asked_again() -> None:
    numbers = count()

    def answer(request: Json) -> Answer:
        return page(503)(request) if next(numbers) == 0 else page(404)(request)

    with impostor(answer) as url:
        run = run_tap(url)
    assert_refused(run, "HTTP 404")
    assert "HTTP 503" in run.warnings[0]


def test_a_host_that_cannot_be_reached_is_given_up_within_two_minutes(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # nobody listens there
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v2.0"
        tap = TapCallGear(config=config_for(url), clock=clock, message_writer=BlockWriter(io.BytesIO(), clock))
        with signals_kept(), pytest.raises(CallGearError, match=r"could not be reached.*api_url") as failure:
            tap.read_all()
    assert url in str(failure.value)
    assert 60 <= clock.elapsed < 120
    assert sum("trying again" in record.getMessage() for record in caplog.records) >= 4
