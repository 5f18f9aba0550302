"""What a person starts by the wrong Python, or on a machine that lacks something, says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def said(*command: str, **variables: str) -> str:
    """Run a command that fails, and return the last line that it says."""
    env = {**os.environ, **variables}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - ours
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1]


@pytest.mark.parametrize("script", ["stream_tables", "model_columns", "show_answers", "fleet"])
def test_a_script_that_lacks_its_environment_names_it(script: str) -> None:
    line = said(sys.executable, "-S", f"scripts/{script}.py")
    assert "bash scripts/setup" in line


@pytest.mark.parametrize("python", ["no-such-python", "/no/such/python", "true"])
def test_what_is_no_python_is_named(python: str) -> None:
    assert said("bash", "scripts/setup", "tap", PYTHON=python) == (
        "tap-callgear needs Python 3.10 or later: set PYTHON to such an interpreter."
    )


def test_an_environment_that_there_is_not_is_named() -> None:
    assert '"no-such-one"' in said("bash", "scripts/setup", "no-such-one")


@pytest.mark.parametrize("installer, told", [("conda", "neither uv nor pip"), ("uv", "none here")])
def test_an_installer_that_there_is_not_is_named(installer: str, told: str, tmp_path: Path) -> None:
    programs = {name: shutil.which(name) for name in ("bash", "dirname")}
    for name, program in programs.items():
        assert program
        (tmp_path / name).symlink_to(program)
    line = said("bash", "scripts/setup", "tap", INSTALLER=installer, PATH=str(tmp_path), PYTHON=sys.executable)
    assert told in line
