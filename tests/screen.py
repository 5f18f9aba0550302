"""Runs the tap on a terminal, and shows what a person saw there."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .support import Run, config_for, environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from callgear_sandbox import Sandbox

CLEAR_LINE = "\r\x1b[K"


@dataclass(frozen=True)
class Seen:
    """What stood on the terminal, and what went elsewhere.

    Attributes:
        run: The run; its stdout where that was no terminal.
        told: All that was written to the terminal.
    """

    run: Run
    told: str

    @property
    def lines(self) -> list[str]:
        """Return the lines that stay."""
        return [line.rpartition(CLEAR_LINE)[2] for line in self.told.split("\r\n") if line]

    @property
    def looks(self) -> list[str]:
        """Return the states of the live line, in the order in which they were shown."""
        return re.findall(r"(?<=\r\x1b\[K)([^\r\n]+)(?=\r\x1b\[K)", self.told)


def on_a_terminal(
    sandbox: Sandbox,
    folder: Path,
    *args: str,
    columns: int = 80,
    shows_output: bool = False,
    interrupt: Callable[[str], bool] | None = None,
    **settings: object,
) -> Seen:
    """Run the tap with stderr on a terminal.

    Args:
        sandbox: The sandbox to read.
        folder: Where files may lie.
        args: More arguments of the command line.
        columns: The terminal's width; 0 is one that does not say.
        shows_output: Whether stdout is on the terminal, too.
        interrupt: Whether to press Ctrl-C, told all that the terminal shows so far.
        settings: Settings that differ from those of `config_for`.
    """
    config, output = folder / "config.json", folder / "output"
    config.write_text(json.dumps(config_for(sandbox, **settings)), encoding="utf-8")
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    told = bytearray()
    with output.open("wb") as stdout:
        process = subprocess.Popen(  # noqa: S603 - the tap itself
            [sys.executable, "-m", "tap_callgear", "--config", str(config), *args],
            stdin=subprocess.DEVNULL,
            stdout=theirs if shows_output else stdout,
            stderr=theirs,
            env=environment(None),
        )
    os.close(theirs)
    try:
        while some := _read(terminal):
            told += some
            if interrupt is not None and interrupt(told.decode(errors="replace")):
                interrupt = None
                process.send_signal(signal.SIGINT)
        exit_code = process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    return Seen(Run(exit_code, output.read_bytes(), ""), told.decode())


def _read(terminal: int) -> bytes:
    """Return what stands on a terminal; nothing once the other side has closed it."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""
