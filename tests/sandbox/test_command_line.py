"""The command starts a sandbox, says where it is, and stops when told."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from click.testing import CliRunner

import callgear_sandbox
from callgear_sandbox import Options, Sandbox
from callgear_sandbox.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-m", "callgear_sandbox"]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """Start the command, and end it if the test did not."""
    options = ["--rows=20", "--user-ids=1,2", "--until=2026-01-01", "--faults=502=0.0,cut=0.0"]
    options += ["--refused-methods=get.contacts=forbidden,get.chats_report=method_component_disabled:consultant"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as started:  # noqa: S603 - our own command
        yield started
        started.kill()


@pytest.mark.measured
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(process: subprocess.Popen[str], number: signal.Signals) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"callgear-sandbox listening on (http://127\.0\.0\.1:\d+/v2\.0) \(token: (\S+)\)\n", line)
    assert found
    call = {"method": "get.customer_users", "params": {"access_token": found[2]}}
    reply = requests.post(found[1], json={"jsonrpc": "2.0", "id": 1, **call}, timeout=9)
    assert {row["id"] for row in reply.json()["result"]["data"]} == {1, 2}
    process.send_signal(number)
    assert process.wait(9) == 0
    assert process.stdout.read() == ""


@pytest.mark.parametrize(
    "option, reason",
    [
        ("--zone=Mars/Olympus", "Mars/Olympus"),
        ("--faults=flood=0.1", "flood"),
        ("--faults=500=much", "much"),
        ("--until=yesterday", "yesterday"),
        ("--user-ids=one", "one"),
        ("--order=up", "up"),
        ("--total-items=many", "many"),
        ("--port=70000", "65535"),
        ("--rows=-1", "-1"),
        ("--minute-seconds=0", "0"),
        ("--refused-methods=get.nothing=forbidden", "get.nothing=forbidden"),
        ("--refused-methods=get.contacts=never", "never"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_words(option: str, reason: str) -> None:
    result = CliRunner().invoke(main, [option])
    assert result.exit_code == 2
    assert reason in result.output
    assert "Traceback" not in result.output


def test_every_option_is_described() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "--points-per-minute" in result.output
    assert "--total-items" in result.output


def test_the_command_tells_its_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert re.fullmatch(r"callgear-sandbox, version \S+\n", result.output)


def test_a_port_or_a_host_that_cannot_be_had_is_said_in_one_line() -> None:
    with Sandbox(Options(rows=1)) as sandbox:
        port = sandbox.url.rpartition(":")[2].partition("/")[0]
        taken = CliRunner().invoke(main, [f"--port={port}", "--rows=1"])
    assert (taken.exit_code, taken.output) == (1, f"Error: Port {port} is taken: give another with --port.\n")
    elsewhere = CliRunner().invoke(main, ["--host=192.0.2.1", "--rows=1"])
    assert elsewhere.output == "Error: 192.0.2.1 is no address of this machine: give another with --host.\n"


def test_the_page_of_the_sandbox_names_every_option() -> None:
    page = Path(callgear_sandbox.__file__).with_name("README.md").read_text(encoding="utf-8")
    for option in main.params:
        if option.name not in {"help", "version"}:
            assert any(re.search(rf"{name}\b", page) for name in (*option.opts, *option.secondary_opts)), option.name
