"""No key, password or session key is shown, at any log level, in any form of log, whatever goes wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from .impostor import error, impostor, result
from .support import assert_complete, play, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from .impostor import Answer, Json
    from .support import Run

KEY = "sandbox-key-1234567890"
PASSWORD = "sandbox-password-1234567890"  # noqa: S105 - the sandbox's
WRONG = "wrong-secret-1234567"
SESSION = "session-key-1234567890"
LOGIN = {"access_token": None, "login": "manager@example.com", "password": PASSWORD}
DEBUG = {"TAP_CALLGEAR_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"}
FAULT = f"""
from urllib3 import PoolManager

def fail(*_, **__):
    int("{KEY}")

PoolManager.urlopen = fail
"""
"""A fault of a library that no one foresaw, with the key in the text of its exception."""

STRUCTURED = """
version: 1
disable_existing_loggers: false
formatters: {{structured: {{(): singer_sdk.logging.StructuredFormatter}}}}
handlers: {{json: {{class: logging.StreamHandler, formatter: structured, stream: "ext://sys.stderr"}}}}
{loggers}
"""
ROOT = "root: {level: DEBUG, handlers: [json]}"
OWN = "loggers: {tap-callgear: {level: DEBUG, handlers: [json], propagate: false}}"


def assert_hidden(run: Run, *secrets: str) -> None:
    """Assert that no secret got out, although there was much to read."""
    assert len(run.stderr) > 1000
    for secret in secrets:
        assert secret not in run.stderr
        assert secret.encode() not in run.stdout


@pytest.fixture(params=["console", "structured", "of its own"])
def logging(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a run whose log tells everything, in one of the forms that the SDK can give it."""
    if request.param == "console":
        return DEBUG
    path = tmp_path / "logging.yaml"
    loggers = ROOT if request.param == "structured" else OWN
    path.write_text(STRUCTURED.format(loggers=loggers), encoding="utf-8")
    return {**DEBUG, "SINGER_SDK_LOG_CONFIG": str(path)}


