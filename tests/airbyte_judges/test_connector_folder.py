"""What the connector's folder claims is what the code does: metadata, documentation, picture and image file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import urlparse
from xml.etree import ElementTree as ET

import msgspec
import pytest
from packaging.version import Version

from tap_callgear.airbyte.spec import settings_of, specification
from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear
from tests.airbyte_judges.image_file import copied, is_let_in, of, stages
from tests.airbyte_judges.judges import CONNECTOR, HERE, Loopback, connector_config, connector_yaml, program, run
from tests.documents import ROOT, Document
from tests.signals import signals_kept

if TYPE_CHECKING:
    from pathlib import Path

    from singer_sdk import Stream

    from tests.support import Json

METADATA: Json = connector_yaml("metadata.yaml")["data"]
IMAGE = f"{METADATA['dockerRepository']}:{METADATA['dockerImageTag']}"
PAGES = ("README.md", "documentation.md")
DOCUMENTATION = Document("airbyte/source-callgear/documentation.md")
FORM: Json = specification()["connectionSpecification"]

A_DAY = 86_400
LONGEST_RETRIES = 6 * CONFIG_SCHEMA["properties"]["request_timeout"]["default"]

every_page = pytest.mark.parametrize("page", PAGES)


def streams() -> list[Stream]:
    """Return the streams that there are."""
    with signals_kept():
        return list(TapCallGear(validate_config=False).discover_streams())


@pytest.mark.airbyte
def test_the_metadata_is_of_the_form_that_airbyte_declares(tmp_path: Path) -> None:
    metadata = tmp_path / "metadata.json"
    judge: list[str | Path] = [program("airbyte-cdk", "python"), HERE / "validate_metadata.py", metadata]
    for is_right, changes in ((True, {}), (False, {"color": "blue"})):
        metadata.write_text(json.dumps({"metadataSpecVersion": "1.0", "data": METADATA | changes}), encoding="utf-8")
        ended = run(judge, Loopback(tmp_path).env, tmp_path)
        assert (ended.returncode == 0) == is_right, ended.stdout


def test_the_metadata_names_streams_and_hosts_that_there_are() -> None:
    assert set(METADATA["suggestedStreams"]["streams"]) <= {stream.name for stream in streams()}
    examples = [urlparse(url).hostname for url in FORM["properties"]["api_url"]["examples"]]
    assert METADATA["allowedHosts"]["hosts"] == [*examples, "${api_url}"]


def test_airbyte_waits_longer_for_a_message_than_the_source_may_be_silent() -> None:
    assert METADATA["maxSecondsBetweenMessages"] > A_DAY + LONGEST_RETRIES


def test_the_version_is_the_package_s_own() -> None:
    fallback = msgspec.toml.decode((ROOT / "pyproject.toml").read_bytes())["tool"]["hatch"]["version"][
        "fallback-version"
    ]
    assert Version(METADATA["dockerImageTag"]) == Version(Version(fallback).base_version)
    (latest, *_) = DOCUMENTATION.table("version", "date", "subject")
    assert latest[0] == METADATA["dockerImageTag"]


@every_page
def test_every_image_that_a_page_names_is_that_of_the_metadata(page: str) -> None:
    text = (CONNECTOR / page).read_text(encoding="utf-8")
    assert text.count(METADATA["dockerRepository"]) == text.count(IMAGE)


def test_the_picture_is_square_and_stands_alone() -> None:
    picture = CONNECTOR / METADATA["icon"]
    root = ET.parse(picture).getroot()  # noqa: S314 - our own
    assert root.attrib["width"] == root.attrib["height"]
    left, top, width, height = root.attrib["viewBox"].split()
    assert (left, top, width) == ("0", "0", height)
    assert "href" not in picture.read_text(encoding="utf-8")


def test_the_table_of_errors_repeats_that_of_the_page_about_errors() -> None:
    heads = ("mnemonic", "meaning", "what to do")
    assert DOCUMENTATION.table(*heads) == Document("docs/troubleshooting.md").table(*heads)


def test_every_filled_form_in_the_documentation_is_understood() -> None:
    forms = [json.loads(block) for block in DOCUMENTATION.blocks("json")]
    assert {form["credentials"]["auth_type"] for form in forms} == {"access_token", "login"}
    for form in forms:
        assert form.keys() <= FORM["properties"].keys()
        assert settings_of(form).keys() >= {"start_date"}


def test_the_configurations_for_the_standard_tests_are_there_and_hold_no_real_secret() -> None:
    suite = connector_yaml("acceptance-test-config.yml")
    assert suite["connector_image"] == IMAGE
    paths = {test["config_path"] for section in suite["acceptance_tests"].values() for test in section["tests"]}
    folder = CONNECTOR / "integration_tests"
    assert {f"integration_tests/{path.name}" for path in folder.iterdir()} == paths
    for path in folder.iterdir():
        config = connector_config(path.stem)
        assert urlparse(config["api_url"]).hostname == "127.0.0.1"
        secrets = {value for name, value in config["credentials"].items() if name in {"access_token", "password"}}
        assert all(secret.endswith("-1234567890") for secret in secrets)


def test_the_image_is_made_of_the_base_that_the_metadata_names() -> None:
    bases = [step.words[0] for stage in stages() for step in of("FROM", stage)]
    assert set(bases) == {METADATA["connectorBuildOptions"]["baseImage"]}


def test_the_image_runs_the_console_script_as_a_user_without_rights() -> None:
    *_, last = stages()
    (user,), (entry,), (env,) = of("USER", last), of("ENTRYPOINT", last), of("ENV", last)
    assert user.text == "airbyte"
    command: list[str] = json.loads(entry.text)
    assert env.words == [f"AIRBYTE_ENTRYPOINT={' '.join(command)}"]
    (copy,) = of("COPY", last)
    installed = copy.words[-1]
    assert command == [f"{installed}/bin/source-callgear"]
    instructions = [step.instruction for step in last]
    assert instructions.index("USER") > instructions.index("COPY"), "what is copied stays the root's"


def test_the_image_says_which_version_it_is() -> None:
    for stage in stages():
        (version,) = of("ARG", stage)
        assert version.text == f"VERSION={METADATA['dockerImageTag']}"
    (label,) = of("LABEL", stages()[-1])
    assert f"io.airbyte.name={METADATA['dockerRepository']}" in label.words


def test_all_that_the_image_copies_gets_into_its_build_and_nothing_else() -> None:
    build, _ = stages()
    sources = [source for source, _ in copied(build)]
    assert all((ROOT / source).exists() and is_let_in(source) for source in sources), sources
    held_back = (".git", ".venv", ".env", "tests", "requirements/test.txt", "tap_callgear/__pycache__/tap.pyc")
    assert not any(map(is_let_in, held_back))


def test_the_pins_that_the_image_installs_are_the_tap_s_with_their_hashes() -> None:
    build, _ = stages()
    (line,) = [step.text for step in of("RUN", build) if "--requirement" in step.text]
    assert "--require-hashes" in line
    assert line.endswith("requirements/tap.txt")


def test_the_package_builds_from_what_the_image_copies_with_the_image_s_version(tmp_path: Path) -> None:
    build, _ = stages()
    context = tmp_path / "build"
    for source, target in copied(build):
        origin, copy = ROOT / source, context / target
        if origin.is_dir():
            shutil.copytree(origin, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(parents=True, exist_ok=True)
            shutil.copy(origin, copy)
    (install,) = [step.text for step in of("RUN", build) if step.text.endswith(" .")]
    (told,) = [word for word in install.split() if word.endswith('="$VERSION"')]
    assert "--no-build-isolation" in install, "what builds it is among the pins"

    env = {**os.environ, told.partition("=")[0]: METADATA["dockerImageTag"]}
    subprocess.run(  # noqa: S603 - the pinned build backend
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=context,
        env=env,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"tap_callgear-{METADATA['dockerImageTag']}-")
    with zipfile.ZipFile(wheel) as package:
        (entry_points,) = [name for name in package.namelist() if name.endswith("entry_points.txt")]
        assert "source-callgear = " in package.read(entry_points).decode()


def test_every_setting_in_the_documentation_s_prose_has_its_title() -> None:
    titles = {field["title"] for field in FORM["properties"].values()}
    titles |= {form["title"] for form in FORM["properties"]["credentials"]["oneOf"]}
    buttons = {
        "Sources",
        "New source",
        "CallGear",
        "Set up source",
        "key",
        "login and password",
        "IP address",
        "customer's",
    }
    bold = {" ".join(text.split()) for text in DOCUMENTATION.prose.split("**")[1::2]}
    assert bold <= titles | buttons


def test_every_way_to_read_that_the_documentation_lists_is_offered() -> None:
    rows = DOCUMENTATION.table("sync mode", "supported", "good to know")
    offered = [mode for mode, supported, _ in rows if supported == "yes"]
    assert [mode.partition(":")[0] for mode in offered] == ["Full refresh", "Incremental", "Incremental"]
    assert specification()["supportsIncremental"]
