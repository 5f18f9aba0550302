"""Asks for single pages: without what the API refuses, and again where a page came broken. All readers share it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from tap_callgear.api.background import await_result, in_background
from tap_callgear.api.errors import (
    AccessDenied,
    ApiError,
    FieldRefused,
    RowsMissing,
    RowsUnreadable,
    SortRefused,
    TransientError,
)
from tap_callgear.extraction.offset_scan import scan_by_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import date

    import msgspec

    from tap_callgear.api.envelope import Reply
    from tap_callgear.extraction import rows
    from tap_callgear.extraction.offset_scan import Scan
    from tap_callgear.extraction.reading import ReaderResources
    from tap_callgear.extraction.rejected_fields import RejectedFields
    from tap_callgear.extraction.requests import RequestOptions

    Request: TypeAlias = Callable[[RequestOptions], Mapping[str, object]]
    """Returns the parameters of a request that asks for what the options say."""

_MOST_BROKEN_REPLIES = 4
"""Replies to one request that may hold unreadable rows before these are left out."""

_FEW = 10
"""The part of a page, one row in so many, that may be unreadable, and one at the least: of more, the page is odd."""

Row = TypeVar("Row", bound="rows.Row")


@dataclass(frozen=True)
class FetchedPage(Generic[Row]):
    """A page of rows.

    Attributes:
        rows: The rows in the order they came.
        total: How many rows the request matches in all, where the API says so, less those that were left out.
        is_sorted: Whether they were asked for in an order.
        left_out: How many rows were left out, since they stayed unreadable.
    """

    rows: Sequence[Row]
    total: int | None
    is_sorted: bool
    left_out: int = 0

    def most_rows(self, limit: int) -> int:
        """Return how many rows the page has at the most, where so many come at the most, those left out among them."""
        return limit - self.left_out


@dataclass(frozen=True)
class UnreadPage:
    """A reply whose rows were not looked at yet: they wait as bytes, which take a quarter of the memory.

    Attributes:
        reply: The reply.
        options: What it was asked with.
    """

    reply: Reply
    options: RequestOptions


class PageFetcher(Generic[Row]):
    """Asks for the pages of one method; safe across threads."""

    def __init__(
        self,
        method: str,
        read_rows: Callable[[Iterable[msgspec.Raw]], Sequence[Row]],
        rejected: RejectedFields,
        resources: ReaderResources,
    ) -> None:
        """Ask for nothing yet.

        Args:
            method: The API's method.
            read_rows: Reads the keys of rows; raises a TransientError where they have none.
            rejected: Knows what may be asked for.
            resources: What to work with.
        """
        self._method = method
        self._read_rows = read_rows
        self._rejected = rejected
        self._resources = resources
        self._unreadable: dict[str, Counter[bytes]] = {}

    def fetch(self, request: Request) -> FetchedPage[Row]:
        """Ask for a page.

        Args:
            request: Returns the parameters, anew for each try.

        Returns:
            The page.

        Raises:
            ApiError: The request is refused for something that cannot be done without.
            TransientError: Page after page comes broken.
        """
        return self.read(request, self._ask(request))

    def loss(self, missing: int, since: date | None = None, first: date | None = None) -> RowsMissing | None:
        """Return what is to be told at the end of a reading; None where nothing is missing.

        Args:
            missing: How many rows were counted and never came.
            since: A day of the account's that is no later than any of them.
            first: The first day that was read.
        """
        unreadable: Counter[bytes] = Counter()
        for rows in self._unreadable.values():
            unreadable |= rows
        if unreadable:
            return RowsUnreadable(self._method, unreadable.total(), missing, first)
        return RowsMissing(self._method, missing, since) if missing else None

    def wait_for(self, request: Request) -> FetchedPage[Row]:
        """Ask for a page, ready to end the run while it is awaited; see `fetch`."""
        return self._resources.wait_for(partial(self.fetch, request))

    def scan(self, request_at: Callable[[int], Request], limit: int) -> Scan[Row]:
        """Read all rows of something that only offsets tell apart; see `scan_by_offset`.

        Args:
            request_at: Returns what asks for the rows from an offset on.
            limit: Rows that a page has at the most.
        """

        def fetch(offset: int) -> tuple[Sequence[Row], int | None]:
            page = self.wait_for(request_at(offset))
            return page.rows, page.total

        return scan_by_offset(fetch, lambda row: row.key, limit)

    def is_followed(self, page: FetchedPage[Row], request: Request) -> bool:
        """Whether there are rows after a page that ended early, or may have; as far as the API lets that be seen.

        Args:
            page: The page.
            request: Asks for what comes after it.
        """
        try:
            beyond = self.wait_for(request)
        except AccessDenied:
            raise
        except ApiError:
            return False
        return not {row.key for row in beyond.rows} <= {row.key for row in page.rows}

    def begin(self, request: Request) -> Future[UnreadPage]:
        """Ask for a page in the background.

        Args:
            request: Returns the parameters, anew for each try.

        Returns:
            The page to come, for `finish`.
        """
        return in_background(partial(self._ask, request))

    def finish(self, request: Request, future: Future[UnreadPage]) -> FetchedPage[Row]:
        """Wait for a page, ready to end the run meanwhile; see `fetch`.

        Args:
            request: What it was asked with.
            future: What `begin` returned.
        """
        return self.read(request, await_result(future, self._resources.clock.check))

    def read(self, request: Request, unread: UnreadPage) -> FetchedPage[Row]:
        """Read the keys of a page's rows; where they cannot be read, ask again, and in the end leave these rows out."""
        broken_replies = 0
        while True:
            try:
                return self._page(request, unread, self._read_rows(unread.reply.rows), Counter())
            except TransientError:
                broken_replies += 1
                rows, unreadable = self._parted(unread.reply.rows)
                if broken_replies == _MOST_BROKEN_REPLIES or self._are_known(unreadable):
                    if unreadable.total() > max(1, len(unread.reply.rows) / _FEW):
                        raise
                    return self._page(request, unread, rows, unreadable)
            unread = self._resources.wait_for(partial(self._ask, request))

    def _page(
        self, request: Request, unread: UnreadPage, rows: Sequence[Row], unreadable: Counter[bytes]
    ) -> FetchedPage[Row]:
        """Return the page of the rows that were read, and remember which of its rows were left out this time."""
        if unreadable:
            self._unreadable[_name(request, unread)] = unreadable
        elif self._unreadable:
            self._unreadable.pop(_name(request, unread), None)
        total, left_out = unread.reply.total, unreadable.total()
        return FetchedPage(rows, None if total is None else total - left_out, bool(unread.options.sort), left_out)

    def _parted(self, raws: Sequence[msgspec.Raw]) -> tuple[Sequence[Row], Counter[bytes]]:
        """Read the rows of a page one by one: those that can be read, and the others."""
        rows: list[Row] = []
        unreadable: Counter[bytes] = Counter()
        for raw in raws:
            try:
                rows += self._read_rows((raw,))
            except TransientError:
                unreadable[bytes(raw)] += 1
        return rows, unreadable

    def _are_known(self, unreadable: Counter[bytes]) -> bool:
        """Whether rows stayed unreadable before, so that there is no use in asking again."""
        return all(any(raw in known for known in self._unreadable.values()) for raw in unreadable)

    def _ask(self, request: Request) -> UnreadPage:
        """Ask until nothing is refused any more."""
        while True:
            options = self._rejected.options
            try:
                return UnreadPage(self._call(request(options)), options)
            except (FieldRefused, SortRefused) as refusal:
                self._rejected.drop(refusal, options, partial(self._is_accepted, request))

    def _is_accepted(self, request: Request, options: RequestOptions) -> bool:
        """Ask for a single row, to see whether the API takes some options."""
        params = dict(request(options))
        if "limit" in params:
            params["limit"] = 1
        params.pop("offset", None)
        try:
            self._call(params)
        except (FieldRefused, SortRefused):
            return False
        return True

    def _call(self, params: Mapping[str, object]) -> Reply:
        return self._resources.api.call(self._method, params, self._resources.stats)


def _name(request: Request, unread: UnreadPage) -> str:
    """Return what tells a request apart from others."""
    return repr(sorted(request(unread.options).items()))
