"""This project as Meltano runs it, with the plugins that it installs once for all tests."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from .documents import ROOT
from .forks import Program, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MELTANO = ROOT / ".venvs" / "meltano" / "bin" / "meltano"
TIMEOUT = 120
LOADERS = ("target-jsonl", "target-duckdb", "target-postgres")


@dataclass(frozen=True)
class Project:
    """A Meltano project, and the folder in which Meltano keeps state and environments, away from a person's own."""

    folder: Path
    system: Path

    def meltano(self, *args: str, variables: Mapping[str, str] | None = None, expect: int = 0) -> str:
        """Run a command of Meltano and return what it printed."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TAP_CALLGEAR_", "TARGET_", "MELTANO_"))
            # Meltano is large: what it imports is kept compiled.
            and name != "PYTHONDONTWRITEBYTECODE"
        }
        environment = {
            **kept,
            "MELTANO_PROJECT_ROOT": str(self.folder),
            "MELTANO_SYS_DIR_ROOT": str(self.system),
            "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            **(variables or {}),
        }
        ended = run(_program(), args, environment, folder=self.folder, timeout=TIMEOUT)
        output = ended.stdout.decode() + ended.stderr.decode()
        assert ended.returncode == expect, output
        return output


@cache
def _program() -> Program:
    """Return Meltano, with what its commands import besides: the migrations of its database take a third of a run."""
    program = Program.of(MELTANO)
    return replace(program, imports=(*program.imports, "alembic.command"))


def system_folder(folder: Path) -> Path:
    """Make of a folder one in which Meltano finds the tap and the loaders installed, and keeps a state of its own."""
    for kind in ("extractors", "loaders"):
        (folder / kind).symlink_to(installed() / kind)
    return folder


def installed() -> Path:
    """Install the plugins as meltano.yml says, beside Meltano; the tap's own packages are the pinned ones."""
    system = MELTANO.parents[1] / "plugins"
    system.mkdir(exist_ok=True)
    pins = ROOT / "requirements" / "tap.txt"
    wanted = (ROOT / "meltano.yml").read_text(encoding="utf-8") + pins.read_text(encoding="utf-8")
    with (system / "wanted").open("a+", encoding="utf-8") as stamp:
        fcntl.flock(stamp, fcntl.LOCK_EX)  # one worker installs, the others wait
        stamp.seek(0)
        if stamp.read() != wanted:
            project = Project(ROOT, system)
            project.meltano("install", "extractors", "tap-callgear", variables={"UV_CONSTRAINT": str(pins)})
            project.meltano("install", "loaders", *LOADERS)
            stamp.truncate(0)
            stamp.write(wanted)
    return system
