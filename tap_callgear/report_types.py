"""The types of reports that have rows: which method answers for them, and what orders the rows and tells them apart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_YEAR, _MONTH = timedelta(days=365), timedelta(days=30)
"""A day less than the API answers for at once, since windows overlap, and a day may have more than 24 hours."""


class ReportType(NamedTuple):
    """A type of report.

    Attributes:
        name: Its name in the API.
        cursor: The column that holds a row's time.
        identity: The columns that tell rows of one time apart; they are always asked for.
        has_key: Whether those are there in every row, and never twice together; else rows are numbered.
        longest: The longest time that the method answers for at once.
        options: Parameters that the method can do without.
    """

    name: str
    cursor: str
    identity: tuple[str, ...]
    has_key: bool = True
    longest: timedelta = _YEAR
    options: Mapping[str, object] = {}

    @property
    def method(self) -> str:
        """Return the method that answers for reports of the type."""
        return f"get.{self.name}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that are always asked for."""
        return tuple(dict.fromkeys((self.cursor, *self.identity)))


_OF_CONTACT: Final = ("communication_id", "visitor_session_id")
_TAGGING: Final = ("tag_id", "communication_type", "communication_id", "tagging_date_time")

REPORT_TYPES: Final[Mapping[str, ReportType]] = {
    kind.name: kind
    for kind in (
        ReportType("communications", "communication_date_time", ("communication_type", "communication_id")),
        ReportType("calls", "call_start_date_time", ("communication_id",)),
        ReportType("mgf_calls", "call_start_date_time", ("communication_id",)),
        ReportType("chats", "chat_start_date_time", ("communication_id",)),
        ReportType(
            "visits",
            "visit_date_time",
            ("visitor_session_id",),
            longest=_MONTH,
            # Without it, the last half an hour might be all there is.
            options={"is_realtime": False},
        ),
        ReportType("deals", "deal_date_time", ("deal_ext_id", *_OF_CONTACT), has_key=False),
        ReportType("leads", "lead_date_time", ("lead_ext_id", *_OF_CONTACT), has_key=False),
        ReportType("sms", "sms_date_time", ("sms_id",)),
        ReportType("notifications", "notification_start_date_time", ("notification_id",)),
        ReportType("tags_history", "tagging_date_time", _TAGGING),
        ReportType("api_requests", "api_request_start_date_time", ("api_request_id",)),
    )
}
"""By name."""
