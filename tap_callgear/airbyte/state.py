"""States: Airbyte keeps a small blob for each stream, the engine one Singer state for all of them.

A blob is `{"date_time": "2026-11-21T19:29:01+00:00"}`; for an agent `{"user_ids": {"11": {"date_time": ...}}}`, with
the bookmark of every customer user; for a stream that is read site by site, with that of every site,
`{"partitions": [{"site_id": 1, "date": "2026-11-21"}]}`. A full refresh adds the `generation_id` that Airbyte counts
it under: a later attempt of the same refresh goes on from there, and any other full refresh begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tap_callgear.airbyte.catalog import Requested

Json = dict[str, Any]

_USER = {"user_id"}
"""The names of a partition that is no more than a customer user."""

_OWN = {"user_ids", "partitions", "generation_id"}
"""What a blob holds beside a bookmark."""

_NO_STATE = "--state: the state is not of the form that Airbyte keeps: give the STATE messages of an earlier read."


def blob_of(state: Mapping[str, Any], stream: Requested) -> Json:
    """Return how far a stream has come.

    Args:
        state: The Singer state of all streams.
        stream: The stream.

    Returns:
        The blob, without anything that the SDK notes for itself.
    """
    bookmark: Mapping[str, Any] = state.get("bookmarks", {}).get(stream.name, {})
    blob = _mark_of(bookmark)
    parts = [(part["context"], mark) for part in bookmark.get("partitions", ()) if (mark := _mark_of(part))]
    if users := {str(context["user_id"]): mark for context, mark in parts if context.keys() == _USER}:
        blob["user_ids"] = users
    if others := [{**context, **mark} for context, mark in parts if context.keys() != _USER]:
        blob["partitions"] = others
    if stream.is_full_refresh and stream.generation_id is not None:
        blob["generation_id"] = stream.generation_id
    return blob


def singer_state(
    given: object, requested: Sequence[Requested], cursors: Mapping[str, str], known: Collection[str]
) -> Json:
    """Return the Singer state to go on from.

    Args:
        given: The state as Airbyte hands it over: a list of states, one a stream; or nothing.
        requested: The streams that are to be read; what the state knows of others is left aside.
        cursors: The name of each stream's cursor.
        known: The names of all streams that there are; others are named without a bookmark, to be told of.

    Returns:
        The state. Bookmarks in it are as they were given; whether they are times is for the tap to check.

    Raises:
        ConfigurationError: The state is not of the form that Airbyte keeps.
    """
    try:
        blobs = dict(_blobs(given, cursors))
        bookmarks = {
            stream.name: _bookmark(blobs[stream.name], cursors[stream.name])
            for stream in requested
            if stream.name in cursors and blobs.get(stream.name) and _is_continued(stream, blobs[stream.name])
        }
        strange: Json = {name: {} for name, blob in blobs.items() if blob and name not in known}
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise ConfigurationError(_NO_STATE) from None
    return {"bookmarks": bookmarks | strange} if any(bookmarks.values()) or strange else {}


def _mark_of(bookmark: Mapping[str, Any]) -> Json:
    value = bookmark.get("replication_key_value")
    return {} if value is None else {bookmark["replication_key"]: value}


def _blobs(given: Any, known: Collection[str]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Find the blobs by stream in whatever shape a state may have."""
    if not given:
        return
    for part in given if isinstance(given, list) else [given]:
        told = part["state"] if part.get("type") == "STATE" else part
        kind = told.get("type", "STREAM" if "stream" in told else "LEGACY")
        if kind == "LEGACY":
            data = told.get("data", {}) if "type" in told else told
            if data and not data.keys() & set(known):
                raise ValueError(data.keys())
            yield from data.items()
            continue
        for stream in told["global"]["stream_states"] if kind == "GLOBAL" else [told["stream"]]:
            yield stream["stream_descriptor"]["name"], stream.get("stream_state")


def _is_continued(stream: Requested, blob: Mapping[str, Any]) -> bool:
    """Whether a read goes on from a blob: a full refresh only from that of an earlier attempt at itself."""
    if not stream.is_full_refresh:
        return True
    return stream.generation_id is not None and blob.get("generation_id") == stream.generation_id


def _bookmark(blob: Mapping[str, Any], cursor: str) -> Json:
    partitions = [
        {"context": {"user_id": int(user_id)}, **_singer_mark(mark, cursor)}
        for user_id, mark in (blob.get("user_ids") or {}).items()
    ]
    for part in blob.get("partitions") or ():
        context = {name: int(value) for name, value in part.items() if name != cursor}
        partitions.append({"context": context, **_singer_mark({cursor: part.get(cursor)}, cursor)})
    return {**_singer_mark(blob, cursor), **({"partitions": partitions} if partitions else {})}


def _singer_mark(blob: Mapping[str, Any], cursor: str) -> Json:
    """Return the bookmark that a blob holds; what else it holds is passed on where there is none, to be told of."""
    value = blob.get(cursor)
    if value in (None, ""):
        return {name: part for name, part in blob.items() if name not in {*_OWN, cursor}}
    return {"replication_key": cursor, "replication_key_value": value}
