"""What an over-full page says of its window: how many rows it holds in all, and roughly where they lie."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.extraction.clock import Wall

SECOND = timedelta(seconds=1)
_CROWD = 1.2
_ENOUGH = 400
"""Sampled rows from which a page's share of them is known to a few per cent."""


@dataclass(frozen=True)
class Survey:
    """A sample of the rows of a range.

    Attributes:
        end: Where the range ends.
        times: The sample's times in order.
        rows: How many rows the range holds in all.
    """

    end: Wall
    times: Sequence[Wall]
    rows: int

    def reach(self, start: Wall, limit: int, latest: Wall, guess: Wall) -> Wall:
        """Correct a guess of where a page's worth of rows ends.

        Args:
            start: Where to count from.
            limit: Rows a page.
            latest: The answer is never later than this.
            guess: Where the rhythm of the week puts it.

        Returns:
            The sample's own answer where it is large enough to know; else the guess, held back where the sample shows
            that too many rows lie before it.
        """
        if start >= self.end or not self.times:
            return guess
        a_page = limit * len(self.times) / self.rows
        doubt = 1 / sqrt(a_page)
        if a_page >= _ENOUGH:
            known = self._after(start, a_page * (1 - 2.5 * doubt))
            return min(known or guess, latest)
        most = self._after(start, a_page * (1 + 3.5 * doubt))
        return min(guess, most or guess, latest)

    def _after(self, start: Wall, rows: float) -> Wall | None:
        """Give where so many sampled rows past the start end, unless that is beyond the sample.

        A window may include its end, so it ends before a second that alone holds many rows.
        """
        first = bisect_left(self.times, start)
        place = first + int(rows)
        if place >= len(self.times):
            return None
        time = self.times[place]
        is_crowded = bisect_right(self.times, time) - first > _CROWD * rows
        return time - SECOND if is_crowded else time
