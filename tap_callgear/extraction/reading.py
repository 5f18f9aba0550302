"""What every way of reading a stream has in common, and what it tells of its progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.records import Record

Timed: TypeAlias = "tuple[str, Record]"
"""A record and the value of its replication key; empty text where its stream has none."""


class Reading(Protocol):
    """Reads the records of one stream, as one sync asks for them."""

    @property
    def left_out(self) -> tuple[str, ...]:
        """Give the fields that the API refused."""

    def read(self) -> Iterator[Iterator[Timed]]:
        """Read all that is asked for.

        Yields:
            The records part by part, in order; all of one part have to be taken before the next is asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """

    def sample(self, count: int) -> Iterator[Timed]:
        """Read a few records with one request, to see that the stream can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records.
        """


class Watcher(Protocol):
    """What a reading tells of its progress."""

    def warn(self, text: str) -> None:
        """Take a line that a person should see."""

    def asked(self, window: Window) -> None:
        """Take in which window is read next."""

    def taken(self, boundary: datetime | None, expected: float) -> None:
        """Take in how far in time the reading has come, and how many records are expected beyond."""
