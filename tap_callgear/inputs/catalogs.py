"""Catalogs as they come from a file, brought into the form that the SDK reads; nothing of them goes missing unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib import Catalog, Schema
from singer_sdk.singerlib.catalog import REPLICATION_FULL_TABLE, REPLICATION_INCREMENTAL, Metadata

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.customers import USER_ID
from tap_callgear.inputs.config import yes_or_no
from tap_callgear.inputs.json_objects import object_or_empty
from tap_callgear.inputs.names import named_with_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from singer_sdk import Stream
    from singer_sdk.singerlib import CatalogEntry

Json = dict[str, Any]

_NO_CATALOG = "--catalog: this is no catalog of the tap: take what --discover prints, and select in its metadata."
_AIRBYTE = "--catalog: this is a catalog of Airbyte: take what --discover of the tap prints."


def tidied(catalog: object, names: Collection[str], warn: Callable[[str], None]) -> Catalog:
    """Bring a catalog into the form that the SDK reads.

    Args:
        catalog: The catalog, as it was given: what discovery prints, by hand, or in an older form.
        names: The names of the streams that there are.
        warn: Where to tell of what was left aside.

    Returns:
        The catalog of the streams that there are, each named once.

    Raises:
        ConfigurationError: It is no catalog.
    """
    entries: dict[str, Json] = {}
    unknown = []
    for given in _streams_of(catalog):
        entry = _entry(given, names)
        name = entry["tap_stream_id"]
        if name not in names:
            unknown.append(name)
            continue
        if name in entries:
            warn(f"The catalog names {name} twice: the last entry counts.")
        entries[name] = entry
    if unknown:
        warn(f"The catalog names streams that there are not: {named_with_nearest(unknown, names)}.")
    try:
        return Catalog.from_dict({"streams": list(entries.values())})
    except (AttributeError, TypeError, ValueError):
        raise ConfigurationError(_NO_CATALOG) from None


def complete(entry: CatalogEntry, stream: Stream, automatic: Sequence[str], warn: Callable[[str], None]) -> None:
    """Add to an entry what a catalog cannot change: the keys of its stream, and a replication method that exists.

    Args:
        entry: The entry, which is changed.
        stream: The stream, as it is without a catalog.
        automatic: The properties that every record has.
        warn: Where to tell of what was left aside.
    """
    own = stream.schema["properties"]
    given = entry.schema.properties or {name: Schema.from_dict(schema) for name, schema in own.items()}
    named = dict.fromkeys([*given, *(path[1] for path in entry.metadata if len(path) > 1)])
    # A catalog may be from a time when there were customers to read.
    if unknown := [name for name in named if name not in own and name != USER_ID]:
        warn(f"The catalog names properties that there are not: {named_with_nearest(unknown, own)}.")
    entry.schema = Schema.from_dict({**stream.schema, "properties": {}})
    entry.schema.properties = {
        name: given.get(name) or Schema.from_dict(own[name]) for name in own if name in {*given, *automatic}
    }
    entry.key_properties = list(stream.primary_keys)
    entry.replication_key = stream.replication_key
    if not entry.metadata:
        entry.metadata.root.selected = True
    for name in automatic:
        entry.metadata["properties", name].inclusion = Metadata.InclusionType.AUTOMATIC
    # What discovery never writes was meant.
    method = str(entry.metadata.root.forced_replication_method or entry.replication_method or "").upper()
    ways = (REPLICATION_FULL_TABLE, *([REPLICATION_INCREMENTAL] if stream.replication_key else []))
    if method and method not in ways:
        warn(f"The catalog names the replication method {method}, which there is not: {ways[-1]} counts.")
        method = ""
    entry.replication_method = entry.metadata.root.forced_replication_method = method or None


def _streams_of(catalog: object) -> list[Json]:
    """Find the entries in whatever a catalog is wrapped in."""
    if isinstance(catalog, Catalog):
        catalog = catalog.to_dict()
    if isinstance(catalog, dict):
        for wrapper in ("streams", "catalog"):
            if wrapper in catalog:
                return _streams_of(catalog[wrapper])
    if not isinstance(catalog, list) or not all(isinstance(entry, dict) for entry in catalog):
        raise ConfigurationError(_NO_CATALOG)
    return catalog


def _entry(given: Json, names: Collection[str]) -> Json:
    """Return the entry of one stream, with its name in both places and the older marks of selection in the metadata."""
    called = [name for name in (given.get("tap_stream_id"), given.get("stream")) if isinstance(name, str)]
    if not called:
        is_airbytes = isinstance(given.get("stream"), dict) or "json_schema" in given
        raise ConfigurationError(_AIRBYTE if is_airbytes else _NO_CATALOG)
    name = next((each for each in called if each in names), called[0])
    schema = _object(given.get("schema"))
    metadata = _metadata(given.get("metadata"))
    if (way := metadata.get((), {}).get("replication-method")) is not None:  # as Meltano's `metadata` has it
        metadata[()].setdefault("forced-replication-method", way)
    marks: dict[tuple[str, ...], object] = {(): given.get("selected", schema.get("selected"))}
    marks |= {
        ("properties", each): _object(declared).get("selected")
        for each, declared in _object(schema.get("properties")).items()
    }
    for breadcrumb, mark in marks.items():
        if isinstance(is_selected := _choice(mark), bool):
            metadata.setdefault(breadcrumb, {}).setdefault("selected", is_selected)
    return {
        **given,
        "tap_stream_id": name,
        "stream": name,
        "schema": schema,
        "metadata": [{"breadcrumb": list(path), "metadata": value} for path, value in metadata.items()],
    }


def _metadata(given: object) -> dict[tuple[str, ...], Json]:
    """Return the metadata by the path of what it is about."""
    if given is None:
        return {}
    if not isinstance(given, list):
        raise ConfigurationError(_NO_CATALOG)
    found: dict[tuple[str, ...], Json] = {}
    for part in map(_object, given):
        path = part.get("breadcrumb") or ()
        if not isinstance(path, (list, tuple)) or not all(isinstance(step, str) for step in path):
            raise ConfigurationError(_NO_CATALOG)
        found[tuple(path)] = _selection(_object(part.get("metadata")))
    return found


def _selection(metadata: Mapping[str, Any]) -> Json:
    """Return metadata in which a choice that was written as text is a choice."""
    return {name: _choice(value) if name.startswith("selected") else value for name, value in metadata.items()}


def _choice(value: object) -> object:
    """Return what a word such as `no` says, or the value where it is none."""
    answer = yes_or_no(value) if isinstance(value, str) else None
    return value if answer is None else answer


def _object(value: object) -> Json:
    """Return an object; nothing counts as an empty one."""
    return object_or_empty(value, _NO_CATALOG)
