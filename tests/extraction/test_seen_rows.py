"""Rows that were seen and not taken are remembered until they are taken, or are known to be gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import Page
from tap_callgear.extraction.seen_rows import SeenRows

from .simulation import SECOND, START

if TYPE_CHECKING:
    from datetime import datetime

DAY = timedelta(days=1)


def page(*seconds: int) -> Page:
    """Return a page with a row at each of some seconds."""
    return Page([START + SECOND * second for second in seconds], None, 100, is_ascending=True)


def seconds(times: set[datetime]) -> list[int]:
    """Return the seconds of times."""
    return sorted((time - START) // SECOND for time in times)


def lacked(seen: SeenRows, *there: int) -> list[int]:
    """Return which seconds a page over all of a day lacks."""
    return seconds(seen.lacked_by(page(*there), START, START + DAY))


def test_rows_beyond_those_that_are_taken_are_lacked_by_a_page_without_them() -> None:
    seen = SeenRows()
    seen.learn(page(1, 2, 5, 9), START + 5 * SECOND, START + DAY)
    assert lacked(seen, 5, 7) == [9]
    assert lacked(seen, 5, 9) == []
    assert seconds(seen.lacked_by(page(), START + 6 * SECOND, START + 9 * SECOND)) == []


def test_what_is_taken_is_lacked_no_more() -> None:
    seen = SeenRows()
    seen.learn(page(5, 9), START, START + DAY)
    seen.learn(page(9, 12), START + 9 * SECOND, START + DAY)
    assert lacked(seen) == [9, 12]


def test_rows_from_beyond_what_was_asked_for_show_nothing() -> None:
    seen = SeenRows()
    seen.learn(page(5, 60), START, START + 60 * SECOND)
    assert lacked(seen) == [5]


def test_rows_that_are_gone_are_forgotten() -> None:
    seen = SeenRows()
    seen.learn(page(5, 9), START, START + DAY)
    seen.forget({START + 5 * SECOND})
    assert lacked(seen) == [9]
