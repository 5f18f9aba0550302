"""Asks for the pages of a report's windows: by time, by offset where nothing else is left, and for counts alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from tap_callgear.extraction.fetcher import FetchedPage, PageFetcher, Request, UnreadPage
    from tap_callgear.extraction.offset_scan import Scan
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.requests import ReportRequest, RequestOptions
    from tap_callgear.extraction.timed_rows import TimedRow


_MOST_LOOKS = 2
"""Times to look for more rows after a page that is shorter than its count."""


class WindowFetcher:
    """Fetches what the windows of one report hold."""

    def __init__(self, report: ReportRequest, fetcher: PageFetcher[TimedRow], page_size: int) -> None:
        """Ask for nothing yet.

        Args:
            report: What to ask for.
            fetcher: Asks for single pages.
            page_size: Rows a request.
        """
        self._report = report
        self._fetcher = fetcher
        self._page_size = page_size

    def begin(self, window: Window) -> Future[UnreadPage]:
        """Ask for a window in the background."""
        return self._fetcher.begin(self._request(window))

    def finish(self, window: Window, page: Future[UnreadPage]) -> FetchedPage[TimedRow]:
        """Wait for the page that `begin` asked for."""
        return self._fetcher.finish(self._request(window), page)

    def first_rows(self, window: Window, count: int) -> Sequence[TimedRow]:
        """Return a few rows of a window."""
        return self._fetcher.wait_for(self._request(window, limit=min(count, self._page_size))).rows

    def count(self, window: Window) -> int | None:
        """Return how many rows the API counts in a window."""
        return self._fetcher.wait_for(self._request(window, limit=1)).total

    def scan(self, window: Window, limit: int) -> Scan[TimedRow]:
        """Return all rows of a window that cannot be cut.

        Args:
            window: The window.
            limit: Rows that a page has at the most.
        """
        return self._fetcher.scan(partial(self._request_at, window), limit)

    def has_more(self, window: Window, page: FetchedPage[TimedRow]) -> bool:
        """Whether more rows come after a page that ended early, or may have.

        Where more are counted, the page that would show them may have ended early, too.
        """
        request = self._request_at(window, len(page.rows))
        is_counted = page.total is not None and page.total > len(page.rows)
        return any(self._fetcher.is_followed(page, request) for _ in range(_MOST_LOOKS if is_counted else 1))

    def _request_at(self, window: Window, offset: int) -> Request:
        """Return what asks for a page by offset, sorted in a way that holds rows of one second apart."""

        def request(options: RequestOptions) -> dict[str, object]:
            sort = self._report.sort(breaks_ties=True) if options.sort else []
            return self._report.params_for(window, replace(options, sort=sort), limit=self._page_size, offset=offset)

        return request

    def _request(self, window: Window, limit: int | None = None) -> Request:
        return partial(self._report.params_for, window, limit=limit or self._page_size, offset=window.offset)
