"""Keeps every Python process that finds this on its path from asking anyone but this machine.

What was tried is noted in the file that LOOPBACK_LOG names, so that it shows even where the failure is swallowed, as
telemetry does. An audit hook sees it all: nothing in Python resolves a name or connects without raising its event.
"""

from __future__ import annotations

import os
import sys

_PLACES = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getaddrinfo": 0}
"""The events of interest, each with the place of the address among its arguments."""

_HERE = {None, "", "localhost", "::1", "0.0.0.0"}  # noqa: S104 - asked for, not listened on


def _is_here(address: object) -> bool:
    """Whether an address is on this machine; a path is that of a socket file, and none is one already given."""
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode() if isinstance(host, bytes) else host
    is_path = isinstance(host, str) and host.startswith("/")
    return host in _HERE or is_path or str(host).startswith("127.")


def _refuse_others(event: str, arguments: tuple[object, ...]) -> None:
    if event in _PLACES and not _is_here(address := arguments[_PLACES[event]]):
        with open(os.environ["LOOPBACK_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123 - nothing more is imported
            log.write(f"{sys.argv[:1]} {event} {address}\n")
        text = f"Only this machine may be asked, not {address}."
        raise PermissionError(text)


sys.addaudithook(_refuse_others)
