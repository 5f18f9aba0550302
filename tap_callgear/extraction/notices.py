"""What a person is told of a reading: how far it has come, and where it could not be as it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.extraction.times import api_form, utc_form

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.reading import ProgressListener
    from tap_callgear.extraction.times import LocalTime


class Notices:
    """Tells of the reading of one report, in instants for the progress and in the account's time for people."""

    def __init__(self, method: str, zone: AccountZone, end: datetime, listener: ProgressListener) -> None:
        """Tell nothing yet.

        Args:
            method: The API's method.
            zone: The account's zone.
            end: The instant after the last that is read, aware.
            listener: Is told.
        """
        self._method = method
        self._zone = zone
        self._end = end
        self._listener = listener

    def read_up_to(self, boundary: LocalTime, expected: float) -> None:
        """Tell how far the reading has come.

        Args:
            boundary: Up to where.
            expected: How many records are expected beyond.
        """
        self._listener.taken(min(self._end, self._zone.instant(boundary)), expected)

    def history_begins_at(self, oldest: LocalTime) -> None:
        """Tell that the account's history begins later than the reading was to."""
        self._listener.warn(shorter_history(self._shown(oldest)))
        self.read_up_to(oldest, 0)

    def starts_late(self, refused: LocalTime | None, ended_at: LocalTime | None) -> None:
        """Tell up to when data was read where the API refused to begin late.

        Args:
            refused: The start that was refused; None where none was.
            ended_at: Where the reading ended for it; None where it came to its end.
        """
        if refused is None:
            return
        until = utc_form(self._end) if ended_at is None else self._shown(ended_at)
        is_end = ended_at is not None
        self._listener.warn(refused_start(self._method, self._shown(refused), until, is_end=is_end))

    def _shown(self, time: LocalTime) -> str:
        return f"{api_form(time)} ({self._zone.zone})"


def shorter_history(oldest: str) -> str:
    """Say that the account's history begins later than the reading was to."""
    return (
        f"The account keeps a shorter history than start_date asks for: nothing before {oldest} is served, so the "
        "reading starts there."
    )


def refused_start(method: str, refused: str, until: str, *, is_end: bool) -> str:
    """Say up to when data was read where the API refused to begin late.

    Args:
        method: The API's method.
        refused: The start that was refused.
        until: Up to when its data was read.
        is_end: Whether the reading ends there.
    """
    how = "the next run goes on from there" if is_end else "the latest hours were read from an earlier start"
    return f"{method} does not answer for a date_from as late as {refused}: its data is served up to {until}; {how}."


class OutOfWindowWarning:
    """Warns of rows that were not asked for: once, since there may be thousands."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        """Have warned of none.

        Args:
            warn: Takes a line for people.
        """
        self._warn = warn
        self._has_warned = False

    def tell(self, time: str, first: str, last: str) -> None:
        """Say of a row's time that it is not between the first and the last that were asked for."""
        if not self._has_warned:
            self._has_warned = True
            self._warn(
                "The API sends rows outside of the time that was asked for; they are left out: "
                f"{time} is not between {first} and {last}"
            )
