"""What fails is told with who can fix it, in one line, without a secret; the other streams are read all the same."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tap_callgear.airbyte.command_line import parse
from tap_callgear.airbyte.failures import failure_of
from tap_callgear.api.errors import (
    ConfigurationError,
    ErrorReply,
    PointsSpent,
    TransientError,
    error_from,
)
from tap_callgear.api.redaction import Secrets
from tests.impostor import Answer, error, impostor, page
from tests.support import STREAMS, TIMEOUT, environment, instants_of, play

from .support import (
    KEY,
    NOWHERE,
    Json,
    assert_counted,
    assert_hidden,
    assert_read,
    catalog_for,
    form_for,
    read,
    run_source,
    source_started,
)

if TYPE_CHECKING:
    from .support import SourceRun

pytestmark = pytest.mark.measured

WRONG = "wrong-secret-1234567"


def assert_failed_at_once(run: SourceRun, *says: str) -> None:
    """Assert that a run ended with one failure that is for the user to fix, and of no stream more than another."""
    assert (run.exit_code, run.stderr) == (1, "")
    assert run.error.keys() == {"message", "internal_message", "failure_type"}
    assert run.error["failure_type"] == "config_error"
    assert [word for word in says if word not in run.error["message"]] == [], run.error
    assert "\n" not in run.error["message"]
    assert not run.of_type("RECORD")
    assert_hidden(run, WRONG, KEY)


def refusal(mnemonic: str) -> Exception:
    """Return what the API's refusal turns into."""
    return error_from(ErrorReply(code=-32602, message="No.", mnemonic=mnemonic), "get.account")


@pytest.mark.parametrize(
    "exception, failure_type",
    [
        (ConfigurationError("Set it."), "config_error"),
        (refusal("access_token_invalid"), "config_error"),
        (refusal("ip_not_whitelisted"), "config_error"),
        (refusal("forbidden"), "config_error"),
        (refusal("invalid_parameter_value"), "config_error"),
        (refusal("date_interval_limit_reached"), "config_error"),
        (refusal("parse_error"), "system_error"),
        (refusal("internal_error"), "transient_error"),
        (refusal("limit_exceeded"), "transient_error"),
        (TransientError("Later."), "transient_error"),
        (PointsSpent("Tomorrow.", period="day", limits={}), "transient_error"),
    ],
    ids=str,
)
def test_who_can_fix_it_follows_from_the_kind_of_failure(exception: Exception, failure_type: str) -> None:
    failure = failure_of(exception, Secrets())
    assert failure.failure_type == failure_type
    assert failure.message == str(exception)
    assert failure.stack_trace is None


def test_a_text_that_no_json_can_hold_is_told_all_the_same() -> None:
    failure = failure_of(ConfigurationError("--config: \udcff.json cannot be read."), Secrets())
    assert failure.message == "--config: ?.json cannot be read."


def test_our_own_fault_comes_with_a_stack_trace_and_no_secret() -> None:
    secrets = Secrets()
    secrets.add(KEY)
    try:
        int(KEY)
    except ValueError as fault:
        failure = failure_of(fault, secrets)
    assert failure.failure_type == "system_error"
    assert "please report" in failure.message
    assert failure.internal_message == "ValueError: invalid literal for int() with base 10: '*****'"
    assert failure.stack_trace is not None
    assert "test_failures.py" in failure.stack_trace
    assert KEY not in failure.stack_trace


def test_a_fault_of_our_own_is_told_with_its_trace_and_the_other_stream_is_read(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from tap_callgear.extraction.window_reader import WindowReader\n"
        "read = WindowReader.read\n"
        "def faulty(self, *span):\n"
        "    return read(self, *span) if 'visitor_sessions' in self._report.method else 1 / 0\n"
        "WindowReader.read = faulty\n",
        encoding="utf-8",
    )
    with play(rows=20) as sandbox:
        run = read(sandbox, env={"PYTHONPATH": str(tmp_path)})
    assert run.exit_code == 1
    assert run.error["failure_type"] == "system_error"
    assert run.error["stream_descriptor"] == {"name": "communications"}
    assert run.error["internal_message"] == "ZeroDivisionError: division by zero"
    assert "in faulty" in run.error["stack_trace"]
    assert run.statuses("visitor_sessions") == ["STARTED", "RUNNING", "COMPLETE"]
    assert run.stderr == ""


