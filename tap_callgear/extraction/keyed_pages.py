"""Asks for single pages of rows with keys: again where something was refused, or a page came broken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.api.errors import FieldRefused, SortRefused, TransientError
from tap_callgear.extraction.pages import MOST_BROKEN_REPLIES, has_moved, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_callgear.extraction.keyed_rows import KeyedRow, KeyReader
    from tap_callgear.extraction.reading import Tools
    from tap_callgear.extraction.terms import Negotiation, Terms

    Request: TypeAlias = Callable[[Terms], Mapping[str, object]]
    """Gives the parameters of a request that asks for what the terms say."""


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
        """Tell whether the page holds all there is."""
        return is_whole(len(self.rows), self.total, limit)

    def has_moved(self, limit: int) -> bool:
        """Tell whether the page and its count disagree, so that rows moved while they were read."""
        return has_moved(len(self.rows), self.total, limit)


class Pages:
    """Asks for the pages of one method; safe across threads."""

    def __init__(self, method: str, keys: KeyReader, negotiation: Negotiation, *, tools: Tools) -> None:
        """Ask for nothing yet.

        Args:
            method: The API's method.
            keys: Reads the keys of rows.
            negotiation: Knows what may be asked for.
            tools: What to work with.
        """
        self._method = method
        self._keys = keys
        self._negotiation = negotiation
        self._tools = tools

    def wait_for(self, request: Request) -> KeyedPage:
        """Ask for a page, ready to end the run while it is awaited; see `ask`."""
        return self._tools.wait_for(partial(self.ask, request))

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
                reply = self._tools.api.call(self._method, request(terms), self._tools.tally)
            except (FieldRefused, SortRefused) as refusal:
                self._negotiation.adapt(refusal, terms)
                continue
            try:
                return KeyedPage(self._keys.read(reply.rows), reply.total, bool(terms.sort))
            except TransientError:
                broken_replies += 1
                if broken_replies == MOST_BROKEN_REPLIES:
                    raise
