"""Single values: each read for what it means in its declared type, however the API has written it.

Every reader takes a value as JSON gives it, numbers with a point as decimals, and returns None for a missing one.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

MOST_EXPONENT = 300
"""Powers of ten beyond which a number is no amount, and would be infinity or nothing to whoever reads it as a float."""

LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**63 - 1
"""Whole numbers that every loader keeps: a column of them has 64 bits."""

_EXACT_IN_A_FLOAT = 2**53
_DIGITS_OF_64_BITS = 19
_MOST_DIGITS = 4000
"""Digits that Python turns into a whole number without being told to."""

_TRUE = frozenset({"true", "1", "t", "yes"})
_FALSE = frozenset({"false", "0", "-0", "f", "no"})
_CLOCK_PARTS = (2, 3)
_CLOCK_PART = re.compile("[0-9]{1,9}")

_HOLDERS = (dict, list)

_value = msgspec.json.Decoder(float_hook=Decimal)
_json = msgspec.json.Encoder(decimal_format="number")


class Unreadable(Exception):
    """A value that its declared type cannot hold."""


def parse(row: msgspec.Raw) -> dict[str, Any]:
    """Parse a row.

    Args:
        row: The row as JSON text.

    Returns:
        Its fields.

    Raises:
        msgspec.DecodeError: The row is no object.
    """
    parts = parse_value(row)
    if not isinstance(parts, dict):
        text = "a row is no object"
        raise msgspec.ValidationError(text)
    return parts


def parse_value(told: msgspec.Raw) -> Any:  # noqa: ANN401 - whatever it holds
    """Parse a value, however many digits its numbers have."""
    try:
        return _value.decode(told)
    except msgspec.ValidationError:
        return json.loads(bytes(told), parse_float=Decimal, parse_int=_digits)


def is_empty(value: object) -> bool:
    """Whether a value says that there is none: null, which may come as a text, or an empty text, list or object."""
    if isinstance(value, str):
        return not value or value.strip().lower() in {"", "null"}
    return value is None or (not value and isinstance(value, _HOLDERS))


def text(value: object) -> str | None:
    """Read a text; whatever is none becomes one, objects and lists as JSON."""
    if isinstance(value, str):
        return value
    if value is None or (not value and isinstance(value, _HOLDERS)):
        return None
    return str(value) if type(value) is int else _json.encode(value).decode()


def integer(value: object) -> int | None:
    """Read a whole number, or a duration as a clock shows it, in seconds."""
    if isinstance(value, str):
        if value.isdecimal() and value.isascii() and len(value) < _DIGITS_OF_64_BITS:
            return int(value)
        if ":" in value:
            return _clock_seconds(value)
    whole = value if type(value) is int else _rounded(number(value))
    if whole is not None and not LEAST_INTEGER <= whole <= GREATEST_INTEGER:
        raise Unreadable
    return whole


def number(value: object) -> Decimal | None:
    """Read a number exactly: no binary fraction stands in for a decimal one."""
    if is_empty(value):
        return None
    if isinstance(value, str):
        value = "".join(value.split())
    if not isinstance(value, (str, int, Decimal)):
        raise Unreadable
    try:
        return finite(Decimal(value))
    except InvalidOperation:
        raise Unreadable from None


def finite(exact: Decimal) -> Decimal:
    """Return a number that is an amount, a negative nought without its sign."""
    if not exact.is_finite() or abs(exact.adjusted()) > MOST_EXPONENT:
        raise Unreadable
    return exact or abs(exact)


def boolean(value: object) -> bool | None:
    """Read a yes or no in any of its spellings."""
    if isinstance(value, bool):
        return value
    if is_empty(value):
        return None
    told = str(value).strip().lower()
    if told in _TRUE:
        return True
    if told in _FALSE:
        return False
    raise Unreadable


def _rounded(exact: Decimal | None) -> int | None:
    """Read a whole number that has a point; a fraction too fine for a float is an error of rounding."""
    if not exact:
        return None if exact is None else 0
    if exact.adjusted() >= _DIGITS_OF_64_BITS:
        raise Unreadable
    whole = round(exact)
    if whole == exact or (abs(whole) < _EXACT_IN_A_FLOAT and float(exact) == whole):
        return whole
    raise Unreadable


def _clock_seconds(told: str) -> int:
    """Read ``MM:SS`` or ``HH:MM:SS``."""
    parts = told.strip().split(":")
    if len(parts) not in _CLOCK_PARTS or not all(_CLOCK_PART.fullmatch(part) for part in parts):
        raise Unreadable
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds


def _digits(told: str) -> int | Decimal:
    return int(told) if len(told) < _MOST_DIGITS else Decimal(told)
