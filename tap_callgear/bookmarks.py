"""Bookmarks as they come from a state: in the one form, and none in the future."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.settings import instant_of
from tap_callgear.streams.every import STREAMS
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

Json = dict[str, Any]

NO_STATE = "The state is not of the form that Singer taps write: give the last STATE value of an earlier run."


def tidy(state: Mapping[str, Any], now: datetime, warn: Callable[[str], None]) -> None:
    """Bring the bookmarks of a state into the one form, in place, and those of the future back to the present.

    Args:
        state: The state, as the SDK took it in.
        now: The present instant.
        warn: Where to tell of a bookmark that lies in the future.

    Raises:
        ConfigurationError: A bookmark is no date, or the state is none.
    """
    try:
        bookmarks = {
            name: [part for part in (bookmark, *(bookmark.get("partitions") or ())) if part.keys()]
            for name, bookmark in state.get("bookmarks", {}).items()
        }
    except (AttributeError, TypeError):
        raise ConfigurationError(NO_STATE) from None
    reports = {stream.name: stream for stream in STREAMS if issubclass(stream, ReportStream)}
    for name, parts in bookmarks.items():
        for part in parts:
            if (value := part.get("replication_key_value")) is None:
                continue
            stream = reports.get(name, ReportStream)
            mark = stream.bookmark_form(instant_of(f"The bookmark of {name} in the state", value))
            if mark > (latest := stream.latest_bookmark(now)):
                warn(f"The bookmark {value} of {name} lies in the future; reading goes on from now.")
            part["replication_key_value"] = min(mark, latest)
