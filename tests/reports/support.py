"""Streams of reports as tests declare them, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.records import as_dictionary
from tap_callgear.report_types import REPORT_TYPES
from tap_callgear.reports.layout import ROW_NUMBER, Layout
from tap_callgear.reports.records import ReportRecords
from tests.extraction.both_ways import raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TIME = "2026-11-20 12:00:00"
IN_UTC = "2026-11-20T08:00:00+00:00"


def laid_out(kind: str, *columns: str, is_numbered: bool = False) -> Layout:
    """Return the layout of a report with some columns beside those that are always there."""
    names = dict.fromkeys((*REPORT_TYPES[kind].columns, *columns), "")
    return Layout(REPORT_TYPES[kind], names, description="A report.", is_numbered=is_numbered)


def record_of(layout: Layout, row: Mapping[str, object], records: ReportRecords | None = None) -> dict[str, Any]:
    """Return the record that the tap makes of a row."""
    records = records or records_type(layout)
    (shaped,) = records.reshape([raw(dict(row))])
    return as_dictionary(records.read(shaped, IN_UTC))


def records_type(
    layout: Layout, warnings: list[str] | None = None, wanted: Iterable[str] | None = None
) -> ReportRecords:
    """Return what builds the records of a report."""
    properties = layout.schema["properties"]
    return ReportRecords(
        layout,
        [name for name in wanted or properties if name != ROW_NUMBER],
        time=layout.cursor,
        constants={},
        field_aliases={},
        maybe_datetimes=(),
        zone=AccountZone("Asia/Dubai"),
        warn=([] if warnings is None else warnings).append,
    )
