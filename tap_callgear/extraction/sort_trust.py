"""How far the API's sort is believed: what looks sorted may be a page that was cut first and sorted then.

The first page that holds only a part of its window waits until the page after it confirms that no row lies between:
the API counts both, and what was counted first has to be on the first page or among the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import SECOND

if TYPE_CHECKING:
    from tap_callgear.extraction.pages import Page, Window
    from tap_callgear.extraction.times import LocalTime

_PROOF = 8
"""Different times in a row that come in order only where the API sorts: by chance it happens once in 40,000 pages."""

_CONFIRMING = 1.5
"""Times its own rows that the window of a page has to hold, so that the page after it confirms the sort for good."""


@dataclass
class SortTrust:
    """What is known of the API's sort by time.

    Attributes:
        is_believed: Whether the API is asked to sort, and nothing has spoken against it.
        is_confirmed: Whether a page and the one after it were found to leave no row out.
        held: The window whose page waits for the next one, with that page and the time up to which it was read.
    """

    is_believed: bool
    is_confirmed: bool = False
    held: tuple[Window, Page, LocalTime] | None = None
    _is_set_aside: bool = False
    _were_rows_lacking: bool = False
    _is_proven: bool = False
    _is_suspect: bool = False
    _probe: tuple[Window, int] | None = None

    @property
    def is_relied_on(self) -> bool:
        """Whether a full page can be expected to hold the oldest rows of its window."""
        return self.is_believed and not self._is_suspect

    def look(self, page: Page) -> None:
        """Stop believing where a page's times step back, unless only the clocks did."""
        if not page.is_ascending and not page.is_repeated_hour:
            self.is_believed = False

    def rows_are_lacking(self) -> None:
        """Learn that a page lacks rows that were seen before, though the sort puts them on it.

        They may have been deleted, so at first just this page is taken as one without an order.
        """
        self._is_set_aside, self.is_believed = True, self.is_believed and not self._were_rows_lacking
        self._were_rows_lacking = True

    def is_oldest(self, window: Window, page: Page) -> bool:
        """Whether a page that is not whole looks as if it held the oldest rows of its window, as the sort promises.

        A page of hardly any different times would look sorted by chance, so a page of many has to come first.
        """
        is_set_aside, self._is_set_aside = self._is_set_aside, False
        is_in_order = self.is_believed and page.is_ascending and not is_set_aside
        if not (is_in_order and page.times and page.times[0] >= window.date_from):
            return False
        self._is_proven = self._is_proven or len(set(page.times)) >= _PROOF
        self._is_suspect = not self._is_proven
        return self._is_proven

    def give_up(self) -> None:
        """Believe in the sort no more, nor in the page that waits."""
        self.is_believed, self.held = False, None

    def hold(self, window: Window, page: Page, boundary: LocalTime) -> None:
        """Have a page wait for the one after it."""
        self.held = (window, page, boundary)

    def settle(self, window: Window, page: Page) -> bool | None:
        """Compare the page that waits with the one after it.

        Args:
            window: The window after the page's last time, up to the same end.
            page: Its page.

        Returns:
            Whether the page that waits can be relied on; None where none waits.
        """
        if self.held is None:
            return None
        (held_window, held, _), self.held = self.held, None
        is_right = False
        if window.end == held_window.end and page.total is not None and held.total is not None:
            after = window.date_from + SECOND
            # Where the API's own bound is inclusive, rows of that second are among the rest.
            is_inclusive = any(window.date_from <= time < after for time in page.times)
            passed = held.before(window.date_from if is_inclusive else after)
            is_right = held.total - passed <= page.total + page.left_out
            # Of few rows beyond the page none may lie before its end by chance.
            self.is_confirmed = is_right and held.total >= _CONFIRMING * len(held.times)
        self.is_believed = self.is_believed and is_right
        return is_right

    def probe(self, window: Window, rows: int) -> None:
        """Have the sort confirmed by a shorter window, where the API does not count.

        Args:
            window: A part of a window.
            rows: How many rows of it the page of the whole window showed.
        """
        self._probe = (window, rows)

    def settle_probe(self, window: Window, rows: int | None) -> None:
        """Compare a window that was to confirm the sort with what it should hold.

        Args:
            window: The window.
            rows: How many rows it holds; None where it holds more than a page.
        """
        if self._probe is None or (window.start, window.end) != (self._probe[0].start, self._probe[0].end):
            return
        self.is_confirmed = rows == self._probe[1]
        self.is_believed = self.is_believed and self.is_confirmed
        self._probe = None
