"""The streams of the reports that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_callgear.reports.discovery import Discovery
from tap_callgear.reports.quirks import Quirks
from tap_callgear.reports.stream import asking, declare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_callgear.inputs.wanted_reports import Wanted
    from tap_callgear.reports.stream import SavedReportStream
    from tap_callgear.session import ApiSession


@dataclass(frozen=True)
class SavedReports:
    """What came of the reports that were asked for.

    Attributes:
        streams: The streams of those that can be read.
        missing: The others, as they were asked for, each with the reason.
    """

    streams: Sequence[type[SavedReportStream]] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


def saved_reports(wanted: Sequence[Wanted], session: ApiSession, *, selects_chosen_columns: bool) -> SavedReports:
    """Ask the account for reports, and declare their streams.

    Args:
        wanted: What is asked for.
        session: The session of the run.
        selects_chosen_columns: Whether what people chose is to be selected, since no catalog says what is.

    Returns:
        The streams, and what is not among them.

    Raises:
        CallGearError: The API does not answer, or refuses the key.
    """
    quirks = Quirks()
    found = Discovery(
        asking(session, quirks, session.saved_report_requests),
        user_ids=session.settings.user_ids,
        now=session.now,
        selects_chosen_columns=selects_chosen_columns,
    ).find(wanted)
    return SavedReports([declare(report, quirks) for report in found.reports], found.missing)
