"""The rows of a stream: those that were made up for it, or else whatever fits its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from callgear_sandbox.data.invented import COUNT, InventedReport, invented
from callgear_sandbox.data.lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from callgear_sandbox.data.days import Span
    from callgear_sandbox.data.lists import Asked
    from callgear_sandbox.data.report import Report
    from callgear_sandbox.data.world import World
    from callgear_sandbox.encoding import Json
    from tap_callgear.streams.base import ApiStream
    from tap_callgear.streams.report import ReportStream


def of_report(world: World, stream: type[ReportStream]) -> Report[Any]:
    """Return the rows of a report."""
    made_up = world.reports.get(stream.name)
    if made_up is not None:
        return made_up
    return InventedReport(world.communications, _schema(stream), tuple(stream.primary_keys), stream.replication_key)


def of_statistic(world: World, stream: type[ApiStream], span: Span, fields: Collection[str]) -> list[Json]:
    """Return what was counted over a span, none of it before or after the history."""
    if span.first > span.last:
        return []
    made_up = world.statistics.get(stream.name)
    return _invented(stream) if made_up is None else made_up(span, fields)


def of_list(stream: type[ApiStream], asked: Asked) -> list[Json]:
    """Return the rows of a list."""
    made_up = LISTS.get(stream.name)
    return _invented(stream) if made_up is None else made_up(asked)


def _invented(stream: type[ApiStream]) -> list[Json]:
    return [invented(_schema(stream), number, stream.primary_keys) for number in range(COUNT)]


def _schema(stream: type[ApiStream]) -> Json:
    return cast("Json", stream.schema)
