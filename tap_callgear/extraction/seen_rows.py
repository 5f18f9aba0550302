"""Remembers rows that were seen and not taken: whatever is asked for next has to hold those of its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_callgear.extraction.pages import Page
    from tap_callgear.extraction.times import LocalTime


class SeenRows:
    """The times of rows that are known to be there beyond those that were taken."""

    def __init__(self) -> None:
        """Have seen none."""
        self._times: set[LocalTime] = set()

    def learn(self, page: Page, boundary: LocalTime, end: LocalTime) -> None:
        """Learn from a page.

        Args:
            page: The page.
            boundary: The time up to which all rows are taken.
            end: Where what was asked for ends; later rows were not, and show nothing.
        """
        self._times = {time for time in self._times if time >= boundary}
        if boundary < end:
            self._times.update(time for time in page.times if boundary <= time < end)

    def lacked_by(self, page: Page, start: LocalTime, end: LocalTime) -> set[LocalTime]:
        """Return the times of rows that were seen and that a page lacks.

        Args:
            page: The page.
            start: From when on it holds all rows.
            end: Up to when it does, exclusive.
        """
        seen = {time for time in self._times if start <= time < end}
        return seen.difference(page.times) if seen else seen

    def forget(self, times: set[LocalTime]) -> None:
        """Learn that there are no such rows any more."""
        self._times -= times
