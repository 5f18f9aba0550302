"""Reads reports by calendar day of the account: whole days at a time, so that no two requests share a row."""

from __future__ import annotations

from collections import deque
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tap_callgear.api.background import await_result, in_background
from tap_callgear.api.errors import ApiError, IntervalTooLong
from tap_callgear.extraction.day_fetcher import DayFetcher, DayPart
from tap_callgear.extraction.days import DAY, Days
from tap_callgear.extraction.doubtful_pages import Doubt
from tap_callgear.extraction.fetcher import PageFetcher
from tap_callgear.extraction.notices import OutOfWindowWarning, refused_start, shorter_history
from tap_callgear.extraction.pages import SECOND
from tap_callgear.extraction.reading import TimedRecord
from tap_callgear.extraction.recent_start import LONGEST_LEAD
from tap_callgear.extraction.rejected_fields import RejectedFields
from tap_callgear.extraction.requests import RequestOptions, stable_sort
from tap_callgear.extraction.rows import RowReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.reading import ReaderResources
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import ReportRequest
    from tap_callgear.extraction.rows import Row

_DATE_LENGTH = len("YYYY-MM-DD")


class _Slot(NamedTuple):
    """A range of days that is to be read, and what comes of it once it was asked for."""

    days: Days
    part: Future[DayPart] | None = None


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
        zone: AccountZone,
        resources: ReaderResources,
    ) -> None:
        """Put the reader together; nothing is asked yet.

        Args:
            report: What to ask for.
            records: Builds the records.
            fields: The fields to ask for.
            days: The days to read.
            is_dated: Whether rows say which day they belong to.
            zone: Reads the account's local time.
            resources: What to work with.
        """
        day = report.replication_key
        keys = [name for name in report.keys if name != day and name not in report.params]
        names = [day, *keys] if is_dated else keys
        self._rejected = RejectedFields(
            RequestOptions(tuple(fields), stable_sort(names, report.sortable), report.options),
            needed=names,
            records=records,
            warn=resources.listener.warn,
        )
        read_rows = RowReader(report.method, names, records).read
        self._pages = PageFetcher(report.method, read_rows, self._rejected, resources)
        self._fetcher = DayFetcher(
            report,
            self._pages,
            is_dated=is_dated,
            zone=zone,
            clock=resources.clock,
            page_size=resources.page_size,
        )
        self._report = report
        self._records = records
        self._days = days
        self._is_dated = is_dated
        self._zone = zone
        self._resources = resources
        self._longest = max(1, (report.longest - SECOND).days if is_dated else report.longest.days)
        self._length = self._longest if is_dated else 1
        self._slots: deque[_Slot] = deque()
        self._rows_read = 0
        self._days_read = 0
        self._doubt = Doubt()
        self._out_of_window = OutOfWindowWarning(resources.listener.warn)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""
        return self._rejected.left_out

    def read(self) -> Iterator[Iterator[TimedRecord]]:
        """Read the records.

        Yields:
            The records of one range of days after the other, each with its day, in the order of the days; all of one
            have to be taken before the next is asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """
        missing, since = 0, self._days.last
        self._plan(self._days)
        while self._fill():
            slot = self._slots.popleft()
            self._resources.listener.asked(slot.days.window)
            if (part := self._settle(slot)) is None:
                continue
            if self._is_doubtful(part):
                self._plan(slot.days)
                continue
            self._learn(slot.days, part)
            self._plan(slot.days.after(part.days.last))
            missing += part.missing
            since = min(since, part.days.first) if part.missing else since
            yield self._in_order(part)
            self._tell(part.days)
            del part, slot  # rows are large: they are to be gone before the next are waited for
        if (loss := self._pages.loss(missing, since, self._days.first)) is not None:
            raise loss

    def sample(self, count: int) -> Iterator[TimedRecord]:
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
            try:
                rows = self._fetcher.first_rows(days, count)
                break
            except IntervalTooLong:
                if days.count == 1:
                    raise
                days = days.tail(days.count // 2)
        yield from self._in_order(DayPart(days, rows))

    def _plan(self, days: Days) -> None:
        """Have some days read before all that are planned."""
        if days.count:
            self._slots.appendleft(_Slot(days))

    def _fill(self) -> bool:
        """Ask for as many ranges of days as may be under way; tell whether any is."""
        for place in range(self._resources.windows_now):
            if place < len(self._slots) and self._slots[place].part is None:
                days = self._slots[place].days.head(self._length)
                rest = self._slots[place].days.after(days.last)
                self._slots[place] = _Slot(days, self._begin(days))
                if rest.count:
                    self._slots.insert(place + 1, _Slot(rest))
        return bool(self._slots)

    def _settle(self, slot: _Slot) -> DayPart | None:
        """Wait for some days; None where the reading begins later, or ends, since they are not served."""
        days, part = slot
        try:
            return await_result(part or self._begin(days), self._resources.clock.check)
        except IntervalTooLong:
            oldest = None if self._days_read else self._fetcher.oldest_served(self._days)
            if oldest is None:
                raise
            self._resources.listener.warn(shorter_history(f"{oldest}"))
            left = self._days.after(oldest - DAY)
        except ApiError as refusal:
            if not self._fetcher.is_too_recent(days, refusal):
                raise
            first = f"{days.first}"
            self._resources.listener.warn(refused_start(self._report.method, first, first, is_end=True))
            left = self._days.after(self._days.last)
        self._slots.clear()
        self._plan(left)
        return None

    def _begin(self, days: Days) -> Future[DayPart]:
        """Ask for some days in the background."""
        return in_background(partial(self._fetcher.fetch, days))

    def _is_doubtful(self, part: DayPart) -> bool:
        """Whether to ask again for days that are empty, although those before were not: a single one often is."""
        expected = self._expect(part.days) if self._is_dated else 0.0
        return self._doubt.settle(part.days, len(part.rows), expected)

    def _learn(self, asked: Days, part: DayPart) -> None:
        """Choose how many days to ask for next."""
        self._rows_read += len(part.rows)
        self._days_read += part.days.count
        is_cut = part.days.count < asked.count
        if self._is_dated:
            fit = self._fetcher.days_that_fit(part.days.count, len(part.rows))
            self._length = max(1, min(fit, 2 * (part.days.count if is_cut else self._length)))
        else:
            # Where days are empty, ever more of them are passed over with one request.
            self._length = 1 if is_cut or part.rows else self._length * 2
        self._length = min(self._length, self._longest)

    def _in_order(self, part: DayPart) -> Iterator[TimedRecord]:
        """Build the records of some days, in order."""
        rows: dict[tuple[str, tuple[object, ...]], Row] = {}
        first, last = part.days.first.isoformat(), part.days.last.isoformat()
        before, after = (part.days.first - LONGEST_LEAD).isoformat(), (part.days.last + DAY).isoformat()
        for row in part.rows:
            day = row.key[0][:_DATE_LENGTH] if self._is_dated else first
            if first <= day <= last:
                rows[day, row.key] = row
            elif not before <= day <= after:
                self._out_of_window.tell(day, first, last)
        for day, key in sorted(rows):
            self._resources.clock.check()
            yield TimedRecord(day, self._records.read(rows[day, key].raw, day))

    def _tell(self, days: Days) -> None:
        """Tell the listener how far the reading has come."""
        boundary = self._zone.instant(datetime.combine(days.last + DAY, time()))
        self._resources.listener.taken(boundary, self._expect(self._days.after(days.last)))

    def _expect(self, days: Days) -> float:
        """Return how many rows are expected of some days."""
        return self._rows_read / self._days_read * days.count if self._days_read else 0.0
