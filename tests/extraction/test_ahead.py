"""As many windows are asked for at a time as are allowed, and never one more."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from .test_window_reader import Desk, Table, hourly

if TYPE_CHECKING:
    from tests.fakes import Json, Outcome

ROWS = 900
PATIENCE = 30.0
"""Seconds after which windows that never come together count as missing; they take none where all is well."""


class Gate:
    """Lets replies out once so many requests wait for theirs, and remembers the most that ever did."""

    def __init__(self, table: Table, size: int, alone: int) -> None:
        """Hold back replies.

        Args:
            table: Gives them.
            size: How many have to wait.
            alone: How many requests at first come one by one, since nothing is known yet.
        """
        self.most = 0
        self._table = table
        self._size = size
        self._alone = alone
        self._waiting = 0
        self._is_open = False
        self._changed = threading.Condition()

    def __call__(self, request: Json) -> Outcome:
        """Answer a request."""
        with self._changed:
            self._waiting += 1
            self.most = max(self.most, self._waiting)
            if self._alone:
                self._alone -= 1
            else:
                self._is_open = self._is_open or self._waiting >= self._size
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._is_open, timeout=PATIENCE)
            self._waiting -= 1
            return self._table(request)


@pytest.mark.parametrize("ahead", [1, 4, 8])
@pytest.mark.parametrize("sortable", [("date_time",), ()], ids=["sorted", "unsorted"])
def test_so_many_windows_are_under_way_and_never_more(sortable: tuple[str, ...], ahead: int) -> None:
    # A sort is relied on once a second page confirms the first.
    gate = Gate(Table(hourly(ROWS), refuse=lambda _: None), ahead, alone=2 if sortable else 1)
    desk = Desk([], answer=gate, sortable=sortable, ahead=ahead, page_size=30)
    assert desk.ids() == list(range(ROWS))
    assert gate.most == ahead
