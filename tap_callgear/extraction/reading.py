"""What every way of reading a stream has in common, and what it tells of its progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from tap_callgear.api.background import awaited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tap_callgear.api.client import RequestStats
    from tap_callgear.api.clock import Clock
    from tap_callgear.api.envelope import Reply
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.records import Record

_T = TypeVar("_T")


class TimedRecord(msgspec.Struct, frozen=True, gc=False):
    """A record, and how far the stream has come with it.

    A struct, since there is one for every row: a named tuple takes several times as long to make.

    Attributes:
        bookmark: The value of its replication key; empty text where its stream has none.
        record: The record.
    """

    bookmark: str
    record: Record


class RecordReader(Protocol):
    """Reads the records of one stream, as one sync asks for them."""

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""

    def read(self) -> Iterator[Iterator[TimedRecord]]:
        """Read all that is asked for.

        Yields:
            The records part by part, in order; all of one part have to be taken before the next is asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """

    def sample(self, count: int) -> Iterator[TimedRecord]:
        """Read a few records with one request, to see that the stream can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records.
        """


class Api(Protocol):
    """Calls methods of the API; safe across threads."""

    def call(self, method: str, params: Mapping[str, object], stats: RequestStats | None = None) -> Reply:
        """Call a method; see `DataApi.call`."""


class ProgressListener(Protocol):
    """What a reading tells of its progress."""

    def warn(self, text: str) -> None:
        """Take a line that a person should see."""

    def asked(self, window: Window) -> None:
        """Learn which window is read next."""

    def taken(self, boundary: datetime | None, expected: float) -> None:
        """Learn how far in time the reading has come, and how many records are expected beyond."""


@dataclass(frozen=True)
class ReaderResources:
    """What every reader works with.

    Attributes:
        api: The client.
        clock: Says when the run is to end.
        stats: Where to count what the reading takes.
        listener: Is told of progress.
        page_size: Rows a request.
        windows_ahead: Windows, or ranges of days, asked for at a time.
        is_due: Whether the records are taken as they come, not read ahead of their turn.
    """

    api: Api
    clock: Clock
    stats: RequestStats
    listener: ProgressListener
    page_size: int
    windows_ahead: int = 1
    is_due: Callable[[], bool] = lambda: True

    @property
    def windows_now(self) -> int:
        """Return how many windows to ask for at a time as of now: a reading that is not due holds no more than one."""
        return self.windows_ahead if self.is_due() else 1

    def wait_for(self, work: Callable[[], _T]) -> _T:
        """Do some work, ready to end the run while it lasts."""
        return awaited(work, self.clock.check)
