"""Settings from environment variables, and from the file `.env` of the current folder."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotenv import dotenv_values

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.config import read_value, words_for

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "TAP_CALLGEAR_"
"""What the names of the variables begin with."""

_FILE = Path(".env")
_NO_SETTINGS = ("LOGLEVEL",)
"""What follows the prefix in variables that are read by others. Meltano's own begin with one more underscore."""

_QUOTATION_MARKS = "\"'"
_MAY_BE_QUOTED = ("login", "password")


def settings_from_environment(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Read settings from environment variables; those that are not set may stand in `.env`.

    Args:
        schema: The schema of all settings, those that the SDK adds among them.

    Returns:
        The settings whose variables are set and not empty, and whatever else begins with the prefix.

    Raises:
        ConfigurationError: A variable or the file cannot be read; the text names it.
    """
    _load_file()
    declared = schema["properties"]
    settings: dict[str, Any] = {}
    for variable, text in os.environ.items():
        rest = variable.removeprefix(PREFIX)
        if rest == variable or rest in _NO_SETTINGS or rest.startswith("_") or not text:
            continue
        name = rest.lower()
        try:
            settings[name] = read_value(_unquoted(name, text), declared.get(name, {}))
        except ValueError:
            told = f"The environment variable {variable} cannot be read: {name} takes {words_for(declared[name])}."
            raise ConfigurationError(told) from None
    return settings


def _unquoted(name: str, text: str) -> str:
    """Return a text without the quotation marks around it: not every tool that reads such files takes them off.

    A log-in may hold such marks.
    """
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTATION_MARKS
    return text[1:-1] if is_quoted and name not in _MAY_BE_QUOTED else text


def _load_file() -> None:
    """Set the variables that the file names and nothing else sets."""
    try:
        if not _FILE.exists():
            return
    except PermissionError:  # the folder is somebody else's, and so is what is in it
        return
    try:
        values = dotenv_values(stream=io.StringIO(_FILE.read_text(encoding="utf-8-sig")))
        for name, value in values.items():
            os.environ.setdefault(name, value or "")
    except OSError as error:
        text = f"The file {_FILE} of the current folder cannot be read: {error.strerror}."
    except ValueError:
        text = f"The file {_FILE} of the current folder is no text in UTF-8: save it as such."
    else:
        return
    raise ConfigurationError(text)
