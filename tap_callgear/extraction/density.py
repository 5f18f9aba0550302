"""How many rows a range of time is going to hold: learned from the rows already seen.

A week's traffic has a shape (nights and weekends are quiet) and a level that drifts; and the page of a window that
holds too much is a sample of its rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_callgear.extraction.times import LocalTime

SECOND = timedelta(seconds=1)
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

_STEP = 0.25
"""Share by which the latest guess moves the level of the traffic, and the error that is expected of the next guess."""

_FURTHEST_GUESS = 2.0
"""How many times too many or too few rows a guess may seem to have been; beyond, a single window would say too much."""

_FURTHEST_LEVEL = 4.0
"""How many times its usual rows, or what part of them, an account is believed to have."""

_FIRST_ERROR = 0.05
"""The error that is expected of the first guess, as a share of the rows."""

_STEADY = 0.03
"""The error below which guesses are good."""

_LEAST_FILL, _MOST_FILL = 0.6, 0.97
"""Shares of a page that a window is planned to fill, at the least and at the most."""

_ERRORS_SPARED = 2.2
"""How many times the expected error is left free of a page: hardly ever is a guess wrong by more."""

_TOO_MANY_TIES = 1.2
"""Times the rows that are wanted, all of them up to a second, from which on no window ends at that second."""

_SAMPLE_ENOUGH = 400
"""Sampled rows from which on a page's share of them is known to a few per cent."""

_BELOW, _ABOVE = 2.5, 3.5
"""Standard deviations of a count of sampled rows: fewer than so many below it a page surely holds, and no page holds
more than so many above it."""


