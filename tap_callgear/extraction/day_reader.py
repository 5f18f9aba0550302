"""Reads reports by calendar day of the account: whole days at a time, so that no two requests share a row."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tap_callgear.api.errors import ApiError, IntervalTooLong, RowsMissing, TransientError
from tap_callgear.extraction.background import await_result, in_background
from tap_callgear.extraction.fetcher import PageFetcher
from tap_callgear.extraction.keyed_rows import KeyReader
from tap_callgear.extraction.offset_scan import scan_by_offset
from tap_callgear.extraction.pages import SECOND, Window, has_moved, is_whole
from tap_callgear.extraction.recent_start import LONGEST_LEAD, RecentStart, is_recent, names_the_start
from tap_callgear.extraction.rejected_fields import RejectedFields
from tap_callgear.extraction.requests import RequestOptions, stable_sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from tap_callgear.extraction.clock import Clock
    from tap_callgear.extraction.fetcher import Request
    from tap_callgear.extraction.keyed_rows import KeyedRow
    from tap_callgear.extraction.reading import Timed, Tools
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import ReportRequest

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_LAST_SECOND = time(23, 59, 59)
_DATE_LENGTH = len("YYYY-MM-DD")

_MOST_REPEATS = 3
_MOST_HALVINGS = 4
_FILL = 0.9
"""Share of a page that days are planned to fill."""


@dataclass(frozen=True)
class Days:
    """A range of days, both ends included; empty where the last lies before the first."""

    first: date
    last: date

    @classmethod
    def holding(cls, start: datetime, end: datetime, clock: Clock) -> Days:
        """Return the days of the account from the one that holds the start to the one that holds the last instant."""
        first = clock.wall(start).date()
        return cls(first, clock.wall(end - _INSTANT).date() if start < end else first - _DAY)

    @property
    def count(self) -> int:
        """Return how many days there are."""
        return max(0, (self.last - self.first).days + 1)

    @property
    def window(self) -> Window:
        """Return the local time of the days; a day that is asked for too, at either end, is left out again."""
        return Window(datetime.combine(self.first, time()), datetime.combine(self.last + _DAY, time()))

    @property
    def bare_window(self) -> Window:
        """Return the local time of the days to the second, for sums that a second more would change."""
        return Window(datetime.combine(self.first, time()), datetime.combine(self.last, _LAST_SECOND), lead=timedelta())

    def head(self, count: float) -> Days:
        """Return the first days of the range, one at the least."""
        return Days(self.first, min(self.last, self.first + _DAY * (max(1, int(count)) - 1)))

    def tail(self, count: float) -> Days:
        """Return the last days of the range, one at the least."""
        return Days(max(self.first, self.last - _DAY * (max(1, int(count)) - 1)), self.last)

    def after(self, day: date) -> Days:
        """Return what is left of the range after a day."""
        return Days(day + _DAY, self.last)


@dataclass(frozen=True)
class _Part:
    """Days that were read, with all of their rows."""

    days: Days
    rows: Sequence[KeyedRow]


class DayReader:
    """Reads a report day by day, or several days at a time where its rows say which day they belong to."""

    def __init__(
        self,
        report: ReportRequest,
        records: RecordType,
        fields: Iterable[str],
        days: Days,
        *,
        is_dated: bool,
        clock: Clock,
        tools: Tools,
    ) -> None:
        """Put the reader together; nothing is asked yet.

        Args:
            report: What to ask for.
            records: Builds the records.
            fields: The fields to ask for.
            days: The days to read.
            is_dated: Whether rows say which day they belong to.
            clock: Reads the account's wall time.
            tools: What to work with.
        """
        day = report.replication_key
        keys = [name for name in report.keys if name != day and name not in report.params]
        names = [day, *keys] if is_dated else keys
        self._rejected = RejectedFields(
            RequestOptions(tuple(fields), stable_sort(names, report.sortable), report.options),
            needed=names,
            records=records,
            warn=tools.watcher.warn,
        )
        read_rows = KeyReader(report.method, names, records).read
        self._fetcher: PageFetcher[KeyedRow] = PageFetcher(report.method, read_rows, self._rejected, tools)
        self._report = report
        self._records = records
        self._days = days
        self._is_dated = is_dated
        self._clock = clock
        self._tools = tools
        self._limit = tools.page_size
        self._longest = max(1, (report.longest - SECOND).days if is_dated else report.longest.days)
        self._length = self._longest if is_dated else 1
        self._ahead: deque[tuple[Days, Future[_Part]]] = deque()
        self._rows_read = 0
        self._missing = 0
        self._days_read = 0
        self._has_strays = False

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""
        return self._rejected.left_out

    def read(self) -> Iterator[Iterator[Timed]]:
        """Read the records.

        Yields:
            The records of one range of days after the other, each with its day, in the order of the days; all of one
            have to be taken before the next is asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """
        left = self._days
        while True:
            while len(self._ahead) < self._tools.windows_now and left.count:
                days = left.head(self._length)
                self._ahead.append(self._begin(days))
                left = left.after(days.last)
            if not self._ahead:
                if self._missing:
                    raise RowsMissing(self._report.method, self._missing)
                return
            days, future = self._ahead.popleft()
            self._tools.watcher.asked(days.window)
            try:
                part = await_result(future, self._tools.timing.check)
            except IntervalTooLong as refusal:
                if self._days_read:
                    raise
                left = self._days.after(self._oldest_served(refusal) - _DAY)
                self._ahead.clear()
                self._warn_of_history(left)
                continue
            except ApiError as refusal:
                if not self._is_too_recent(self._window(days), refusal):
                    raise
                self._warn_of_refused_start(days)
                return
            if (rest := days.after(part.days.last)).count:
                self._ahead.appendleft(self._begin(rest))
            self._learn(days, part)
            yield self._in_order(part)
            self._tell(part)

    def sample(self, count: int) -> Iterator[Timed]:
        """Read a few records of the latest days with one request, to see that the report can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records, each with its day.
        """
        if not self._days.count:
            return
        days = self._days.tail(self._length)
        while True:
            request = self._request(self._window(days), limit=min(count, self._limit))
            try:
                page = self._fetcher.wait_for(request)
                break
            except IntervalTooLong:
                if days.count == 1:
                    raise
                days = days.tail(days.count // 2)
        yield from self._in_order(_Part(days, page.rows))

    def _begin(self, days: Days) -> tuple[Days, Future[_Part]]:
        return days, in_background(partial(self._settle, days))

    def _request(self, window: Window, *, limit: int | None = None, offset: int = 0) -> Request:
        return partial(self._report.params_for, window, limit=limit or self._limit, offset=offset)

    def _window(self, days: Days) -> Window:
        """Return what to ask for; more than the days where rows say which day they belong to."""
        return days.window if self._is_dated else days.bare_window

    def _settle(self, days: Days) -> _Part:
        """Read the days, or as many of the first of them as one page holds."""
        window = self._window(days)
        repeats = halvings = 0
        while True:
            try:
                page = self._fetcher.fetch(self._request(window))
            except (ApiError, TransientError) as failure:
                halvings += isinstance(failure, TransientError)
                if days.count > 1 and _is_too_much(failure) and halvings <= _MOST_HALVINGS:
                    days = days.head(days.count / 2)
                    window = self._window(days)
                else:
                    window = self._from_elsewhere(window, failure)
                continue
            if has_moved(len(page.rows), page.total, self._limit) and repeats < _MOST_REPEATS:
                repeats += 1
            elif is_whole(len(page.rows), page.total, self._limit) and self._tells_days_apart(days, page.rows):
                return _Part(days, page.rows)
            elif days.count == 1:
                return self._scan(days, window)
            else:
                days = days.head(days.count * min(0.5, _FILL * self._limit / (page.total or 1)))
                window = self._window(days)

    def _from_elsewhere(self, window: Window, failure: ApiError | TransientError) -> Window:
        """Return another start to ask for a day from, where the API does not answer from this one; or raise."""
        if self._is_dated and isinstance(failure, IntervalTooLong) and window.lead == SECOND:
            return replace(window, lead=timedelta())
        if self._is_dated and self._is_too_recent(window, failure):
            earlier = RecentStart().lead(window)
            if earlier is not None:
                return earlier
        raise failure

    def _is_too_recent(self, window: Window, failure: Exception) -> bool:
        """Tell whether the API may have refused a window for the start alone."""
        start = self._clock.instant(window.start)
        return (
            isinstance(failure, ApiError)
            and is_recent(start, self._tools.timing.now())
            and names_the_start(failure, window)
            and bool(self._days_read or failure.reply.field)
        )

    def _scan(self, days: Days, window: Window) -> _Part:
        """Read a single day by offset."""

        def fetch(offset: int) -> tuple[Sequence[KeyedRow], int | None]:
            page = self._fetcher.fetch(self._request(window, offset=offset))
            return page.rows, page.total

        scan = scan_by_offset(fetch, _key_of, self._limit)
        self._missing += scan.missing
        return _Part(days, scan.rows)

    def _tells_days_apart(self, days: Days, rows: Sequence[KeyedRow]) -> bool:
        """Tell whether rows can be taken as they are: sums over several days say nothing, unless there are none."""
        return self._is_dated or days.count == 1 or not rows

    def _learn(self, asked: Days, part: _Part) -> None:
        """Choose how many days to ask for next."""
        self._rows_read += len(part.rows)
        self._days_read += part.days.count
        is_cut = part.days.count < asked.count
        if self._is_dated:
            has_room = 2 * len(part.rows) < self._limit
            self._length = part.days.count if is_cut else self._length * (1 + has_room)
        else:
            # Where days are empty, ever more of them are passed over with one request.
            self._length = 1 if is_cut or part.rows else self._length * 2
        self._length = min(self._length, self._longest)

    def _in_order(self, part: _Part) -> Iterator[Timed]:
        """Build the records of some days, in order."""
        rows: dict[tuple[str, tuple[object, ...]], KeyedRow] = {}
        first, last = part.days.first.isoformat(), part.days.last.isoformat()
        before, after = (part.days.first - LONGEST_LEAD).isoformat(), (part.days.last + _DAY).isoformat()
        for row in part.rows:
            day = row.key[0][:_DATE_LENGTH] if self._is_dated else first
            if first <= day <= last:
                rows[day, row.key] = row
            elif not before <= day <= after:
                self._warn_of_stray(day, part.days)
        for day, key in sorted(rows):
            self._tools.timing.check()
            yield day, self._records.read(rows[day, key].raw, day)

    def _oldest_served(self, refusal: IntervalTooLong) -> date:
        """Find the oldest day that the account's history holds: refusals cost no points."""
        low, high = 1, self._days.count - 1
        if low > high or not self._is_served(self._days.last):
            raise refusal
        while low < high:
            middle = (low + high) // 2
            if self._is_served(self._days.first + _DAY * middle):
                high = middle
            else:
                low = middle + 1
        return self._days.first + _DAY * high

    def _is_served(self, day: date) -> bool:
        try:
            window = replace(self._window(Days(day, day)), lead=timedelta())
            self._fetcher.wait_for(self._request(window, limit=1))
        except IntervalTooLong:
            return False
        return True

    def _warn_of_history(self, left: Days) -> None:
        self._tools.watcher.warn(
            f"The account keeps a shorter history than start_date asks for: nothing before {left.first} is served, "
            "so the reading starts there."
        )

    def _warn_of_refused_start(self, days: Days) -> None:
        self._tools.watcher.warn(
            f"{self._report.method} does not answer for a date_from as late as {days.first} yet: its data is served "
            "up to that day; the next run goes on from there."
        )

    def _warn_of_stray(self, day: str, days: Days) -> None:
        if not self._has_strays:
            self._has_strays = True
            self._tools.watcher.warn(
                f"The API sends rows outside of the days that were asked for; they are left out: {day} is not "
                f"between {days.first} and {days.last}"
            )

    def _tell(self, part: _Part) -> None:
        """Tell the watcher how far the reading has come."""
        boundary = self._clock.instant(datetime.combine(part.days.last + _DAY, time()))
        days_left = self._days.after(part.days.last).count
        self._tools.watcher.taken(boundary, self._rows_read / self._days_read * days_left)


def _is_too_much(failure: ApiError | TransientError) -> bool:
    """Tell whether fewer days may be answered."""
    return isinstance(failure, IntervalTooLong) or (isinstance(failure, TransientError) and failure.is_heavy)


def _key_of(row: KeyedRow) -> tuple[object, ...]:
    return row.key
