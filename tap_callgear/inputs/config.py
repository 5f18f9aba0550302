"""Settings as users give them: brought into the declared types where it is plain what is meant, strange names told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.names import named_with_nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Json = dict[str, Any]

_BLANKS = (
    " \t\r\n\v\f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
"""What comes along where a setting is copied from a page or a file."""

_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list, such as [11, 12]",
    "object": "a JSON object",
}

_ANSWERS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def tidied(config: Mapping[str, Any], schema: Mapping[str, Any]) -> Json:
    """Bring settings into their declared types, without blanks around them; empty ones count as left out.

    Args:
        config: The settings as they were given.
        schema: The schema of all settings.

    Returns:
        The settings. What is of another type stays as it is, for the schema to refuse.

    Raises:
        ConfigurationError: A text is not what its setting needs.
    """
    declared = schema["properties"]
    told: Json = {}
    for name, value in config.items():
        try:
            read = read_value(value, declared.get(name, {}))
        except ValueError:
            text = f"The setting {name} cannot be read: it takes {words_for(declared[name])}."
            raise ConfigurationError(text) from None
        if read not in (None, ""):
            told[name] = read
    return told


def read_value(value: Any, declared: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Read a value as what is declared.

    Args:
        value: The value, often a text.
        declared: The schema of its setting.

    Returns:
        The value.

    Raises:
        ValueError: The text is none of what is declared.
    """
    kind = type_of(declared)
    if isinstance(value, str):
        value = value.strip(_BLANKS)
        if value and kind not in {"", "string"}:
            try:
                value = _read_text(value, kind)
            except RecursionError as error:  # lists in lists without end
                raise ValueError(kind) from error
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind == "array" and isinstance(value, (int, float, dict)) and not isinstance(value, bool):
        value = [value]
    if kind == "array" and isinstance(value, list):
        return [read_value(each, declared.get("items", {})) for each in value]
    return value


def yes_or_no(text: str) -> bool | None:
    """Return what a word says, such as `yes` or `off`; None where it says neither."""
    return _ANSWERS.get(text.lower())


def words_for(declared: Mapping[str, Any]) -> str:
    """Say what a setting takes."""
    if type_of(declared.get("items", {})) == "integer":
        return "a list of whole numbers, such as [11, 12]"
    return _WORDS.get(type_of(declared), "a text")


def type_of(declared: Mapping[str, Any]) -> str:
    """Return the one type of a setting beside null; empty where none is declared."""
    types = declared.get("type", ())
    return next((kind for kind in ([types] if isinstance(types, str) else types) if kind != "null"), "")


def strange_names(config: Mapping[str, Any], known: Collection[str]) -> str:
    """Say which names there are no settings of; empty where there are none.

    Args:
        config: The settings as they were given. A name that begins with an underscore is somebody else's.
        known: The names of all settings.
    """
    strange = [name for name in config if name not in known and not name.startswith("_")]
    return f"There are no such settings: {named_with_nearest(strange, known)}; they are left aside." if strange else ""


def _read_text(text: str, kind: str) -> Any:  # noqa: ANN401 - any JSON
    if kind == "integer":
        return int(text.removesuffix(".0"))
    if kind == "number":
        return float(text)
    if kind == "boolean":
        if (answer := yes_or_no(text)) is None:
            raise ValueError(text)
        return answer
    if kind == "array" and text.startswith("{"):
        return [json.loads(text)]
    if kind == "array" and not text.startswith("["):
        return text.split(",")
    return json.loads(text)
