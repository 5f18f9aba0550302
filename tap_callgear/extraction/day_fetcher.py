"""Asks for whole days of a report, or for as many of them as one page holds."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tap_callgear.api.errors import ApiError, IntervalTooLong, TransientError
from tap_callgear.extraction.days import DAY, Days
from tap_callgear.extraction.page_counts import CountTrust, PageLimit, Repeats
from tap_callgear.extraction.pages import MOST_HALVINGS, SECOND, falls_short, is_whole
from tap_callgear.extraction.recent_start import RecentStart, is_recent, names_the_start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tap_callgear.api.clock import Clock
    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.fetcher import FetchedPage, PageFetcher, Request
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.requests import ReportRequest
    from tap_callgear.extraction.rows import Row

_FILL = 0.9
"""Share of a page that days are planned to fill."""

_ENDS = 2
"""Days that come besides those that are wanted: a second of each is asked for."""


@dataclass(frozen=True)
class DayPart:
    """Days that were read, with all of their rows.

    Attributes:
        days: The days.
        rows: Their rows, and maybe some of the days next to them.
        missing: How many more rows the API counts than it hands out.
    """

    days: Days
    rows: Sequence[Row]
    missing: int = 0


class DayFetcher:
    """Fetches what the days of one report hold; safe across threads."""

    def __init__(
        self,
        report: ReportRequest,
        fetcher: PageFetcher[Row],
        *,
        is_dated: bool,
        zone: AccountZone,
        clock: Clock,
        page_size: int,
    ) -> None:
        """Ask for nothing yet.

        Args:
            report: What to ask for.
            fetcher: Asks for single pages.
            is_dated: Whether rows say which day they belong to.
            zone: Reads the account's local time.
            clock: Knows the present.
            page_size: Rows a request.
        """
        self._report = report
        self._fetcher = fetcher
        self._is_dated = is_dated
        self._zone = zone
        self._clock = clock
        self._page_size = page_size
        self._page_limit = PageLimit(page_size)
        self._count_trust = CountTrust()
        self._has_answered = False

    @property
    def limit(self) -> int:
        """Return how many rows a page has at the most."""
        return self._page_limit.rows

    def first_rows(self, days: Days, count: int) -> Sequence[Row]:
        """Return a few rows of some days."""
        return self._fetcher.wait_for(self._request(self._window(days), limit=min(count, self._page_size))).rows

    def fetch(self, days: Days) -> DayPart:
        """Read the days, or as many of the first of them as one page holds.

        Args:
            days: The days, one at the least.

        Returns:
            The days that were read.

        Raises:
            ApiError: Not even one day is answered.
            TransientError: Likewise.
        """
        window = self._window(days)
        repeats, halvings = Repeats(), 0
        while True:
            try:
                page = self._fetcher.fetch(self._request(window))
            except (ApiError, TransientError) as failure:
                halvings += isinstance(failure, TransientError)
                if days.count > 1 and _is_too_much(failure) and halvings <= MOST_HALVINGS:
                    days = days.head(days.count / 2)
                    window = self._window(days)
                else:
                    window = self._from_elsewhere(window, failure)
                continue
            self._has_answered = True
            self._page_limit.measure(len(page.rows))
            if not repeats.ask_again(len(page.rows), page.total, page.most_rows(self.limit)):
                if self._tells_days_apart(days, page.rows) and self._is_whole(window, page):
                    return DayPart(days, page.rows)
                if days.count == 1:
                    return self._scan(days, window)
                days = days.head(min(days.count / 2, self.days_that_fit(days.count, page.total or 1)))
                window = self._window(days)
            del page  # it is large: it is to be gone before the next is waited for

    def days_that_fit(self, days: int, rows: int) -> int:
        """Return how many days one page holds.

        Args:
            days: Some days.
            rows: How many rows came of them, and of the day at either end where these are asked for too.
        """
        ends = _ENDS if self._is_dated else 0
        return int((days + ends) * _FILL * self.limit / max(1, rows)) - ends

    def oldest_served(self, days: Days) -> date | None:
        """Return the oldest of some days that the account's history holds; None where it holds none of them.

        The first day is known to be refused. Refusals cost no points.
        """
        later = [days.first + DAY * number for number in range(1, days.count)]
        if not later or not self._is_served(later[-1]):
            return None
        return later[bisect_left(later, x=1, hi=len(later) - 1, key=self._is_served)]

    def is_too_recent(self, days: Days, failure: ApiError) -> bool:
        """Whether the API may have refused some days only because they begin late."""
        return self._refuses_start(self._window(days), failure)

    def _window(self, days: Days) -> Window:
        """Return what to ask for; more than the days where rows say which day they belong to."""
        return days.window if self._is_dated else days.bare_window

    def _request(self, window: Window, *, limit: int | None = None, offset: int = 0) -> Request:
        return partial(self._report.params_for, window, limit=limit or self._page_size, offset=offset)

    def _from_elsewhere(self, window: Window, failure: ApiError | TransientError) -> Window:
        """Return another start to ask for a day from, where the API does not answer from this one; or raise."""
        if self._is_dated and isinstance(failure, IntervalTooLong) and window.lead == SECOND:
            return replace(window, lead=timedelta())
        if self._is_dated and isinstance(failure, ApiError) and self._refuses_start(window, failure):
            earlier = RecentStart().lead(window)
            if earlier is not None:
                return earlier
        raise failure

    def _refuses_start(self, window: Window, failure: ApiError) -> bool:
        is_meant = names_the_start(failure, window) and bool(self._has_answered or failure.reply.field)
        return is_meant and is_recent(self._zone.instant(window.start), self._clock.now())

    def _is_whole(self, window: Window, page: FetchedPage[Row]) -> bool:
        """Whether a page holds all there is; what comes after it is asked for where no count says so, or another."""
        rows, limit = len(page.rows), page.most_rows(self.limit)
        total = self._count_trust.believed(rows, page.total)
        is_short = falls_short(rows, total, limit)
        if is_short or self._count_trust.may_go_on(rows, total, limit):
            is_followed = self._fetcher.is_followed(page, self._request(window, offset=rows))
            if is_followed:
                self._page_limit.lower()
            return not is_followed and not is_short
        return is_whole(rows, total, limit)

    def _scan(self, days: Days, window: Window) -> DayPart:
        """Read a single day by offset."""
        scan = self._fetcher.scan(lambda offset: self._request(window, offset=offset), self._page_size)
        return DayPart(days, scan.rows, scan.missing)

    def _tells_days_apart(self, days: Days, rows: Sequence[Row]) -> bool:
        """Whether rows can be taken as they are: sums over several days say nothing, unless there are none."""
        return self._is_dated or days.count == 1 or not rows

    def _is_served(self, day: date) -> bool:
        try:
            window = replace(self._window(Days(day, day)), lead=timedelta())
            self._fetcher.wait_for(self._request(window, limit=1))
        except IntervalTooLong:
            return False
        return True


def _is_too_much(failure: ApiError | TransientError) -> bool:
    """Whether fewer days may be answered."""
    return isinstance(failure, IntervalTooLong) or (isinstance(failure, TransientError) and failure.is_heavy)
