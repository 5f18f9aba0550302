"""What all streams share: the only glue between the engine and the Singer SDK."""

from __future__ import annotations

import logging
from abc import abstractmethod
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_callgear.api.client import Tally
from tap_callgear.api.errors import CallGearError, MethodRefused
from tap_callgear.extraction.records import RecordType, as_dictionary
from tap_callgear.progress import Progress
from tap_callgear.streams.flattening import fill_objects
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from singer_sdk.helpers.types import Context

    from tap_callgear.connection import Connection
    from tap_callgear.extraction.clock import Clock
    from tap_callgear.extraction.estimate import Estimate
    from tap_callgear.extraction.reading import Reading, Tools
    from tap_callgear.extraction.records import Record
    from tap_callgear.streams.entity import EntityStream

_T = TypeVar("_T")

_TOP_LEVEL = 2
"""Length of the path of a property that is not nested: `properties` and its name."""

_USER_ID = "user_id"
_USER_ID_SAYS = "Customer user whose data the record is part of."


class AccountTap(Tap):
    """A tap that reads an account: what streams need of theirs."""

    @abstractmethod
    def connect(self) -> Connection:
        """Return the connection of the run; called only once records are asked for."""

    @abstractmethod
    def skip(self, stream: ApiStream, context: Context | None, refusal: MethodRefused) -> None:
        """Take in that the account does not let a partition of a stream be read; raise where that is to end it all."""