@pytest.fixture
def fault(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a run that ends in a fault."""
    (tmp_path / "sitecustomize.py").write_text(FAULT, encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path)}


def test_a_rejected_key_that_the_api_echoes_is_hidden(logging: dict[str, str]) -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, config={"access_token": WRONG}, env=logging)
    assert run.exit_code == 1
    assert "access_token_invalid" in run.stderr
    assert_hidden(run, WRONG)


@pytest.mark.measured
def test_a_key_in_a_traceback_is_hidden(logging: dict[str, str], fault: dict[str, str]) -> None:
    with play(rows=20) as sandbox:
        assert_fault_without_key(run_tap(sandbox, env={**logging, **fault}))


def test_a_key_in_the_traceback_of_a_test_is_hidden(fault: dict[str, str]) -> None:
    with play(rows=20) as sandbox:
        assert_fault_without_key(run_tap(sandbox, "--test", env={**DEBUG, **fault}))


def assert_fault_without_key(run: Run) -> None:
    """Assert that a run ended in the fault, and that it says so without the key."""
    assert run.exit_code == 1
    assert "invalid literal for int() with base 10: '*****'" in run.stderr
    assert_hidden(run, KEY)


def test_sessions_that_come_and_go_are_hidden() -> None:
    with play(rows=60, session_requests=4) as sandbox:
        run = run_tap(sandbox, config={**LOGIN, "page_size": 20, "max_parallel_requests": 1}, env=DEBUG)
        assert_complete(run, sandbox)
    methods = Counter(request.method for request in sandbox.requests)
    assert methods["login.user"] > 1
    assert methods["logout.user"] == 1
    assert_hidden(run, PASSWORD)
    assert not re.search(r"\b[0-9a-f]{32}\b", run.stderr)


def test_a_session_key_in_the_text_of_an_error_is_hidden() -> None:
    def answer(request: Json) -> Answer:
        if request["method"] == "login.user":
            return result(request, {"access_token": SESSION})
        return error(request, "access_token_invalid", f"There is no session {SESSION}", value=SESSION, field=SESSION)

    with impostor(answer) as url:
        run = run_tap(url, config=LOGIN, env=DEBUG)
    assert run.exit_code == 1
    assert "There is no session *****" in run.stderr
    assert_hidden(run, SESSION, PASSWORD)


def test_a_password_in_the_text_of_an_error_is_hidden() -> None:
    with impostor(lambda request: error(request, "auth_error", f"{PASSWORD} is wrong", value=PASSWORD)) as url:
        run = run_tap(url, config=LOGIN, env=DEBUG)
    assert run.exit_code == 1
    assert "***** is wrong" in run.stderr
    assert_hidden(run, PASSWORD)


@pytest.mark.parametrize("is_ascii", [True, False])
def test_a_request_that_the_api_repeats_in_an_error_is_hidden(*, is_ascii: bool) -> None:
    password = 'a "quoted" пароль\\1/'  # noqa: S105 - it opens nothing

    def answer(request: Json) -> Answer:
        return error(request, "auth_error", f"Got {json.dumps(request, ensure_ascii=is_ascii)} and {request!r}")

    with impostor(answer) as url:
        run = run_tap(url, config={**LOGIN, "password": password}, env=DEBUG)
    assert run.exit_code == 1
    assert '"password": "*****"' in run.stderr
    for part in ("quoted", "пароль", r"\u043f"):
        assert part not in run.stderr


def test_a_key_with_blanks_around_it_is_hidden_without_them() -> None:
    with impostor(
        lambda request: error(request, "access_token_invalid", f"No {request['params']['access_token']}")
    ) as url:
        run = run_tap(url, config={"access_token": f"\n{WRONG} \r\n", "timezone": "UTC"}, env=DEBUG)
    assert run.exit_code == 1
    assert "No *****" in run.stderr
    assert_hidden(run, WRONG)


@pytest.mark.parametrize(
    "settings",
    [
        {"api_url": f"https://user:{WRONG}/{WRONG}@example.com/v2.0/ x"},
        {"api_url": [f"https://user:{WRONG}@example.com/v2.0"]},
        {"batch_config": {"encoding": {"format": "jsonl"}, "storage": {"root": f"ftp://user:{WRONG}@127.0.0.1:1/x"}}},
    ],
    ids=["a slash in it", "a list of addresses", "where files go"],
)
def test_a_password_in_an_address_is_hidden(settings: Json) -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, config=settings)
    assert run.exit_code == 1
    assert WRONG not in run.stderr


def test_a_login_that_gives_no_key_is_explained_and_hidden() -> None:
    with impostor(lambda request: result(request, {"session": SESSION})) as url:
        run = run_tap(url, config=LOGIN, env=DEBUG)
    assert run.exit_code == 1
    assert_hidden(run, PASSWORD)


def test_the_log_of_a_good_run_and_its_output_hold_no_secret(logging: dict[str, str]) -> None:
    settings = {f"TAP_CALLGEAR_{name}": "" for name in ("ACCESS_TOKEN", "PASSWORD")}
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, config={"timezone": "UTC"}, env={**settings, **logging})
        assert_complete(run, sandbox)
    assert_hidden(run, KEY)
    assert KEY not in json.dumps(run.states)


def test_a_structured_log_stays_whole_where_something_is_hidden(tmp_path: Path, fault: dict[str, str]) -> None:
    path = tmp_path / "logging.yaml"
    path.write_text(STRUCTURED.format(loggers="root: {level: INFO, handlers: [json]}"), encoding="utf-8")
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, env={"SINGER_SDK_LOG_CONFIG": str(path), **fault})
    told = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
    assert [entry["level"] for entry in told if entry["level"] not in {"info", "debug"}] == ["error"]
    assert len([entry for entry in told if entry["message"] == "METRIC"]) == 2