def test_a_failure_half_way_leaves_a_state_that_covers_its_records_and_the_next_read_goes_on() -> None:
    config = {"page_size": 40, "max_parallel_requests": 1, "timezone": "UTC", "lookback_days": 0}
    with play(rows=200, points_per_day=3) as sandbox:
        first = read(sandbox, config=config)
        assert first.exit_code == 1
        assert first.statuses("communications") == ["STARTED", "RUNNING", "INCOMPLETE"]
        assert first.statuses("visitor_sessions") == ["STARTED", "INCOMPLETE"]
        assert [failure["failure_type"] for failure in first.errors] == ["transient_error"] * 2
        assert [failure["stream_descriptor"]["name"] for failure in first.errors] == list(STREAMS)
        assert all("stack_trace" not in failure for failure in first.errors)
        assert_counted(first)
        order = [message["trace"]["type"] for message in first.of_type("TRACE")]
        assert order == ["STREAM_STATUS"] * 3 + ["ERROR"] + ["STREAM_STATUS"] * 2 + ["ERROR"]
        sandbox.options = replace(sandbox.options, points_per_day=None)
        second = read(sandbox, config=config, state=first.state)
        assert second.exit_code == 0
        for stream in STREAMS:
            records = [*first.records(stream), *second.records(stream)]
            assert instants_of(stream, records) == sandbox.instants(stream)
            assert len(records) <= 201, "no more than the last second was read again"


def test_one_stream_without_a_product_does_not_keep_the_other_back() -> None:
    with play(rows=60) as sandbox:

        def answer(request: Json) -> Answer:
            if request["method"] == "get.communications_report":
                return error(request, "method_component_disabled", f"No product for {KEY}")
            return Answer(requests.post(sandbox.url, json=request, timeout=30).content)

        with impostor(answer) as url:
            run = read(sandbox, config={"api_url": url})
        assert run.exit_code == 1
        assert run.error["stream_descriptor"] == {"name": "communications"}
        assert run.error["failure_type"] == "config_error"
        assert "deselect the stream" in run.error["message"]
        assert "No product for *****" in run.error["message"]
        assert run.statuses("communications") == ["STARTED", "INCOMPLETE"]
        assert run.statuses("visitor_sessions") == ["STARTED", "RUNNING", "COMPLETE"]
        assert instants_of("visitor_sessions", run.records("visitor_sessions")) == sandbox.instants("visitor_sessions")
    assert_counted(run)
    assert_hidden(run, KEY)


def test_a_stream_that_there_is_not_is_told_and_the_others_are_read() -> None:
    with play(rows=40) as sandbox:
        run = read(sandbox, catalog=catalog_for(["faxes", "communications"]))
        assert run.exit_code == 1
        assert run.error["stream_descriptor"] == {"name": "faxes"}
        assert run.error["failure_type"] == "config_error"
        assert run.error["message"].startswith("There is no stream faxes: refresh the schema")
        assert run.statuses("faxes") == ["INCOMPLETE"]
        assert run.blobs("faxes") == []
        assert instants_of("communications", run.records("communications")) == sandbox.instants("communications")


@pytest.mark.parametrize(
    "given, says",
    [
        pytest.param({"config": {"start_date": "soon"}}, ["start_date", "soon"], id="start is no date"),
        pytest.param({"config": f'{{"access_token": "{WRONG}"'}, ["--config", "no JSON"], id="settings are no JSON"),
        pytest.param({"catalog": "[1]"}, ["--catalog", "no JSON object"], id="catalog is no object"),
        pytest.param({"catalog": {"streams": [{"name": "calls"}]}}, ["--catalog", "sync_mode"], id="no configured one"),
        pytest.param({"catalog": catalog_for(sync_mode="sometimes")}, ["--catalog", "sync_mode"], id="unknown mode"),
    ],
)
def test_what_concerns_all_streams_is_one_failure(given: Json, says: list[str]) -> None:
    config = given.get("config", {})
    told = config if isinstance(config, str) else form_for(NOWHERE, **config)
    run = run_source("read", config=told, catalog=given.get("catalog", catalog_for()))
    assert_failed_at_once(run, *says)


