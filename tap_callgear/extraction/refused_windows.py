"""What to ask for instead of a window that the API refuses: less, or another start. Refusals cost no points."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from tap_callgear.api.errors import AccessDenied, IntervalTooLong, TransientError
from tap_callgear.extraction.pages import MOST_HALVINGS, SECOND, PageDecision
from tap_callgear.extraction.recent_start import RecentStart, names_the_start
from tap_callgear.extraction.retention import RetentionSearch

if TYPE_CHECKING:
    from tap_callgear.api.errors import ApiError
    from tap_callgear.extraction.frontier import Frontier
    from tap_callgear.extraction.pages import Window
    from tap_callgear.extraction.times import LocalTime

_SHORTEST_LONGEST = timedelta(days=1) - SECOND
"""An API that refuses a day, and the second before it that is asked for too, refuses it for its age."""

_SHORTEST_HALVED = timedelta(hours=1)


class Refusal(Enum):
    """What the API refuses of a window."""

    INTERVAL = auto()
    """Its length, which it also says of one that is too old."""

    WEIGHT = auto()
    """Nothing, but it fails over it."""

    START = auto()
    """To begin so late."""

    OTHER = auto()


def why_refused(window: Window, refusal: ApiError | TransientError, *, is_recent: bool) -> Refusal | None:
    """Return what the API refuses of a window; None where it is the user who has to fix something, or time.

    Args:
        window: What was asked for.
        refusal: What the API said.
        is_recent: Whether the window's start may be too recent for the API.
    """
    if isinstance(refusal, IntervalTooLong):
        return Refusal.INTERVAL
    if isinstance(refusal, TransientError):
        return Refusal.WEIGHT if refusal.is_heavy else None
    if isinstance(refusal, AccessDenied):
        return None
    is_start = not window.offset and is_recent and names_the_start(refusal, window)
    return Refusal.START if is_start else Refusal.OTHER


class RefusedWindows:
    """Decides by why a window was refused."""

    def __init__(self, frontier: Frontier) -> None:
        """Start with nothing refused.

        Args:
            frontier: Plans windows anew.
        """
        self._frontier = frontier
        self._retention: RetentionSearch | None = None
        self._recent = RecentStart()
        self._oldest: LocalTime | None = None
        self._covered_from: LocalTime | None = None
        self._halvings = 0

    @property
    def is_searching(self) -> bool:
        """Whether the oldest day that is served is being searched for."""
        return self._retention is not None

    def is_covered(self, window: Window) -> bool:
        """Whether a window was planned before an earlier one was found to hold all that is left."""
        return self._covered_from is not None and window.start > self._covered_from

    def probe(self) -> Window | None:
        """Return the day to try next in the search for the oldest one."""
        return None if self._retention is None else self._retention.probe()

    def accept(self, window: Window) -> None:
        """Learn that a window was answered."""
        self._halvings = 0
        if not window.lead and window.start != self._oldest:
            # It was refused for its age, not for its length.
            self._frontier.longest = self._frontier.longest_at_first
        if window.lead > SECOND:
            self._recent.accept(window)

    def accept_probe(self) -> PageDecision:
        """Decide how the search goes on after its probe was answered."""
        return PageDecision() if self._retention is None else self._found(self._retention.served())

    def decide(self, window: Window, why: Refusal, *, is_alone: bool) -> PageDecision | None:
        """Decide what to ask for instead of a window.

        Args:
            window: The window.
            why: What the API refuses.
            is_alone: Whether no other window is under way.

        Returns:
            The decision; None where no smaller window, and no other start, is left to try.
        """
        if why is Refusal.INTERVAL:
            return self._for_interval(window, is_alone=is_alone)
        return self._for_weight(window) if why is Refusal.WEIGHT else self._for_start(window)

    def _for_interval(self, window: Window, *, is_alone: bool) -> PageDecision | None:
        """Ask for less, then for a later day."""
        if self._retention is not None:
            return None if self._retention.is_hopeless() else self._found(self._retention.refused())
        if window.lead > SECOND:
            # A later start is refused for being too recent, and this one for its age.
            return PageDecision(ends_early=True, boundary=window.start)
        if window.lead and (window.start == self._oldest or window.length <= _SHORTEST_LONGEST):
            # The second before may be what is too old.
            return PageDecision(follow_up=(replace(window, lead=timedelta()),))
        if window.length > _SHORTEST_LONGEST:
            self._frontier.longest = max(_SHORTEST_LONGEST, window.length / 2)
            return PageDecision(follow_up=self._frontier.halve(window))
        search = RetentionSearch(window.start, self._frontier.end)
        if not is_alone or not search.has_days:
            return None
        self._retention = search
        return PageDecision()

    def _for_weight(self, window: Window) -> PageDecision | None:
        """Ask for less, a few times."""
        self._halvings += 1
        if self.is_searching or self._halvings > MOST_HALVINGS or window.length <= _SHORTEST_HALVED:
            return None
        return PageDecision(follow_up=self._frontier.halve(window))

    def _for_start(self, window: Window) -> PageDecision | None:
        """Ask from an earlier start for all that is left, since every later window would be refused, too."""
        earlier = self._recent.lead(replace(window, end=self._frontier.end))
        if earlier is None:
            return None
        self._covered_from, self._frontier.at = window.start, self._frontier.end
        return PageDecision(follow_up=(earlier,))

    def _found(self, start: LocalTime | None) -> PageDecision:
        """Go on from the oldest day that the API serves, once it is found."""
        if start is None:
            return PageDecision()
        self._retention, self._frontier.longest = None, self._frontier.longest_at_first
        self._frontier.at = self._oldest = start
        return PageDecision(boundary=start)
