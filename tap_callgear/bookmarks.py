"""Bookmarks as they come from a state: found in what wraps them, in the one form, and none in the future."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.json_objects import object_or_empty
from tap_callgear.inputs.names import named_with_nearest
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from tap_callgear.streams.base import ApiStream

Json = dict[str, Any]

_WRAPPERS = ("value", "singer_state", "completed", "completed_state", "partial", "partial_state")
"""What holds a state in a STATE message, and in what Meltano keeps; of the latter's two, the partial one is newer."""

_NUMBER = re.compile(r"-?[0-9]{1,19}")
"""Every number that an id can be."""

_CURRENT = "currently_syncing"
"""What taps without an SDK note beside the bookmarks."""

_KEY, _VALUE, _PARTITIONS, _CONTEXT = "replication_key", "replication_key_value", "partitions", "context"

_NOTES = frozenset({"progress_markers", "starting_replication_value", "replication_key_signpost"})
"""What the SDK notes for itself while it reads; an interrupted run leaves it behind."""

_NO_STATE = (
    "--state: this is no state of the tap: give the last STATE line of an earlier run, "
    "or what `meltano state get` prints."
)


def found_in(state: object, declared: Iterable[type[ApiStream]]) -> Json:
    """Find the bookmarks in whatever a state is wrapped in: a STATE message, or what Meltano keeps of one.

    Args:
        state: The state, as it was given.
        declared: The streams that there are: bookmarks that nothing wraps are known by their names.

    Returns:
        The bookmarks by stream, as they are.

    Raises:
        ConfigurationError: It is not plain where they are.
    """
    try:
        return _found_in(state, {stream.name for stream in declared})
    except RecursionError:
        raise ConfigurationError(_NO_STATE) from None


def _found_in(state: object, names: AbstractSet[str]) -> Json:
    if isinstance(state, list) and state and all(isinstance(part, dict) and "value" in part for part in state):
        state = state[-1]
    if not isinstance(state, dict):
        raise ConfigurationError(_NO_STATE)
    if "bookmarks" in state:
        found = state["bookmarks"]
        is_wrapped = isinstance(found, dict) and found.keys() == {"bookmarks"}
        return _found_in(found, names) if is_wrapped else _object(found)
    if wrapped := [state[name] for name in _WRAPPERS if state.get(name) is not None]:
        return {name: bookmark for part in wrapped for name, bookmark in _found_in(part, names).items()}
    bare = {name: bookmark for name, bookmark in state.items() if name != _CURRENT}
    if bare and not bare.keys() & names:
        raise ConfigurationError(_NO_STATE)
    return bare


def tidied(
    bookmarks: Mapping[str, Any],
    streams: Container[str],
    now: datetime,
    warn: Callable[[str], None],
    *,
    declared: Iterable[type[ApiStream]],
) -> Json:
    """Bring bookmarks into the one form; those of streams that are not read stay as they are, whatever they hold.

    Args:
        bookmarks: The bookmarks by stream.
        streams: The names of the streams that are read.
        now: The present instant; no bookmark lies behind it.
        warn: Where to tell of what was not as it should be, such as bookmarks of streams that there are not.
        declared: The streams that there are.

    Returns:
        The bookmarks to go on from.

    Raises:
        ConfigurationError: A bookmark is no date, or none at all.
    """
    by_name = {stream.name: stream for stream in declared}
    if unknown := [name for name in bookmarks if name not in by_name]:
        warn(
            "The state holds bookmarks of streams that there are not, which are kept and not read: "
            f"{named_with_nearest(unknown, by_name)}."
        )
    return {
        name: _Bookmark(by_name[name], now, warn).tidied(bookmark) if name in streams else bookmark
        for name, bookmark in bookmarks.items()
    }


class _Bookmark:
    """The bookmark of one stream, for one or for many partitions."""

    def __init__(self, stream: type[ApiStream], now: datetime, warn: Callable[[str], None]) -> None:
        """Remember whose it is.

        Args:
            stream: The stream.
            now: The present instant.
            warn: Where to tell of what was not as it should be.
        """
        self._name = stream.name
        self._now = now
        self._warn = warn
        self._stream = stream if issubclass(stream, ReportStream) else None

    def tidied(self, given: object) -> Json:
        """Return the bookmark in the one form."""
        bookmark = _object(given)
        parts: dict[str, Json] = {}
        for part in _list(bookmark.get(_PARTITIONS)):
            context = {name: _number(value) for name, value in _object(part.get(_CONTEXT)).items()}
            if not context:
                self._warn(f"A bookmark of {self._name} in the state says not what it is of, and is left aside.")
                continue
            mark = {_CONTEXT: context, **self._mark(part)}
            key = json.dumps(context, sort_keys=True)
            if key in parts:
                self._warn(f"The state holds two bookmarks of {self._name} for {key}: the earlier one counts.")
                mark = min(parts[key], mark, key=lambda each: str(each.get(_VALUE, "")))
            parts[key] = mark
        return {**self._mark(bookmark), **({_PARTITIONS: list(parts.values())} if parts else {})}

    def _mark(self, given: Json) -> Json:
        """Return how far one partition was read; nothing where that is not told."""
        if self._stream is None:
            return {}
        own_key = self._stream.replication_key
        # The second is how taps without an SDK write it.
        value = given.get(_VALUE, given.get(own_key))
        key = given.get(_KEY) or own_key
        strange = given.keys() - {_KEY, _VALUE, _PARTITIONS, _CONTEXT, own_key, *_NOTES}
        if value in (None, ""):
            if strange:
                self._warn(
                    f"The bookmark of {self._name} in the state is not understood ({', '.join(sorted(strange))}): "
                    "the stream is read from start_date."
                )
            return {}
        if key != own_key:
            self._warn(
                f"The bookmark of {self._name} in the state is of {key}, not of {own_key}, and is left aside: "
                "the stream is read from start_date."
            )
            return {}
        mark = self._stream.bookmark_form(value)
        if mark > (latest := self._stream.latest_bookmark(self._now)):
            self._warn(f"The bookmark {value} of {self._name} lies in the future; reading goes on from now.")
        return {_KEY: own_key, _VALUE: min(mark, latest)}


def _object(value: object) -> Json:
    """Return an object; nothing counts as an empty one."""
    return object_or_empty(value, _NO_STATE)


def _list(value: object) -> list[Json]:
    """Return a list of objects; nothing counts as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ConfigurationError(_NO_STATE)
    return [_object(part) for part in value]


def _number(value: object) -> object:
    """Return a number that came as text, or with a fraction, as the whole one: all partitions are named by such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
