"""What a person meets at the command line: every option does what it says, and people and programs are told apart."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.files import read_object
from tap_callgear.settings import CONFIG_SCHEMA

from .forks import TAP
from .forks import run as run_program
from .support import ALL_STREAMS, Run, assert_complete, catalog_of, config_for, environment, play, run_tap

NOWHERE = "http://127.0.0.1:1"
SCRIPT = Path(sys.executable).with_name("tap-callgear")
OWN_SETTINGS = list(CONFIG_SCHEMA["properties"])[:14]


def command(*args: str) -> Run:
    """Run the tap with nothing but its arguments."""
    ended = run_program(TAP, args, environment(None), folder=Path.cwd(), timeout=60)
    return Run(ended.returncode, ended.stdout, ended.stderr.decode())


@pytest.mark.measured
@pytest.mark.parametrize("by", [(sys.executable, "-m", "tap_callgear"), (str(SCRIPT),)], ids=["module", "script"])
def test_the_tap_tells_its_version(by: tuple[str, ...]) -> None:
    run = subprocess.run([*by, "--version"], capture_output=True, env=environment(None), timeout=60, check=False)  # noqa: S603 - the tap itself
    assert (run.returncode, run.stderr) == (0, b"")
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


def test_files_are_read_once_so_that_they_may_be_pipes(tmp_path: Path) -> None:
    with play(rows=60) as sandbox:
        parts = {"one": config_for(sandbox), "two": {"page_size": 20}, "state": {}, "catalog": catalog_of(sandbox)}
        for name, part in parts.items():
            (tmp_path / name).write_text(json.dumps(part), encoding="utf-8")
        script = (
            '"$0" -m tap_callgear --config <(cat one) --config /dev/stdin --state <(cat state) --catalog <(cat catalog)'
        )
        ended = subprocess.run(  # noqa: S603 - the tap itself
            ["/usr/bin/env", "bash", "-c", f"cat two | {script}", sys.executable],
            capture_output=True,
            env=environment(None),
            cwd=tmp_path,
            timeout=60,
            check=False,
        )
        assert_complete(Run(ended.returncode, ended.stdout, ended.stderr.decode()), sandbox)
    assert max(request.rows for request in sandbox.requests) == 20


@pytest.mark.parametrize(
    "content, says",
    [
        pytest.param(None, "cannot be read: No such file or directory", id="no file"),
        pytest.param(b"", "holds nothing", id="empty"),
        pytest.param(b"[]", "holds JSON, but no JSON object", id="a list"),
        pytest.param(b'{"access_token":\n "secret",, }', "holds no JSON (line 2, column 11: Expecting", id="broken"),
        pytest.param(b"secret", "holds no JSON (line 1, column 1: Expecting value)", id="no JSON"),
        pytest.param('{"login": "Иван"}'.encode("cp1251"), "holds something else than text in UTF-8", id="cp1251"),
        pytest.param(b"[" * 100_000, "holds no JSON", id="too deep"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(content: bytes | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"^--config: ") as failure:
        read_object("--config", str(path))
    assert f"{path} {says}" in str(failure.value)
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_may_be_written_in_any_form_of_unicode(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes('{"login": "Иван"}'.encode(encoding))
    assert read_object("--config", str(path)) == {"login": "Иван"}


LOGGING = """
version: 1
formatters: {short: {format: "LOGGED %(message)s"}}
handlers: {err: {class: logging.StreamHandler, formatter: short, stream: ext://sys.stderr}}
root: {level: WARNING, handlers: [err]}
"""


@pytest.mark.parametrize(
    "env, content, says",
    [
        pytest.param({}, None, "There are no settings: give --config FILE, or --config ENV", id="no settings"),
        pytest.param(
            {"TAP_CALLGEAR_LOGLEVEL": "VERBOSE"},
            None,
            "TAP_CALLGEAR_LOGLEVEL is no level: set it to one of",
            id="level",
        ),
        pytest.param({"LOGLEVEL": "3"}, None, "LOGLEVEL is no level", id="general level"),
        pytest.param({}, "", "SINGER_SDK_LOG_CONFIG names log.yml, which cannot be used: it is no", id="empty"),
        pytest.param({}, "a: [", "SINGER_SDK_LOG_CONFIG names log.yml, which cannot be used: it is no", id="no YAML"),
        pytest.param({}, "version: 7", "SINGER_SDK_LOG_CONFIG names log.yml, which cannot", id="another version"),
        pytest.param(
            {"SINGER_SDK_LOG_CONFIG": "no.yml"}, None, "names no.yml, which cannot be used: No such", id="none"
        ),
        pytest.param({"LOGLEVEL": "warn"}, LOGGING, "LOGGED There are no settings", id="one that works"),
    ],
)
def test_what_the_log_cannot_be_is_one_line(
    env: dict[str, str], content: str | None, says: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "log.yml").write_text(content, encoding="utf-8")
        env = {"SINGER_SDK_LOG_CONFIG": "log.yml", **env}
    ended = run_program(TAP, [], environment(env), folder=tmp_path, timeout=60)
    (line,) = ended.stderr.decode().splitlines()
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert says in line


def test_nothing_of_what_nobody_asked_for_is_logged() -> None:
    run = run_tap("http://192.0.2.1", "--test=schema")
    assert run.exit_code == 0
    assert "Skipping parse of env var" not in run.stderr


@pytest.mark.parametrize(
    "chosen, says",
    [
        (["--estimate", "--test"], "--test and --estimate exclude each other"),
        (["--test=schema", "--discover"], "--discover and --test exclude each other"),
        (["--about", "--estimate"], "--about and --estimate exclude each other"),
    ],
)
def test_options_that_exclude_each_other_are_told(chosen: list[str], says: str) -> None:
    run = command(*chosen)
    assert (run.exit_code, run.stdout) == (1, b"")
    assert says in run.complaints[-1]
