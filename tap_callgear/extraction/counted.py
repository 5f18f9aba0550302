"""A range in order of time whose rows are counted: where its next pages begin is known by number.

A number is only a hint of where a page begins, since rows may come and go while they are read. What a page is worth is
told by its times: in order, and begun before the time that the reading has reached, it holds every row from there on.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.extraction.clock import Wall

_MOST_OFFSET = 90_000
"""Rows beyond which no page is asked for ahead; the API's offsets end at 100,000."""

_MOST_OVERLAP = 8
"""The part of a page, one in so many, that may be read again: where seconds are more crowded, guesses cost too much."""

_MOST_MISSES = 3
"""Hints in a row that may be wrong before no more are taken."""


@dataclass
class CountedRange:
    """How far a range was read and asked for; rows are numbered from where the counting began.

    Attributes:
        limit: Rows a page.
        boundary: The time that the reading has reached.
        end: Where the latest window that was asked for ends.
        first: The number of the first row of the boundary's time.
        rows: How many rows there are known to be.
        asked: The number of the first row that was not asked for.
        crowd: How many rows of one time are to be reckoned with.
        misses: Hints that were wrong, since the last that was right.
    """

    limit: int
    boundary: Wall
    end: Wall
    first: int = 0
    rows: int = 0
    asked: int = 0
    crowd: int = 1
    misses: int = 0

    @property
    def has_more(self) -> bool:
        """Tell whether there is more to ask for ahead, and hints have been of use."""
        is_cheap = self._overlap * _MOST_OVERLAP <= self.limit and self.misses < _MOST_MISSES
        return is_cheap and self.asked + self._overlap < self.rows

    def ask_next(self, end: Wall) -> tuple[int, int] | None:
        """Note that the next page is asked for, counted from the boundary.

        Args:
            end: Where its window ends.

        Returns:
            Its offset and the number of its first row; None while there is nothing to ask for.
        """
        number = max(self.asked, self.first)
        offset = number - self.first
        if not self.has_more or offset > _MOST_OFFSET:
            return None
        self.asked = number + self.limit - self._overlap
        self.end = end
        return offset, number

    def take(self, times: Sequence[Wall], total: int | None, *, number: int, offset: int = 0) -> None:
        """Take in a page.

        Args:
            times: The times of its rows, in order.
            total: How many rows the API counts from where the offset does.
            number: The number of its first row.
            offset: The offset that was asked for.
        """
        self.boundary = times[-1]
        crowd = len(times) - bisect_left(times, self.boundary)
        self.first = number + len(times) - crowd
        self.crowd = max(crowd, self.crowd * 3 // 4)
        if total is not None:
            self.rows = number - offset + total
        if offset:
            self.misses = 0

    def miss(self) -> None:
        """Take in that a hint was wrong: often since many rows share their times."""
        self.misses += 1
        self.crowd *= 2

    @property
    def _overlap(self) -> int:
        """Give how many rows a page shares with the one before it, so that it begins before that one's last time."""
        return 2 * self.crowd + 1 + self.limit // 100
