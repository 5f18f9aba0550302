"""The unit tests are quick since they start nothing: one that does fails, and is none by what it calls."""

from __future__ import annotations

import subprocess
import sys

import pytest

from callgear_sandbox import Options, Sandbox

from .parts import nothing_started


def test_a_process_within_a_unit_test_is_noticed(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("end_to_end"), "it calls what starts a process"
    with pytest.raises(AssertionError, match="a unit test starts nothing"), nothing_started():
        subprocess.run([sys.executable, "-c", ""], check=True, timeout=60)


def test_a_server_within_a_unit_test_is_noticed(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("end_to_end"), "it calls what starts a server"
    with pytest.raises(AssertionError, match="a unit test starts nothing"), nothing_started(), Sandbox(Options(rows=1)):
        pass


def test_a_test_that_starts_nothing_is_a_unit_test(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("unit")
