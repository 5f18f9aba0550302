"""What is pinned for each environment, and what the pinned releases themselves ask for."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PROJECT: dict[str, Any] = msgspec.toml.decode((ROOT / "pyproject.toml").read_bytes())
ENVIRONMENTS = tuple(sorted(path.stem for path in (ROOT / "requirements").glob("*.txt")))
WITH_THE_TAP = ("tap", "test")
PYTHONS: tuple[str, ...] = tuple(
    kind.rpartition(" ")[2]
    for kind in PROJECT["project"]["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", kind)
)

_SYSTEMS = {
    "linux": {"platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "darwin": {"platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "win32": {"platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}


class Machine(NamedTuple):
    """A Python on an operating system, as markers see it."""

    python: str
    system: str

    def markers(self) -> dict[str, str]:
        """Return what markers are held against."""
        own = {name: str(value) for name, value in default_environment().items()}
        if self != HERE:
            own |= {"python_version": self.python, "python_full_version": f"{self.python}.9"}
            own |= {"sys_platform": self.system, **_SYSTEMS[self.system]}
        return own


HERE = Machine(".".join(platform.python_version_tuple()[:2]), sys.platform)
MACHINES = tuple(Machine(python, system) for python in PYTHONS for system in _SYSTEMS)


def pins_of(environment: str) -> list[Requirement]:
    """Read the pins of an environment, each with its extras and its marker."""
    text = (ROOT / "requirements" / f"{environment}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+(?:\[.*?\])?==[^\\\n]+)", text, re.MULTILINE)
    return [Requirement(pin) for pin in pins]


def wanted_by(environment: str) -> list[Requirement]:
    """Read what an environment is made for: its group, and what the tap takes, where it holds the tap."""
    own = (*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"])
    return [Requirement(text) for text in (*(own if environment in WITH_THE_TAP else ()), *_group(environment))]


def _group(name: str) -> Iterator[str]:
    for part in PROJECT["dependency-groups"][name]:
        if isinstance(part, str):
            yield part
        else:
            yield from _group(part["include-group"])


def folder_of(environment: str) -> Path:
    """Return where `scripts/setup` makes an environment."""
    return ROOT / ".venv" if environment == "test" else ROOT / ".venvs" / environment


_requirement = cache(Requirement)


@cache
def installed_in(environment: str) -> Mapping[tuple[str, str], list[Requirement]]:
    """Read what each release in an environment asks for, by its name and version."""
    folders = map(str, folder_of(environment).glob("lib/python*/site-packages"))
    # A release reads its metadata anew for everything that it is asked for.
    told = (release.metadata for release in importlib.metadata.distributions(path=[*folders]))
    return {
        (canonicalize_name(one["Name"]), one["Version"]): [*map(_requirement, one.get_all("Requires-Dist") or ())]
        for one in told
    }


@cache
def releases() -> Mapping[tuple[str, str], list[Requirement]]:
    """Read what each release that any environment has asks for: it asks for the same everywhere."""
    return {key: asked for name in ENVIRONMENTS for key, asked in installed_in(name).items()}


class Walk:
    """The requirements of an environment, followed from pin to pin as an installer would."""

    def __init__(self, environment: str, machine: Machine) -> None:
        """Follow what an environment is made for, to the end.

        Args:
            environment: Name of the environment.
            machine: Where it would be installed.
        """
        self._markers = machine.markers()
        self._pins = {canonicalize_name(pin.name): pin for pin in pins_of(environment) if self._holds(pin)}
        self._followed: set[tuple[str, str]] = set()
        self.faults: set[str] = set()
        self.not_installed: set[str] = set()
        for wanted in wanted_by(environment):
            self._follow(environment, wanted)

    def needless(self) -> set[str]:
        """Return the pins that nothing asked for."""
        return {str(name) for name in self._pins} - {name for name, _ in self._followed}

    def _follow(self, by: str, wanted: Requirement, extra: str = "") -> None:
        if not self._holds(wanted, extra):
            return
        name = canonicalize_name(wanted.name)
        pin = self._pins.get(name)
        if pin is None:
            self.faults.add(f"{by} needs {wanted}, which has no pin")
            return
        version = version_of(pin)
        if not wanted.specifier.contains(version, prereleases=True):
            self.faults.add(f"{by} needs {wanted}, which is pinned to {version}")
        # To older releases of pip, a package without its extra is another one, which no pin holds.
        if missing := wanted.extras - pin.extras:
            self.faults.add(f"{by} needs {wanted}, which is pinned without {', '.join(sorted(missing))}")
        if (name, version) not in releases():
            self.not_installed.add(str(pin))
        for taken in {"", *wanted.extras}:
            if (name, taken) not in self._followed:
                self._followed.add((name, taken))
                for asked in releases().get((name, version), ()):
                    self._follow(str(pin), asked, taken)

    def _holds(self, requirement: Requirement, extra: str = "") -> bool:
        marker = requirement.marker
        return marker is None or marker.evaluate({**self._markers, "extra": extra})


def version_of(pin: Requirement) -> str:
    """Return the one version that a pin takes."""
    (only,) = pin.specifier
    return only.version
