"""Partitions are read side by side and handed out in their order; little of those to come waits in memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.errors import Stopped, TransientError
from tap_callgear.extraction.read_ahead import ReadAhead
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 20.0
MANY = 1_500
"""Records of a partition that are more than may be built ahead of its turn."""


class Shelf:
    """Partitions of so many parts of so many records; knows what was asked of each, and what was taken."""

    def __init__(self, partitions: int, *, parts: int = 2, records: int = 3) -> None:
        """Fill the shelf."""
        self.keys = list(range(partitions))
        self.parts = parts
        self.records = records
        self.asked = dict.fromkeys(self.keys, 0)
        self.built = dict.fromkeys(self.keys, 0)
        self.failing: dict[int, Exception] = {}
        self.gates = {key: threading.Event() for key in self.keys}
        self.has_asked = threading.Condition()
        self.open_gates()

    def open_gates(self) -> None:
        """Let every partition be answered."""
        for gate in self.gates.values():
            gate.set()

    def read(self, key: int, is_due: Callable[[], bool]) -> Iterator[Iterator[str]]:  # noqa: ARG002 - it does not matter here
        """Read a partition."""
        for number in range(self.parts):
            with self.has_asked:
                self.asked[key] += 1
                self.has_asked.notify_all()
            assert self.gates[key].wait(PATIENCE)
            if key in self.failing:
                raise self.failing[key]
            part = self._part(key, number)
            yield part
            assert next(part, None) is None, "a part was not taken before the next was asked for"

    def await_asked(self, *keys: int) -> None:
        """Wait until partitions are asked for."""
        with self.has_asked:
            assert self.has_asked.wait_for(lambda: all(self.asked[key] for key in keys), PATIENCE)

    def _part(self, key: int, number: int) -> Iterator[str]:
        for record in range(self.records):
            self.built[key] += 1
            yield f"{key}.{number}.{record}"

    def expected(self, key: int) -> list[str]:
        """Return the records of a partition in order."""
        return [f"{key}.{number}.{record}" for number in range(self.parts) for record in range(self.records)]

    def ahead(self, most: int, clock: FakeClock | None = None) -> ReadAhead[int, str]:
        """Read from the shelf."""
        return ReadAhead(self.keys, self.read, most=most, check=(clock or FakeClock()).check)


def taken(ahead: ReadAhead[int, str], key: int) -> list[str]:
    """Take all of a partition."""
    return [record for part in ahead.take(key) for record in part]


@pytest.mark.parametrize("most", [1, 2, 4, 16])
@pytest.mark.parametrize("records", [0, 1, 999, 1_000, 1_001, MANY])
def test_every_record_is_handed_out_once_and_in_order(most: int, records: int) -> None:
    shelf = Shelf(9, parts=3, records=records)
    ahead = shelf.ahead(most)
    for key in shelf.keys:
        assert taken(ahead, key) == shelf.expected(key)
    assert set(shelf.asked.values()) == {3}


def test_others_are_asked_for_while_the_first_is_not_answered_yet() -> None:
    shelf = Shelf(9)
    shelf.gates[0].clear()
    first = shelf.ahead(4).take(0)
    taking = threading.Thread(target=next, args=(first,), daemon=True)
    taking.start()
    # Those that are answered make room for the next, since little of them waits.
    shelf.await_asked(*shelf.keys)
    assert shelf.built[0] == 0
    shelf.open_gates()
    taking.join(PATIENCE)


def test_one_at_a_time_asks_for_nothing_ahead() -> None:
    shelf = Shelf(3)
    before = threading.active_count()
    for part in shelf.ahead(1).take(0):
        assert list(part)
        assert threading.active_count() == before
    assert shelf.asked == {0: 2, 1: 0, 2: 0}


def test_of_large_partitions_only_as_many_are_begun_as_are_read_at_a_time_and_few_records_are_built() -> None:
    shelf = Shelf(9, records=MANY)
    ahead = shelf.ahead(3)
    parts = ahead.take(0)
    head = next(parts)
    next(head)
    shelf.await_asked(0, 1, 2)
    assert sum(asked > 0 for asked in shelf.asked.values()) == 3
    assert all(built <= 1_000 for key, built in shelf.built.items() if key)
    assert len([*head, *(record for part in parts for record in part)]) == 2 * MANY - 1
    assert taken(ahead, 1) == shelf.expected(1)


def test_small_partitions_that_are_not_taken_do_not_pile_up() -> None:
    shelf = Shelf(100)
    taking = shelf.ahead(2).take(0)
    next(taking)
    shelf.await_asked(*range(9))
    assert sum(asked > 0 for asked in shelf.asked.values()) == 9


def test_a_failure_is_raised_when_its_partition_is_taken_and_the_others_are_read() -> None:
    shelf = Shelf(6)
    shelf.failing = {2: TransientError("two"), 3: ValueError("three")}
    ahead = shelf.ahead(4)
    for key in (0, 1):
        assert taken(ahead, key) == shelf.expected(key)
    with pytest.raises(TransientError, match="two"):
        taken(ahead, 2)
    with pytest.raises(ValueError, match="three"):
        taken(ahead, 3)
    for key in (4, 5):
        assert taken(ahead, key) == shelf.expected(key)


def test_a_partition_that_is_left_out_is_in_nobodys_way() -> None:
    shelf = Shelf(30)
    ahead = shelf.ahead(2)
    assert taken(ahead, 0) == shelf.expected(0)
    for key in range(20, 30):
        assert taken(ahead, key) == shelf.expected(key)


def test_a_signal_ends_the_wait_for_a_partition() -> None:
    shelf, clock = Shelf(4), FakeClock(stop_after=0)
    shelf.gates[0].clear()
    taking = shelf.ahead(2, clock).take(0)
    clock.elapsed = 1
    with pytest.raises(Stopped):
        next(taking)
    shelf.open_gates()


def test_nothing_new_is_begun_after_the_end() -> None:
    shelf = Shelf(50)
    shelf.gates[1].clear()
    ahead = shelf.ahead(2)
    assert taken(ahead, 0) == shelf.expected(0)
    ahead.close()
    begun = sum(asked > 0 for asked in shelf.asked.values())
    shelf.open_gates()
    assert taken(ahead, 1) == shelf.expected(1)
    assert sum(asked > 0 for asked in shelf.asked.values()) == begun
