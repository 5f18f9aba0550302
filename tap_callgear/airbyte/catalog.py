"""Catalogs: the streams as Airbyte wants them told, and what Airbyte asks for as the Singer SDK wants it told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

FULL_REFRESH = "full_refresh"
INCREMENTAL = "incremental"

_NO_CATALOG = (
    "--catalog: the catalog is not of the form that Airbyte configures: every stream needs a name and a sync_mode."
)


@dataclass(frozen=True)
class Requested:
    """A stream that is to be read.

    Attributes:
        name: Its name.
        is_full_refresh: Whether it is to be read from the start.
        fields: The properties that are wanted, or None for all.
        generation_id: The number of the full refresh that this read is part of, where Airbyte keeps count.
    """

    name: str
    is_full_refresh: bool = False
    fields: frozenset[str] | None = None
    generation_id: int | None = None


def airbyte_stream(entry: Mapping[str, Any]) -> Json:
    """Return a stream as `discover` tells it.

    Args:
        entry: The stream's entry in the Singer catalog.

    Returns:
        The stream, with the API's keys and cursor, which cannot be chosen; a list has no cursor.
    """
    cursor = entry.get("replication_key")
    return {
        "name": entry["tap_stream_id"],
        "json_schema": {
            **_airbyte_schema(entry["schema"]),
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "additionalProperties": True,
        },
        "supported_sync_modes": [FULL_REFRESH, INCREMENTAL] if cursor else [FULL_REFRESH],
        "source_defined_cursor": cursor is not None,
        "default_cursor_field": [cursor] if cursor else [],
        "source_defined_primary_key": [[name] for name in entry["key_properties"]],
        "is_resumable": cursor is not None,
    }


def requested_streams(configured: Mapping[str, Any]) -> list[Requested]:
    """Read a configured catalog.

    Args:
        configured: The catalog as Airbyte hands it over.

    Returns:
        The streams that are to be read, in the order of the catalog.

    Raises:
        ConfigurationError: The catalog is not of the form that Airbyte writes.
    """
    try:
        requested = [_requested(stream) for stream in configured["streams"]]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ConfigurationError(_NO_CATALOG) from None
    return list({stream.name: stream for stream in requested}.values())


def singer_catalog(discovered: Mapping[str, Any], requested: Sequence[Requested]) -> Json:
    """Return the Singer catalog in which exactly the requested streams and fields are selected.

    Args:
        discovered: The Singer catalog of all there is.
        requested: What is asked for.

    Returns:
        The catalog; keys and cursors stay selected whatever is asked for.
    """
    wanted = {stream.name: stream for stream in requested}
    return {
        "streams": [
            {**entry, "metadata": [_marked(part, wanted.get(entry["tap_stream_id"])) for part in entry["metadata"]]}
            for entry in discovered["streams"]
        ]
    }


def _marked(part: Mapping[str, Any], stream: Requested | None) -> Json:
    """Return metadata that says whether what it is about is selected."""
    path = part["breadcrumb"]
    if not path:
        mark = {"selected": stream is not None}
    elif stream is not None and stream.fields is not None:
        mark = {"selected": path[1] in stream.fields}
    else:
        mark = {}
    return {**part, "metadata": {**part["metadata"], **mark}}


def _requested(configured: Mapping[str, Any]) -> Requested:
    name, sync_mode = configured["stream"]["name"], configured["sync_mode"]
    if not isinstance(name, str) or sync_mode not in {FULL_REFRESH, INCREMENTAL}:
        raise ValueError(name)
    fields = ((configured["stream"].get("json_schema") or {}).get("properties") or {}).keys()
    return Requested(
        name,
        is_full_refresh=sync_mode == FULL_REFRESH,
        fields=frozenset(fields) or None,
        generation_id=configured.get("generation_id"),
    )


def _airbyte_schema(schema: Mapping[str, Any]) -> Json:
    """Return a schema with Airbyte's own word for times that carry an offset, wherever they are nested."""
    told = dict(schema)
    if schema.get("format") == "date-time":
        told["airbyte_type"] = "timestamp_with_timezone"
    if isinstance(properties := schema.get("properties"), dict):
        told["properties"] = {name: _airbyte_schema(each) for name, each in properties.items()}
    if isinstance(items := schema.get("items"), dict):
        told["items"] = _airbyte_schema(items)
    return told
