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

from tests.airbyte_judges.judges import HERE, SOURCE, UNFRIENDLY, Loopback, connector_yaml, copy_connector, program, run
from tests.support import outcomes, play

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

pytestmark = pytest.mark.airbyte

IMAGE: str = connector_yaml("acceptance-test-config.yml")["connector_image"]

NETWORKED = "test_docker_image_spec_backward_compatibility"
"""Asks a public registry for an earlier release, of which there is none."""


class Verdict:
    """What a run of the suite said.

    Attributes:
        log: All that it printed.
        loopback: What it could reach.
        friendly: Outcomes of the requests to the easy sandbox.
        unfriendly: Outcomes of the requests to the other one.
    """

    def __init__(
        self, folder: Path, ended: CompletedProcess[str], loopback: Loopback, sandboxes: dict[str, Counter[str]]
    ) -> None:
        """Read the report that the suite leaves in the connector's folder."""
        self.log = ended.stdout
        self.exit_code = ended.returncode
        self.loopback = loopback
        self.friendly, self.unfriendly = sandboxes.values()
        report = folder / "build" / "test-results" / "standard-tests-junit.xml"
        assert report.exists(), self.log
        self._cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - written by the suite

    def of(self, outcome: str | None) -> Counter[str]:
        """Count the tests with an outcome, such as `failure` or `skipped`, or with None: those that passed."""
        return Counter(
            case.attrib["name"].partition("[")[0]
            for case in self._cases
            if (next(iter(child.tag for child in case if child.tag not in _SAID), None)) == outcome
        )

    @property
    def reasons(self) -> list[str]:
        """Return why tests were skipped."""
        return [skip.attrib["message"] for case in self._cases for skip in case.iter("skipped")]


_SAID = {"properties", "system-out", "system-err"}
"""What a report holds of a test beside its outcome."""


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verdict]:
    """Run the suite once, in process and in place of an image, against both sandboxes."""
    folder = tmp_path_factory.mktemp("suite")
    loopback = Loopback(folder)
    suite = HERE / "standard_suite"
    env = loopback.env | {
        "PATH": os.pathsep.join([str(suite), str(program("airbyte-cdk", "python").parent), loopback.env["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(suite), loopback.env["PYTHONPATH"]]),
        "SOURCE_EXECUTABLE": str(SOURCE),
        "SOURCE_IMAGE": IMAGE,
    }
    with play(rows=120) as friendly, play(rows=250, **UNFRIENDLY) as unfriendly:
        connector = copy_connector(
            folder, {"config": friendly, "wrong_key_config": friendly, "unfriendly_config": unfriendly}
        )
        arguments = [
            f"--connector-image={IMAGE}",
            "--read-from-streams=all",
            "--read-scenarios=config,unfriendly_config",
            f"-knot {NETWORKED}",
            # What the suite would only advise is binding here.
            "-Werror::airbyte_cdk.test.standard_tests.DiscoveredCatalogWarning",
            "-pno:cacheprovider",
            "-vv",
        ]
        ended = run(
            [
                program("airbyte-cdk", "airbyte-cdk"),
                "connector",
                "test",
                connector,
                *(f"--pytest-arg={argument}" for argument in arguments),
            ],
            env,
            folder,
        )
        yield Verdict(connector, ended, loopback, {"friendly": outcomes(friendly), "unfriendly": outcomes(unfriendly)})


def test_nothing_fails(verdict: Verdict) -> None:
    assert verdict.exit_code == 0, verdict.log
    assert not verdict.of("failure") + verdict.of("error"), verdict.log


def test_the_source_passes_as_a_class(verdict: Verdict) -> None:
    assert {name: count for name, count in verdict.of(None).items() if "docker" not in name} == {
        "test_spec": 1,
        "test_config_matches_spec": 2,
        "test_check": 3,
        "test_discover": 1,
        "test_basic_read": 2,
        "test_fail_read_with_bad_catalog": 2,
    }, verdict.log


def test_the_source_passes_in_place_of_an_image(verdict: Verdict) -> None:
    assert {name: count for name, count in verdict.of(None).items() if "docker" in name} == {
        "test_docker_image_build_and_spec": 1,
        "test_docker_image_build_and_config_matches_spec": 2,
        "test_docker_image_build_and_check": 3,
        "test_docker_image_build_and_discover": 1,
        "test_docker_image_build_and_read": 2,
    }, verdict.log


def test_nothing_is_skipped_but_what_a_configuration_is_not_for(verdict: Verdict) -> None:
    assert all("for scenario" in reason for reason in verdict.reasons), verdict.reasons


def test_sessions_died_while_the_suite_read(verdict: Verdict) -> None:
    assert verdict.unfriendly["access_token_invalid"] > 0
    assert verdict.friendly["access_token_invalid"] == 4, "the wrong key's checks, each once a stream"


def test_the_suite_and_the_source_speak_to_this_machine_only(verdict: Verdict) -> None:
    assert not verdict.loopback.tried
