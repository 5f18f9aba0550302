"""What a person sees on stderr while a stream is read: how far, how fast, what is left; and a summary at the end.

On a terminal the progress is one live line; elsewhere it is a plain log line now and then.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import TextIO

    from tap_callgear.api.client import Tally
    from tap_callgear.api.points import Points
    from tap_callgear.api.timing import Timing
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.reader import Timed
    from tap_callgear.extraction.records import Record

_BETWEEN_LINES = 10.0
"""Seconds between two log lines of progress."""

_BETWEEN_LOOKS = 0.2
"""Seconds between two states of the live line."""

_USUAL_WIDTH = 80
"""Columns of a terminal that does not say how many it has."""

_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Follows the reading of one stream."""

    def __init__(
        self, logger: logging.Logger, points: Points, timing: Timing, tally: Tally, *, label: str = ""
    ) -> None:
        """Start with nothing read.

        Args:
            logger: The stream's logger.
            points: The budget, to tell what is left of it.
            timing: The clock.
            tally: What the requests took so far.
            label: What the lines begin with.
        """
        self._logger = logger
        self._points = points
        self._timing = timing
        self._tally = tally
        self._label = label
        self._began = timing.monotonic()
        self._said = self._began
        self._window = ""
        self._live = LiveLine(sys.stderr)
        self.records = 0
        self.first = ""
        self.last = ""

    def warn(self, text: str) -> None:
        """Show a line that a person should see."""
        self._logger.warning("%s", text)

    def asked(self, window: Window) -> None:
        """Take in which window is read next."""
        self._window = f"{window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M}"

    def counted(self, records: Iterable[Timed]) -> Iterator[Record]:
        """Pass on the records, counting each that was taken before the next is asked for."""
        for time, record in records:
            self.first = self.first or time
            self.last = time
            self.records += 1
            yield record

    def taken(self, boundary: datetime, expected: float) -> None:
        """Take in how far the reading has come and how many records are expected beyond; tell a person now and then."""
        now = self._timing.monotonic()
        since = now - self._said
        if since >= (_BETWEEN_LOOKS if self._live.is_on else _BETWEEN_LINES):
            self._said = now
            line = self._line(boundary, expected, now - self._began)
            if self._live.is_on:
                self._live.show(f"{self._logger.name.rpartition('.')[2]}: {line}")
            else:
                self._logger.info("%s", line)

    def finish(self, left_out: tuple[str, ...]) -> None:
        """Say in one line what the whole reading came to.

        Args:
            left_out: The fields that the API refused.
        """
        self._live.clear()
        span = f", from {self.first} to {self.last}" if self.records else ""
        self._logger.info(
            "%sRead %s with %s and %s in %.1f s%s; waited %.1f s for points; "
            "retried %d, refused %d; fields left out: %s",
            self._label,
            _counted(self.records, "record"),
            _counted(self._tally.requests, "request"),
            _counted(self._tally.points, "point"),
            self._timing.monotonic() - self._began,
            span,
            self._tally.waited,
            self._tally.retried,
            self._tally.refused,
            ", ".join(left_out) or "none",
        )

    def _line(self, boundary: datetime, expected: float, seconds: float) -> str:
        left = ", ".join(f"{count} points left this {period}" for period, count in self._points.left().items())
        parts = [
            f"{self._label}{self.records} of about {self.records + round(expected)} records",
            f"up to {boundary:%Y-%m-%d %H:%M} UTC",
            f"window {self._window}",
        ]
        if left:
            parts.append(left)
        if self.records and seconds:
            parts.append(f"about {expected * seconds / self.records:.0f} s to go")
        return "; ".join(parts)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


class LiveLine(logging.Filter):
    """One line on a terminal that is written over; a log line that comes between clears it first."""

    def __init__(self, stream: TextIO) -> None:
        """Be on where the stream is a terminal."""
        super().__init__()
        self._stream = stream
        self._is_shown = False
        self.is_on = stream.isatty()
        if self.is_on:
            for handler in logging.getLogger().handlers:
                handler.addFilter(self)

    def show(self, text: str) -> None:
        """Write the line over what stands there, cut to the terminal's width so that it does not wrap."""
        width = os.get_terminal_size(self._stream.fileno()).columns or _USUAL_WIDTH
        self._stream.write(f"{_CLEAR_LINE}{text[: max(width - 1, 1)]}")
        self._stream.flush()
        self._is_shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()
            self._is_shown = False

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - every record passes
        """Clear the line before a log line is written."""
        self.clear()
        return True
