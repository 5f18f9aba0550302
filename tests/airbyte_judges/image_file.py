"""Takes the image file apart, so that its steps can be checked one by one without a container engine."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from tests.airbyte_judges.judges import CONNECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Step:
    """An instruction of the image file, such as `COPY`, and the rest of its line."""

    instruction: str
    text: str

    @property
    def words(self) -> list[str]:
        """Return the rest as a shell would split it."""
        return shlex.split(self.text)


def stages() -> list[list[Step]]:
    """Return the steps of each stage; a stage begins with its `FROM`."""
    text = (CONNECTOR / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    found: list[list[Step]] = []
    for line in filter(None, lines):
        step = Step(*line.split(" ", 1))
        if step.instruction == "FROM":
            found.append([])
        found[-1].append(step)
    return found


def of(instruction: str, stage: list[Step]) -> list[Step]:
    """Return a stage's steps of one kind."""
    return [step for step in stage if step.instruction == instruction]


def copied(stage: list[Step]) -> Iterator[tuple[str, str]]:
    """Return what a stage copies from the project: each source with the folder or file that it becomes."""
    for step in of("COPY", stage):
        if not step.text.startswith("--from="):
            *sources, target = step.words
            yield from ((source, target) for source in sources)


def is_let_in(path: str) -> bool:
    """Whether a path gets into the build; as with git, the last line that speaks of it decides."""
    lines = (CONNECTOR / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    verdict = True
    for line in lines:
        pattern = line.removeprefix("!").removeprefix("**/")
        if line and not line.startswith("#") and (path.partition("/")[0] == pattern or fnmatch(path, pattern)):
            verdict = line.startswith("!")
    return verdict
