"""The two ways from a row of a stream to a record: the fast path and the lenient one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.records import RecordType
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_callgear.streams.base import ApiStream

EXACT = msgspec.json.Encoder(decimal_format="number")
TIME = "2026-11-20T08:00:00+00:00"


def raw(row: dict[str, Any]) -> msgspec.Raw:
    """Return a row as JSON text, decimals as they are written."""
    return msgspec.Raw(EXACT.encode(row))


def time_of(stream: type[ApiStream]) -> str | None:
    """Return the property that holds the time of a stream's records, if one does."""
    return stream.replication_key if issubclass(stream, ReportStream) else None


def record_type(
    stream: type[ApiStream], warnings: list[str] | None = None, wanted: Iterable[str] | None = None
) -> RecordType:
    """Return what builds the records of a stream."""
    return RecordType(
        stream.schema,
        wanted or stream.schema["properties"],
        time=time_of(stream),
        constants={},
        nullable_keys=stream.nullable_keys,
        field_aliases=stream.field_aliases,
        maybe_datetimes=stream.maybe_datetimes,
        zone=AccountZone("Asia/Dubai"),
        warn=([] if warnings is None else warnings).append,
    )


def leniently(records: RecordType, row: msgspec.Raw) -> dict[str, Any]:
    """Return the record of a row as the lenient path gives it."""
    record = records.read_leniently(row, TIME)
    assert isinstance(record, dict)
    return record
