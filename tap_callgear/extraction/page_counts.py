"""Compares pages with what the API counts: what to ask again, and how many rows a page really holds at the most."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import (
    MOST_REPEATS,
    PageDecision,
    Window,
    falls_short,
    has_moved,
    may_be_own_length,
    may_end_early,
)

if TYPE_CHECKING:
    from tap_callgear.extraction.pages import Page


class PageLimit:
    """How many rows a page has at the most, which may be fewer than are asked for; safe across threads.

    Attributes:
        rows: How many.
    """

    def __init__(self, asked: int) -> None:
        """Believe that as many come as are asked for.

        Args:
            asked: How many are.
        """
        self.rows = asked
        self._asked = asked
        self._longest = 1
        self._lock = threading.Lock()

    def measure(self, rows: int) -> None:
        """Learn how long a page is.

        One that is longer than pages were thought to be shows that some ended early by chance.

        Args:
            rows: Its rows.
        """
        with self._lock:
            self._longest = max(self._longest, rows)
            if self._longest > self.rows:
                self.rows = min(self._asked, 2 * self._longest)

    def lower(self) -> None:
        """Learn that a page ends early, however often it is asked for: no page is longer than the longest so far."""
        with self._lock:
            self.rows = min(self.rows, self._longest)


class Repeats:
    """Counts how often pages were asked for again that disagree with their counts."""

    def __init__(self) -> None:
        """Have asked for none again."""
        self._left = MOST_REPEATS

    def ask_again(self, rows: int, total: int | None, limit: int) -> bool:
        """Whether a page is to be asked for again, since rows moved while it was read; not for ever, if they go on to.

        Args:
            rows: How many rows the page holds.
            total: How many rows there are in all, where the API says so.
            limit: How many rows come at the most.
        """
        is_moved = has_moved(rows, total, limit) and self._left > 0
        self._left -= is_moved
        return is_moved


class CountTrust:
    """Whether counts are more than the lengths of pages.

    Attributes:
        is_proven: Whether one was seen that goes beyond its page.
    """

    def __init__(self) -> None:
        """Have seen none."""
        self.is_proven = False

    def believed(self, rows: int, total: int | None) -> int | None:
        """Learn what a page says, and return its count; None where that is less than came, so that it says nothing.

        Args:
            rows: How many rows the page holds, and were left out before it.
            total: How many rows there are in all, where the API says so.
        """
        if total is None or total < rows:
            return None
        self.is_proven = self.is_proven or total > rows
        return total

    def doubts(self, rows: int, total: int | None, limit: int) -> bool:
        """Whether a page may be followed by more rows, although its count says that it is whole."""
        return not self.is_proven and may_be_own_length(rows, total, limit)

    def may_go_on(self, rows: int, total: int | None, limit: int) -> bool:
        """Whether a page may be followed by more rows: its count is in doubt, or there is none."""
        return self.doubts(rows, total, limit) or may_end_early(rows, total, limit)


class PageCounts:
    """What is known of the API's counts and pages.

    Attributes:
        are_told: Whether the API counts at all.
    """

    def __init__(self, limit: int) -> None:
        """Believe what the API says, until it contradicts itself.

        Args:
            limit: Rows that are asked for at a time.
        """
        self.are_told = False
        self._trust = CountTrust()
        self._are_disproved = False
        self._longest_whole = 0
        self._limit = PageLimit(limit)
        self._repeats = Counter[Window]()
        self._most_repeats = MOST_REPEATS
        self._most_surplus_repeats = 1

    @property
    def limit(self) -> int:
        """Return how many rows a page has at the most."""
        return self._limit.rows

    def measure(self, page: Page) -> Page:
        """Return a page with the limit that holds, now that its length is known.

        Args:
            page: The page.
        """
        before = self.limit
        self._limit.measure(len(page.times))
        return page if self.limit == before else replace(page, limit=self.limit)

    def ask_again(self, window: Window, page: Page) -> tuple[Window, ...]:
        """Return the window where a page and its count disagree, so that the data moved; nothing where they agree."""
        self.are_told = self.are_told or page.total is not None
        repeats = self._repeats.pop(window, 0)
        if page.total is None or not has_moved(len(page.times), page.total, page.limit, offset=window.offset):
            return ()
        # More rows than are counted are no loss: that is asked again once, and believed if it stays.
        is_surplus = page.total < window.offset + len(page.times)
        if repeats >= (self._most_surplus_repeats if is_surplus else self._most_repeats):
            self._most_surplus_repeats -= is_surplus and repeats > 0
            return ()
        self._repeats[window] = repeats + 1
        return (window,)

    def believed(self, page: Page, offset: int = 0) -> Page:
        """Return a page without its count where that says nothing: it is less than came, or a full page's own length.

        Args:
            page: The page.
            offset: How many rows before it were left out.
        """
        rows = len(page.times)
        total = None if self._are_disproved else self._trust.believed(offset + rows, page.total)
        is_own = not offset and total == rows >= page.limit
        return replace(page, total=None if is_own else total)

    def look_beyond(self, page: Page) -> PageDecision | None:
        """Decide what to do with a page that stays shorter than its count, or that nothing counts; None for any other.

        It may end early, or its count may be wrong. That only few more rows come is not seen by one look.
        """
        rows = len(page.times)
        may_be_own = rows >= self._longest_whole and self._trust.doubts(rows, page.total, page.limit)
        if may_be_own or may_end_early(rows, page.total, page.limit):
            return PageDecision(needs_peek=True)
        if page.total is None or not falls_short(rows, page.total, page.limit):
            return None
        may_be_scanned = page.total <= 2 * rows and self._most_repeats > 1
        return PageDecision(needs_peek=not may_be_scanned, needs_offset_scan=may_be_scanned)

    def settle(self, page: Page, *, is_capped: bool) -> tuple[Page, int]:
        """Learn what comes after a page that was looked beyond.

        Args:
            page: The page.
            is_capped: Whether more rows come by offset: pages end earlier than they are asked to.

        Returns:
            The page with a count and a limit that can be believed, and how many rows are counted that never come.
        """
        rows = len(page.times)
        if is_capped:
            page = self._end_early(page)
            # That a page is not whole is told by its count, or else by its length.
            return replace(page, limit=rows if page.total is None else self.limit), 0
        page = self.believed(page)
        if page.total is None or page.total == rows:
            self._longest_whole = max(self._longest_whole, rows)  # nothing follows, so pages end no earlier
            return page, 0
        self.distrust()
        return replace(page, total=rows), page.total - rows

    def distrust(self) -> None:
        """Learn that rows are counted which never come."""
        self._most_repeats = 1

    def _end_early(self, page: Page) -> Page:
        """Learn that a page ends early, however often it is asked for.

        Args:
            page: The page.

        Returns:
            The page, without a count that says that it does not: unless a count was proven, none is believed any more.
        """
        self._limit.lower()
        if page.total is not None and page.total <= len(page.times):
            self._are_disproved = not self._trust.is_proven
            page = replace(page, total=None)
        return self.believed(page)
