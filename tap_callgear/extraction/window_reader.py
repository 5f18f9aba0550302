"""Reads a report window by window: asks ahead, has pages handled in order, hands out records in order, each once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from tap_callgear.api.errors import ApiError, IntervalTooLong, TransientError
from tap_callgear.extraction.fetcher import PageFetcher
from tap_callgear.extraction.notices import Notices
from tap_callgear.extraction.out_of_window import OutOfWindowRows
from tap_callgear.extraction.pages import Page, PageDecision, Window
from tap_callgear.extraction.planner import WindowPlanner
from tap_callgear.extraction.recent_start import is_recent
from tap_callgear.extraction.record_parts import Part, PartBuilder
from tap_callgear.extraction.refused_windows import Refusal, why_refused
from tap_callgear.extraction.rejected_fields import RejectedFields
from tap_callgear.extraction.requests import RequestOptions
from tap_callgear.extraction.timed_rows import TimedRowReader, is_ascending, steps_back_with_the_clocks
from tap_callgear.extraction.window_fetcher import WindowFetcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.fetcher import UnreadPage
    from tap_callgear.extraction.reading import ReaderResources, TimedRecord
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import ReportRequest
    from tap_callgear.extraction.timed_rows import TimedRow
    from tap_callgear.extraction.times import LocalTime


@dataclass
class _Slot:
    """A window that is to be read, and the page that answers it once it was asked for."""

    window: Window
    page: Future[UnreadPage] | None = None


class WindowReader:
    """Reads a report from one instant to another."""

    def __init__(
        self,
        report: ReportRequest,
        records: RecordType,
        fields: Iterable[str],
        span: tuple[datetime, datetime],
        *,
        zone: AccountZone,
        resources: ReaderResources,
    ) -> None:
        """Put the reader together; nothing is asked yet.

        Args:
            report: What to ask for.
            records: Builds the records.
            fields: The fields to ask for.
            span: The first instant and the one after the last, aware.
            zone: Reads the account's local time.
            resources: What to work with.
        """
        self._report = report
        self._start, self._end = span
        self._rejected = RejectedFields(
            RequestOptions(tuple(fields), report.sort(), report.options),
            needed=report.needed_fields,
            records=records,
            warn=resources.listener.warn,
        )
        rows = TimedRowReader(report, records, zone)
        self._pages = PageFetcher(report.method, rows.read, self._rejected, resources)
        self._fetcher = WindowFetcher(report, self._pages, resources.page_size)
        self._parts = PartBuilder(rows, records, span, zone=zone, check=resources.clock.check)
        self._zone = zone
        self._resources = resources
        self._slots: deque[_Slot] = deque()
        self._notices = Notices(report.method, zone, self._end, resources.listener)
        self._out_of_window = OutOfWindowRows(report.method, zone, resources.listener.warn)
        self._has_answered = False
        self._refused_start: LocalTime | None = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""
        return self._rejected.left_out

    def read(self) -> Iterator[Iterator[TimedRecord]]:
        """Read the records.

        Yields:
            The records of one window after the other, each with its time, in the order of the replication key; all of
            one have to be taken before the next is asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """
        if self._start >= self._end:
            return
        first, last = self._zone.span(self._start, self._end)
        planner = WindowPlanner(
            first,
            last,
            limit=self._resources.page_size,
            longest=self._report.longest,
            is_sorted=bool(self._rejected.options.sort),
            is_ahead=self._resources.windows_ahead > 1,
            transition_near=self._zone.transition_near,
        )
        self._out_of_window.end = last
        held: Part | None = None
        decision = PageDecision()
        while self._fill(planner):
            slot = self._slots.popleft()
            window = slot.window
            self._resources.listener.asked(window)
            decision, rows = self._settle(planner, slot)
            if held is not None and decision.releases_held:
                yield self._parts.in_order(held)
                self._notices.read_up_to(held.boundary, planner.expect_after(held.boundary))
            if decision.releases_held or decision.drops_held:
                held = None
            if decision.ends_early:
                break
            part = Part(rows, decision.start or window.start, decision.boundary or window.end)
            if decision.emit and decision.hold:
                held = part
            elif decision.emit:
                yield self._parts.in_order(part)
                self._notices.read_up_to(part.boundary, planner.expect_after(part.boundary))
            elif decision.boundary is not None:
                self._notices.history_begins_at(decision.boundary)
            self._slots.extendleft(map(_Slot, reversed(decision.follow_up)))
            del slot, rows, part  # a page is large: it is to be gone before the next is waited for
        self._slots.clear()
        self._notices.starts_late(self._refused_start, decision.boundary if decision.ends_early else None)
        missing = planner.audit.missing(self._fetcher.count) + self._out_of_window.pending
        if (loss := self._pages.loss(missing, planner.audit.first or first, first)) is not None:
            raise loss

    def sample(self, count: int) -> Iterator[TimedRecord]:
        """Read a few records with one request, to see that the report can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records, each with its time, in the order of the replication key.
        """
        if self._start >= self._end:
            return
        longest = self._report.longest
        window = Window(*self._zone.span(max(self._start, self._end - longest), self._end), lead=timedelta())
        while True:
            try:
                rows = self._fetcher.first_rows(window, count)
                break
            except IntervalTooLong:
                if window.length <= longest / 64:
                    raise
                window = replace(window, start=window.end - window.length / 2)
        yield from self._parts.in_order(Part(rows, window.start, window.end))

    def _fill(self, planner: WindowPlanner) -> bool:
        """Ask for as many windows as may be under way; tell whether any is."""
        while len(self._slots) < self._resources.windows_now and (window := planner.next_window()):
            self._slots.append(_Slot(window))
        for slot in islice(self._slots, self._resources.windows_now):
            if slot.page is None:
                slot.page = self._fetcher.begin(slot.window)
        return bool(self._slots)

    def _settle(self, planner: WindowPlanner, slot: _Slot) -> tuple[PageDecision, Sequence[TimedRow]]:
        """Wait for the page of the oldest window and have it handled; less is asked for where it was refused."""
        window = slot.window
        try:
            fetched = self._fetcher.finish(window, slot.page or self._fetcher.begin(window))
        except (ApiError, TransientError) as refusal:
            decision = self._ask_for_less(planner, window, refusal)
            if decision is None:
                raise
            return decision, ()
        self._has_answered = True
        if not fetched.is_sorted:
            planner.distrust_sort()
        rows = fetched.rows
        page = self._page(rows, fetched.total, fetched.most_rows(planner.limit), left_out=fetched.left_out)
        decision = planner.handle_page(window, page)
        if decision.needs_peek:
            peeked = planner.handle_peek(window, page, is_capped=self._fetcher.has_more(window, fetched))
            decision = replace(peeked, releases_held=decision.releases_held)
        if decision.needs_offset_scan:
            scan = self._fetcher.scan(window, planner.limit)
            rows, page = scan.rows, self._page(scan.rows, None, planner.limit)
            done = planner.handle_scan(window, page, missing=scan.missing, doubled=scan.doubled)
            decision = replace(done, releases_held=decision.releases_held)
        self._out_of_window.look(rows, window)
        return decision, rows

    def _page(self, rows: Sequence[TimedRow], total: int | None, limit: int, *, left_out: int = 0) -> Page:
        is_in_order = is_ascending(rows)
        return Page(
            times=[row.local_time for row in rows],
            total=total,
            limit=limit,
            is_ascending=is_in_order,
            is_repeated_hour=not is_in_order and steps_back_with_the_clocks(rows, self._zone),
            left_out=left_out,
        )

    def _ask_for_less(
        self, planner: WindowPlanner, window: Window, refusal: ApiError | TransientError
    ) -> PageDecision | None:
        """Decide what to ask for instead of what was refused; None where nothing else helps."""
        why = why_refused(window, refusal, is_recent=self._is_recent(window))
        if why is None:
            return None
        decision = planner.refuse(window, why)
        if why is not Refusal.START or decision is None:
            return decision
        self._refused_start = self._refused_start or window.date_from
        is_sure = self._has_answered or (isinstance(refusal, ApiError) and refusal.reply.field)
        return decision if is_sure or not decision.ends_early else None

    def _is_recent(self, window: Window) -> bool:
        return is_recent(self._zone.instant(window.start), self._resources.clock.now())
