"""Does what a page tells its reader to do: writes its files, and runs its commands, in a folder of their own.

A block with a file's name as its title is written to that file. One titled "First terminal" runs beside the others.
All other shell blocks are pasted into a shell, one after another, which ends at the first that fails. Three things are
not as printed: the key and the first day are those of the sandbox, and in place of what `pip` would install stands an
environment that is there already, in which each requirement of the printed line is looked up.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from threading import Timer
from typing import TYPE_CHECKING

from .documents import ROOT, Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from callgear_sandbox import Sandbox

    from .documents import Block

PRINTED_KEY = "your key"
PRINTED_START = "2026-01-01"
FIRST_DAY = "2025-10-30"
"""Before the first row of `support.play`."""

LIFETIME = 200.0
"""Seconds after which a shell ends that is waited for in vain."""

_PRELUDE = """
set -eu
python3() {
  if [ "${1-} ${2-}" = "-m venv" ]; then stand_in venv "$3"; else command python3 "$@"; fi
}
stand_in() { "$TERMINAL_PYTHON" "$TERMINAL_STAND_IN" "$@"; }
"""

_END_OF_FILE = "END OF FILE"

_UNCOPIED = (".git", ".venv", ".venvs", ".try", ".meltano", ".*_cache", "__pycache__", "*.duckdb", "*.egg-info", ".env")


@dataclass
class Terminal:
    """A folder, and what its reader has at hand there.

    Attributes:
        folder: Where the commands run.
        environments: The environment that is taken for each that a page makes, by the folder the page gives it.
        replaced: What is written in place of a printed text.
        variables: Environment variables that the commands see.
        activated: The environment whose programs are at hand, besides those of the tap.
    """

    folder: Path
    environments: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    activated: str = ""

    @classmethod
    def for_account(cls, sandbox: Sandbox, folder: Path, **environments: str) -> Terminal:
        """Return a terminal whose reader has an account, which a sandbox plays."""
        replaced = {
            PRINTED_KEY: sandbox.options.token,
            # The address belongs beside the first day, wherever that is set.
            '"start_date": ': f'"api_url": "{sandbox.url}", "start_date": ',
            PRINTED_START: FIRST_DAY,
        }
        return cls(folder, environments, replaced, {"TAP_CALLGEAR_API_URL": sandbox.url})

    def follow(self, page: str, *sections: str) -> str:
        """Do what some sections of a page say.

        Args:
            page: The page's path from the project's folder.
            sections: The anchors of its headings, one after another.

        Returns:
            What the commands printed, stderr within it.
        """
        blocks = [block for block in Document(page).all_blocks() if block.section in sections]
        assert {block.section for block in blocks} == set(sections), f"{page} has no such sections: {sections}"
        printed: list[str] = []
        pasted: list[str] = []
        with ExitStack() as servers:
            for block in blocks:
                if "." in block.title:
                    pasted.append(self._writing(block))
                elif block.title and block.language == "sh":
                    printed.append(self.run(*pasted))
                    pasted.clear()
                    servers.enter_context(self.serving(block))
                elif block.language == "sh":
                    pasted.append(self._filled(block))
            printed.append(self.run(*pasted))
        return "".join(printed)

    def run(self, *commands: str, exit_code: int = 0) -> str:
        """Paste commands into one shell, which ends at the first that fails; return what they printed."""
        with self._start("\n".join(commands)) as shell:
            printed, _ = shell.communicate()
        assert shell.returncode == exit_code, printed
        return printed

    @contextmanager
    def serving(self, block: Block) -> Iterator[None]:
        """Run a block in a terminal of its own, from when it serves until the rest of the page is done."""
        with self._start(self._filled(block)) as server:
            assert server.stdout is not None
            printed = ""
            while "listening on" not in printed:
                line = server.stdout.readline()
                printed += line
                assert line, printed
            yield

    @contextmanager
    def _start(self, commands: str) -> Iterator[subprocess.Popen[str]]:
        """Start a shell, and leave nothing of it running."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TAP_CALLGEAR_", "TARGET_", "MELTANO_", "AIRBYTE_"))
            and not name.lower().endswith("_proxy")
        }
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # Meltano is large: what it imports is kept compiled
        programs = [str(Path(sys.executable).parent), os.environ["PATH"]]
        if self.activated:
            programs.insert(0, str(ROOT / self.activated / "bin"))
        env = {
            **kept,
            "PATH": os.pathsep.join(programs),
            "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
            # On Python 3.10 the SDK tells of its end of life in every run.
            "PYTHONWARNINGS": "ignore:Python 3.10 reached its end of life",
            "TERMINAL_PYTHON": sys.executable,
            "TERMINAL_STAND_IN": str(Path(__file__).with_name("stand_in_for_pip.py")),
            "TERMINAL_ENVIRONMENTS": shlex.join(f"{name}={ROOT / path}" for name, path in self.environments.items()),
            **self.variables,
        }
        shell = subprocess.Popen(  # noqa: S603 - what the page prints
            ["/usr/bin/env", "bash", "-c", _PRELUDE + commands],
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        watchdog = Timer(LIFETIME, shell.kill)
        watchdog.start()
        with shell:
            try:
                yield shell
            finally:
                watchdog.cancel()
                with suppress(ProcessLookupError):
                    os.killpg(shell.pid, signal.SIGKILL)

    def _writing(self, block: Block) -> str:
        """Return the command that writes a block into the file that it is the content of."""
        return f"cat > {shlex.quote(block.title)} <<'{_END_OF_FILE}'\n{self._filled(block)}{_END_OF_FILE}"

    def _filled(self, block: Block) -> str:
        """Return a block with what its reader fills in."""
        text = block.text
        for printed, ours in self.replaced.items():
            text = text.replace(printed, ours)
        if block.language == "sh":
            for name in self.environments:
                text = text.replace(f"{name}/bin/pip ", f"stand_in pip {name} ")
        return text


def free_port() -> str:
    """Return a port that nothing listens on."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def clone(folder: Path) -> Path:
    """Return a copy of the project as a fresh clone has it, in which nothing was made or installed yet."""
    copy = folder / "tap-callgear"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_UNCOPIED))
    return copy
