"""Runs the window walk over the client: asks ahead, judges in order, hands out records in order, each once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from tap_callgear.api.errors import AccessDenied, ApiError, FieldRefused, IntervalTooLong, SortRefused, TransientError
from tap_callgear.extraction.background import await_result, in_background
from tap_callgear.extraction.clock import api_form, utc_form
from tap_callgear.extraction.dense import read_dense
from tap_callgear.extraction.pages import MOST_BROKEN_REPLIES, Page, Verdict, Window
from tap_callgear.extraction.rows import Row, RowReader, is_ascending, steps_back_with_the_clocks
from tap_callgear.extraction.terms import Negotiation, Terms
from tap_callgear.extraction.windows import Walk

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    import msgspec

    from tap_callgear.api.envelope import Reply
    from tap_callgear.extraction.clock import Clock, Wall
    from tap_callgear.extraction.reading import Timed, Tools
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.report import Report


@dataclass
class _Slot:
    """A window that is to be read, and the reply to it once it was asked for."""

    window: Window
    terms: Terms = field(default_factory=partial(Terms, ()))
    reply: Future[Reply] | None = None
    broken_replies: int = 0


class Reader:
    """Reads a report from one instant to another."""

    def __init__(
        self,
        report: Report,
        records: RecordType,
        fields: Iterable[str],
        span: tuple[datetime, datetime],
        *,
        clock: Clock,
        tools: Tools,
    ) -> None:
        """Put the reader together; nothing is asked yet.

        Args:
            report: What to ask for.
            records: Builds the records.
            fields: The fields to ask for.
            span: The first instant and the one after the last, aware.
            clock: Reads the account's wall time.
            tools: What to work with.
        """
        self._report = report
        self._records = records
        self._start, self._end = span
        self._negotiation = Negotiation(
            Terms(tuple(fields), report.sort(), report.options),
            needed={report.replication_key, *report.keys},
            records=records,
            warn=tools.watcher.warn,
        )
        self._rows = RowReader(report, records, clock)
        self._clock = clock
        self._tools = tools
        self._dense_sort = report.sort(is_dense=True)
        self._slots: deque[_Slot] = deque()
        self._seen: set[Hashable] = set()
        self._seen_in_doubt: set[Hashable] = set()
        self._has_strays = False

    @property
    def left_out(self) -> tuple[str, ...]:
        """Give the fields that the API refused."""
        return self._negotiation.left_out

    def read(self) -> Iterator[Iterator[Timed]]:
        """Read the records.

        Yields:
            The records of one window after the other, each with its time, in the order of the replication key; all of
            one have to be taken before the next is asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """
        if self._start >= self._end:
            return
        first, last = self._clock.span(self._start, self._end)
        walk = Walk(
            first,
            last,
            limit=self._tools.page_size,
            longest=self._report.longest,
            is_sorted=bool(self._negotiation.terms.sort),
            is_ahead=self._tools.windows_ahead > 1,
            snap=lambda wall: self._clock.wall(self._clock.instant(wall)),
        )
        while self._fill(walk):
            window, verdict, records = self._take_oldest(walk)
            if verdict.is_taken:
                yield records
            if verdict.boundary is not None:
                self._tell(walk, window, verdict)

    def sample(self, count: int) -> Iterator[Timed]:
        """Read a few records with one request, to see that the report can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records, each with its time, in the order of the replication key.
        """
        if self._start >= self._end:
            return
        longest = self._report.longest
        window = Window(*self._clock.span(max(self._start, self._end - longest), self._end))
        while True:
            slot = _Slot(window)
            try:
                rows = self._rows.read(self._reply(slot, limit=min(count, self._tools.page_size)).rows)
                break
            except (FieldRefused, SortRefused) as refusal:
                self._negotiation.adapt(refusal, slot.terms)
            except IntervalTooLong:
                if window.length <= longest / 64:
                    raise
                window = Window(window.end - window.length / 2, window.end)
        yield from self._in_order(rows, window, Verdict(boundary=window.end))

    def _fill(self, walk: Walk) -> bool:
        """Ask for as many windows as may be under way; tell whether any is."""
        while len(self._slots) < self._tools.windows_ahead and (window := walk.plan()):
            self._slots.append(_Slot(window))
        for slot in islice(self._slots, self._tools.windows_ahead):
            if slot.reply is None:
                self._ask(slot)
        return bool(self._slots)

    def _take_oldest(self, walk: Walk) -> tuple[Window, Verdict, Iterator[Timed]]:
        """Settle the oldest window; its rows live no longer than the records that are built from them."""
        slot = self._slots.popleft()
        self._tools.watcher.asked(slot.window)
        verdict, rows = self._settle(walk, slot)
        self._slots.extendleft(_Slot(window) for window in reversed(verdict.then))
        window = slot.window
        if verdict.start is not None:
            window = replace(window, start=verdict.start)
            rows = [row for row in rows if row.wall >= window.start or self._clock.is_doubtful(row.wall)]
        return window, verdict, self._in_order(rows if verdict.is_taken else (), window, verdict)

    def _ask(self, slot: _Slot, limit: int | None = None) -> Future[Reply]:
        slot.terms = self._negotiation.terms
        request = self._report.request(
            slot.window, slot.terms, limit=limit or self._tools.page_size, offset=slot.window.offset
        )
        slot.reply = in_background(partial(self._tools.api.call, self._report.method, request, self._tools.tally))
        return slot.reply

    def _reply(self, slot: _Slot, limit: int | None = None) -> Reply:
        """Wait for the reply to a window, asking first where that was not done yet."""
        reply, slot.reply = slot.reply or self._ask(slot, limit), None
        return await_result(reply, self._tools.timing.check)

    def _settle(self, walk: Walk, slot: _Slot) -> tuple[Verdict, Sequence[Row]]:
        """Wait for the oldest window's reply and have it judged, asking again where something was refused."""
        while True:
            try:
                reply = self._reply(slot)
            except (FieldRefused, SortRefused) as refusal:
                self._negotiation.adapt(refusal, slot.terms)
                if not self._negotiation.terms.sort:
                    walk.distrust_sort()
                continue
            except (ApiError, TransientError) as refusal:
                if (verdict := _shrink(walk, slot.window, refusal)) is None:
                    raise
                return verdict, ()
            try:
                rows = self._rows.read(reply.rows)
            except TransientError:
                slot.broken_replies += 1
                if slot.broken_replies == MOST_BROKEN_REPLIES:
                    raise
                continue
            return self._judge(walk, slot.window, rows, reply.total)

    def _judge(
        self, walk: Walk, window: Window, rows: Sequence[Row], total: int | None
    ) -> tuple[Verdict, Sequence[Row]]:
        is_in_order = is_ascending(rows)
        page = Page(
            times=[row.wall for row in rows],
            total=total,
            limit=self._tools.page_size,
            is_ascending=is_in_order,
            is_repeated_hour=not is_in_order and steps_back_with_the_clocks(rows, self._clock),
        )
        verdict = walk.judge(window, page)
        if verdict.is_too_dense:
            rows = read_dense(partial(self._fetch_at, window), lambda row: row.key, self._tools.page_size)
            verdict = walk.finish_dense(window)
        return verdict, rows

    def _fetch_at(self, window: Window, offset: int) -> tuple[Sequence[Row], int | None]:
        """Ask for a page of a window that is too dense, sorted in a way that holds rows of one second apart."""
        terms = replace(self._negotiation.terms, sort=self._dense_sort)
        request = self._report.request(window, terms, limit=self._tools.page_size, offset=offset)
        call = partial(self._tools.api.call, self._report.method, request, self._tools.tally)
        try:
            reply = self._tools.wait_for(call)
        except SortRefused as refusal:
            if not self._dense_sort:
                raise
            self._dense_sort = []
            self._tools.watcher.warn(f"{refusal} Going on without the sort.")
            return self._fetch_at(window, offset)
        return self._rows.read(reply.rows), reply.total

    def _in_order(self, rows: Sequence[Row], window: Window, verdict: Verdict) -> Iterator[Timed]:
        """Build the records of a window: in order, in range, and none that an earlier window held."""
        between = (
            max(self._start, self._clock.instant(window.start)),
            min(self._end, self._clock.instant(window.end)),
        )
        first, last = utc_form(self._start), utc_form(self._end)
        timed: list[tuple[str, tuple[Hashable, ...], msgspec.Raw]] = []
        for row in self._unseen(rows, window, verdict.boundary or window.end):
            text = self._rows.instant(row, between)
            if first <= text < last:
                timed.append((text, row.key, row.raw))
        timed.sort()
        check, read = self._tools.timing.check, self._records.read
        for text, _, raw in timed:
            check()
            yield text, read(raw, text)

    def _unseen(self, rows: Sequence[Row], window: Window, boundary: Wall) -> Iterable[Row]:
        """Leave out the rows that were taken before, and remember those that may come again."""
        start, end = window.start, window.end
        inside = [row for row in rows if start <= row.wall <= end]
        doubtful = self._doubtful(rows, window) if len(inside) < len(rows) else []
        before = self._seen | self._seen_in_doubt
        fresh = {row.key: row for row in (*inside, *doubtful) if row.key not in before}
        self._seen = {row.key for row in inside if row.wall >= boundary}
        # Looking at every row is dear, and there are clock changes in few windows.
        if self._clock.has_doubts(start, end):
            doubtful += [row for row in inside if self._clock.is_doubtful(row.wall)]
        is_over = not doubtful and not self._clock.is_doubtful(boundary)
        self._seen_in_doubt = set() if is_over else self._seen_in_doubt | {row.key for row in doubtful}
        return fresh.values()

    def _doubtful(self, rows: Sequence[Row], window: Window) -> list[Row]:
        """Give the rows outside of a window whose time may as well be read as one inside; warn of all others."""
        doubtful = []
        for row in rows:
            if window.start <= row.wall <= window.end:
                continue
            if self._clock.is_doubtful(row.wall):
                doubtful.append(row)
            else:
                self._warn_of_stray(row, window)
        return doubtful

    def _warn_of_stray(self, row: Row, window: Window) -> None:
        if not self._has_strays:
            self._has_strays = True
            self._tools.watcher.warn(
                f"The API sends rows outside of the window that was asked for; they are left out: {row.time} is "
                f"not between {api_form(window.start)} and {api_form(window.end)}"
            )

    def _tell(self, walk: Walk, window: Window, verdict: Verdict) -> None:
        """Tell the watcher how far the reading has come."""
        boundary = verdict.boundary or window.end
        if not verdict.is_taken:
            self._tools.watcher.warn(
                f"The account keeps a shorter history than start_date asks for: nothing before {api_form(boundary)} "
                f"({self._clock.zone}) is served, so the reading starts there."
            )
        self._tools.watcher.taken(min(self._end, self._clock.instant(boundary)), walk.expect_after(boundary))


def _shrink(walk: Walk, window: Window, refusal: ApiError | TransientError) -> Verdict | None:
    """Ask for less where that is what the API objects to; None where it is not."""
    if isinstance(refusal, IntervalTooLong):
        return walk.refuse_interval(window)
    if isinstance(refusal, TransientError):
        return walk.refuse_weight(window) if refusal.is_heavy else None
    return None if isinstance(refusal, AccessDenied) else walk.refuse_hint(window)
