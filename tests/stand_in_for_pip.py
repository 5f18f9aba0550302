"""Stands in for `python3 -m venv` and `pip install` where a test runs what a page prints.

`venv FOLDER` puts an environment that is there already into the folder. `pip FOLDER install REQUIREMENT ...` fails
unless that environment has what each requirement asks for. TERMINAL_ENVIRONMENTS says which is taken for which folder.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def environment_of(folder: str) -> Path:
    """Return the environment that is taken for a folder."""
    taken = dict(pair.split("=", 1) for pair in shlex.split(os.environ["TERMINAL_ENVIRONMENTS"]))
    if folder not in taken:
        sys.exit(f"No environment stands in for {folder}.")
    return Path(taken[folder])


def make(folder: str) -> None:
    """Put an environment into a folder."""
    environment = environment_of(folder)
    if not (environment / "bin" / "python").exists():
        sys.exit(f"There is no environment {environment}: bash scripts/setup {environment.name}")
    Path(folder).parent.mkdir(parents=True, exist_ok=True)
    Path(folder).symlink_to(environment)


def install(folder: str, wanted: list[str]) -> None:
    """Fail unless an environment has what is wanted."""
    (packages,) = environment_of(folder).glob("lib/*/site-packages")
    installed = {canonicalize_name(found.metadata["Name"]): found for found in distributions(path=[str(packages)])}
    for requirement in requirements(wanted):
        found = installed.get(canonicalize_name(requirement.name))
        if found is None or not requirement.specifier.contains(found.version, prereleases=True):
            sys.exit(f"{folder} has no {requirement}")


def requirements(wanted: list[str]) -> list[Requirement]:
    """Return what the arguments of `pip install` ask for."""
    asked = []
    words = iter(wanted)
    for word in words:
        if word == "-r":
            lines = Path(next(words)).read_text(encoding="utf-8").splitlines()
            pins = [line.rstrip(" \\") for line in lines if "==" in line and not line.startswith((" ", "#"))]
            asked += [pin for pin in map(Requirement, pins) if pin.marker is None or pin.marker.evaluate()]
        elif word.startswith("--"):
            continue
        elif Path(word).is_dir():
            project = (Path(word) / "pyproject.toml").read_text(encoding="utf-8")
            asked += [Requirement(name) for name in re.findall(r'^name = "(.+)"$', project, re.MULTILINE)[:1]]
        else:
            asked.append(Requirement(word))
    return asked


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    if what == "venv":
        make(where)
    elif rest[:1] == ["install"]:
        install(where, rest[1:])
    else:
        sys.exit(f"Not a command that a page may print: pip {shlex.join(rest)}")
