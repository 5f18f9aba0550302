"""A PostgreSQL server of a test's own: on a free port, in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
OWNER = "callgear"
WHERE_DEBIAN_KEEPS_THEM = Path("/usr/lib/postgresql")


def binaries() -> Path:
    """Return the folder of the server's programs, or fail with what to install."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for found_path in sorted(WHERE_DEBIAN_KEEPS_THEM.glob("*/bin/initdb"), reverse=True):
        return found_path.parent
    pytest.fail("There is no PostgreSQL server here: apt-get install postgresql, or put initdb and pg_ctl on PATH.")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgres(zone: str) -> Iterator[int]:
    """Run a server.

    Args:
        zone: The time zone of its sessions.

    Yields:
        Its port; `OWNER` may log in without a password.
    """
    programs = binaries()
    # The server refuses to run as root, and a folder that only root may enter is no use to it.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if user:
        shutil.chown(folder, user, user)

    def run(name: str, *arguments: str) -> None:
        command = [str(programs / name), f"--pgdata={folder / 'data'}", *arguments]
        # Output goes to a file: the server inherits it, and a pipe would never end.
        with (folder / "output.txt").open("ab") as output:
            done = subprocess.run(  # noqa: S603 - the server's own programs
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                user=user,
                group=user,
                extra_groups=[] if user else None,
                timeout=60,
                check=False,
            )
        assert done.returncode == 0, (folder / "output.txt").read_text(encoding="utf-8")

    try:
        run("initdb", f"--username={OWNER}", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "fsync": "off",
            "timezone": zone,
        }
        told = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        run("pg_ctl", "start", "--wait", "--timeout=30", f"--options={told}")
        try:
            yield port
        finally:
            run("pg_ctl", "stop", "--wait", "--timeout=30", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
