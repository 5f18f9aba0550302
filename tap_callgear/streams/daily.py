"""Reports by calendar day of the account: what they count is known of a whole day only."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from tap_callgear.extraction.day_reader import DayReader
from tap_callgear.extraction.days import Days
from tap_callgear.extraction.estimate import Estimate
from tap_callgear.extraction.times import parse_time
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from singer_sdk.helpers.types import Context

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.reading import ReaderResources, RecordReader
    from tap_callgear.session import ApiSession

_FURTHEST_EAST = timedelta(hours=14)
"""How far ahead of UTC the day begins first."""


class DailyReportStream(ReportStream):
    """A report whose rows belong to a calendar day of the account, the replication key `date`.

    Today counts too; it is not over yet, so the lookback, or at the least the bookmark's own day, is read again.

    Attributes:
        is_dated: Whether rows say which day they belong to. Else the method sums up whatever range it is asked for, so
            one day is asked for at a time, and its rows are stamped with it.
    """

    replication_key = "date"
    key_is_per_user = True
    is_dated: ClassVar[bool] = False

    @classmethod
    def bookmark_form(cls, given: object) -> str:
        """Return the day of a bookmark as it stands: a day is no instant, so it is not turned into UTC."""
        super().bookmark_form(given)  # says what is wrong
        return parse_time(str(given)).date().isoformat()

    @classmethod
    def latest_bookmark(cls, now: datetime) -> str:
        """Return the latest day that it is anywhere."""
        return (now + _FURTHEST_EAST).date().isoformat()

    @property
    def stamped(self) -> frozenset[str]:
        """Return the declared properties that the request knows and the reply does not hold."""
        return super().stamped | (frozenset() if self.is_dated else {type(self).replication_key})

    def estimate(self, context: Context | None) -> Estimate:
        """Count what a sync would read where rows have dates; else a day is a request, and its rows are not known.

        Args:
            context: The partition, where there are any.

        Returns:
            The records and the points that they cost.
        """
        if self.is_dated:
            return super().estimate(context)
        session = self._account.connect()
        days = self._days(session, context, self._zone(session, context))
        return Estimate(None, days.count)

    def _reader(self, session: ApiSession, context: Context | None, resources: ReaderResources) -> RecordReader:
        zone = self._zone(session, context)
        return DayReader(
            self.report(context),
            self._records(zone, context, time=type(self).replication_key),
            self.fields(),
            self._days(session, context, zone),
            is_dated=self.is_dated,
            zone=zone,
            resources=resources,
        )

    def _days(self, session: ApiSession, context: Context | None, zone: AccountZone) -> Days:
        """Return the days to read, from the one that holds the first instant to the one that holds the last."""
        start, end = self._span(session, context, zone)
        return Days.holding(start, end, zone)

    def _instant(self, bookmark: str, zone: AccountZone) -> datetime:
        """Return the instant at which a bookmark's day began."""
        return zone.instant(datetime.combine(date.fromisoformat(bookmark), time()))
