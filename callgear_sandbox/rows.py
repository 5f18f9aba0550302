"""The rows of a method: made up so that they fit those of others, or written down, or whatever fits the types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callgear_sandbox.data.asked import Asked
from callgear_sandbox.data.fixtures import LISTS
from callgear_sandbox.data.invented import InventedReport, invented
from callgear_sandbox.data.lists import MADE_UP

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from callgear_sandbox.data.days import Span
    from callgear_sandbox.data.report import Report
    from callgear_sandbox.data.world import World
    from callgear_sandbox.documentation import Documented
    from callgear_sandbox.encoding import Json

__all__ = ["Asked", "of_list", "of_report", "of_statistic"]


def of_report(world: World, documented: Documented) -> Report[Any]:
    """Return the rows of a report."""
    made_up = world.reports.get(documented.name)
    return InventedReport(world.communications, documented) if made_up is None else made_up


def of_statistic(world: World, documented: Documented, span: Span, fields: Collection[str]) -> list[Json]:
    """Return what was counted over a span, none of it before or after the history."""
    if span.first > span.last:
        return []
    count = world.statistics.get(documented.name)
    return invented(documented) if count is None else count(span, fields)


def of_list(documented: Documented, asked: Asked) -> Sequence[Json]:
    """Return the rows of a list."""
    make_up = MADE_UP.get(documented.method)
    if make_up is not None:
        return make_up(asked)
    written_down = LISTS.get(documented.method)
    return invented(documented) if written_down is None else written_down
