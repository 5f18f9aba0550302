"""What the pins hold is all that is ever installed: no release of tomorrow can break a clone of today."""

from __future__ import annotations

import ensurepip
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from tests.pins import (
    ENVIRONMENTS,
    HERE,
    MACHINES,
    PROJECT,
    WITH_THE_TAP,
    Walk,
    folder_of,
    pins_of,
    releases,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

each_environment = pytest.mark.parametrize("environment", ENVIRONMENTS)


def test_every_environment_has_its_pins() -> None:
    assert set(ENVIRONMENTS) == PROJECT["dependency-groups"].keys() - {"build", "lint", "source", "typing"}


@each_environment
def test_the_pins_alone_meet_every_requirement_and_hold_nothing_else(environment: str) -> None:
    """An environment is made from the pins without resolving anything, so nothing may be missing.

    What a release asks for is read from the environments that are there. So releases for other Pythons alone are
    followed only where those are tested, but every marker of the others is.
    """
    if not folder_of(environment).exists():
        pytest.skip(f"not made here: bash scripts/setup {environment}")
    here = Walk(environment, HERE)
    assert not here.not_installed, f"out of date: bash scripts/setup {environment}"
    assert not here.needless()
    assert not set().union(*(Walk(environment, machine).faults for machine in (HERE, *MACHINES)))


@pytest.fixture(scope="module")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the pip that comes with this Python."""
    pip = next(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"), None)
    if pip is None:
        pytest.skip("this Python comes without pip")
    folder = tmp_path_factory.mktemp("installer")
    with zipfile.ZipFile(pip) as wheel:
        wheel.extractall(folder)
    return folder / "pip"


@pytest.mark.parametrize("environment", WITH_THE_TAP)
def test_pip_installs_the_pins_and_nothing_newer_when_it_is_left_to_resolve_them(
    environment: str, installer: Path, tmp_path: Path
) -> None:
    """Let the pip that comes with this Python resolve the pins, where a newer release of everything is out.

    That is what an image does, or a person who installs from the pins by hand.
    """
    if not folder_of(environment).exists():
        pytest.skip(f"not made here: bash scripts/setup {environment}")
    hashed = []
    for pin in pins_of(environment):
        name, version = canonicalize_name(pin.name), version_of(pin)
        wheel = write_wheel(tmp_path, name, version, map(str, releases().get((name, version), ())))
        write_wheel(tmp_path, name, "99999", ())
        hashed.append(f"{pin} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    (tmp_path / "pins.txt").write_text("".join(hashed))
    command = [
        sys.executable,
        str(installer),
        "install",
        "--isolated",
        "--dry-run",
        "--ignore-installed",
        "--no-index",
    ]
    command += ["--find-links", str(tmp_path), "--require-hashes", "-r", "pins.txt"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - pip
    assert ended.returncode == 0, ended.stderr
    assert "Would install" in ended.stdout
    assert "99999" not in ended.stdout.rpartition("Would install")[2]


def write_wheel(folder: Path, name: str, version: str, asked: Iterable[str]) -> Path:
    """Write a release that has nothing in it but what it asks for."""
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in asked)]
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{stem}.dist-info/METADATA", "\n".join(["Metadata-Version: 2.1", *metadata, ""]))
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")
    return path