class ApiStream(Stream):
    """Rows of one method of the API.

    Attributes:
        method: The API's method.
        product: What the account must have for it, in words for people; empty where every account has it.
        selected_by_default: Whether it is read where no catalog says what to read.
        takes_fields: Whether the method takes the parameter `fields`.
        takes_user_id: Whether an agent reads it for each customer user; else it is read once.
        params: Parameters of every request, which it can do without.
        sorts_by: Fields that the tap has the API sort by, where it can.
        optional_keys: Key parts that the API may leave empty; they become 0 or an empty text.
        other_names: Names that the API uses by mistake, with the declared names they stand for.
        loose_moments: Texts that may hold a full time.
        parent: The list whose every entry the method is asked for, if it does not answer for all at once.
        parent_param: The parameter, and the property of every record, that holds the key of that entry.
        keys_repeat: Whether two customers of an agent may have rows of the same key, such as built-in ones.
    """

    # The SDK declares properties here, and its taps class attributes, as these are.
    name: str
    primary_keys: ClassVar[tuple[str, ...]]
    schema: ClassVar[dict[str, Any]]
    selected_by_default: bool = False

    method: ClassVar[str]
    product: ClassVar[str] = ""
    takes_fields: ClassVar[bool] = True
    takes_user_id: ClassVar[bool] = True
    params: ClassVar[Mapping[str, object]] = {}
    sorts_by: ClassVar[tuple[str, ...]] = ()
    optional_keys: ClassVar[frozenset[str]] = frozenset()
    other_names: ClassVar[Mapping[str, str]] = {}
    loose_moments: ClassVar[frozenset[str]] = frozenset()
    parent: ClassVar[type[EntityStream] | None] = None
    parent_param: ClassVar[str] = ""
    keys_repeat: ClassVar[bool] = False

    # Records are built in their declared types, so the SDK need not look at every value again.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        self._account = tap
        self._writer = tap.message_writer
        user_ids = tap.config.get("user_ids") if self.takes_user_id else None
        self._user_ids: tuple[int, ...] = tuple(dict.fromkeys(user_ids)) if isinstance(user_ids, list) else ()
        if self._user_ids:
            self._declare_user()
        self._is_skipped = False
        self._warned: set[str] = set()
        super().__init__(tap)

    def _declare_user(self) -> None:
        """Have every record say whose it is."""
        declared = type(self).schema
        is_key = self.keys_repeat
        user_id = th.Property(_USER_ID, th.IntegerType, required=is_key, description=_USER_ID_SAYS)
        self.schema = {  # type: ignore[misc]
            **declared,
            "properties": {**declared["properties"], **user_id.to_dict()},
        }
        if is_key:
            self.schema["required"] = [*declared["required"], _USER_ID]
            self.primary_keys = (*type(self).primary_keys, _USER_ID)  # type: ignore[misc]

    @property
    def is_sorted(self) -> bool:
        """Tell the SDK that records leave in order, so that every STATE is a place to go on from."""
        return True

    @property
    def partitions(self) -> list[dict[str, Any]] | None:
        """Give one partition a customer user, where an agent reads, and within it one for each entry of the parent."""
        return [dict(context) for context in self.contexts if context] or None

    @cached_property
    def contexts(self) -> Sequence[Context | None]:
        """Give the partitions to read; None alone where there is one and it has no name."""
        users: list[dict[str, Any]] = [{_USER_ID: user_id} for user_id in self._user_ids] or [{}]
        if (parent := self.parent) is None:
            return [user or None for user in users]
        return [{**user, self.parent_param: key} for user in users for key in self._keys_of(parent, user or None)]

    def _keys_of(self, parent: type[EntityStream], context: Context | None) -> Sequence[object]:
        """Ask for the entries of the parent; where they may not be read, nor may this stream."""
        (entries,) = (stream for stream in self._tap.streams.values() if isinstance(stream, parent))
        try:
            return entries.keys_of(context)
        except MethodRefused as refusal:
            self._skip(context, refusal)
            return ()

    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """Need no signpost: bookmarks are times of records that were read, and none of the future is asked for."""

    def log(self, message: str, *args: object, level: int = logging.INFO, **kwargs: Any) -> None:  # noqa: ANN401
        """Log as the SDK does, but leave failures to the command line, which explains them in one line."""
        if level < logging.ERROR:
            super().log(message, *args, level=level, **kwargs)

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Read the records from the bookmark, less the lookback, up to the end.

        Args:
            context: The partition, where there are any.

        Yields:
            The records, in order.

        Raises:
            CallGearError: The reading cannot go on; what was read before is in the state.
        """
        yield from self._read(context, partial(map, self._dictionary_of))

    def _dictionary_of(self, record: Record) -> dict[str, Any]:
        """Give a record for the SDK's maps; where they flatten, every object that they would flatten is there."""
        parts = as_dictionary(record)
        options = self.stream_maps[0].flattening_options
        if options is not None and options.enabled:
            fill_objects(parts, type(self).schema["properties"], options.max_level)
        return parts

    @abstractmethod
    def estimate(self, context: Context | None) -> Estimate:
        """Say how many records a sync would read and what they cost.

        Args:
            context: The partition, where there are any.

        Returns:
            The records and the points that they cost.
        """

    @abstractmethod
    def _reading(self, connection: Connection, context: Context | None, tools: Tools) -> Reading:
        """Prepare to read a partition; nothing of it is asked yet."""

    def _read(self, context: Context | None, take: Callable[[Iterator[Record]], Iterable[_T]]) -> Iterator[_T]:
        """Have the records taken part by part, and keep in the state how far that came."""
        if context is None and self.parent is not None:
            return  # there is no entry to ask for
        connection = self._account.connect()
        tally = Tally()
        progress = Progress(self.logger, connection.points, connection.timing, tally, label=_label(context))
        reading = self._reading(connection, context, connection.tools(tally, progress))
        try:
            if self.ABORT_AT_RECORD_COUNT is not None:
                parts = iter([reading.sample(self.ABORT_AT_RECORD_COUNT + 1)])
            else:
                parts = reading.read()
            for part in parts:
                yield from take(progress.counted(part))
                self._keep(context, progress.last)
        except CallGearError as error:
            self._keep(context, progress.last)
            if not isinstance(error, MethodRefused) or tally.points:
                raise
            self._skip(context, error)
        finally:
            progress.finish(reading.left_out)

    def _skip(self, context: Context | None, refusal: MethodRefused) -> None:
        """Do without what the account does not let be read."""
        self._is_skipped = True
        self._account.skip(self, context, refusal)

    def _keep(self, context: Context | None, time: str) -> None:
        """Move the bookmark to a record's time, forward only, and hand on all that was read, before more is waited for.

        Where that may be gone on from, a STATE follows it; BATCH files have states of their own.

        Args:
            context: The partition, where there are any.
            time: The time of the last record that was taken; empty if there was none, or records have no times.
        """
        state = self.get_context_state(context)
        if self.replication_method == REPLICATION_INCREMENTAL and time > (state.get("replication_key_value") or ""):
            state |= {"replication_key": type(self).replication_key, "replication_key_value": time}
        if time and not self.get_batch_config(self.config):
            self._tap.state_writer.write_state(self.tap_state)
        if isinstance(self._writer, BlockWriter):
            self._writer.flush()

    @property
    def needed(self) -> frozenset[str]:
        """Give the properties without which there is no record."""
        return frozenset(type(self).primary_keys)

    @property
    def stamped(self) -> frozenset[str]:
        """Give the declared properties that the request knows and the reply does not hold."""
        return frozenset({self.parent_param} if self.parent else ())

    def fields(self) -> list[str]:
        """Give the fields to ask for: those selected, and those that are needed."""
        known = self.effective_schema["properties"].keys()
        return [
            name
            for name in type(self).schema["properties"]
            if name not in self.stamped and (name in self.needed or (name in known and self.mask["properties", name]))
        ]

    def label(self, context: Context | None) -> str:
        """Name a partition, for people."""
        return f"{self.name} ({_words(context)})" if context else self.name

    def _warn_once(self, text: str) -> None:
        """Warn of what is the same in all partitions."""
        if text not in self._warned:
            self._warned.add(text)
            self.logger.warning("%s", text)

    def _records(self, clock: Clock, context: Context | None, *, time: str | None = None) -> RecordType:
        """Compile the records.

        Args:
            clock: Reads the account's wall time.
            context: The partition, which every record names.
            time: The property that holds a record's time, if there is one.
        """
        names = [name for name in self.fields() if name not in (context or {})]
        return RecordType(
            type(self).schema,
            names if time is None or time in names else [time, *names],
            time=time,
            constants=context or {},
            optional_keys=self.optional_keys,
            other_names=self.other_names,
            loose_moments=self.loose_moments,
            clock=clock,
            warn=self._warn_once,
        )

    # The SDK writes and counts record by record, and moves a bookmark back, or refuses records that are older than it.
    # It tells targets to drop what they hold before it has read what is to stand there instead.
    # These are the only private members of the SDK that are touched here; tests/test_state.py holds them.

    def _increment_stream_state(self, latest_record: dict[str, Any], *, context: Context | None = None) -> None:
        """Leave the bookmark alone: it moves by windows, in `_keep`."""

    def _write_activate_version_message(self, full_table_version: int) -> None:
        """Wait with it: a target then drops what it holds, which is to be done once all was read again."""
        if self.get_batch_config(self.config):
            super()._write_activate_version_message(full_table_version)

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Read everything, and only then have the target drop what was not read again."""
        if write_messages and self._is_record_final and isinstance(self._writer, BlockWriter):
            self._write_windows(context, self._writer)
        else:
            yield from super()._sync_records(context, write_messages=write_messages)
        if write_messages and self._stream_version is not None and not self._is_skipped:
            super()._write_activate_version_message(self._stream_version)

    def _write_windows(self, context: Context | None, writer: BlockWriter) -> None:
        """Hand whole windows to the writer, where nobody but the writer would look at their records."""

        def write(records: Iterator[Record]) -> Iterator[int]:
            yield writer.write_records(self.name, records, self._stream_version)

        with self.get_record_counter() as counter, self.get_sync_timer() as timer:
            for part in (context,) if context else self.contexts:
                counter.with_context(part)
                timer.with_context(part)
                for count in self._read(part, write):
                    counter.increment(count)

    @cached_property
    def _is_record_final(self) -> bool:
        """Tell whether a record leaves just as it was built: no map, no flattening, nothing nested left out."""
        stream_map = self.stream_maps[0]
        is_unmapped = len(self.stream_maps) == 1 and type(stream_map) is SameRecordTransform
        nested = [path for path in self.mask if len(path) > _TOP_LEVEL and self.mask[path[:_TOP_LEVEL]]]
        return (
            self.selected
            and self.ABORT_AT_RECORD_COUNT is None
            and is_unmapped
            and not stream_map.flattening_enabled
            and all(self.mask[path] for path in nested)
        )


def _words(context: Context) -> str:
    """Name a partition in words, such as `user 11, site 3`."""
    return ", ".join(f"{name.removesuffix('_id')} {value}" for name, value in context.items())


def _label(context: Context | None) -> str:
    return f"{_words(context).capitalize()}: " if context else ""
