"""Airbyte's standard tests of a connector find nothing wrong with the source: as a class, and in place of an image.

They live in an environment of their own: ``bash scripts/setup airbyte-cdk``. All of them run at once, against a sandbox
that makes it easy and one that does not.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.airbyte_judges.judges import (
    HERE,
    SOURCE,
    UNFRIENDLY,
    Loopback,
    connector_yaml,
    copy_connector,
    program,
    run,
    write_program,
)
from tests.support import outcomes, play

if TYPE_CHECKING:
    from pathlib import Path

    from callgear_sandbox import Sandbox

pytestmark = pytest.mark.airbyte

IMAGE: str = connector_yaml("acceptance-test-config.yml")["connector_image"]

NETWORKED = "test_docker_image_spec_backward_compatibility"
"""Asks a public registry for an earlier release, of which there is none."""


AS_A_CLASS = {
    "test_spec": 1,
    "test_config_matches_spec": 2,
    "test_check": 3,
    "test_discover": 1,
    "test_basic_read": 2,
    "test_fail_read_with_bad_catalog": 2,
}
AS_AN_IMAGE = {
    "test_docker_image_build_and_spec": 1,
    "test_docker_image_build_and_config_matches_spec": 2,
    "test_docker_image_build_and_check": 3,
    "test_docker_image_build_and_discover": 1,
    "test_docker_image_build_and_read": 2,
}
"""The tests that must pass, and the number of configurations that each is for."""

OUTCOMES = {"failure", "error", "skipped"}


class Verdict:
    """What a run of the suite said.

    Attributes:
        log: All that it printed.
        exit_code: How it ended.
        tried: Who tried to reach another machine.
    """

    def __init__(self, folder: Path, source: Path, sandboxes: dict[str, Sandbox], *arguments: str) -> None:
        """Run the suite on a copy of the connector's folder.

        Args:
            folder: A folder of the run's own.
            source: The command that is judged.
            sandboxes: What the connector's configurations read.
            arguments: More arguments for the suite's pytest.
        """
        loopback = Loopback(folder)
        connector = copy_connector(folder, sandboxes)
        ended = run(
            [
                program("airbyte-cdk", "airbyte-cdk"),
                "connector",
                "test",
                connector,
                # What the suite would only advise is binding here.
                "--pytest-arg=-Werror::airbyte_cdk.test.standard_tests.DiscoveredCatalogWarning",
                "--pytest-arg=-pno:cacheprovider",
                *(f"--pytest-arg={argument}" for argument in arguments),
            ],
            _environment(folder, loopback, source),
            folder,
        )
        self.log = ended.stdout
        self.exit_code = ended.returncode
        self.tried = loopback.tried
        report = connector / "build" / "test-results" / "standard-tests-junit.xml"
        assert report.exists(), self.log
        self._cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - written by the suite

    @property
    def passed(self) -> Counter[str]:
        """Count the tests that passed, by name."""
        return Counter(
            case.attrib["name"].partition("[")[0]
            for case in self._cases
            if not any(part.tag in OUTCOMES for part in case)
        )

    @property
    def skipped(self) -> list[str]:
        """Return why tests were skipped."""
        return [part.attrib["message"] for case in self._cases for part in case.iter("skipped")]


def _environment(folder: Path, loopback: Loopback, source: Path) -> dict[str, str]:
    """Return an environment in which the suite finds our class, our stand-in for Docker, and the source."""
    suite = HERE / "standard_suite"
    python = program("airbyte-cdk", "python")
    docker = write_program(folder / "docker", f'exec {python} {suite / "stand_in_for_docker.py"} "$@"')
    return loopback.env | {
        "PATH": os.pathsep.join([str(docker.parent), str(python.parent), loopback.env["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(suite), loopback.env["PYTHONPATH"]]),
        "SOURCE_EXECUTABLE": str(source),
        "SOURCE_IMAGE": IMAGE,
    }


def test_all_of_them_pass_with_the_source_as_a_class_and_in_place_of_an_image(tmp_path: Path) -> None:
    # All streams are read here, some of them a day at a time: enough for a session to die meanwhile.
    hard = UNFRIENDLY | {"points_per_minute": 600, "latency": 0.01}
    with play(rows=120) as friendly, play(rows=400, **hard) as unfriendly:
        verdict = Verdict(
            tmp_path,
            SOURCE,
            {"config": friendly, "wrong_key_config": friendly, "unfriendly_config": unfriendly},
            f"--connector-image={IMAGE}",
            "--read-from-streams=suggested",
            "--read-scenarios=config,unfriendly_config",
            f"-knot {NETWORKED}",
        )
        assert verdict.exit_code == 0, verdict.log
        assert verdict.passed == AS_A_CLASS | AS_AN_IMAGE, verdict.log
        # Nothing is left out but what a configuration is not for.
        assert all("for scenario" in reason for reason in verdict.skipped), verdict.skipped
        assert not verdict.tried
        assert outcomes(friendly)["access_token_invalid"] > 0, "the wrong key was refused"
        assert outcomes(unfriendly)["access_token_invalid"] > 0, "sessions died while they were read"


def test_they_are_strict(tmp_path: Path) -> None:
    source = write_program(tmp_path / "source", f'{SOURCE} "$@" | sed s/timestamp_with_timezone/timestamp/g')
    with play(rows=10) as sandbox:
        verdict = Verdict(tmp_path, source, {"config": sandbox}, "-ktest_discover or test_spec")
    assert verdict.exit_code == 1
    assert verdict.passed == {"test_spec": 1}
    assert "uses the unknown airbyte_type 'timestamp'" in verdict.log
