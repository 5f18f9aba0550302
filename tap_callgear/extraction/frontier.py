"""How far a range of time was planned: where windows end, and how one is planned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.extraction.pages import SECOND, Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from tap_callgear.extraction.pages import Page
    from tap_callgear.extraction.times import LocalTime

_SHORTEST = 3 * SECOND


class Frontier:
    """Cuts a range into windows, from its start to its end.

    Attributes:
        at: The start of the next window.
        end: The second after the last of the range.
        longest: The longest window; it is asked for with the second before it.
        longest_at_first: The same before the API refused any.
    """

    def __init__(
        self,
        start: LocalTime,
        end: LocalTime,
        *,
        longest: timedelta,
        reach: Callable[[LocalTime, LocalTime], LocalTime],
        transition_near: Callable[[LocalTime], tuple[LocalTime, LocalTime] | None],
    ) -> None:
        """Stand at the start.

        Args:
            start: The first second.
            end: The second after the last.
            longest: The longest time to ask for at once.
            reach: Returns where a window that begins at a time should end, not later than another.
            transition_near: Returns the range around the change of the clocks that is near a time; it is never cut.
        """
        self.at = start
        self.end = max(end, start)
        self.longest = self.longest_at_first = longest - SECOND
        self._reach = reach
        self._transition_near = transition_near
        self._nearest_end: LocalTime | None = None

    @property
    def is_at_end(self) -> bool:
        """Whether all of the range was planned."""
        return self.at >= self.end

    @property
    def latest_end(self) -> LocalTime:
        """Return where the next window ends at the latest."""
        return min(self.end, self.at + self.longest)

    def advance(self) -> Window:
        """Return the next window, and stand at its end."""
        start, latest = self.at, self.latest_end
        if self._nearest_end is not None:
            latest, self._nearest_end = min(latest, max(self._nearest_end, start + SECOND)), None
        window = Window(start, self.end_near(start, self._reach(start, latest)))
        self.at = window.end
        return window

    def end_near(self, start: LocalTime, end: LocalTime) -> LocalTime:
        """Return where a window can end: at a whole second, past its start, not past the end, and in no transition."""
        end = max(end.replace(microsecond=0), start + SECOND)
        if (transition := self._transition(end)) is not None:
            end = transition[0] if transition[0] > start else transition[1]
        return min(end, max(self.end, start + SECOND))

    def can_cut(self, window: Window) -> bool:
        """Whether a window has a part that can be asked for alone."""
        return self.shortest_end(window.start) < window.end

    def shortest_end(self, start: LocalTime) -> LocalTime:
        """Return where the shortest window ends that is worth asking for: seconds around it are asked for, too."""
        return self.end_near(start, start + _SHORTEST)

    def go_back(self, window: Window, nearest_end: LocalTime) -> tuple[Window, ...]:
        """Plan a window anew.

        Args:
            window: The window.
            nearest_end: Where the first of the windows that stand for it ends at the latest.

        Returns:
            What to ask for before any window that was planned after it; none where none was.
        """
        nearest_end = self.end_near(window.start, nearest_end)
        if window.end == self.at:
            self.at, self._nearest_end = window.start, nearest_end
            return ()
        at, end, kept = self.at, self.end, self._nearest_end
        self.at, self.end, self._nearest_end = window.start, window.end, nearest_end
        pieces = []
        while not self.is_at_end:
            pieces.append(self.advance())
        self.at, self.end, self._nearest_end = at, end, kept
        return tuple(pieces)

    def halve(self, window: Window) -> tuple[Window, ...]:
        """Plan a window anew that is too long; see `go_back`."""
        return self.go_back(window, window.start + window.length / 2)

    def boundary_of(self, page: Page) -> LocalTime:
        """Return the time before which a page in order holds every row: its last second may go on beyond it."""
        last = page.times[-1].replace(microsecond=0)
        transition = self._transition(last)
        return last if transition is None else transition[0]

    def is_near_transition(self, window: Window) -> bool:
        """Whether the API may count rows of a window that its local time leaves out: those of another pass."""
        for edge in (window.date_from, window.start, window.end):
            transition = self._transition_near(edge)
            if transition is not None and transition[0] <= edge <= transition[1]:
                return True
        return False

    def _transition(self, time: LocalTime) -> tuple[LocalTime, LocalTime] | None:
        """Return the transition that a time lies in, if there is one."""
        transition = self._transition_near(time)
        return transition if transition is not None and transition[0] < time < transition[1] else None
