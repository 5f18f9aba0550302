"""What holds more rows than a page and cannot be cut, such as one second: the only place where offsets are relied on.

An offset over rows in no lasting order loses some and repeats others, so the pages are asked for again and again
until every key was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tap_callgear.api.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_MOST_QUIET_ROUNDS = 20
"""Rounds without a new row after which none is left: in no lasting order, one row hides from so many by no chance."""

Row = TypeVar("Row")


def read_dense(
    fetch: Callable[[int], tuple[Sequence[Row], int | None]],
    key_of: Callable[[Row], Hashable],
    limit: int,
    *,
    of: str = "one second",
) -> list[Row]:
    """Read every row of a window by offset.

    Args:
        fetch: Given an offset, asks for a page; returns its rows and how many rows there are in all, where the API
            says so.
        key_of: Gives what tells a row apart.
        limit: Rows a page.
        of: What is read, for the error.

    Returns:
        Every row once, in no particular order.

    Raises:
        TransientError: The API keeps some of the rows that it counts to itself.
    """
    rows: dict[Hashable, Row] = {}
    total: int | None = None
    order: list[Hashable] = []
    quiet_rounds = 0
    while quiet_rounds < _MOST_QUIET_ROUNDS:
        known, order_before, order = len(rows), order, []
        totals = set()
        while True:
            page, total = fetch(len(order))
            totals.add(total)
            rows.update((key_of(row), row) for row in page)
            order += [key_of(row) for row in page]
            if len(page) < limit or (total is not None and len(order) >= total):
                break
        if total is not None and totals == {total} and len(rows) >= total:
            return list(rows.values())
        if order == order_before and len(set(order)) == len(order):
            break  # a lasting order: another round would show the same
        quiet_rounds = quiet_rounds + 1 if len(rows) == known else 0
    if total is None:
        return list(rows.values())
    text = f"the API counts {total} rows in {of} but hands out only {len(rows)} of them"
    raise TransientError(text)
