"""The SDK's stream maps, with failures that a person can read: which stream, which property, which expression."""

from __future__ import annotations

import fnmatch
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from singer_sdk.exceptions import StreamMapConfigError
from singer_sdk.mapper import CustomStreamMap, PluginMapper, RemoveRecordTransform, StreamMap
from singer_sdk.singerlib import Catalog, CatalogEntry, Schema

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.names import named_with_nearest

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from singer_sdk import Stream

Json = dict[str, Any]
_T = TypeVar("_T")


_ELSE = "__else__"

_WITHOUT_VALUES = (AttributeError, TypeError, ArithmeticError, SyntaxError)
"""Failures whose words hold names and types, but no values of the record."""


class ExplainedMap(StreamMap):
    """A map that says which of its expressions failed on a record."""

    def __init__(self, inner: CustomStreamMap, expressions: Sequence[tuple[str, str]]) -> None:
        """Stand before a map.

        Args:
            inner: The map.
            expressions: The expressions in it, each with the property that it makes.
        """
        super().__init__(inner.stream_alias, inner.raw_schema, inner.raw_key_properties, inner.flattening_options)
        self.transformed_schema = inner.transformed_schema
        self.transformed_key_properties = inner.transformed_key_properties
        self._inner = inner
        self._expressions = expressions

    def transform(self, record: Json) -> Json | None:
        """Return a record as the map makes it; None where it leaves it out."""
        return self._tried(self._inner.transform, record)

    def get_filter_result(self, record: Json) -> bool:
        """Return whether the map lets a record through."""
        return self._tried(self._inner.get_filter_result, record)

    def _tried(self, do: Callable[[Json], _T], record: Json) -> _T:
        try:
            return do(record)
        except Exception as error:  # noqa: BLE001 - whatever an expression of the user comes to
            raise self._explained(record, error) from None

    def _explained(self, record: Json, error: Exception) -> ConfigurationError:
        """Say which expression failed, by trying each alone."""
        where, why = "", error
        for name, expression in self._expressions:
            try:
                self._alone(name, expression).transform(record)
            except Exception as failure:  # noqa: BLE001 - as above
                where, why = f".{name}: {expression!r}", failure
                break
        told = why.__cause__ or why
        # What a value is stays out of the log.
        is_told = isinstance(told, _WITHOUT_VALUES) or type(told).__module__.startswith("simpleeval")
        reason = f"{type(told).__name__}: {told}" if is_told else type(told).__name__
        text = f"stream_maps: {self._inner.stream_name}{where} fails on a record ({reason})."
        if getattr(told, "name", "") == "fake":
            text += " It needs the package faker: install it beside the tap."
        return ConfigurationError(text)

    def _alone(self, name: str, expression: str) -> CustomStreamMap:
        return CustomStreamMap(
            stream_alias=self._inner.stream_alias,
            map_config=self._inner.map_config,
            faker_config=self._inner.faker_config,
            raw_schema=self._inner.raw_schema,
            key_properties=None,
            map_transform={name: expression},
            flattening_options=None,
            stream_name=self._inner.stream_name,
        )


def check(config: Mapping[str, Any]) -> None:
    """Check what of the maps the SDK's own check does not survive, or says in a riddle.

    Args:
        config: The settings.

    Raises:
        ConfigurationError: A map cannot be.
    """
    if config.get("flattening_enabled") and not _is_depth(config.get("flattening_max_depth")):
        text = "flattening_enabled needs flattening_max_depth: how many levels of objects become columns, such as 1."
        raise ConfigurationError(text)
    maps = config.get("stream_maps")
    if not isinstance(maps, dict):
        return
    for name, definition in [("", maps), *maps.items()]:
        for part, expression in definition.items() if isinstance(definition, dict) else ():
            where = f"stream_maps: {name}.{part}".replace(" .", " ")
            if part in {"__alias__", "__source__"} and not isinstance(expression, str):
                text = f"{where} is no name."
                raise ConfigurationError(text)
            if part == _ELSE and expression not in (None, "__NULL__"):
                text = f"{where} can only be null: what no map names then stays out."
                raise ConfigurationError(text)
            if isinstance(expression, str) and not expression.strip():
                text = f"{where} is empty: give an expression, or null to drop it."
                raise ConfigurationError(text)


def _is_depth(value: object) -> bool:
    return isinstance(value, int) and value >= 0


