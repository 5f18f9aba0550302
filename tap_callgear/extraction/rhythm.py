"""How many rows an hour of the week holds: learned from the rows already seen, to size the windows to come.

A week's traffic has a shape (nights and weekends are quiet) and a level that drifts. A wrong guess costs a request,
never a row.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_callgear.extraction.clock import Wall

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
_HOURS_A_WEEK = 168
_MEMORY = 4.0
"""Hours of one kind (so: weeks) after which what was seen weighs half."""

_PRIOR = 0.5
"""Hours of mean traffic that every hour of the week is believed to have had before any was seen."""

_BURST = 4.0
"""How many times its usual rows an hour may be believed to hold; the rest is a burst and says nothing of next week."""

_ENOUGH = 20.0
"""Rows from which an hour of the week is known well enough to tell a burst."""

_LEVEL_STEP = 0.25
_ERROR_STEP = 0.25
_FIRST_ERROR = 0.05
_STEADY = 0.03


class Rhythm:
    """Rows an hour, by hour of the week."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._rows = [0.0] * _HOURS_A_WEEK
        self._hours = [0.0] * _HOURS_A_WEEK
        self._all_rows = 0.0
        self._all_hours = 0.0
        self._level = 1.0
        self._error = _FIRST_ERROR

    @property
    def is_known(self) -> bool:
        """Tell whether any row was seen; emptiness says nothing of what comes after it."""
        return self._all_rows > 0

    @property
    def trust(self) -> float:
        """Give the share of a page that a window should be planned to fill, so that most fit at the first try."""
        return min(0.97, max(0.6, 1 - 2.2 * self._error))

    @property
    def is_steady(self) -> bool:
        """Tell whether the latest guesses were good."""
        return self._error < _STEADY

    def expect(self, start: Wall, end: Wall) -> float:
        """Give how many rows are expected from one wall time to another."""
        weeks = max(0, (end - start) // WEEK)
        whole_weeks = weeks * sum(self._rate(hour) for hour in range(_HOURS_A_WEEK)) if weeks else 0.0
        return whole_weeks + sum(self._rate(hour) * hours for hour, hours, _ in _pieces(start + weeks * WEEK, end))

    def reach(self, start: Wall, rows: float, latest: Wall) -> Wall:
        """Give the wall time by which so many rows are expected.

        Args:
            start: Where to count from.
            rows: How many rows.
            latest: The answer is never later than this.

        Returns:
            A wall time after the start, in whole seconds.
        """
        for hour, hours, piece_start in _pieces(start, latest):
            expected = self._rate(hour) * hours
            if expected >= rows:
                return piece_start + HOUR * (hours * rows / expected)
            rows -= expected
        return latest

    def learn(self, start: Wall, end: Wall, times: Sequence[Wall], rows: float) -> None:
        """Take in how the rows of a window are spread.

        Args:
            start: The window's start.
            end: The window's end.
            times: Times of its rows, all of them or a fair sample.
            rows: How many rows it holds in all.
        """
        seen = Counter(time.weekday() * 24 + time.hour for time in times)
        scale = rows / len(times) if times else 0.0
        hours = Counter[int]()
        spans: dict[int, float] = {}
        for hour, span, _ in _pieces(start, end):
            spans[hour] = spans.get(hour, 0.0) + span
            hours[hour] += 1
        self.learn_total(start, end, rows)
        for hour, span in spans.items():
            here = seen[hour] * scale
            if self._rows[hour] >= _ENOUGH:
                here = min(here, _BURST * span * self._rate(hour))
            keep = 0.5 ** (span / _MEMORY)
            self._rows[hour] = self._rows[hour] * keep + here
            self._hours[hour] = self._hours[hour] * keep + span

    def learn_total(self, start: Wall, end: Wall, rows: float) -> None:
        """Take in how many rows a range holds, where their spread is not known."""
        span = (end - start) / HOUR
        keep = 0.5 ** (span / (_MEMORY * _HOURS_A_WEEK))
        self._all_rows = self._all_rows * keep + rows
        self._all_hours = self._all_hours * keep + span

    def compare(self, expected: float, rows: float) -> None:
        """Take in how good a guess was; to be told before the rows themselves are learned.

        Args:
            expected: The rows that were expected in a window.
            rows: The rows that were there.
        """
        if expected <= 0:
            return
        ratio = min(2.0, max(0.5, rows / expected))
        self._error += _ERROR_STEP * (abs(ratio - 1) - self._error)
        self._level = min(4.0, max(0.25, self._level * (1 + _LEVEL_STEP * (ratio - 1))))

    def _rate(self, hour: int) -> float:
        """Give the rows expected in an hour of the week."""
        mean = self._all_rows / self._all_hours if self._all_hours else 0.0
        seen = (self._rows[hour] + _PRIOR * mean) / (self._hours[hour] + _PRIOR)
        return self._level * seen


def _pieces(start: Wall, end: Wall) -> Iterator[tuple[int, float, Wall]]:
    """Cut a range at the full hours: the hour of the week, the length in hours and the start of each piece."""
    while start < end:
        full_hour = start.replace(minute=0, second=0, microsecond=0) + HOUR
        stop = min(full_hour, end)
        yield start.weekday() * 24 + start.hour, (stop - start) / HOUR, start
        start = stop
