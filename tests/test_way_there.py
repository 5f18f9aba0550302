"""Where the way to the API is barred for good, one plain line says so within seconds, on both faces."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from .airbyte.support import form_for, run_source
from .impostor import impostor, result
from .support import run_tap

if TYPE_CHECKING:
    from collections.abc import Mapping

NOWHERE = "https://dataapi.callgear.invalid/v2.0"

BARRED = pytest.mark.parametrize(
    "env, says",
    [
        pytest.param(
            {},
            ["the name dataapi.callgear.invalid is not known", "placeholder", "api_url", "dataapi.callgear.com"],
            id="placeholder",
        ),
        pytest.param({"REQUESTS_CA_BUNDLE": "/nowhere.pem"}, ["REQUESTS_CA_BUNDLE", "/nowhere.pem"], id="no bundle"),
        pytest.param({"ALL_PROXY": "socks5://me:secret-1@127.0.0.1:1"}, ["ALL_PROXY", "PySocks"], id="SOCKS"),
        pytest.param({"HTTPS_PROXY": "http://me:secret-1@127.0.0.1:1"}, ["HTTPS_PROXY", "refused"], id="no proxy"),
    ],
)


@BARRED
def test_a_run_ends_with_one_line(env: Mapping[str, str], says: list[str]) -> None:
    began = time.monotonic()
    run = run_tap(NOWHERE, env={**env, "TAP_CALLGEAR_LOGLEVEL": "DEBUG"})
    assert time.monotonic() - began < 20
    assert run.exit_code == 1
    errors = [line for line in run.complaints if "| ERROR " in line]
    assert len(errors) == 1
    assert [word for word in says if word not in errors[0]] == []
    assert "secret-1" not in run.stderr
    assert "Traceback" not in run.stderr


@BARRED
def test_a_check_fails_with_one_line(env: Mapping[str, str], says: list[str]) -> None:
    began = time.monotonic()
    run = run_source("check", config=form_for(NOWHERE), env=env)
    assert time.monotonic() - began < 20
    assert run.connection["status"] == "FAILED"
    assert [word for word in says if word not in run.connection["message"]] == []
    assert "secret-1" not in run.stdout.decode()


def test_a_password_in_the_address_is_used_and_never_shown() -> None:
    with impostor(lambda request: result(request, [])) as url:
        run = run_tap(url.replace("http://", "http://me:secret-1@"), env={"TAP_CALLGEAR_LOGLEVEL": "DEBUG"})
        broken = run_tap(
            url.replace("http://", "http://me:secret-1@").replace("/v2.0", "\\"), config={"page_size": "x"}
        )
    assert "secret-1" not in run.stderr + broken.stderr