@pytest.mark.parametrize(
    "line",
    [
        ["read", "--config", "/nowhere/config.json", "--catalog", "/nowhere/catalog.json"],
        ["discover", "--config", "/nowhere/config.json", "--access_token", WRONG],
        ["discover", "--config", f'{{"access_token": "{WRONG}"}}'],
    ],
    ids=["missing file", "unknown option", "settings in place of a file"],
)
def test_a_command_line_that_cannot_be_is_explained_without_repeating_it(line: list[str]) -> None:
    assert_failed_at_once(run_source(line[0], *line[1:]), "--config")


@pytest.mark.parametrize(
    "line", [[], [WRONG], [f"--{WRONG}"], ["read", "--catalog", WRONG], ["check", "--conf", WRONG]]
)
def test_a_command_line_of_another_kind_is_told_how_it_is_meant(line: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="read --config FILE --catalog FILE") as caught:
        parse(line)
    assert WRONG not in str(caught.value)


@pytest.mark.parametrize("line", [["--debug", "spec"], ["spec", "--debug"]])
def test_debug_may_stand_anywhere(line: list[str]) -> None:
    assert parse(line).debug
    assert not parse(["spec"]).debug


def test_a_host_that_is_not_the_api_is_told_for_each_stream() -> None:
    with impostor(page(403)) as url:
        run = run_source("read", config=form_for(url, access_token=WRONG), catalog=catalog_for())
    assert run.exit_code == 1
    assert [failure["failure_type"] for failure in run.errors] == ["config_error"] * 2
    assert all("HTTP 403" in failure["message"] and "api_url" in failure["message"] for failure in run.errors)
    assert_hidden(run, WRONG)


def test_no_secret_is_told_at_any_level() -> None:
    password = "sandbox-password-1234567890"  # noqa: S105 - the sandbox's
    credentials = {"auth_type": "login", "login": "manager@example.com", "password": password}
    with play(rows=40, session_requests=4) as sandbox:
        form = form_for(sandbox, access_token=None, credentials=credentials, page_size=20, max_parallel_requests=1)
        run = run_source("read", "--debug", config=form, catalog=catalog_for())
        assert_read(run, sandbox)
        assert [request.method for request in sandbox.requests].count("login.user") > 1
        assert sandbox.requests[-1].method == "logout.user"
    assert len(run.logs("DEBUG")) > 10
    assert_hidden(run, password)
    assert not re.search(rb"\b[0-9a-f]{32}\b", run.stdout), "the keys of the sessions"


def test_a_reader_that_goes_ends_the_run_without_a_word() -> None:
    with play(rows=500) as sandbox:
        form = form_for(sandbox, page_size=50)
        with source_started("read", config=form, catalog=catalog_for()) as run:
            run.await_records(3)
            run.stdout.close()
            left = run.finish()
    assert left.exit_code == 1
    assert left.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_without_room_is_told_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "tap_callgear.airbyte", "spec"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(None),
            timeout=TIMEOUT,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr.startswith(b"The output cannot be written: No space left on device;")


@pytest.mark.parametrize(
    "option, says", [("--help", "read --config FILE --catalog FILE"), ("--version", "source-callgear v")]
)
def test_help_and_version_are_for_people(option: str, says: str) -> None:
    run = run_source(option)
    assert (run.exit_code, run.stderr) == (0, "")
    assert says in " ".join(run.stdout.decode().split())


def test_a_wrong_level_is_told_in_one_line_by_every_command() -> None:
    env = {"TAP_CALLGEAR_LOGLEVEL": "VERBOSE"}
    says = "The environment variable TAP_CALLGEAR_LOGLEVEL is no level: set it to one of DEBUG, INFO"
    assert says in run_source("check", config=form_for(NOWHERE), env=env).connection["message"]
    run = run_source("read", config=form_for(NOWHERE), catalog=catalog_for(), env=env)
    assert (run.exit_code, run.error["failure_type"]) == (1, "config_error")
    assert says in run.error["message"]


def test_settings_that_there_are_not_are_told() -> None:
    form = form_for(NOWHERE, lookback_day=3)
    form["credentials"]["access_tokens"] = WRONG
    run = run_source("discover", config={**form, "__injected": {}})
    (warning,) = run.logs("WARN")
    assert "lookback_day (did you mean lookback_days?)" in warning
    assert "access_tokens (did you mean access_token?)" in warning
    assert_hidden(run, WRONG)
