"""What the engine reads out of a JSON schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema: TypeAlias = "Mapping[str, Any]"


def type_of(schema: Schema) -> str:
    """Return a schema's first type that is not null."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return str(next(name for name in types if name != "null"))


def values_of(schema: Schema) -> Schema | None:
    """Return the schema of the values of an object whose names are data; None for an object of declared properties."""
    values = schema.get("additionalProperties")
    return values if isinstance(values, dict) else None
