"""One line on a terminal that is written over and over, and gives way to log lines."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from tap_callgear.api.clock import Clock

_BETWEEN_LOOKS = 0.2
"""Seconds between two states of the line, and after a log line before it is shown again."""

_USUAL_WIDTH = 80
"""Columns of a terminal that does not say how many it has."""

_CLEAR_LINE = "\r\x1b[K"


class LiveLine(logging.Filter):
    """Shows a text that changes with time, as the last line of a terminal; safe across threads.

    Attributes:
        is_on: Whether the stream is a terminal, so that there is a line at all.
    """

    def __init__(self, stream: TextIO | None, clock: Clock) -> None:
        """Show nothing yet.

        Args:
            stream: Where log lines go, too; None where it is closed.
            clock: Says how long ago a log line was written.
        """
        super().__init__()
        self.is_on = stream is not None and not stream.closed and stream.isatty()
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._is_shown = False
        self._cleared_at = 0.0
        self._ended = threading.Event()
        if self.is_on:
            for handler in logging.getLogger().handlers:
                handler.addFilter(self)

    def follow(self, text: Callable[[int], str]) -> None:
        """Show a text until `stop` is called.

        Args:
            text: Gives the text as of now, for a number of columns; called in another thread.
        """
        if not self.is_on:
            return
        ended = self._ended = threading.Event()

        def look() -> None:
            while not ended.wait(_BETWEEN_LOOKS):
                self._show(text, ended)

        threading.Thread(target=look, daemon=True).start()

    def stop(self) -> None:
        """Show nothing any more."""
        self._ended.set()
        self._clear()

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - every record passes
        """Clear the line before a log line is written."""
        self._clear()
        return True

    def _show(self, text: Callable[[int], str], ended: threading.Event) -> None:
        if self._stream is None:
            return
        # The last column stays free, since some terminals wrap once it is written to.
        width = (os.get_terminal_size(self._stream.fileno()).columns or _USUAL_WIDTH) - 1
        line = text(width)[: max(width, 1)]
        with self._lock:
            if ended.is_set() or self._clock.monotonic() - self._cleared_at < _BETWEEN_LOOKS:
                return
            self._stream.write(f"{_CLEAR_LINE}{line}")
            self._stream.flush()
            self._is_shown = True

    def _clear(self) -> None:
        with self._lock:
            self._cleared_at = self._clock.monotonic()
            if self._is_shown and self._stream is not None:
                self._stream.write(_CLEAR_LINE)
                self._stream.flush()
                self._is_shown = False
