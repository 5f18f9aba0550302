"""Asks for single pages of rows with keys: again where something was refused, or a page came broken."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.api.errors import FieldRefused, SortRefused, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_callgear.api.client import DataApi, Tally
    from tap_callgear.extraction.keyed_rows import KeyedRow, KeyReader
    from tap_callgear.extraction.terms import Negotiation, Terms

    Request: TypeAlias = Callable[[Terms], Mapping[str, object]]
    """Gives the parameters of a request that asks for what the terms say."""

_MOST_BROKEN_REPLIES = 4
"""Replies to one request that may hold unusable rows before it is given up."""


@dataclass(frozen=True)
class KeyedPage:
    """A page of rows.

    Attributes:
        rows: The rows in the order they came.
        total: How many rows the request matches in all, where the API says so.
        is_sorted: Whether they were asked for in an order.
    """

    rows: Sequence[KeyedRow]
    total: int | None
    is_sorted: bool

    @property
    def is_ascending(self) -> bool:
        """Tell whether the rows' keys grow from row to row."""
        return all(before.key < after.key for before, after in pairwise(self.rows))

    def is_whole(self, limit: int) -> bool:
        """Tell whether the page holds all there is; a full page is never believed to."""
        return len(self.rows) < limit and (self.total is None or len(self.rows) >= self.total)

    def has_moved(self, limit: int) -> bool:
        """Tell whether the page and its count disagree, so that rows moved while they were read."""
        rows = len(self.rows)
        return self.total is not None and self.total != rows and not rows == limit < self.total


class Pages:
    """Asks for the pages of one method; safe across threads."""

    def __init__(self, method: str, keys: KeyReader, negotiation: Negotiation, *, api: DataApi, tally: Tally) -> None:
        """Ask for nothing yet.

        Args:
            method: The API's method.
            keys: Reads the keys of rows.
            negotiation: Knows what may be asked for.
            api: The client.
            tally: Where to count what the requests take.
        """
        self._method = method
        self._keys = keys
        self._negotiation = negotiation
        self._api = api
        self._tally = tally

    def ask(self, request: Request) -> KeyedPage:
        """Ask for a page.

        Args:
            request: Gives the parameters, anew for each try.

        Returns:
            The page.

        Raises:
            ApiError: The request is refused for something that cannot be done without.
            TransientError: Page after page comes broken.
        """
        broken_replies = 0
        while True:
            terms = self._negotiation.terms
            try:
                reply = self._api.call(self._method, request(terms), self._tally)
            except (FieldRefused, SortRefused) as refusal:
                self._negotiation.adapt(refusal, terms)
                continue
            try:
                return KeyedPage(self._keys.read(reply.rows), reply.total, bool(terms.sort))
            except TransientError:
                broken_replies += 1
                if broken_replies == _MOST_BROKEN_REPLIES:
                    raise
