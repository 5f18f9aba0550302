"""What to do where the API refuses a recent start: some accounts serve the last hours only from further back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tap_callgear.extraction.times import api_form

if TYPE_CHECKING:
    from datetime import datetime

    from tap_callgear.api.errors import ApiError
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.times import LocalTime

_HOUR = timedelta(hours=1)
LONGEST_LEAD = timedelta(hours=64)
"""How far back of its start a window is asked for at the most."""

_RECENT = timedelta(hours=72)
"""How old a start may be that is refused for being too recent."""


class RecentStart:
    """Finds an earlier start that is accepted: refusals cost no points."""

    def __init__(self) -> None:
        """Start with nothing refused."""
        self._accepted: LocalTime | None = None

    def lead(self, window: Window) -> Window | None:
        """Return the window as it is to be asked for next, from further back; None where that was far enough.

        Args:
            window: A window whose start was refused.
        """
        lead = 2 * window.lead if window.lead >= _HOUR else _HOUR
        if self._accepted is not None and self._accepted < window.date_from:
            lead = window.start - self._accepted
        return replace(window, lead=lead) if lead <= LONGEST_LEAD else None

    def accept(self, window: Window) -> None:
        """Remember a start that was accepted.

        Args:
            window: A window that was asked for from further back.
        """
        self._accepted = window.date_from


def is_recent(start: datetime, now: datetime) -> bool:
    """Whether a start that is refused may be too recent."""
    return start > now - _RECENT


def names_the_start(refusal: ApiError, window: Window) -> bool:
    """Whether a refusal may be meant for the start of a window; recorded real ones do not name what they refuse.

    Args:
        refusal: What the API said.
        window: What it was asked for.
    """
    if refusal.mnemonic != "invalid_parameter_value":
        return False
    said = (refusal.reply.field, refusal.reply.value)
    return not any(said) or "date_from" in str(said) or api_form(window.date_from) in str(said)
