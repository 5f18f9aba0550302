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

    def learn(self, page: Page, boundary: LocalTime) -> None:
        """Learn from a page.

        Args:
            page: The page.
            boundary: The time up to which all rows are taken.
        """
        self._times = {time for time in self._times if time >= boundary}
        self._times.update(time for time in page.times if time >= boundary)

    def are_lacking(self, page: Page, start: LocalTime, end: LocalTime) -> bool:
        """Whether a page lacks a row that was seen.

        Args:
            page: The page.
            start: From when on it holds all rows.
            end: Up to when it does, exclusive.
        """
        seen = {time for time in self._times if start <= time < end}
        return bool(seen) and not seen.issubset(page.times)
