"""How progress is put into words: counts, costs and times that people read at a glance, on a line that has room."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_callgear.api.points import Points

_GAP = "  "
_MINUTE, _HOUR = 60, 3600


def points_left(points: Points) -> list[str]:
    """Return what is left of the points, or nothing where the API does not say."""
    told = ", ".join(f"{count} points left this {period}" for period, count in points.left().items())
    return [told] if told else []


def cost(requests: int, points: int) -> str:
    """Return what a reading cost."""
    return f"{counted(requests, 'request')} and {counted(points, 'point')}"


def counted(number: int, thing: str) -> str:
    """Return a number of things, of one or of several."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def rounded(number: float) -> int:
    """Return a number with no more than its first three digits, since it is a guess."""
    digits = len(str(round(number)))
    unit: int = 10 ** max(0, digits - 3)
    return round(number / unit) * unit


def duration(seconds: float) -> str:
    """Return a time for people, no more exact than matters."""
    whole = math.ceil(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < 2 * _HOUR:
        return f"{round(whole / _MINUTE)} min"
    return f"{round(whole / _HOUR)} h"


def fitted(texts: list[str], least: tuple[str, ...], width: int) -> str:
    """Join texts, leaving out those that matter least until they fit into some columns.

    Args:
        texts: The texts; empty ones are left out in any case.
        least: Those of them that matter least, the least first.
        width: How many columns there are.
    """
    for dropped in range(len(least) + 1):
        line = _GAP.join(text for text in texts if text and text not in least[:dropped])
        if len(line) <= width:
            break
    return line
