"""What a person sees on stderr of a run: how far each stream is, what is left, and sums at the end.

On a terminal the progress is one live line; elsewhere it is a plain log line now and then.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_callgear.api.client import RequestStats
from tap_callgear.live_line import LiveLine
from tap_callgear.progress_words import cost, counted, duration, fitted, points_left, rounded

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tap_callgear.api.clock import Clock
    from tap_callgear.api.points import Points
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.reading import TimedRecord
    from tap_callgear.extraction.records import Record

_BETWEEN_LINES = 10.0
"""Seconds between two log lines of progress."""


@dataclass
class Sums:
    """What a reading came to.

    Attributes:
        records: Records read.
        requests: Requests sent.
        points: Requests answered, each charged one point.
        retried: Requests that failed in passing and were sent again.
        refused: Requests refused for want of points.
    """

    records: int = 0
    requests: int = 0
    points: int = 0
    retried: int = 0
    refused: int = 0

    def add(self, stats: RequestStats, records: int = 0) -> None:
        """Add what some requests took, and the records that they brought."""
        self.records += records
        self.requests += stats.requests
        self.points += stats.points
        self.retried += stats.retried
        self.refused += stats.refused


class RunProgress:
    """Follows a whole run, stream by stream."""

    def __init__(self, logger: logging.Logger, points: Points, clock: Clock) -> None:
        """Start with nothing read.

        Args:
            logger: Where the run is summed up.
            points: The budget, to tell what is left of it and how long it was waited for.
            clock: The clock.
        """
        self._logger = logger
        self._began = clock.monotonic()
        self._sums = Sums()
        self._streams = 0
        self.points = points
        self.clock = clock
        self.live = LiveLine(sys.stderr, clock)

    def stream(self, logger: logging.Logger, parts: int = 1, unit: str = "partition") -> StreamProgress:
        """Follow a stream.

        Args:
            logger: The stream's logger.
            parts: How many partitions there are to read.
            unit: What a partition is, in a word for people.
        """
        return StreamProgress(self, logger, parts, unit)

    def add(self, sums: Sums) -> None:
        """Learn what a stream came to."""
        self._streams += 1
        for name, number in vars(sums).items():
            setattr(self._sums, name, getattr(self._sums, name) + number)

    def finish(self, *others: RequestStats) -> None:
        """Say in one line what the run came to, if any stream was read.

        Args:
            others: What requests took that were not made for the records of a stream.
        """
        if not self._streams:
            return
        for stats in others:
            self._sums.add(stats)
        left = "".join(f"; {words}" for words in points_left(self.points))
        self._logger.info(
            "%s of %s with %s in %.1f s; waited %.1f s for points; retried %d, refused %d%s",
            f"Read {counted(self._sums.records, 'record')}",
            counted(self._streams, "stream"),
            cost(self._sums.requests, self._sums.points),
            self.clock.monotonic() - self._began,
            self.points.waits.seconds(),
            self._sums.retried,
            self._sums.refused,
            left,
        )
        self._streams = 0


class StreamProgress:
    """Follows the reading of one stream, partition by partition."""

    def __init__(self, run: RunProgress, logger: logging.Logger, parts: int, unit: str) -> None:
        """Start with nothing read.

        Args:
            run: The run that it is part of.
            logger: The stream's logger.
            parts: How many partitions there are to read.
            unit: What a partition is, in a word for people.
        """
        self._unit = unit
        self._run = run
        self._logger = logger
        self._parts = max(1, parts)
        self._done = 0
        self._sums = Sums()
        self._began = self._said = run.clock.monotonic()
        self._waited_before = run.points.waits.seconds()
        self._current: PartProgress | None = None
        self._left_out: dict[str, None] = {}
        self._first = self._last = ""

    def part(self, label: str = "") -> PartProgress:
        """Follow a partition.

        Args:
            label: Names it for people; empty where it is the only one.
        """
        return PartProgress(self, self._logger, label)

    def begin(self, part: PartProgress) -> None:
        """Learn that the records of a partition are taken from now on."""
        if self._current is None and not self._done:
            self._run.live.follow(self._live_line)
        self._current = part

    def end(self, part: PartProgress) -> None:
        """Learn that no more records of a partition are taken."""
        self._done += 1
        self._current = None
        self._sums.add(part.stats, part.records)
        self._left_out |= dict.fromkeys(part.left_out)
        self._first = min(filter(None, (self._first, part.first)), default="")
        self._last = max(self._last, part.last)
        if part.label:
            spent = cost(part.stats.requests, part.stats.points)
            self._logger.debug("%s: read %s with %s", part.label, counted(part.records, "record"), spent)

    def came(self, part: PartProgress) -> None:
        """Learn that a partition came further; tell of the one that is read, now and then, where there is no line."""
        now = self._run.clock.monotonic()
        if part is self._current and not self._run.live.is_on and now - self._said >= _BETWEEN_LINES:
            self._said = now
            self._logger.info("%s", self._log_line(part))

    def finish(self) -> None:
        """Say in one line what the whole reading came to."""
        self._run.live.stop()
        self._run.add(self._sums)
        of = f" of {counted(self._done, self._unit)}" if self._parts > 1 else ""
        self._logger.info(
            "Read %s%s with %s in %.1f s%s; waited %.1f s for points; retried %d, refused %d; fields left out: %s",
            counted(self._sums.records, "record"),
            of,
            cost(self._sums.requests, self._sums.points),
            self._run.clock.monotonic() - self._began,
            f", from {self._first} to {self._last}" if self._first else "",
            self._run.points.waits.seconds() - self._waited_before,
            self._sums.retried,
            self._sums.refused,
            ", ".join(self._left_out) or "none",
        )

    def _share(self, part: PartProgress) -> float:
        """Return how much of the stream was read, from 0 to 1."""
        return min(1.0, (self._done + part.share) / self._parts)

    def _seconds_left(self, part: PartProgress) -> float | None:
        share = self._share(part)
        seconds = self._run.clock.monotonic() - self._began
        return seconds * (1 - share) / share if share and seconds else None

    def _log_line(self, part: PartProgress) -> str:
        records = self._sums.records + part.records
        parts = [f"{records} of about {records + round(part.expected)} records"]
        if part.label:
            parts = [f"{part.label}, {self._done + 1} of {self._parts}: {records} records"]
        if part.boundary is not None:
            parts += [f"up to {part.boundary:%Y-%m-%d %H:%M} UTC", f"window {part.window}"]
        parts += points_left(self._run.points)
        left = self._seconds_left(part)
        if left is not None:
            parts.append(f"about {left:.0f} s to go")
        return "; ".join(parts)

    def _live_line(self, width: int) -> str:
        """Return what is to be seen now; what matters least goes first where there is no room."""
        part = self._current or PartProgress(self, self._logger, "")
        name = self._logger.name.rpartition(".")[2]
        waited_for = self._run.points.waits.now()
        waiting = f"waiting {duration(waited_for[1])} for the {waited_for[0]}'s points" if waited_for else ""
        records = self._sums.records + part.records
        if not (self._done or records or part.boundary):
            return fitted([name, waiting or "waiting for the first reply"], (), width)
        total = f" of ~{rounded(records + part.expected):,}" if self._parts == 1 and part.expected >= 1 else ""
        which = f"{part.label.lower()}, {self._done + 1} of {self._parts}" if part.label else ""
        reached = "" if waiting or part.boundary is None else f"to {part.boundary:%Y-%m-%d}"
        left = None if waiting else self._seconds_left(part)
        points = next(iter(self._run.points.left().values()), None)
        texts = [
            name,
            f"{math.floor(100 * self._share(part))}%",
            f"{records:,}{total}",
            which,
            reached,
            waiting or ("" if left is None else f"~{duration(left)} left"),
            "" if waiting or points is None else f"{points:,} points",
        ]
        return fitted(texts, (reached, which, texts[-1]), width)


class PartProgress:
    """Follows the reading of one partition; what it asks for may be read ahead in another thread.

    Attributes:
        label: Names the partition for people; empty where it is the only one.
        stats: What its requests took.
        records: How many of its records were taken.
        first: The time of the first; empty where there is none.
        last: The time of the last; empty where there is none.
        boundary: How far in time the reading has come.
        expected: How many records are expected beyond.
        window: Which window is read.
        left_out: The fields that the API refused.
    """

    def __init__(self, stream: StreamProgress, logger: logging.Logger, label: str) -> None:
        """Start with nothing read."""
        self._stream = stream
        self._logger = logger
        self.label = label
        self.stats = RequestStats()
        self.records = 0
        self.first = self.last = ""
        self.boundary: datetime | None = None
        self.expected = 0.0
        self.window = ""
        self.left_out: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Return how much of the partition was read, from 0 to 1."""
        return self.records / (self.records + self.expected) if self.records else 0.0

    def warn(self, text: str) -> None:
        """Show a line that a person should see."""
        self._logger.warning("%s%s", f"{self.label}: " if self.label else "", text)

    def asked(self, window: Window) -> None:
        """Learn which window is read next."""
        self.window = f"{window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M}"

    def taken(self, boundary: datetime | None, expected: float) -> None:
        """Learn how far the reading has come and how many records are expected beyond."""
        self.boundary, self.expected = boundary, expected
        self._stream.came(self)

    def counted(self, records: Iterable[TimedRecord]) -> Iterator[Record]:
        """Pass on the records, counting each that was taken before the next is asked for."""
        for timed in records:
            self.last = bookmark = timed.bookmark
            self.first = self.first or bookmark
            self.records += 1
            yield timed.record
