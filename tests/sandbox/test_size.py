"""A page costs what the page holds, however much the sandbox holds: counted, not timed."""

from __future__ import annotations

from array import array
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from callgear_sandbox.data.world import World
from callgear_sandbox.documentation import NAMED
from callgear_sandbox.options import Options
from callgear_sandbox.queries import Columns, Query
from callgear_sandbox.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.data.report import Report
    from callgear_sandbox.options import Order

UNTIL = 1_795_000_000
COLUMNS = Columns(("date_time",), (), ("date_time",), (), "date_time")


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world that is much larger than a page."""
    return World(Options(rows=20_000, days=90), UNTIL)


def arrays(report: Report[Any]) -> Iterator[array[int]]:
    """Yield everything that a report keeps for its rows."""
    for kept in vars(report).values():
        if isinstance(kept, array):
            yield kept


@pytest.mark.parametrize("order", ["documented", "random", "sorted"])
@pytest.mark.parametrize("sort", [[], [{"field": "date_time"}]])
def test_no_row_is_told_that_is_not_on_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch, order: Order, sort: list[object]
) -> None:
    report = world.reports["communications"]
    drawn: list[int] = []
    draw = report.draw

    def counting(number: int) -> object:
        drawn.append(number)
        return draw(number)

    monkeypatch.setattr(report, "draw", counting)
    options = Options(order=order)
    query = Query({"limit": 100, "offset": 15_000, "sort": sort}, COLUMNS, options)
    selection = Selection(report, query, UNTIL, Random(1), options)  # noqa: S311 - no secret
    numbers = selection.passing(report.between(0, UNTIL))
    assert len(numbers) == 20_000
    page = selection.page(numbers)
    assert len(page) == 100
    report.encode(page, ["date_time", "tags", "visitor_city"], UNTIL)
    assert drawn == list(page)


def test_a_row_takes_few_bytes_while_nobody_asks_for_it(world: World) -> None:
    core = map(world.reports.__getitem__, ("communications", "visitor_sessions"))
    kept = sum(len(one) * one.itemsize for report in core for one in arrays(report))
    assert kept / 20_000 < 50


def test_told_and_encoded_rows_are_the_same(world: World) -> None:
    for name, report in world.reports.items():
        fields = NAMED[name].inner()
        for asked in (fields, fields[:1], fields[-1:], fields[:0]):
            told = list(report.tell(range(100), asked, UNTIL))
            encoded = report.encode(range(100), asked, UNTIL)
            assert msgspec.json.decode(encoded) == msgspec.json.decode(
                msgspec.json.Encoder(decimal_format="number").encode(told)
            )
        assert report.encode([], fields, UNTIL) == b"[]"
