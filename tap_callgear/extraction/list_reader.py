"""Reads a list without times: page after page by key where the API allows that, else by offset until all is seen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tap_callgear.api.errors import FilterRefused
from tap_callgear.extraction.fetcher import PageFetcher
from tap_callgear.extraction.page_counts import CountTrust, Repeats
from tap_callgear.extraction.pages import is_whole
from tap_callgear.extraction.reading import TimedRecord
from tap_callgear.extraction.rejected_fields import RejectedFields
from tap_callgear.extraction.requests import RequestOptions, stable_sort
from tap_callgear.extraction.rows import RowReader
from tap_callgear.extraction.schemas import type_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from tap_callgear.api.errors import RowsMissing
    from tap_callgear.extraction.fetcher import FetchedPage, Request
    from tap_callgear.extraction.reading import ReaderResources
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import ListRequest
    from tap_callgear.extraction.rows import Row


class Keys(NamedTuple):
    """The keys of a list.

    Attributes:
        values: The first part of every key, in order.
        loss: That more are counted than came, if so.
    """

    values: Sequence[Hashable]
    loss: RowsMissing | None


class ListReader:
    """Reads a list whole."""

    def __init__(
        self,
        wanted: ListRequest,
        records: RecordType,
        fields: Iterable[str],
        resources: ReaderResources,
    ) -> None:
        """Put the reader together; nothing is asked yet.

        Args:
            wanted: What to ask for.
            records: Builds the records.
            fields: The fields to ask for.
            resources: What to work with.
        """
        keys = [name for name in wanted.keys if name not in wanted.params]
        self._rejected = RejectedFields(
            RequestOptions(tuple(fields), stable_sort(keys, wanted.sortable), wanted.options),
            needed=keys,
            records=records,
            warn=resources.listener.warn,
        )
        read_rows = RowReader(wanted.method, keys, records).read
        self._fetcher: PageFetcher[Row] = PageFetcher(wanted.method, read_rows, self._rejected, resources)
        self._list = wanted
        self._can_seek = (
            len(keys) == 1
            and keys[0] in wanted.sortable & wanted.filterable
            and type_of(records.schema_of(keys[0])) == "integer"
        )
        self._records = records
        self._resources = resources
        self._limit = resources.page_size
        self._seen: set[Hashable] = set()
        self._missing = 0
        self._count_trust = CountTrust()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""
        return self._rejected.left_out

    def read(self) -> Iterator[Iterator[TimedRecord]]:
        """Read the records.

        Yields:
            The records page by page, in the order of their keys; all of one page have to be taken before the next is
            asked for.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """
        for variant in self._list.variants:
            for rows in self._read(variant):
                yield self._in_order(rows)
        if (loss := self._loss()) is not None:
            raise loss

    def keys(self) -> Keys:
        """Read no more than the keys.

        Raises:
            CallGearError: The reading cannot go on; the kind says why.
        """
        rows = {row.key for variant in self._list.variants for page in self._read(variant) for row in page}
        return Keys([key[0] for key in sorted(rows)], self._loss())

    def _loss(self) -> RowsMissing | None:
        return self._fetcher.loss(self._missing)

    def sample(self, count: int) -> Iterator[TimedRecord]:
        """Read a few records with one request, to see that the list can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records.
        """
        request = partial(self._list.params_for, self._list.variants[0], limit=min(count, self._limit))
        yield from self._in_order(self._fetcher.wait_for(request).rows)

    def _read(self, variant: Mapping[str, object]) -> Iterator[Sequence[Row]]:
        """Read the pages of a list."""
        page = self._fetch(variant)
        if self._is_whole(page) or not self._list.takes_paging:
            yield page.rows
            return
        if not (self._can_seek and page.rows and page.is_sorted and _is_ascending(page)):
            beyond = self._request(variant, offset=len(page.rows))
            is_last = self._may_go_on(page) and not self._fetcher.is_followed(page, beyond)
            yield page.rows if is_last else self._read_by_offset(variant)
            return
        yield from self._read_by_key(variant, page)

    def _read_by_key(self, variant: Mapping[str, object], page: FetchedPage[Row]) -> Iterator[Sequence[Row]]:
        """Read a list from its first page on, each page after the last key of the one before; else by offset."""
        first, taken, after = page, 0, None
        while True:
            yield page.rows
            taken += len(page.rows)
            if self._is_whole(page):
                if page.total is None and taken >= self._limit and self._is_longer_than(taken, variant, first):
                    yield self._read_by_offset(variant)
                return
            last = page.rows[-1].key
            self._resources.listener.taken(None, max(0, (page.total or 0) - len(page.rows)))
            try:
                before, page = page, self._fetch(variant, after=last[0])
                goes_on = _is_ascending(page) and all(row.key > last for row in page.rows[:1])
                goes_on = goes_on and not self._leaves_out(variant, after, before, page)
                after = last[0]
            except FilterRefused as refusal:
                self._resources.listener.warn(f"{refusal} Going on without the filter.")
                goes_on = False
            if not goes_on or not (page.rows or self._is_whole(page)):
                yield self._read_by_offset(variant)
                return

    def _leaves_out(
        self, variant: Mapping[str, object], after: Hashable, before: FetchedPage[Row], page: FetchedPage[Row]
    ) -> bool:
        """Whether entries lie between a page and the one after it, as counted: it was cut first and sorted then.

        Args:
            variant: The list.
            after: The key after which the page begins; None for the first one.
            before: The page.
            page: The one after it.
        """
        if before.total is None or page.total is None:
            return False
        rest = page.total + page.left_out
        if before.total - len(before.rows) <= rest:
            return False
        # Some may have been deleted meanwhile.
        total = self._fetcher.wait_for(self._request(variant, after=after, limit=1)).total
        return total is None or total - len(before.rows) - before.left_out > rest

    def _is_longer_than(self, taken: int, variant: Mapping[str, object], first: FetchedPage[Row]) -> bool:
        """Whether a list that is not counted goes on behind as many entries as came of it.

        An API that takes no notice of offsets answers with the first page once more.
        """
        return self._fetcher.is_followed(first, self._request(variant, offset=taken))

    def _request(
        self, variant: Mapping[str, object], *, after: Hashable = None, offset: int = 0, limit: int | None = None
    ) -> Request:
        return partial(self._list.params_for, variant, limit=limit or self._limit, after=after, offset=offset)

    def _is_whole(self, page: FetchedPage[Row]) -> bool:
        return is_whole(len(page.rows), page.total, page.most_rows(self._limit)) and not self._may_go_on(page)

    def _may_go_on(self, page: FetchedPage[Row]) -> bool:
        return self._count_trust.may_go_on(len(page.rows), page.total, page.most_rows(self._limit))

    def _fetch(self, variant: Mapping[str, object], after: Hashable = None) -> FetchedPage[Row]:
        """Ask for a page, again where its count says that rows moved."""
        request = self._request(variant, after=after)
        page = self._fetcher.wait_for(request)
        repeats = Repeats()
        while self._list.takes_paging and repeats.ask_again(len(page.rows), page.total, page.most_rows(self._limit)):
            page = self._fetcher.wait_for(request)
        return replace(page, total=self._count_trust.believed(len(page.rows), page.total))

    def _read_by_offset(self, variant: Mapping[str, object]) -> list[Row]:
        """Read a list whose rows can only be counted off."""
        scan = self._fetcher.scan(lambda offset: self._request(variant, offset=offset), self._limit)
        self._missing += scan.missing
        return scan.rows

    def _in_order(self, rows: Sequence[Row]) -> Iterator[TimedRecord]:
        """Build the records of a page, leaving out those that came before."""
        fresh = {row.key: row.raw for row in rows if row.key not in self._seen}
        self._seen.update(fresh)
        for key in sorted(fresh):
            self._resources.clock.check()
            yield TimedRecord("", self._records.read(fresh[key], ""))


def _is_ascending(page: FetchedPage[Row]) -> bool:
    """Whether the rows' keys grow from row to row."""
    return all(before.key < after.key for before, after in pairwise(page.rows))
