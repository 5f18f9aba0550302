"""What is asked for, what comes back, and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from tap_callgear.extraction.clock import Wall

MOST_BROKEN_REPLIES = 4
"""Replies to one request that may hold unusable rows before it is given up."""


@dataclass(frozen=True)
class Window:
    """A range of wall time to ask for, both ends included in case the API does so.

    Attributes:
        start: Where it starts.
        end: Where it ends.
        offset: How many of its rows are thought to be on pages that were asked for before; a hint, no more.
    """

    start: Wall
    end: Wall
    offset: int = 0

    @property
    def length(self) -> timedelta:
        """Give how long it is."""
        return self.end - self.start


@dataclass(frozen=True)
class Page:
    """What the reply to a window held.

    Attributes:
        times: The wall times of the rows, in the order they came.
        total: How many rows the window holds in all, where the API says so.
        limit: How many rows were asked for at the most.
        is_ascending: Whether the times never step back.
        is_repeated_hour: Whether they step back only because the clocks did.
    """

    times: Sequence[Wall]
    total: int | None
    limit: int
    is_ascending: bool
    is_repeated_hour: bool = False


@dataclass(frozen=True)
class Verdict:
    """What to do with a page.

    Attributes:
        is_taken: Whether its rows are to be emitted.
        start: Where the rows that are to be emitted start; None where that is the window's own start.
        boundary: Where the rows that were taken end; rows of that second may come again.
        then: Windows to ask for before any other that is planned.
        is_too_dense: Whether its one second holds more than a page and has to be read by offset.
    """

    is_taken: bool = False
    start: Wall | None = None
    boundary: Wall | None = None
    then: tuple[Window, ...] = ()
    is_too_dense: bool = False


def is_whole(rows: int, total: int | None, limit: int) -> bool:
    """Tell whether a page holds all there is.

    A full page is never believed to, not even where the count is just its size: a count may lag behind its rows.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows were asked for at the most.
    """
    return rows < limit and (total is None or rows >= total)


def has_moved(rows: int, total: int | None, limit: int, *, offset: int = 0) -> bool:
    """Tell whether a page and its count disagree, so that rows moved while they were read.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows were asked for at the most.
        offset: How many rows before it were left out.
    """
    known = offset + rows
    return total is not None and total != known and not (rows == limit and known < total)
