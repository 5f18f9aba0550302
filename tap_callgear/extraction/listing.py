"""Reads a list without times: page after page by key where the API allows that, else by offset until all is seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tap_callgear.api.errors import FilterRefused, TransientError
from tap_callgear.extraction.dense import read_dense
from tap_callgear.extraction.keyed_pages import Pages
from tap_callgear.extraction.keyed_rows import KeyReader
from tap_callgear.extraction.schemas import type_of
from tap_callgear.extraction.terms import Negotiation, Terms, stable_sort

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from tap_callgear.extraction.keyed_pages import KeyedPage
    from tap_callgear.extraction.keyed_rows import KeyedRow
    from tap_callgear.extraction.reading import Timed, Tools
    from tap_callgear.extraction.records import RecordType

_MOST_REPEATS = 3


@dataclass(frozen=True)
class List:
    """One list of the API, as one sync asks for it.

    Attributes:
        name: The stream's name, for people.
        method: The API's method.
        keys: The primary key's properties.
        sortable: The fields that the API is documented to sort by.
        filterable: The fields that the API is documented to filter by.
        takes_paging: Whether the method takes limit, offset, sort and filter.
        takes_fields: Whether it takes fields.
        params: Parameters of every request, such as an agent's ``user_id``.
        options: Parameters that a request can do without.
        variants: Extra parameters, each of which makes a list of its own.
    """

    name: str
    method: str
    keys: tuple[str, ...]
    sortable: frozenset[str] = frozenset()
    filterable: frozenset[str] = frozenset()
    takes_paging: bool = True
    takes_fields: bool = True
    params: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    variants: tuple[Mapping[str, object], ...] = ({},)

    def request(
        self,
        variant: Mapping[str, object],
        terms: Terms,
        *,
        limit: int,
        after: Hashable = None,
        offset: int = 0,
    ) -> dict[str, object]:
        """Give the parameters that ask for a page.

        Args:
            variant: The list's extra parameters.
            terms: What to ask for.
            limit: Rows at the most.
            after: The key after which the page begins, if it does not begin at the first.
            offset: Rows to skip.

        Returns:
            The parameters, without the token.
        """
        params: dict[str, object] = {**self.params, **terms.params, **variant}
        if self.takes_fields:
            params["fields"] = list(terms.fields)
        if self.takes_paging:
            params["limit"] = limit
            if terms.sort:
                params["sort"] = terms.sort
            if offset:
                params["offset"] = offset
            if after is not None:
                params["filter"] = {"field": self.keys[0], "operator": ">", "value": after}
        return params


class Listing:
    """Reads a list whole."""

    def __init__(
        self,
        wanted: List,
        records: RecordType,
        fields: Iterable[str],
        tools: Tools,
    ) -> None:
        """Put the reader together; nothing is asked yet.

        Args:
            wanted: What to ask for.
            records: Builds the records.
            fields: The fields to ask for.
            tools: What to work with.
        """
        keys = [name for name in wanted.keys if name not in wanted.params]
        self._negotiation = Negotiation(
            Terms(tuple(fields), stable_sort(keys, wanted.sortable), wanted.options),
            needed=keys,
            records=records,
            warn=tools.watcher.warn,
        )
        self._pages = Pages(wanted.method, KeyReader(wanted.method, keys, records), self._negotiation, tools=tools)
        self._list = wanted
        self._can_seek = (
            len(keys) == 1
            and keys[0] in wanted.sortable & wanted.filterable
            and type_of(records.schema_of(keys[0])) == "integer"
        )
        self._records = records
        self._tools = tools
        self._limit = tools.page_size
        self._seen: set[Hashable] = set()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Give the fields that the API refused."""
        return self._negotiation.left_out

    def read(self) -> Iterator[Iterator[Timed]]:
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

    def keys(self) -> list[Hashable]:
        """Read no more than the keys, in order.

        Returns:
            The first part of every key.
        """
        rows = {row.key: row for variant in self._list.variants for page in self._read(variant) for row in page}
        return [key[0] for key in sorted(rows)]

    def sample(self, count: int) -> Iterator[Timed]:
        """Read a few records with one request, to see that the list can be read at all.

        Args:
            count: Records at the most.

        Yields:
            The records.
        """
        request = partial(self._list.request, self._list.variants[0], limit=min(count, self._limit))
        yield from self._in_order(self._pages.wait_for(request).rows)

    def _read(self, variant: Mapping[str, object]) -> Iterator[Sequence[KeyedRow]]:
        """Read the pages of a list."""
        page = self._ask(variant)
        if page.is_whole(self._limit) or not self._list.takes_paging:
            yield page.rows
            return
        if not (self._can_seek and page.is_sorted and page.is_ascending):
            yield self._read_by_offset(variant)
            return
        while True:
            yield page.rows
            if page.is_whole(self._limit):
                return
            last = page.rows[-1].key
            self._tools.watcher.taken(None, max(0, (page.total or 0) - len(page.rows)))
            try:
                page = self._ask(variant, after=last[0])
                goes_on = page.is_ascending and all(row.key > last for row in page.rows[:1])
            except FilterRefused as refusal:
                self._tools.watcher.warn(f"{refusal} Going on without the filter.")
                goes_on = False
            if not goes_on:
                yield self._read_by_offset(variant)
                return

    def _ask(self, variant: Mapping[str, object], after: Hashable = None) -> KeyedPage:
        """Ask for a page, again where its count says that rows moved."""
        request = partial(self._list.request, variant, limit=self._limit, after=after)
        for _ in range(_MOST_REPEATS):
            page = self._pages.wait_for(request)
            if not (page.has_moved(self._limit) and self._list.takes_paging):
                return page
        page = self._pages.wait_for(request)
        if page.total is not None and len(page.rows) < min(page.total, self._limit):
            text = f"{self._list.method} counts {page.total} rows but hands out only {len(page.rows)} of them"
            raise TransientError(text)
        return page

    def _read_by_offset(self, variant: Mapping[str, object]) -> list[KeyedRow]:
        """Read a list whose rows can only be counted off."""

        def fetch(offset: int) -> tuple[Sequence[KeyedRow], int | None]:
            page = self._pages.wait_for(partial(self._list.request, variant, limit=self._limit, offset=offset))
            return page.rows, page.total

        return read_dense(fetch, lambda row: row.key, self._limit, of=self._list.name)

    def _in_order(self, rows: Sequence[KeyedRow]) -> Iterator[Timed]:
        """Build the records of a page, leaving out those that came before."""
        fresh = {row.key: row.raw for row in rows if row.key not in self._seen}
        self._seen.update(fresh)
        for key in sorted(fresh):
            self._tools.timing.check()
            yield "", self._records.read(fresh[key], "")
