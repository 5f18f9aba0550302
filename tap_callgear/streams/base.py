"""What all streams share: the only glue between the engine and the Singer SDK."""

from __future__ import annotations

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from singer_sdk import Stream
from singer_sdk import typing as th
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_callgear.api.client import Tally
from tap_callgear.api.errors import CallGearError
from tap_callgear.extraction.clock import utc_form
from tap_callgear.extraction.estimate import Estimate, estimate
from tap_callgear.extraction.reader import Reader
from tap_callgear.extraction.records import RecordType, as_dictionary
from tap_callgear.extraction.report import Report
from tap_callgear.progress import Progress
from tap_callgear.settings import instant_of
from tap_callgear.writer import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from datetime import datetime

    from singer_sdk import Tap
    from singer_sdk.helpers.types import Context

    from tap_callgear.connection import Connection
    from tap_callgear.extraction.reader import Timed
    from tap_callgear.extraction.records import Record

_T = TypeVar("_T")

_TOP_LEVEL = 2
"""Length of the path of a property that is not nested: `properties` and its name."""

_USER_ID = th.Property("user_id", th.IntegerType, description="Customer user whose data the record is part of.")


class ReportStream(Stream):
    """A report of the API that is read window by window, in the order of its replication key.

    Attributes:
        method: The API's method.
        sortable: Fields that the API is documented to sort by.
        filterable: Fields that the API is documented to filter by.
        default_fields: Fields that come where none are asked for.
        other_names: Names that the API uses by mistake, with the declared names they stand for.
        loose_moments: Texts that may hold a full time.
    """

    # The SDK declares properties here, and its taps class attributes, as these are.
    primary_keys: ClassVar[tuple[str, ...]]
    replication_key: ClassVar[str]
    schema: ClassVar[dict[str, Any]]

    method: ClassVar[str]
    sortable: ClassVar[frozenset[str]] = frozenset()
    filterable: ClassVar[frozenset[str]] = frozenset()
    default_fields: ClassVar[frozenset[str]] = frozenset()
    other_names: ClassVar[Mapping[str, str]] = {}
    loose_moments: ClassVar[frozenset[str]] = frozenset()

    # Records are built in their declared types, so the SDK need not look at every value again.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    def __init__(self, tap: Tap, connect: Callable[[], Connection]) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap.
            connect: Gives the connection of the run; called only once records are asked for.
        """
        self._connect = connect
        self._writer = tap.message_writer
        user_ids = tap.config.get("user_ids")
        self._user_ids: tuple[int, ...] = tuple(dict.fromkeys(user_ids)) if isinstance(user_ids, list) else ()
        if self._user_ids:
            declared = type(self).schema
            self.schema = {  # type: ignore[misc]
                **declared,
                "properties": {**declared["properties"], **_USER_ID.to_dict()},
            }
        super().__init__(tap)

    @property
    def is_sorted(self) -> bool:
        """Tell the SDK that records leave in order, so that every STATE is a place to go on from."""
        return True

    @property
    def partitions(self) -> list[dict[str, Any]] | None:
        """Give one partition a customer user, where an agent reads."""
        return [{"user_id": user_id} for user_id in self._user_ids] or None

    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """Need no signpost: bookmarks are times of records that were read, and none of the future is asked for."""

    def log(self, message: str, *args: object, level: int = logging.INFO, **kwargs: Any) -> None:  # noqa: ANN401
        """Log as the SDK does, but leave failures to the command line, which explains them in one line."""
        if level < logging.ERROR:
            super().log(message, *args, level=level, **kwargs)

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Read the records from the bookmark, less the lookback, up to the end.

        Args:
            context: The partition, where an agent reads for customer users.

        Yields:
            The records, in the order of the replication key.

        Raises:
            CallGearError: The reading cannot go on; what was read before is in the state.
        """
        yield from self._read(context, partial(map, as_dictionary))

    def _read(self, context: Context | None, take: Callable[[Iterator[Record]], Iterable[_T]]) -> Iterator[_T]:
        """Have the records taken window by window, and keep in the state how far that came."""
        connection = self._connect()
        tally = Tally()
        label = f"User {context['user_id']}: " if context else ""
        progress = Progress(self.logger, connection.points, connection.timing, tally, label=label)
        reader = self._reader(connection, context, tally, progress)
        start, end = self._range(connection, context)
        try:
            if self.ABORT_AT_RECORD_COUNT is not None:
                windows: Iterable[Iterator[Timed]] = [reader.sample(start, end, self.ABORT_AT_RECORD_COUNT + 1)]
            else:
                windows = reader.read(start, end)
            for window in windows:
                yield from take(progress.counted(window))
                self._keep(context, progress.last)
        except CallGearError:
            self._keep(context, progress.last)
            raise
        finally:
            progress.finish(reader.left_out)

    def _keep(self, context: Context | None, time: str) -> None:
        """Move the bookmark to a record's time, forward only, and write a STATE; BATCH files have states of their own.

        Args:
            context: The partition, where an agent reads for customer users.
            time: The time of the last record that was taken; empty if there was none.
        """
        state = self.get_context_state(context)
        if self.replication_method == REPLICATION_INCREMENTAL and time > (state.get("replication_key_value") or ""):
            state |= {"replication_key": type(self).replication_key, "replication_key_value": time}
        if time and not self.get_batch_config(self.config):
            self._tap.state_writer.write_state(self.tap_state)

    def report(self, context: Context | None) -> Report:
        """Give what the engine needs to know of the report."""
        return Report(
            name=f"{self.name} (user {context['user_id']})" if context else self.name,
            method=self.method,
            keys=tuple(type(self).primary_keys),
            replication_key=type(self).replication_key,
            sortable=self.sortable,
            params=dict(context or {}),
        )

    def estimate(self, context: Context | None) -> Estimate:
        """Count what a sync would read, with a request for every 89 days.

        Args:
            context: The partition, where an agent reads for customer users.

        Returns:
            The records and the points that they cost.
        """
        connection = self._connect()
        return estimate(
            self.report(context),
            self._range(connection, context),
            ask=connection.ask,
            clock=connection.clock(context["user_id"] if context else None),
            page_size=connection.settings.page_size,
        )

    def fields(self) -> list[str]:
        """Give the fields to ask for: those selected, the keys and the replication key."""
        needed = {*type(self).primary_keys, type(self).replication_key}
        known = self.effective_schema["properties"].keys()
        return [
            name
            for name in type(self).schema["properties"]
            if name in needed or (name in known and self.mask["properties", name])
        ]

    def _reader(self, connection: Connection, context: Context | None, tally: Tally, progress: Progress) -> Reader:
        settings = connection.settings
        clock = connection.clock(context["user_id"] if context else None)
        fields = self.fields()
        records = RecordType(
            type(self).schema,
            fields,
            time=type(self).replication_key,
            constants=context or {},
            other_names=self.other_names,
            loose_moments=self.loose_moments,
            clock=clock,
            warn=progress.warn,
        )
        return Reader(
            self.report(context),
            records,
            fields,
            api=connection.api,
            clock=clock,
            timing=connection.timing,
            tally=tally,
            watcher=progress,
            page_size=settings.page_size,
            windows_ahead=settings.max_parallel_requests,
        )

    def _range(self, connection: Connection, context: Context | None) -> tuple[datetime, datetime]:
        """Give the first instant to read and the one after the last: the lookback never crosses the start date."""
        settings = connection.settings
        end = min(settings.end or connection.now, connection.now)
        state = self.get_context_state(context)
        bookmark = state.get("replication_key_value")
        if bookmark is None or self.replication_method != REPLICATION_INCREMENTAL:
            return settings.start, end
        instant = instant_of(f"the bookmark of {self.name}", bookmark)
        if settings.start > instant:
            self.logger.warning(
                "start_date is later than the bookmark: what lies between %s and %s is not read.",
                utc_form(instant),
                utc_form(settings.start),
            )
        return max(settings.start, instant - settings.lookback), end

    # The SDK writes and counts record by record, and moves a bookmark back, or refuses records that are older than it.
    # These are the only private members of the SDK that are touched here; tests/test_state.py holds them.

    def _increment_stream_state(self, latest_record: dict[str, Any], *, context: Context | None = None) -> None:
        """Leave the bookmark alone: it moves by windows, in `_keep`."""

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Hand whole windows to the writer, where nobody but the writer would look at their records."""
        writer = self._writer
        if not (write_messages and self._is_record_final and isinstance(writer, BlockWriter)):
            yield from super()._sync_records(context, write_messages=write_messages)
            return

        def write(records: Iterator[Record]) -> Iterator[int]:
            yield writer.write_records(self.name, records, self._stream_version)

        with self.get_record_counter() as counter, self.get_sync_timer() as timer:
            for part in (context,) if context else self.partitions or (None,):
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
