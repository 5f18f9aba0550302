"""Reads the partitions of a stream side by side, and hands them out in their order.

While one partition is taken, the first windows of those that follow are asked for in the background. What comes of them
waits in memory, within bounds: a partition of few records is read to its end; of a larger one no more than the first
page is, and the rest is read once it is its turn.
"""

from __future__ import annotations

import threading
from collections import deque
from functools import partial
from itertools import chain, islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from tap_callgear.api.background import in_background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_K = TypeVar("_K")
_R = TypeVar("_R")

Parts: TypeAlias = "Iterator[Iterator[_R]]"
"""The records of a partition, part by part; all of one have to be taken before the next is asked for."""

_FEW_RECORDS = 1_000
"""Records of a partition that may be built before it is its turn."""

_MOST_WAITING = 4
"""Partitions that may wait with all of their records, for each that is read at a time."""

_BETWEEN_LOOKS = 0.2
"""Seconds between two looks at whether the run is to end."""


class PartitionAhead(Generic[_R]):
    """One partition that is read ahead.

    Attributes:
        is_due: Set once it is its turn.
        is_read: Whether nothing more of it has to be asked for.
    """

    def __init__(self, read: Callable[[Callable[[], bool]], Parts[_R]], settled: Callable[[], None]) -> None:
        """Begin to read.

        Args:
            read: Reads it; is given what tells whether it is its turn.
            settled: Is called once nothing more is read ahead.
        """
        self.is_due = threading.Event()
        self.is_read = False
        self._parts = read(self.is_due.is_set)
        self._settled = settled
        self._ready: SimpleQueue[Iterator[_R] | BaseException | None] = SimpleQueue()
        in_background(self._read)

    def take(self, check: Callable[[], None]) -> Parts[_R]:
        """Yield what was read ahead, and then the rest.

        Args:
            check: Raises where the run is to end.
        """
        while (part := self._next(check)) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
        yield from self._parts

    def _read(self) -> None:
        room = _FEW_RECORDS
        try:
            for part in self._parts:
                some = list(islice(part, room))
                room -= len(some)
                self._ready.put(chain(some, part))
                if room == 0 or self.is_due.is_set():
                    break
            else:
                self.is_read = True
        except BaseException as error:  # noqa: BLE001 - it is raised where the partition is taken
            self.is_read = True
            self._ready.put(error)
        self._ready.put(None)
        self._settled()

    def _next(self, check: Callable[[], None]) -> Iterator[_R] | BaseException | None:
        while True:
            check()
            try:
                return self._ready.get(timeout=_BETWEEN_LOOKS)
            except Empty:
                continue


class ReadAhead(Generic[_K, _R]):
    """Reads the partitions of one stream."""

    def __init__(
        self,
        keys: Iterable[_K],
        read: Callable[[_K, Callable[[], bool]], Parts[_R]],
        *,
        most: int,
        check: Callable[[], None],
    ) -> None:
        """Begin with nothing asked.

        Args:
            keys: The partitions, in the order in which they will be taken.
            read: Reads a partition; is also given what tells whether it is its turn.
            most: Partitions to read at a time.
            check: Raises where the run is to end.
        """
        self._read = read
        self._most = most
        self._check = check
        self._to_come = deque(keys)
        self._begun: dict[_K, PartitionAhead[_R]] = {}
        self._lock = threading.Lock()

    def take(self, key: _K) -> Parts[_R]:
        """Yield the records of a partition, while others are read ahead.

        Args:
            key: The partition.
        """
        if self._most == 1:
            yield from self._read(key, lambda: True)
            return
        with self._lock:
            if key not in self._begun:
                self._to_come = deque(each for each in self._to_come if each != key)
                self._begin(key)
            partition = self._begun[key]
            partition.is_due.set()
        self._fill()
        try:
            yield from partition.take(self._check)
        finally:
            with self._lock:
                del self._begun[key]
            self._fill()

    def close(self) -> None:
        """Read nothing more ahead."""
        with self._lock:
            self._to_come.clear()
            for partition in self._begun.values():
                partition.is_due.set()

    def _fill(self) -> None:
        """Begin as many partitions as may be read at a time, as far as there is room for what comes of them."""
        with self._lock:
            while (
                self._to_come
                and len(self._begun) <= _MOST_WAITING * self._most
                and sum(not partition.is_read for partition in self._begun.values()) < self._most
            ):
                self._begin(self._to_come.popleft())

    def _begin(self, key: _K) -> None:
        self._begun[key] = PartitionAhead(partial(self._read, key), self._fill)
