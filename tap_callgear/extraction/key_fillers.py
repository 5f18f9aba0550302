"""What stands for parts of a key that are missing: no record leaves without them, and no table takes a key of null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.extraction.schemas import type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_callgear.extraction.schemas import Schema

MISSING = (None, "")
"""What a part of a key is where it is missing."""


def fillers_of(properties: Mapping[str, Schema], names: Iterable[str]) -> dict[str, object]:
    """Return what stands for parts of a key, by name: 0, which is no identifier anywhere, or a dash.

    An empty text would not do: some loaders make null of it, which no key of a table may be.

    Args:
        properties: The schemas of the properties.
        names: The parts that may be missing.
    """
    return {name: "-" if type_of(properties[name]) == "string" else 0 for name in names}


def fill_in(record: dict[str, Any], fillers: Mapping[str, object]) -> None:
    """Put fillers into a record where parts of its key are missing.

    Args:
        record: The record, which is changed.
        fillers: What `fillers_of` returned.
    """
    for name, filler in fillers.items():
        if record.get(name) in MISSING:
            record[name] = filler
