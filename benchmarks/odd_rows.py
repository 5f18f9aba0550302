"""Writes rows otherwise than documented, without changing what they mean: in every way that the API is known to have.

Numbers come as text and texts as numbers; an empty text, for an object an empty object, for null; null for an empty
list, and one object for a list of one; fields under other names, and fields that nobody declared, at any depth; and
times with a fraction of a second.
"""

from __future__ import annotations

import json
import re
from typing import Any

FRIENDLY, ODD, TENTH = "friendly", "odd", "tenth-odd"
KINDS = (FRIENDLY, ODD, TENTH)

_FIELD_ALIASES = {
    "hits": "hist",
    "current_banner_id": "banner_id",
    "tag_employee_full_name": "tag_employee_full",
}
_OBJECTS = {"integrated_campaign_data"}
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_NUMBER = re.compile(r"[1-9]\d{0,14}")


def spoil_page(rows: list[dict[str, Any]], kind: str) -> None:
    """Write the rows of a page otherwise, in place.

    Args:
        rows: The rows.
        kind: Which of them: one of `KINDS`.
    """
    for number, row in enumerate(rows):
        if kind == ODD or (kind == TENTH and number % 10 == 0):
            rows[number] = spoil(row)


def spoil(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write a value otherwise, and whatever it holds.

    Args:
        value: The value.

    Returns:
        The same in another form, if it has one.
    """
    if isinstance(value, dict):
        parts = {_FIELD_ALIASES.get(name, name): _part(name, part) for name, part in value.items()}
        return {**parts, "undeclared_field": {"since": "yesterday"}}
    if isinstance(value, list):
        return [spoil(part) for part in value] if len(value) > 1 else spoil(value[0]) if value else None
    if isinstance(value, str):
        return _otherwise(value)
    return json.dumps(value) if type(value) in {int, float} else value


def _part(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if value is None:
        return {} if name in _OBJECTS else ""
    return spoil(value)


def _otherwise(text: str) -> str | int:
    if _TIME.fullmatch(text):
        return f"{text}.250"
    return int(text) if _NUMBER.fullmatch(text) else text
