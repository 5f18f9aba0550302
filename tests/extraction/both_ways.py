"""The two ways from a row of a stream to a record: by the compiled types, and by the patient converters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.extraction.clock import Clock
from tap_callgear.extraction.records import RecordType
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_callgear.streams.base import ApiStream

EXACT = msgspec.json.Encoder(decimal_format="number")
TIME = "2026-11-20T08:00:00+00:00"

_MANY = 250
"""Odd rows in a row, after which nothing else is expected."""


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
        optional_keys=stream.optional_keys,
        other_names=stream.other_names,
        loose_moments=stream.loose_moments,
        clock=Clock("Asia/Dubai"),
        warn=([] if warnings is None else warnings).append,
    )


def patient(stream: type[ApiStream]) -> RecordType:
    """Return what has seen so many odd rows that it expects nothing else."""
    records = record_type(stream)
    odd = raw({name: [{"odd": [True]}] for name in stream.schema["properties"]})
    for _ in range(_MANY):
        records.read(odd, TIME)
    return records
