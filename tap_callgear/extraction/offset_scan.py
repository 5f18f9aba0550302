"""What holds more rows than a page and cannot be cut, such as one second: the only place where offsets are relied on.

An offset over rows in no lasting order loses some and repeats others, so the pages are asked for again and again
until every key was seen. Where the order lasts, each page begins with the last row of the one before it, unless rows
moved in between: then what came is not believed to be all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.pages import may_be_own_length

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_MOST_QUIET_ROUNDS = 20
"""Rounds without a new row after which none is left: in no lasting order, one row hides from so many by no chance."""

_CHANGING = (
    "rows of one time are told apart by all they hold, and that changes from reply to reply: leave out the column that "
    "changes, or ask CallGear's support about it"
)

_MANY = 8
"""Rows that are dealt out in the same order twice by no chance."""

_LONGEST_ROUND = 50
"""Times its different rows that a round may hand out before it is ended."""

_MOST_SAME_ROUNDS = 8
"""Rounds of fewer rows in the same order, some of them twice, that come about by no chance."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Scan(Generic[Row]):
    """What came of it.

    Attributes:
        rows: Every row once, in no particular order.
        missing: How many more the API counts than it hands out; 1 where it shows no more, and nobody counts.
        doubled: How many it hands out, and counts, once more.
    """

    rows: list[Row]
    missing: int = 0
    doubled: int = 0


def scan_by_offset(
    fetch: Callable[[int], tuple[Sequence[Row], int | None]], key_of: Callable[[Row], Hashable], limit: int
) -> Scan[Row]:
    """Read every row of a request by offset.

    Args:
        fetch: Given an offset, asks for a page; returns its rows and how many rows there are in all, where the API
            says so.
        key_of: Returns what tells a row apart.
        limit: Rows a page.

    Returns:
        The rows, and how many of those that are counted never came.

    Raises:
        TransientError: Each reply holds other rows.
    """
    scan = _OffsetScan(fetch, key_of, limit)
    before: list[Hashable] = []
    has_doubles = False
    quiet_rounds = same_rounds = 0
    while quiet_rounds < _MOST_QUIET_ROUNDS:
        known = len(scan.rows)
        done = scan.read_round()
        order, total = done.order, scan.total or 0
        if done.is_cut:
            return Scan(scan.all_rows(), 1)
        if done.is_endless:
            return Scan(scan.all_rows(), max(0, total - len(scan.rows)))
        if len(scan.rows) > 2 * len(order) + limit:
            raise TransientError(_CHANGING)
        has_doubles = has_doubles or done.has_doubles
        if scan.is_counted and len(order) <= total <= len(scan.since_count) and not done.may_have_slid:
            return Scan(scan.all_rows())
        same_rounds = same_rounds + 1 if order == before else 0
        if same_rounds and (len(set(order)) == len(order) or len(order) >= _MANY or same_rounds == _MOST_SAME_ROUNDS):
            # A lasting order: another round would show the same, and each row that is counted came, some of them twice.
            return Scan(scan.all_rows(), max(0, total - len(order)), max(0, len(order) - len(scan.rows)))
        quiet_rounds = quiet_rounds + 1 if len(scan.rows) == known else 0
        before = order
    unaccounted = max(0, total - len(scan.rows))
    return Scan(scan.all_rows(), 0, unaccounted) if has_doubles else Scan(scan.all_rows(), unaccounted)


@dataclass
class _Round:
    """One reading from the first page to the last.

    Attributes:
        order: The keys of the rows in the order they came.
        has_doubles: Whether one page held a row twice.
        is_seamless: Whether each page began with the last row of the one before it, where it was asked to.
        is_endless: Whether it was ended since no notice is taken of offsets.
        is_cut: Whether a full page came again in place of what follows it.
    """

    order: list[Hashable]
    has_doubles: bool = False
    is_seamless: bool = True
    is_endless: bool = False
    is_cut: bool = False

    @property
    def may_have_slid(self) -> bool:
        """Whether it looks like a lasting order in which rows moved from a page that was to come to one that had."""
        return not self.is_seamless and len(set(self.order)) == len(self.order)


class _OffsetScan(Generic[Row]):
    """What came so far.

    Attributes:
        rows: The rows by their keys; the latest of a key stays.
        total: How many there are in all, as the API said last.
        is_counted: Whether it said the same all through the last round.
        since_count: The keys that came since it says so: what came before may be gone.
    """

    def __init__(
        self,
        fetch: Callable[[int], tuple[Sequence[Row], int | None]],
        key_of: Callable[[Row], Hashable],
        limit: int,
    ) -> None:
        self.rows: dict[Hashable, Row] = {}
        self.total: int | None = None
        self.is_counted = False
        self.since_count: set[Hashable] = set()
        self._fetch = fetch
        self._key_of = key_of
        self._limit = limit

    def all_rows(self) -> list[Row]:
        """Return every row once."""
        return list(self.rows.values())

    def read_round(self) -> _Round:
        """Read page after page to the end."""
        done = _Round([])
        order = done.order
        first_page: list[Hashable] = []
        self.is_counted = True
        overlap = 0
        while True:
            page, total = self._fetch(len(order) - overlap)
            self._count(total, is_first=not order)
            keys = [self._key_of(row) for row in page]
            is_telling = len(keys) >= _MANY or len(keys) < self._limit
            if order and is_telling and keys == first_page:
                # The same rows once more: no notice is taken of offsets. Whether a full page is all is not told.
                done.is_cut = len(keys) >= self._limit and total is None
                return done
            if len(order) > _LONGEST_ROUND * (1 + len(self.rows)):
                done.is_endless = True
                return done
            first_page = first_page if order else keys
            done.has_doubles = done.has_doubles or len(set(keys)) < len(keys)
            self.rows.update(zip(keys, page, strict=True))
            self.since_count.update(keys)
            done.is_seamless = done.is_seamless and (not overlap or keys[:1] == order[-1:])
            order += keys[overlap:]
            if total is not None and (len(order) > total or may_be_own_length(len(order), total, self._limit)):
                total = None  # more came than it says, or it says no more than how long this page is
            is_short_of_count = total is not None and len(order) < total
            # A full page is never believed to be the last, nor a short one that no count says to be.
            if not keys or (len(keys) < self._limit and total is not None and not is_short_of_count):
                return done
            if len(keys) <= overlap and not is_short_of_count:
                return done
            overlap = int(len(keys) > 1)

    def _count(self, total: int | None, *, is_first: bool) -> None:
        """Learn what a page says that there is in all."""
        if total != self.total:
            self.since_count.clear()
            self.is_counted = is_first
        self.is_counted = self.is_counted and total is not None
        self.total = total
