"""What is asked for, what comes back, and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.extraction.times import LocalTime

SECOND = timedelta(seconds=1)

MOST_REPEATS = 3
"""Times that a page is asked for again because it and its count disagree: rows come and go while they are read."""

MOST_HALVINGS = 4
"""Times that a request over which the API fails is made half as long, before the failure is believed to be for good."""

_ROUND = {*"123456789", "25"}
"""What limits of pages begin with, before their zeros: they are round numbers."""

_SHORTEST_ROUND = 10
"""Rows that a page which ends early has at the least: no limit is smaller."""

_FEW = 100
"""The part of a page, one in so many, of which it is believed that it did not end early."""


@dataclass(frozen=True)
class Window:
    """A range of the account's local time to read, in whole seconds: its start belongs to it, its end does not.

    It is not known whether the API's own bounds are inclusive (one live client says that neither is), so a window is
    asked for from a second before its start up to its end: whichever reading holds, its rows are among the answer.

    Attributes:
        start: The first second.
        end: The second after the last.
        offset: How many of its rows are thought to be on pages that were asked for before, which is not relied on.
        lead: How much earlier than its start the request begins.
    """

    start: LocalTime
    end: LocalTime
    offset: int = 0
    lead: timedelta = SECOND

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.end - self.start

    @property
    def date_from(self) -> LocalTime:
        """Return where the request begins."""
        return self.start - self.lead


@dataclass(frozen=True)
class Page:
    """What the reply to a window held.

    Attributes:
        times: The local times of the rows, in the order they came.
        total: How many rows the request matches in all, where the API says so.
        limit: How many rows come at the most.
        is_ascending: Whether the times never step back.
        is_repeated_hour: Whether they step back only because the clocks did.
        left_out: How many rows were left out as unreadable; the count and the limit are without them.
    """

    times: Sequence[LocalTime]
    total: int | None
    limit: int
    is_ascending: bool
    is_repeated_hour: bool = False
    left_out: int = 0

    def before(self, boundary: LocalTime) -> int:
        """Return how many of the rows come before a time."""
        return sum(time < boundary for time in self.times)

    def clear_boundary(self, start: LocalTime, boundary: LocalTime) -> LocalTime:
        """Return the latest time of a row, up to a boundary, that no other row precedes by a second.

        What lies before it and what comes from it on is then told apart whichever bounds the API includes.

        Args:
            start: The time is later than this.
            boundary: What to return where there is none.
        """
        seconds = {time.replace(microsecond=0) for time in self.times}
        clear = (time for time in seconds if start < time <= boundary and time - SECOND not in seconds)
        return max(clear, default=boundary)

    def inside(self, start: LocalTime, end: LocalTime) -> list[LocalTime]:
        """Return the times from a start up to an end, which does not belong to them."""
        return [time for time in self.times if start <= time < end]


@dataclass(frozen=True)
class PageDecision:
    """What to do with a page.

    Attributes:
        emit: Whether its rows are to leave, those from `start` up to `boundary`.
        start: Where they begin; None where that is the window's own start.
        boundary: How far the reading has come; None where it has come no further.
        hold: Whether they are to wait until a later decision releases or drops them.
        releases_held: Whether the rows that wait may leave now, before any others.
        drops_held: Whether the rows that wait are not to be relied on: their time is read again.
        follow_up: Windows to ask for before any other that is planned.
        needs_offset_scan: Whether the window cannot be cut and has to be read by offset.
        needs_peek: Whether the page is or may be cut short, so that it is to be seen what comes after it by offset.
        ends_early: Whether nothing from the window's start on is served yet, so that the reading ends there.
    """

    emit: bool = False
    start: LocalTime | None = None
    boundary: LocalTime | None = None
    hold: bool = False
    releases_held: bool = False
    drops_held: bool = False
    follow_up: tuple[Window, ...] = ()
    needs_offset_scan: bool = False
    needs_peek: bool = False
    ends_early: bool = False


def is_whole(rows: int, total: int | None, limit: int) -> bool:
    """Whether a page holds all there is.

    A full page is never believed to, not even where the count is just its size: a count may lag behind its rows.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows come at the most.
    """
    return rows < limit and (total is None or rows >= total)


def falls_short(rows: int, total: int | None, limit: int) -> bool:
    """Whether a page holds fewer rows than are counted, although it has room for more.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows come at the most.
    """
    return total is not None and rows < min(total, limit)


def may_end_early(rows: int, total: int | None, limit: int) -> bool:
    """Whether a page may be followed by more rows although it is short, since no count says that it is whole.

    Some methods do not count, and a short page is not always the last one. A page of few rows is believed to be.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows come at the most.
    """
    return total is None and rows < limit <= rows * _FEW


def may_be_own_length(rows: int, total: int | None, limit: int) -> bool:
    """Whether a count may be no more than the length of a page that ends early: both are the same round number.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows come at the most.
    """
    return total == rows < limit <= rows * _FEW and rows >= _SHORTEST_ROUND and str(rows).rstrip("0") in _ROUND


def has_moved(rows: int, total: int | None, limit: int, *, offset: int = 0) -> bool:
    """Whether a page and its count disagree, so that rows moved while they were read.

    Args:
        rows: How many rows it holds.
        total: How many rows there are in all, where the API says so.
        limit: How many rows come at the most.
        offset: How many rows before it were left out.
    """
    known = offset + rows
    return total is not None and total != known and not (rows == limit and known < total)
