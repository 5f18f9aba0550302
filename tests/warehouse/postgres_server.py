"""A PostgreSQL server of the test's own, on a free port, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USER: Final = "postgres"
TIMEOUT: Final = 60


@dataclass(frozen=True)
class PostgresServer:
    """A server that runs.

    Attributes:
        port: Where it listens.
        programs: The folder of its programs, psql among them.
    """

    port: int
    programs: Path


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server, and leave nothing of it.

    Yields:
        The server.
    """
    programs = _programs()
    # Not a folder of pytest's, which no other user may enter.
    with tempfile.TemporaryDirectory(prefix="callgear-postgres-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            shutil.chown(name, USER)
        data = f"{name}/data"
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        _run(
            [f"{programs}/initdb", "--pgdata", data, "--username", USER, "--auth", "trust"],
            ["--encoding", "UTF8", "--locale", "C", "--no-sync"],
        )
        control = [f"{programs}/pg_ctl", "--pgdata", data, "--wait"]
        _run([*control, "--log", f"{name}/log", "--options", options], ["start"])
        try:
            yield PostgresServer(port, programs)
        finally:
            _run(control, ["--mode", "immediate", "stop"])


def _run(command: Sequence[str], arguments: Sequence[str]) -> None:
    """Run a program of the server, which refuses to be run by root."""
    user = USER if os.geteuid() == 0 else None
    # The server inherits what pg_ctl has open: a pipe would never end.
    with tempfile.TemporaryFile() as said:
        ended = subprocess.run(  # noqa: S603 - the server's own programs
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            user=user,
            cwd="/",
            check=False,
        )
        said.seek(0)
        assert ended.returncode == 0, said.read().decode()


def _programs() -> Path:
    """Find the programs; Debian keeps them off the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = [Path(found).parent for program in ("initdb",) if (found := shutil.which(program))]
    for folder in (*debian, *on_path):
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "psql")):
            return folder
    pytest.fail("There is no PostgreSQL server on this machine: install one, or leave these tests out by --quick.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
