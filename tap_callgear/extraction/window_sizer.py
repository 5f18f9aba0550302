"""Where windows should end, as far as the rows that were seen tell how many are to come.

A wrong guess costs a request, never a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.extraction.density import DensitySample, TrafficProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.times import LocalTime

_SHORTENED = 0.98
"""Part of a window, of which the page was a sample, that is planned anew with what the sample shows."""

_SAFE_FILL = 0.9
"""Share of a page that a window is to fill where nothing but its count is known."""


class WindowSizer:
    """Says where windows should end so that most fit a page at the first try."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._profile = TrafficProfile()
        self._sample: DensitySample | None = None
        self._narrowed_at: LocalTime | None = None

    @property
    def is_known(self) -> bool:
        """Whether any row was seen yet."""
        return self._profile.is_known

    @property
    def is_steady(self) -> bool:
        """Whether the latest guesses were good."""
        return self._profile.is_steady

    def expect(self, start: LocalTime, end: LocalTime) -> float:
        """Return how many rows are expected from one local time to another."""
        return self._profile.expect(start, end)

    def reach(self, start: LocalTime, limit: int, latest: LocalTime) -> LocalTime:
        """Return where a page's worth of rows is likely to end.

        Args:
            start: Where to count from.
            limit: Rows a page.
            latest: The answer is never later than this.
        """
        end = self._profile.reach(start, limit * self._profile.trust, latest)
        return end if self._sample is None else self._sample.reach(start, limit, latest, end)

    def learn(self, start: LocalTime, end: LocalTime, times: Sequence[LocalTime]) -> None:
        """Learn from all rows of a range.

        Args:
            start: Where the range starts.
            end: Where it ends.
            times: The times of its rows.
        """
        if end <= start:
            return
        if self._profile.is_known:
            self._profile.compare(self._profile.expect(start, end), len(times))
        self._profile.learn(start, end, times, len(times))

    def learn_total(self, start: LocalTime, end: LocalTime, rows: float) -> None:
        """Learn how many rows a range holds, where their spread is not known."""
        self._profile.learn_total(start, end, rows)

    def narrow(self, window: Window, times: Sequence[LocalTime], total: int | None, limit: int) -> LocalTime:
        """Learn from a window that holds more than a page; return where a shorter one should end.

        Args:
            window: The window.
            times: The times of those of its rows that its page shows.
            total: How many rows the API counts.
            limit: Rows a page.
        """
        is_second_time, self._narrowed_at = self._narrowed_at == window.start, window.start
        if total is not None and total > len(times) > 0 and not is_second_time:
            self._sample = DensitySample(window.end, sorted(times), total)
            self._profile.learn(window.start, window.end, times, total)
            return window.start + window.length * _SHORTENED
        rows = total or 2 * len(times) or 1
        self._sample = None
        self._profile.compare(self._profile.expect(window.start, window.end), rows)
        if not self._profile.is_known:
            self._profile.learn(window.start, window.end, times, rows if total else 2 * rows)
        return window.start + window.length * min(1 / 2, _SAFE_FILL * limit / rows)
