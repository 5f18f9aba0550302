"""Login and password instead of a key: a session is opened, renewed when it dies, and closed at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from .support import TIMEOUT, assert_complete, config_for, outcomes, play, run_tap, started

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox

    from .support import Json


def login_of(sandbox: Sandbox) -> Json:
    """Return settings that log in."""
    return {"access_token": None, "login": sandbox.options.login, "password": sandbox.options.password, "page_size": 20}


def methods(sandbox: Sandbox) -> list[str | None]:
    """Return the methods that were asked, in order."""
    return [request.method for request in sandbox.requests]


def test_a_session_is_opened_once_and_closed_at_the_end() -> None:
    with play(rows=100) as sandbox:
        run = run_tap(sandbox, config=login_of(sandbox))
        assert_complete(run, sandbox)
        assert not run.complaints
        assert methods(sandbox)[0] == "login.user"
        assert methods(sandbox)[-1] == "logout.user"
        assert methods(sandbox).count("login.user") == methods(sandbox).count("logout.user") == 1


def test_a_session_that_dies_on_the_way_is_opened_again() -> None:
    with play(rows=100, session_requests=4) as sandbox:
        run = run_tap(sandbox, config=login_of(sandbox))
        assert_complete(run, sandbox)
        assert outcomes(sandbox)["access_token_invalid"] > 0
        assert methods(sandbox).count("login.user") > 1


def test_windows_that_are_read_at_the_same_time_share_a_new_session() -> None:
    with play(rows=150, session_requests=12) as sandbox:
        run = run_tap(sandbox, config={**login_of(sandbox), "max_parallel_requests": 8})
        assert_complete(run, sandbox)
        assert 1 < methods(sandbox).count("login.user") <= 1 + outcomes(sandbox)["access_token_invalid"]


@pytest.mark.measured
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_session_is_closed_although_a_signal_ends_the_run(number: int) -> None:
    with play(rows=600, latency=0.05) as sandbox, started(sandbox, config=login_of(sandbox)) as run:
        run.await_records(50)
        run.process.send_signal(number)
        ended = run.finish()
        assert ended.exit_code == 128 + number
        assert "Exception ignored" not in ended.stderr
        assert methods(sandbox).count("logout.user") == 1


def test_a_session_is_closed_although_the_run_fails() -> None:
    with play(rows=100, rights="none") as sandbox:
        run = run_tap(sandbox, config={**login_of(sandbox), "timezone": "UTC"})
        assert run.exit_code == 1
        assert "Exception ignored" not in run.stderr
        assert methods(sandbox)[-1] == "logout.user"
        assert methods(sandbox).count("logout.user") == 1


def test_a_session_is_closed_by_the_end_of_the_process_where_nobody_else_does() -> None:
    with play(rows=40) as sandbox:
        config = config_for(sandbox, **login_of(sandbox))
        code = f"from tap_callgear.tap import TapCallGear; TapCallGear(config={config!r}).sync_all()"
        ended = subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=TIMEOUT, check=True
        )
        assert "Exception ignored" not in ended.stderr
        assert methods(sandbox)[-1] == "logout.user"
        assert methods(sandbox).count("logout.user") == 1


def test_a_key_is_never_logged_out() -> None:
    with play(rows=40) as sandbox:
        run_tap(sandbox)
        assert not {"login.user", "logout.user"} & set(methods(sandbox))
