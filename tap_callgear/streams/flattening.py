"""What the SDK's flattening needs of a record, so that it makes of it just the properties that it has told of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def fill_objects(record: dict[str, Any], properties: Mapping[str, Any], depth: int) -> None:
    """Put an object of nulls where an object that is flattened is null: else the null leaves under the object's name.

    Args:
        record: The record, or an object within one; it is changed.
        properties: The declared properties.
        depth: How many levels of objects are flattened.
    """
    if depth <= 0:
        return
    for name, schema in properties.items():
        if name not in record or not (inner := schema.get("properties")):
            continue
        if record[name] is None:
            record[name] = dict.fromkeys(inner)
        fill_objects(record[name], inner, depth - 1)
