"""What a person meets at the command line: every option does what it says, and people and programs are told apart."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tap_callgear.settings import CONFIG_SCHEMA

from .support import ALL_STREAMS, Run, assert_complete, play, run_tap

NOWHERE = "http://127.0.0.1:1"
SCRIPT = Path(sys.executable).with_name("tap-callgear")
OWN_SETTINGS = list(CONFIG_SCHEMA["properties"])[:14]


def command(*args: str, by: tuple[str, ...] = (sys.executable, "-m", "tap_callgear")) -> Run:
    """Run the tap with nothing but its arguments."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TAP_CALLGEAR_")}
    ended = subprocess.run([*by, *args], capture_output=True, env=env, timeout=60, check=False)  # noqa: S603 - the tap itself
    return Run(ended.returncode, ended.stdout, ended.stderr.decode())


@pytest.mark.measured
@pytest.mark.parametrize("by", [(sys.executable, "-m", "tap_callgear"), (str(SCRIPT),)], ids=["module", "script"])
def test_the_tap_tells_its_version(by: tuple[str, ...]) -> None:
    run = command("--version", by=by)
    assert (run.exit_code, run.stderr) == (0, "")
    assert re.fullmatch(r"tap-callgear v\d+\.\d+\S*, Meltano SDK v\d\S+\n", run.stdout.decode())


def test_the_help_names_every_option() -> None:
    run = command("--help")
    options = {
        "--version",
        "--about",
        "--format",
        "--config",
        "--discover",
        "--test",
        "--estimate",
        "--catalog",
        "--state",
    }
    assert run.exit_code == 0
    assert options <= set(re.findall(r"--\w+", run.stdout.decode()))


@pytest.mark.measured
def test_about_in_text_names_every_setting_with_its_variable() -> None:
    run = command("--about")
    text = run.stdout.decode()
    assert (run.exit_code, run.stderr) == (0, "")
    assert "Name: tap-callgear" in text
    for name in OWN_SETTINGS:
        assert f"- Name: {name}\n" in text
        assert f"Environment Variable: TAP_CALLGEAR_{name.upper()}\n" in text
    assert {"catalog", "state", "discover", "stream-maps", "batch"} <= set(re.findall(r"  - ([\w-]+)\n", text))


def test_about_in_json_holds_the_schema_of_the_settings() -> None:
    run = command("--about", "--format=json")
    about: dict[str, Any] = json.loads(run.stdout)
    assert run.exit_code == 0
    assert about["name"] == "tap-callgear"
    assert "3.10" in about["supported_python_versions"]
    told = about["settings"]["properties"]
    assert {name: told[name] for name in OWN_SETTINGS} == {
        name: CONFIG_SCHEMA["properties"][name] for name in OWN_SETTINGS
    }
    assert about["settings"]["required"] == ["start_date"]


def test_about_in_markdown_describes_every_setting() -> None:
    run = command("--about", "--format=markdown")
    rows = dict(re.findall(r"^\| (\w+) \| (?:True|False) \| \S+ \| (.+) \|$", run.stdout.decode(), re.MULTILINE))
    assert run.exit_code == 0
    for name in OWN_SETTINGS:
        assert rows[name] == CONFIG_SCHEMA["properties"][name]["description"]


def test_discovery_needs_neither_network_nor_settings() -> None:
    run = command("--discover")
    assert (run.exit_code, run.complaints) == (0, [])
    assert [entry["tap_stream_id"] for entry in json.loads(run.stdout)["streams"]] == list(ALL_STREAMS)


def test_discovery_with_settings_asks_nothing() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--discover", config={"access_token": None, "login": "a", "password": "b"})
    assert run.exit_code == 0
    assert not sandbox.requests


def test_stdout_carries_singer_messages_only() -> None:
    with play(rows=60) as sandbox:
        run = run_tap(sandbox, env={"TAP_CALLGEAR_LOGLEVEL": "DEBUG"})
        assert_complete(run, sandbox)
    assert run.stdout.endswith(b"\n")
    assert {message["type"] for message in run.messages} == {"SCHEMA", "RECORD", "STATE"}
    assert "| DEBUG " in run.stderr
