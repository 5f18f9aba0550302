"""What is built from a clone holds the whole tap, and runs where nothing of the clone is."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT
from tests.pins import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("tap_callgear", "callgear_sandbox")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel, by way of the source archive; what builds it is among the pins."""
    folder = tmp_path_factory.mktemp("dist")
    build: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    ended = subprocess.run(build, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - ours
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith(PACKAGES) and ".dist-info/" not in name}
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    assert held == {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_asks_for_what_the_project_asks_for_and_names_no_address(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = BytesHeaderParser().parsebytes(archive.read(name))
    assert len(metadata.get_all("Requires-Dist", [])) == len(PROJECT["project"]["dependencies"])
    assert metadata["Requires-Python"] == PROJECT["project"]["requires-python"]
    assert not {"Home-page", "Project-URL", "Download-URL"} & set(metadata)


@pytest.mark.parametrize("module", ["tap_callgear", "tap_callgear.airbyte", "callgear_sandbox"])
def test_each_command_runs_from_the_wheel_alone(module: str, wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    started = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", module, "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert started.returncode == 0, started.stderr
    assert "--" in started.stdout + started.stderr
