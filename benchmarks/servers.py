"""The servers that are read: the sandbox, and a player in front of it that answers from memory."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import measuring

if TYPE_CHECKING:
    from collections.abc import Iterator

FROM = "2024-12-31T00:00:00"
UNTIL = "2026-01-01T00:00:00"
END = "2026-01-02T00:00:00"


@contextlib.contextmanager
def sandbox(**options: object) -> Iterator[str]:
    """Run a sandbox that holds a year.

    Args:
        options: Its options, by their names with underscores.

    Yields:
        Its address.
    """
    chosen = {"port": 0, "until": UNTIL, "days": 365, "zone": "UTC", **options}
    words = [word for name, value in chosen.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    with measuring.serving([measuring.PYTHON, "-m", "callgear_sandbox", *words]) as url:
        yield url


@contextlib.contextmanager
def player(url: str) -> Iterator[str]:
    """Run a player in front of a server: whatever was asked once is answered from memory.

    Args:
        url: The address of the server.

    Yields:
        The address of the player, which is followed by one of `odd_rows.KINDS`: how the rows are written.
    """
    with measuring.serving([measuring.PYTHON, str(Path(__file__).parent / "player.py"), url]) as address:
        yield address
