"""Reports: rows with a time, read window by window in its order, from the bookmark on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_callgear.extraction.estimate import estimate
from tap_callgear.extraction.planner import LONGEST
from tap_callgear.extraction.requests import ReportRequest
from tap_callgear.extraction.times import utc_form
from tap_callgear.extraction.window_reader import WindowReader
from tap_callgear.inputs.instants import instant_of
from tap_callgear.streams.base import ApiStream
from tap_callgear.streams.partitions import words

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from singer_sdk.helpers.types import Context

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.estimate import Ask, Estimate
    from tap_callgear.extraction.reading import ReaderResources, RecordReader
    from tap_callgear.session import ApiSession


class ReportStream(ApiStream):
    """A report of the API that is read window by window, in the order of its replication key.

    Attributes:
        longest_window: The longest range of time that the method answers for.
    """

    replication_key: ClassVar[str]
    longest_window: ClassVar[timedelta] = LONGEST

    @classmethod
    def bookmark_form(cls, given: object) -> str:
        """Return a bookmark of a state in the form that bookmarks have, which sorts as text.

        Args:
            given: The bookmark, in any form of a time.

        Raises:
            ConfigurationError: It is no time.
        """
        return utc_form(instant_of(f"The bookmark of {cls.name} in the state", given))

    @classmethod
    def latest_bookmark(cls, now: datetime) -> str:
        """Return the greatest bookmark there can be, whatever the account's zone."""
        return utc_form(now)

    @property
    def needed(self) -> frozenset[str]:
        """Return the properties without which there is no record."""
        return super().needed | {type(self).replication_key}

    def report(self, context: Context | None) -> ReportRequest:
        """Return what the engine needs to know of the report."""
        return ReportRequest(
            method=self.method,
            keys=tuple(type(self).primary_keys),
            replication_key=type(self).replication_key,
            sortable=frozenset(self.sorts_by),
            params=dict(context or {}),
            options=self.params,
            longest=self.longest_window,
        )

    def estimate(self, context: Context | None) -> Estimate:
        """Count what a sync would read, with a request for every longest window.

        Args:
            context: The partition, where there are any.

        Returns:
            The records and the points that they cost.
        """
        session = self._account.connect()
        zone = self._zone(session, context)
        return estimate(
            self.report(context),
            self._span(session, context, zone),
            ask=self._asking(session),
            zone=zone,
            page_size=session.settings.page_size,
        )

    def _asking(self, session: ApiSession) -> Ask:
        """Return what calls a method of the API."""
        return session.ask

    def _reader(self, session: ApiSession, context: Context | None, resources: ReaderResources) -> RecordReader:
        zone = self._zone(session, context)
        return WindowReader(
            self.report(context),
            self._records(zone, context, time=type(self).replication_key),
            self.fields(),
            self._span(session, context, zone),
            zone=zone,
            resources=resources,
        )

    def _zone(self, session: ApiSession, context: Context | None) -> AccountZone:
        return session.zone(context.get("user_id") if context else None)

    def _span(self, session: ApiSession, context: Context | None, zone: AccountZone) -> tuple[datetime, datetime]:
        """Return the first instant to read and the one after the last: the lookback never crosses the start date."""
        settings = self._account.settings
        end = min(settings.end or session.now, session.now)
        bookmark = self.bookmark(context)
        if bookmark is None and self._had_bookmarks:
            self.logger.info(
                "%s has no bookmark: reading from %s.",
                words(context).capitalize() or "The account",
                f"{settings.start:%Y-%m-%d}",
            )
        if bookmark is None or self.replication_method != REPLICATION_INCREMENTAL:
            return settings.start, end
        instant = self._instant(bookmark, zone)
        if settings.start > instant:
            self.logger.warning(
                "start_date is later than the bookmark: what lies between %s and %s is not read.",
                utc_form(instant),
                utc_form(settings.start),
            )
        if settings.end is not None and settings.end <= instant:
            self.logger.warning(
                "end_date is earlier than the bookmark, %s: nothing new is read until you move or remove it.",
                utc_form(instant),
            )
        # What lies between the two may be less than the lookback, which may reach beyond the calendar.
        is_all = instant - settings.start <= settings.lookback
        return settings.start if is_all else instant - settings.lookback, end

    def _instant(self, bookmark: str, zone: AccountZone) -> datetime:  # noqa: ARG002 - days of the account need it
        """Return the instant that a bookmark stands for."""
        return instant_of(f"the bookmark of {self.name}", bookmark)

    @cached_property
    def _had_bookmarks(self) -> bool:
        """Whether some partition was read by an earlier run; looked up before this one moves any bookmark."""
        return any("replication_key_value" in part for part in self.read_only_state.get("partitions", ()))
