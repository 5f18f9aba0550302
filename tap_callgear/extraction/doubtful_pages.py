"""Doubts pages that lack rows which should be there: an API may answer from a copy of its data that is behind.

Such a page contradicts nothing that it says itself: few rows or none, and a count of just these. What was seen before,
and what is known of the traffic, does.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import SECOND, is_whole

if TYPE_CHECKING:
    from tap_callgear.extraction.pages import Page, Window
    from tap_callgear.extraction.seen_rows import SeenRows
    from tap_callgear.extraction.sort_trust import SortTrust
    from tap_callgear.extraction.times import LocalTime
    from tap_callgear.extraction.window_sizer import WindowSizer

_MANY = 20.0
"""Rows from which on it is strange that none comes: a range of so many is empty where the traffic pauses."""

_MOST_DOUBTS = 2
"""Times that a page is asked for again before it is believed: the data may have changed."""

_AT_ONCE = timedelta(days=3)
"""Time after an empty window, a weekend included, within which the first rows hardly begin by chance."""


class Doubt:
    """Says whether a page is to be asked for again since it lacks rows."""

    def __init__(self) -> None:
        """Have met no page."""
        self._asked: object = None
        self._doubts = 0
        self._most_for_none = _MOST_DOUBTS
        self._is_pause = False

    def settle(self, asked: object, rows: int, expected: float, *, lacks_seen: bool = False) -> bool:
        """Return whether to ask again; a page that stays as it is is believed.

        That none comes is not strange where none came before, and ever less where it was doubted in vain.

        Args:
            asked: What was asked for.
            rows: The rows of the page.
            expected: How many are expected.
            lacks_seen: Whether rows are missing that were seen before.
        """
        is_empty = not rows and not self._is_pause and expected >= _MANY
        doubts, self._asked = self._doubts if asked == self._asked else 0, asked
        if doubts < (_MOST_DOUBTS if lacks_seen else self._most_for_none if is_empty else 0):
            self._doubts = doubts + 1
            return True
        if doubts:
            self._most_for_none = _MOST_DOUBTS if rows else max(0, self._most_for_none - 1)
        self._doubts, self._is_pause = 0, not rows
        return False


class DoubtfulPages:
    """Says what to ask for again of what is read by windows."""

    def __init__(self, sizer: WindowSizer, seen: SeenRows, sort: SortTrust) -> None:
        """Doubt none.

        Args:
            sizer: Knows how many rows are to be expected.
            seen: Knows which rows were seen before.
            sort: How far the API's sort is believed.
        """
        self._sizer = sizer
        self._seen = seen
        self._sort = sort
        self._doubt = Doubt()
        self._before_first: Window | None = None
        self._has_looked_back = False

    def ask_again(self, window: Window, page: Page) -> tuple[Window, ...]:
        """Return what to ask for again before a page is taken; nothing where it is believed.

        Where a sorted page goes on to lack rows, the sort is in doubt, too.

        Args:
            window: The window, the oldest that is not yet handled. One that was asked for by number is not taken before
                it is known to be in place.
            page: Its page.
        """
        if window.offset:
            return ()
        if self._before_first is not None and page.times:
            before, self._before_first = self._before_first, None
            if self._begins_at_once(before, window, page):
                return (before, window)
        rows = len(page.times)
        seems_whole = is_whole(rows, page.total, page.limit)
        expected = self._sizer.expect(window.start, window.end) if seems_whole and not rows else 0.0
        lacking = self._lacking(window, page, seems_whole=seems_whole)
        if self._doubt.settle(window, rows, expected, lacks_seen=bool(lacking)):
            return (window,)
        self._seen.forget(lacking)
        if lacking and not seems_whole:
            self._sort.rows_are_lacking()
        if not rows and not self._sizer.is_known:
            self._before_first = window
        return ()

    def _lacking(self, window: Window, page: Page, *, seems_whole: bool) -> set[LocalTime]:
        """Return the times of rows that were seen before and should be there: up to where a sorted page ends."""
        start = window.start if window.lead else window.start + SECOND  # the API may leave its first second out
        if seems_whole:
            return self._seen.lacked_by(page, start, window.end)
        if not (self._sort.is_believed and page.is_ascending and page.times):
            return set()
        return self._seen.lacked_by(page, start, min(window.end, page.times[-1]))

    def _begins_at_once(self, before: Window, window: Window, page: Page) -> bool:
        """Whether the first rows of all begin as soon as an empty window ends, so that this is doubted, once."""
        is_new, self._has_looked_back = not self._has_looked_back, True
        return is_new and before.end == window.start and min(page.times) < window.start + _AT_ONCE
