"""The stream of one report: declared at run time, read by the same engine as every other report."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from tap_callgear.api.background import awaited
from tap_callgear.reports.layout import UNEXPECTED, Layout
from tap_callgear.reports.quirks import ReportApi
from tap_callgear.reports.records import NumberedReader, ReportRecords
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import MetadataMapping

    from tap_callgear.account import AccountTap
    from tap_callgear.api.client import RequestStats
    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.estimate import Ask
    from tap_callgear.extraction.reading import ReaderResources, RecordReader
    from tap_callgear.extraction.requests import ReportRequest
    from tap_callgear.reports.discovery import FoundReport
    from tap_callgear.reports.quirks import Quirks
    from tap_callgear.session import ApiSession


class SavedReportStream(ReportStream):
    """A report that somebody built in the client area.

    Attributes:
        report_id: Its id.
        layout: What comes of which column.
        owners: The customers of an agent whose report it is; empty where the account is the key's own.
        chosen: The properties that are read by default; None for all.
        quirks: What is known of the methods.
    """

    selected_by_default = True

    report_id: ClassVar[int]
    layout: ClassVar[Layout]
    owners: ClassVar[tuple[int, ...]]
    chosen: ClassVar[frozenset[str] | None]
    quirks: ClassVar[Quirks]

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        super().__init__(tap)
        self._is_chosen = False

    def _customers(self, user_ids: tuple[int, ...]) -> tuple[int, ...]:  # noqa: ARG002 - they have other reports
        """Return the customers of an agent whose report it is."""
        return self.owners

    @property
    def metadata(self) -> MetadataMapping:
        """Return the SDK's metadata; without a catalog, just what the person chose is selected."""
        metadata = super().metadata
        if not self._is_chosen:
            self._is_chosen = True
            if self._account.input_catalog is None and self.chosen is not None:
                for path, entry in metadata.items():
                    if len(path) > 1 and path[1] not in self.chosen:
                        entry.selected_by_default = False
        return metadata

    def report(self, context: Context | None) -> ReportRequest:
        """Return what the engine needs to know of the report."""
        request = super().report(context)
        return replace(
            request,
            params={**request.params, "report_id": self.report_id},
            keys=self.layout.row_keys,
            key_fields=self.layout.key_columns,
        )

    def fields(self) -> list[str]:
        """Return the columns to ask for."""
        return self.layout.columns_of(super().fields())

    def _asking(self, session: ApiSession) -> Ask:
        return asking(session, self.quirks)

    def _reader(self, session: ApiSession, context: Context | None, resources: ReaderResources) -> RecordReader:
        reader = super()._reader(session, context, replace(resources, api=ReportApi(resources.api, self.quirks)))
        return NumberedReader(reader) if self.layout.is_numbered else reader

    def _records(self, zone: AccountZone, context: Context | None, *, time: str | None = None) -> ReportRecords:
        constants = context or {}
        return ReportRecords(
            self.layout,
            [name for name in super().fields() if name not in constants],
            time=time,
            constants=constants,
            field_aliases={},
            maybe_datetimes=(),
            zone=zone,
            warn=self._warn_once,
        )


def asking(session: ApiSession, quirks: Quirks, stats: RequestStats | None = None) -> Ask:
    """Return what calls methods of reports, ready to end the run while a reply is awaited.

    Args:
        session: The session of the run.
        quirks: What is known of the methods.
        stats: Where to count what the calls take.
    """
    api = ReportApi(session.api, quirks)
    return lambda method, params: awaited(partial(api.call, method, params, stats), session.clock.check)


def declare(found: FoundReport, learned: Quirks) -> type[SavedReportStream]:
    """Return the stream of a report.

    Args:
        found: The report.
        learned: What is known of the methods.
    """
    kind = found.kind
    called = f"Report of the account: {found.name or found.id} ({kind.name})."
    columns = Layout(kind, found.columns, description=called, is_numbered=found.is_numbered)
    picked = found.chosen

    class SavedReport(SavedReportStream):
        __doc__ = called
        name = found.stream_name
        method = kind.method
        primary_keys = columns.primary_keys
        replication_key = kind.cursor
        schema: ClassVar[dict[str, Any]] = columns.schema
        sorts_by = (kind.cursor,)
        params: ClassVar[Mapping[str, object]] = kind.options
        longest_window = kind.longest
        # Two customers may have rows of the same second.
        key_is_per_user = found.is_numbered
        report_id = found.id
        layout = columns
        owners = found.owners
        chosen = None if picked is None else frozenset((*columns.properties_of((*picked, *kind.columns)), UNEXPECTED))
        quirks = learned

    return SavedReport
