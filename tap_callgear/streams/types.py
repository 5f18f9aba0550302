"""The few kinds of property that declarations are made of.

A key is always there; anything else may be null. What the documentation lists as possible values is named in the
description and not enforced: the API may add more.
"""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th


def string(name: str, description: str, *, key: bool = False) -> th.Property[str]:
    """Declare a text; a key is always there, anything else may be null."""
    return th.Property(name, th.StringType, required=key, description=description)


def enum(name: str, description: str, *values: str, key: bool = False) -> th.Property[str]:
    """Declare a text whose documented values are named but not enforced: the API may add more."""
    return string(name, documented(description, *values), key=key)


def integer(name: str, description: str, *, key: bool = False) -> th.Property[int]:
    """Declare an identifier, a count or a number of seconds."""
    return th.Property(name, th.IntegerType, required=key, description=description)


def number(name: str, description: str) -> th.Property[float]:
    """Declare a number that may have decimals, such as money."""
    return th.Property(name, th.NumberType, description=description)


def boolean(name: str, description: str) -> th.Property[bool]:
    """Declare a yes or no."""
    return th.Property(name, th.BooleanType, description=description)


def date_time(name: str, description: str, *, key: bool = False) -> th.Property[str]:
    """Declare a point in time."""
    return th.Property(name, th.DateTimeType, required=key, description=description)


def date(name: str, description: str, *, key: bool = False) -> th.Property[str]:
    """Declare a calendar day of the account, which is no point in time and has no zone."""
    return th.Property(name, th.DateType, required=key, description=description)


def strings(name: str, description: str) -> th.Property[list[str]]:
    """Declare a list of texts."""
    return th.Property(name, th.ArrayType(th.StringType), description=description)


def integers(name: str, description: str) -> th.Property[list[int]]:
    """Declare a list of identifiers."""
    return th.Property(name, th.ArrayType(th.IntegerType), description=description)


def counts(name: str, description: str) -> th.Property[Any]:
    """Declare an object whose names are data and whose values are whole numbers.

    It names no properties, not even that there are none: to those who flatten objects it is then one value.
    """
    kind = th.CustomType({"type": ["object"], "additionalProperties": th.IntegerType.type_dict})
    return th.Property(name, kind, description=description)


def object_(name: str, description: str, *properties: th.Property[Any]) -> th.Property[Any]:
    """Declare one nested object with these properties."""
    return th.Property(name, nested(*properties), description=description)


def objects(name: str, description: str, *properties: th.Property[Any]) -> th.Property[list[Any]]:
    """Declare a list of nested objects with these properties."""
    return th.Property(name, th.ArrayType(nested(*properties)), description=description)


def nested(*properties: th.Property[Any]) -> th.ObjectType:
    """Return the type of a nested object, which promises no undeclared properties."""
    return th.ObjectType(*properties, additional_properties=None)


def as_key(declared: th.Property[Any], note: str = "") -> th.Property[Any]:
    """Return a property as part of the key, with what is to be said of it there."""
    description = " ".join(filter(None, (declared.description, note)))
    return th.Property(declared.name, declared.wrapped, required=True, description=description)


def documented(description: str, *values: str) -> str:
    """Add the values that the documentation knows to a description."""
    return f"{description} Documented values: {', '.join(values)}."
