"""Rows that are told apart by a key, and the engine's parts that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.records import RecordType

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from tap_callgear.extraction.pages import Window
    from tests.fakes import Json

SCHEMA: Json = {
    "properties": {
        "date": {"type": ["string"], "format": "date"},
        "id": {"type": ["integer"]},
        "code": {"type": ["string"]},
        "name": {"type": ["string", "null"]},
        "mood": {"type": ["string", "null"]},
    }
}


class Watch:
    """Remembers what a reading tells."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self.warnings: list[str] = []
        self.boundaries: list[datetime | None] = []

    def warn(self, text: str) -> None:
        """Take a warning."""
        self.warnings.append(text)

    def asked(self, window: Window) -> None:
        """Take a window."""

    def taken(self, boundary: datetime | None, expected: float) -> None:
        """Take a boundary."""
        assert expected >= 0
        self.boundaries.append(boundary)


def record_type(
    watch: Watch,
    names: Collection[str],
    *,
    time: str | None = None,
    constants: Mapping[str, object] | None = None,
    nullable_keys: Collection[str] = (),
) -> RecordType:
    """Return the type of records with some properties."""
    return RecordType(
        SCHEMA,
        names,
        time=time,
        constants=constants or {},
        nullable_keys=nullable_keys,
        field_aliases={},
        maybe_datetimes=(),
        zone=AccountZone("Asia/Dubai"),
        warn=watch.warn,
    )
