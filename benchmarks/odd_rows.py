"""Writes rows otherwise than documented, without changing what they mean: in every way that the API is known to have.

Numbers come as text and texts as numbers, an empty text or object for null, one object for a list of one, fields under
other names and fields that nobody declared, and times with a fraction of a second.
"""

from __future__ import annotations

import json
import re
from typing import Any

FRIENDLY, ODD, TENTH = "friendly", "odd", "one in ten odd"
KINDS = (FRIENDLY, ODD, TENTH)

_OTHER_NAMES = {
    "hits": "hist",
    "current_banner_id": "banner_id",
    "tag_employee_full_name": "tag_employee_full",
}
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


def spoil(value: Any, place: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """Write a value otherwise.

    Args:
        value: The value, of any depth.
        place: Its place in what holds it.

    Returns:
        The same in another form, if it has one.
    """
    if isinstance(value, dict):
        parts = {_OTHER_NAMES.get(name, name): spoil(part, at) for at, (name, part) in enumerate(value.items())}
        return {**parts, "undeclared_field": {"since": "yesterday"}}
    if isinstance(value, list):
        return spoil(value[0]) if len(value) == 1 else [spoil(part) for part in value]
    if value is None:
        return "" if place % 2 else {}
    if isinstance(value, str):
        return _otherwise(value)
    return value if isinstance(value, bool) else json.dumps(value)


def _otherwise(text: str) -> str | int:
    if _TIME.fullmatch(text):
        return f"{text}.250"
    return int(text) if _NUMBER.fullmatch(text) else text
