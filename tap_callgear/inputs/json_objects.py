"""JSON objects in what users give."""

from __future__ import annotations

from typing import Any

from tap_callgear.api.errors import ConfigurationError


def object_or_empty(value: object, refusal: str) -> dict[str, Any]:
    """Return an object; nothing counts as an empty one.

    Args:
        value: The value.
        refusal: What to say of anything else.

    Raises:
        ConfigurationError: It is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigurationError(refusal)
    return value
