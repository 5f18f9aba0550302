"""What holds more rows than a page and cannot be cut, such as one second: the only place where offsets are relied on.

An offset over rows in no lasting order loses some and repeats others, so the pages are asked for again and again
until every key was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_MOST_QUIET_ROUNDS = 20
"""Rounds without a new row after which none is left: in no lasting order, one row hides from so many by no chance."""

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
        missing: How many more the API counts than it hands out.
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
    """
    rows: dict[Hashable, Row] = {}
    before: list[Hashable] = []
    has_doubles = False
    quiet_rounds = same_rounds = 0
    while quiet_rounds < _MOST_QUIET_ROUNDS:
        known = len(rows)
        order, totals, has_doubles_on_a_page = _read_round(fetch, key_of, limit, rows)
        has_doubles = has_doubles or has_doubles_on_a_page
        total = totals[-1] or 0
        # A count that is less than came in one round is not to be gone by.
        if {*totals} == {total} and len(order) <= total <= len(rows):
            return Scan(list(rows.values()))
        same_rounds = same_rounds + 1 if order == before else 0
        if same_rounds and (len(set(order)) == len(order) or len(order) >= _MANY or same_rounds == _MOST_SAME_ROUNDS):
            # A lasting order: another round would show the same, and each row that is counted came, some of them twice.
            return Scan(list(rows.values()), max(0, total - len(order)), len(order) - len(rows))
        quiet_rounds = quiet_rounds + 1 if len(rows) == known else 0
        before = order
    unaccounted = max(0, total - len(rows))
    return Scan(list(rows.values()), 0, unaccounted) if has_doubles else Scan(list(rows.values()), unaccounted)


class _Round(NamedTuple):
    """One reading from the first page to the last.

    Attributes:
        order: The keys of the rows in the order they came.
        totals: How many rows there are in all, as each page said.
        has_doubles: Whether one page held a row twice.
    """

    order: list[Hashable]
    totals: list[int | None]
    has_doubles: bool


def _read_round(
    fetch: Callable[[int], tuple[Sequence[Row], int | None]],
    key_of: Callable[[Row], Hashable],
    limit: int,
    rows: dict[Hashable, Row],
) -> _Round:
    """Read page after page, and keep the rows by their keys; the latest of a key stays."""
    order: list[Hashable] = []
    totals: list[int | None] = []
    first_page: list[Hashable] = []
    has_doubles = False
    while True:
        page, total = fetch(len(order))
        totals.append(total)
        keys = [key_of(row) for row in page]
        is_telling = len(keys) >= _MANY or len(keys) < limit
        if len(order) > _LONGEST_ROUND * (1 + len(rows)) or (order and is_telling and keys == first_page):
            break  # the same rows once more: no notice is taken of offsets
        first_page = first_page if order else keys
        has_doubles = has_doubles or len(set(keys)) < len(keys)
        rows.update(zip(keys, page, strict=True))
        order += keys
        # A full page is never believed to be the last, nor a short one that no count says to be.
        if not page or (len(page) < limit and total is not None and len(order) >= total):
            break
    return _Round(order, totals, has_doubles)
