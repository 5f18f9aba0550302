"""What the README and the pages under docs/ say is true of the code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import PurePath

import pytest

from callgear_sandbox.__main__ import main as sandbox_command
from tap_callgear.api.errors import REMEDIES
from tap_callgear.cli import command
from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear
from tests.documents import PAGES, ROOT, Document, code, own_settings

README = Document("README.md")
STREAMS_PAGE = Document("docs/streams.md")
TROUBLESHOOTING = Document("docs/troubleshooting.md")
SETTINGS_FILES = ("config.json", "agent.json", "sandbox.json")
AIRBYTE_PAGES = ("docs/airbyte.md",)
"""Where a file of settings has Airbyte's form."""

HANDLED_MNEMONICS = {"limit_exceeded", "internal_error"}
"""Mnemonics that never reach a person as a refusal."""

WRITERS = (
    "scripts/stream_tables.py",
    "scripts/model_columns.py",
    "scripts/model_pages.py",
    "scripts/fleet.py",
    "benchmarks/run.py",
    "benchmarks/end_to_end.py",
)
"""What writes pages, pictures or models from something else in the project."""

every_page = pytest.mark.parametrize("page", PAGES)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_written_by_a_program_is_up_to_date(writer: str) -> None:
    command = [sys.executable, writer, "--check"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - ours
    assert ended.returncode == 0, ended.stderr


def test_every_stream_stands_once_in_the_tables_and_has_a_section_of_its_columns() -> None:
    streams = [stream.name for stream in TapCallGear(validate_config=False).discover_streams()]
    heads = [
        line.strip("| ").split(" | ")
        for line in STREAMS_PAGE.text.splitlines()
        if line.startswith("| stream | what it holds |")
    ]
    told = [name for head in heads for name, *_ in STREAMS_PAGE.table(*head)]
    assert sorted(told) == sorted(f"[`{stream}`](columns.md#{stream})" for stream in streams)
    assert Document("docs/columns.md").anchors().issuperset(streams)


def test_the_readme_is_short_and_names_every_page() -> None:
    assert len(README.text.splitlines()) <= 150
    pages = {page for page in PAGES if page.startswith("docs/")}
    assert pages <= {link.partition("#")[0] for link in README.links()}


def test_every_mnemonic_that_the_code_knows_stands_once_on_the_page_about_errors_and_no_other() -> None:
    tables = [("mnemonic", "meaning", "what to do"), ("mnemonic", "meaning", "what the tap does")]
    told = [code(mnemonic) for heads in tables for mnemonic, *_ in TROUBLESHOOTING.table(*heads)]
    (reported,) = [part for part in TROUBLESHOOTING.prose.split("\n\n") if "it is a bug of the tap" in part]
    told += re.findall(r"`(\w+)`", reported)
    assert sorted(told) == sorted({*REMEDIES, *HANDLED_MNEMONICS})


def test_every_message_that_the_page_about_errors_quotes_is_one_that_the_code_writes() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tap_callgear").rglob("*.py"))
    rows = TROUBLESHOOTING.table("message", "what to do") + TROUBLESHOOTING.table("message", "what it means")
    messages = [quoted for told, _ in rows for quoted in told.split('"')[1::2] if not quoted.startswith("HTTP ")]
    assert messages
    for message in messages:
        assert message in sources, message


@every_page
def test_every_script_that_a_page_names_is_there_and_knows_its_options(page: str) -> None:
    written = {block.title for block in Document(page).all_blocks()}
    for words in Document(page).commands():
        if words[0] == "bash" and words[1] not in written:
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


@every_page
def test_every_file_of_settings_holds_settings_that_exist(page: str) -> None:
    for block in Document(page).all_blocks():
        if block.title in SETTINGS_FILES and page not in AIRBYTE_PAGES:
            settings = json.loads(block.text)
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


@pytest.mark.parametrize("page", ["docs/design.md", "CONTRIBUTING.md"])
def test_every_file_of_code_that_a_page_names_is_there(page: str) -> None:
    packages = ("tap_callgear", "callgear_sandbox", "tests", "scripts", "benchmarks")
    files = [path.as_posix() for package in packages for path in (ROOT / package).rglob("*.py")]
    for name in re.findall(r"`([\w/]+\.py)`", Document(page).prose):
        assert any(path.endswith(f"/{name}") for path in files), name


def test_every_part_of_the_layout_is_there() -> None:
    layout = next(block for block in Document("docs/design.md").blocks("text") if block.startswith("tap_callgear/"))
    for line in layout.splitlines():
        name = line.split()[0]
        folder = ROOT / "tap_callgear" if line.startswith(" ") else ROOT
        assert (folder / name).exists(), line


def test_the_example_of_the_environment_names_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.removeprefix("# ").partition("=")[0] for line in lines if line.startswith("# TAP_CALLGEAR_")}
    assert named == {f"TAP_CALLGEAR_{name.upper()}" for name in own_settings()}