class TrafficProfile:
    """Rows an hour, by hour of the week."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._rows = [0.0] * _HOURS_A_WEEK
        self._hours = [0.0] * _HOURS_A_WEEK
        self._all_rows = 0.0
        self._all_hours = 0.0
        self._mean = 0.0
        self._level = 1.0
        self._error = _FIRST_ERROR

    @property
    def is_known(self) -> bool:
        """Whether any row was seen; emptiness says nothing of what comes after it."""
        return self._all_rows > 0

    @property
    def trust(self) -> float:
        """Return the share of a page that a window should be planned to fill, so that most fit at the first try."""
        return min(_MOST_FILL, max(_LEAST_FILL, 1 - _ERRORS_SPARED * self._error))

    @property
    def is_steady(self) -> bool:
        """Whether the latest guesses were good."""
        return self._error < _STEADY

    def expect(self, start: LocalTime, end: LocalTime) -> float:
        """Return how many rows are expected from one local time to another."""
        return sum(self._rate(hour) * span for hour, span in _spans(start, end).items())

    def reach(self, start: LocalTime, rows: float, latest: LocalTime) -> LocalTime:
        """Return the local time by which so many rows are expected.

        Args:
            start: Where to count from.
            rows: How many rows.
            latest: The answer is never later than this.

        Returns:
            A local time after the start, in whole seconds.
        """
        for hour, hours, piece_start in _pieces(start, latest):
            expected = self._rate(hour) * hours
            if expected >= rows:
                return piece_start + HOUR * (hours * rows / expected)
            rows -= expected
        return latest

    def learn(self, start: LocalTime, end: LocalTime, times: Sequence[LocalTime], rows: float) -> None:
        """Learn how the rows of a window are spread.

        Args:
            start: The window's start.
            end: The window's end.
            times: Times of its rows, all of them or a fair sample.
            rows: How many rows it holds in all.
        """
        seen = Counter(time.weekday() * 24 + time.hour for time in times)
        scale = rows / len(times) if times else 0.0
        self.learn_total(start, end, rows)
        for hour, span in _spans(start, end).items():
            here = seen[hour] * scale
            if self._rows[hour] >= _ENOUGH:
                here = min(here, _BURST * span * self._rate(hour))
            keep = 0.5 ** (span / _MEMORY)
            self._rows[hour] = self._rows[hour] * keep + here
            self._hours[hour] = self._hours[hour] * keep + span

    def learn_total(self, start: LocalTime, end: LocalTime, rows: float) -> None:
        """Learn how many rows a range holds, where their spread is not known."""
        span = (end - start) / HOUR
        keep = 0.5 ** (span / (_MEMORY * _HOURS_A_WEEK))
        self._all_rows = self._all_rows * keep + rows
        self._all_hours = self._all_hours * keep + span
        self._mean = self._all_rows / self._all_hours if self._all_hours else 0.0

    def compare(self, expected: float, rows: float) -> None:
        """Learn how good a guess was; to be told before the rows themselves are learned.

        Args:
            expected: The rows that were expected in a window.
            rows: The rows that were there.
        """
        if expected <= 0:
            return
        ratio = min(_FURTHEST_GUESS, max(1 / _FURTHEST_GUESS, rows / expected))
        self._error += _STEP * (abs(ratio - 1) - self._error)
        level = self._level * (1 + _STEP * (ratio - 1))
        self._level = min(_FURTHEST_LEVEL, max(1 / _FURTHEST_LEVEL, level))

    def _rate(self, hour: int) -> float:
        """Return the rows expected in an hour of the week."""
        return self._level * ((self._rows[hour] + _PRIOR * self._mean) / (self._hours[hour] + _PRIOR))


@dataclass(frozen=True)
class DensitySample:
    """A sample of the rows of a range, as the page of a window that holds too much shows them.

    Attributes:
        end: Where the range ends.
        times: The sample's times in order.
        rows: How many rows the range holds in all.
    """

    end: LocalTime
    times: Sequence[LocalTime]
    rows: int

    def reach(self, start: LocalTime, limit: int, latest: LocalTime, guess: LocalTime) -> LocalTime:
        """Correct a guess of where a page's worth of rows ends.

        Args:
            start: Where to count from.
            limit: Rows a page.
            latest: The answer is never later than this.
            guess: Where the traffic profile puts it.

        Returns:
            The sample's own answer where it is large enough to know; else the guess, held back where the sample shows
            that too many rows lie before it.
        """
        if start >= self.end or not self.times:
            return guess
        a_page = limit * len(self.times) / self.rows
        doubt = 1 / sqrt(a_page)
        if a_page >= _SAMPLE_ENOUGH:
            known = self._after(start, a_page * (1 - _BELOW * doubt))
            return min(known or guess, latest)
        most = self._after(start, a_page * (1 + _ABOVE * doubt))
        return min(guess, most or guess, latest)

    def _after(self, start: LocalTime, rows: float) -> LocalTime | None:
        """Return where so many sampled rows past the start end, unless that is beyond the sample.

        A request may include its end, so it ends before a second that alone holds many rows.
        """
        first = bisect_left(self.times, start)
        place = first + int(rows)
        if place >= len(self.times):
            return None
        time = self.times[place]
        has_many_ties = bisect_right(self.times, time) - first > _TOO_MANY_TIES * rows
        return time - SECOND if has_many_ties else time


def _spans(start: LocalTime, end: LocalTime) -> dict[int, float]:
    """Return how many hours of a range fall on each hour of the week."""
    weeks = max(0, (end - start) // WEEK)
    spans = dict.fromkeys(range(_HOURS_A_WEEK), float(weeks)) if weeks else {}
    for hour, hours, _ in _pieces(start + weeks * WEEK, end):
        spans[hour] = spans.get(hour, 0.0) + hours
    return spans


def _pieces(start: LocalTime, end: LocalTime) -> Iterator[tuple[int, float, LocalTime]]:
    """Cut a range at the full hours: the hour of the week, the length in hours and the start of each piece."""
    hour = start.weekday() * 24 + start.hour
    full_hour = start.replace(minute=0, second=0, microsecond=0) + HOUR
    while start < end:
        stop = min(full_hour, end)
        yield hour, (stop - start) / HOUR, start
        hour, start, full_hour = (hour + 1) % _HOURS_A_WEEK, stop, full_hour + HOUR