class _Maps(dict[str, list[StreamMap]]):
    """The maps of streams; one of a stream that is not read is made for whoever asks for it, since it takes long."""

    def __init__(self, made: Mapping[str, list[StreamMap]], make: Callable[[str], list[StreamMap]]) -> None:
        super().__init__(made)
        self._make = make

    def __missing__(self, stream: str) -> list[StreamMap]:
        self[stream] = maps = self._make(stream)
        return maps


class Mapper(PluginMapper):
    """The maps of all streams; those of streams that are not read do no harm."""

    def __init__(self, config: Mapping[str, Any], streams: Collection[Stream], logger: logging.Logger) -> None:
        """Make the maps.

        Args:
            config: The settings.
            streams: The streams.
            logger: The tap's logger.

        Raises:
            ConfigurationError: A map cannot be; the text names its stream.
        """
        with _explained("stream_maps" if config.get("stream_maps") else "flattening_enabled"):
            super().__init__(plugin_config=dict(config), logger=logger)
        self._name_strangers({stream.name for stream in streams})
        for stream in streams:
            if stream.selected:
                what = "stream_maps: the map" if config.get("stream_maps") else "flattening_enabled: the columns"
                with _explained(f"{what} of {stream.name}"):
                    self.register_raw_streams_from_catalog(_catalog_of(stream))
                    _check_aliases(self.stream_maps[stream.name])
        _check_sources(self.stream_maps)
        named = {stream.name: stream for stream in streams}

        def without_maps(name: str) -> list[StreamMap]:
            unmapped = PluginMapper(plugin_config={**config, "stream_maps": {}}, logger=logger)
            unmapped.register_raw_streams_from_catalog(_catalog_of(named[name]))
            return unmapped.stream_maps[name]

        guarded = {name: [self._guarded(name, each) for each in maps] for name, maps in self.stream_maps.items()}
        self.stream_maps = _Maps(guarded, without_maps)

    def _name_strangers(self, names: Collection[str]) -> None:
        """Say which maps are of no stream."""
        sources = [definition.get("__source__", name) for name, definition in self._definitions()]
        if strange := [source for source in sources if not fnmatch.filter(names, source)]:
            self.logger.warning("stream_maps names streams that there are not: %s.", named_with_nearest(strange, names))

    def _guarded(self, stream: str, stream_map: StreamMap) -> StreamMap:
        if not isinstance(stream_map, CustomStreamMap):
            return stream_map
        expressions = [
            (property_name, expression)
            for name, definition in self._definitions()
            if fnmatch.fnmatch(stream, definition.get("__source__", name))
            for property_name, expression in definition.items()
            if isinstance(expression, str) and property_name not in {"__alias__", "__source__", _ELSE}
        ]
        return ExplainedMap(stream_map, expressions)

    def _definitions(self) -> list[tuple[str, Json]]:
        """Return the maps that make something, each with its name."""
        return [(name, each) for name, each in self.stream_maps_dict.items() if isinstance(each, dict)]


def _catalog_of(stream: Stream) -> Catalog:
    entry = CatalogEntry(
        tap_stream_id=stream.name,
        stream=stream.name,
        schema=Schema.from_dict(stream.effective_schema),
        metadata=stream.metadata,
        key_properties=stream.primary_keys,
    )
    return Catalog({stream.name: entry})


def _check_aliases(maps: Iterable[StreamMap]) -> None:
    for each in maps:
        alias: object = each.stream_alias  # whatever the expression came to
        if not isinstance(alias, str) or not alias:
            text = f"__alias__ makes {alias!r}, which is no name"
            raise StreamMapConfigError(text)


def _check_sources(maps: Mapping[str, Iterable[StreamMap]]) -> None:
    """Refuse one name for the records of two streams: loaders would merge them."""
    source_of: dict[str, str] = {}
    for source, of_source in maps.items():
        for alias in (each.stream_alias for each in of_source if not isinstance(each, RemoveRecordTransform)):
            if (other := source_of.setdefault(alias, source)) != source:
                text = (
                    f"stream_maps: {other} and {source} would both be named {alias}, and loaders would merge them: "
                    "give each a name of its own, such as the __alias__ \"'my_' + __stream_name__\"."
                )
                raise ConfigurationError(text)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Say in one line what of the maps cannot be used."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever a setting of the user comes to
        text = f"{what} cannot be used: {str(error).rstrip('.') or type(error).__name__}."
        raise ConfigurationError(text) from None
