"""What the README and its companions say is true of the code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import PurePath
from typing import Any

import pytest

from callgear_sandbox.__main__ import main as sandbox_command
from tap_callgear.api.errors import REMEDIES
from tap_callgear.cli import command
from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear
from tests.documents import ROOT, Document, code, own_settings

README = Document("README.md")
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "airbyte/source-callgear/README.md",
    "airbyte/source-callgear/documentation.md",
)

HANDLED_MNEMONICS = {"limit_exceeded", "internal_error"}
"""Mnemonics that never reach a person as a refusal."""

every_page = pytest.mark.parametrize("page", PAGES)


def kind_of(setting: dict[str, Any]) -> str:
    """Say a setting's type as the README does."""
    if "enum" in setting:
        return " or ".join(f"`{value}`" for value in setting["enum"] if value is not None)
    kind: str = setting["type"][0]
    if kind == "array":
        return f"array of {setting['items']['type'][0]}s"
    name = {"uri": "URI"}.get(setting.get("format", ""), setting.get("format", kind))
    return f"{name}{bounds_of(setting)}{', secret' if setting.get('secret') else ''}"


def bounds_of(setting: dict[str, Any]) -> str:
    """Say between what a number may lie."""
    if "exclusiveMinimum" in setting:
        return f", above {setting['exclusiveMinimum']}"
    if "maximum" in setting:
        return f", {setting['minimum']} to {setting['maximum']}"
    return f", {setting['minimum']} or more" if "minimum" in setting else ""


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = README.table("setting", "type", "default", "meaning")
    settings = own_settings()
    assert [code(name) for name, *_ in rows] == list(settings)
    for name, kind, default, meaning in rows:
        setting = settings[code(name)]
        assert kind == kind_of(setting), name
        assert meaning == setting["description"], name
        assert (default == "required") == (code(name) in CONFIG_SCHEMA["required"]), name
        if "default" in setting:
            assert default == f"`{setting['default']}`", name
        else:
            assert "`" not in default, name


def test_the_tables_of_streams_are_what_the_declarations_say() -> None:
    command = [sys.executable, "scripts/stream_tables.py", "--check"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - ours
    assert ended.returncode == 0, ended.stderr


def test_every_stream_stands_once_in_the_tables() -> None:
    heads = [
        line.strip("| ").split(" | ") for line in README.text.splitlines() if line.startswith("| stream | method |")
    ]
    told = [code(name) for head in heads for name, *_ in README.table(*head)]
    assert sorted(told) == sorted(stream.name for stream in TapCallGear(validate_config=False).discover_streams())


def test_the_table_of_errors_has_every_mnemonic_that_the_code_knows_and_no_other() -> None:
    told = [code(mnemonic) for mnemonic, *_ in README.table("mnemonic", "meaning", "what to do")]
    assert sorted(told) == sorted({*REMEDIES, *HANDLED_MNEMONICS})


def test_every_message_that_the_readme_quotes_is_one_that_the_code_writes() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tap_callgear").rglob("*.py"))
    rows = README.table("message", "what to do")
    messages = [quoted for told, _ in rows for quoted in told.split('"')[1::2] if not quoted.startswith("HTTP ")]
    assert messages
    for message in messages:
        assert message in sources, message


@every_page
def test_every_script_that_a_page_names_is_there_and_knows_its_options(page: str) -> None:
    for words in Document(page).commands():
        if words[0] == "bash":
            script = ROOT / words[1]
            assert script.is_file(), words
            for option in words[2:]:
                if option.startswith("--"):
                    assert option in script.read_text(encoding="utf-8"), words
                elif option.startswith("tests/"):
                    assert (ROOT / option).exists(), words


@every_page
def test_every_option_that_a_page_names_is_one_of_the_command(page: str) -> None:
    options = {
        "tap-callgear": {text for option in command.params for text in option.opts},
        "callgear-sandbox": {text for option in sandbox_command.params for text in option.opts} | {"--help"},
    }
    for words in Document(page).commands():
        for word in words[1:]:
            if word.startswith("--") and words[0] in options:
                assert word in options[words[0]], words


def test_every_file_of_settings_in_the_readme_holds_settings_that_exist() -> None:
    blocks = README.blocks("json")
    assert blocks
    for block in blocks:
        settings = json.loads(block)
        assert settings.keys() <= own_settings().keys()
        assert settings.keys() >= set(CONFIG_SCHEMA["required"])


@every_page
def test_every_link_within_the_project_leads_somewhere(page: str) -> None:
    folder = PurePath(page).parent
    for link in Document(page).links():
        path, _, anchor = link.partition("#")
        target = str(folder / path) if path else page
        assert (ROOT / target).exists(), link
        assert not anchor or anchor in Document(target).anchors(), link


def test_every_part_of_the_layout_is_there() -> None:
    layout = next(block for block in README.blocks("text") if block.startswith("tap_callgear/"))
    for line in layout.splitlines():
        name = line.split()[0]
        folder = ROOT / "tap_callgear" if line.startswith(" ") else ROOT
        assert (folder / name).exists(), line


def test_the_example_of_the_environment_names_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.removeprefix("# ").partition("=")[0] for line in lines if line.startswith("# TAP_CALLGEAR_")}
    assert named == {f"TAP_CALLGEAR_{name.upper()}" for name in own_settings()}
