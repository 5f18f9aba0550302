"""The JSON files that the command line names. Each is read exactly once, since it may be a pipe."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tap_callgear.api.errors import ConfigurationError

_STDIN = "-"
"""What stands for stdin in place of a file."""


def read_object(option: str, path: str) -> dict[str, Any]:
    """Read a JSON object from a file that the command line names.

    Args:
        option: The option that names it, for the error.
        path: Where it is.

    Returns:
        The object.

    Raises:
        ConfigurationError: There is no such file, or something else in it; what it holds is not repeated.
    """
    value = read_json(option, path)
    if not isinstance(value, dict):
        text = f"{option}: {_shown(path)} holds {'nothing' if value is None else 'JSON, but no JSON object'}."
        raise ConfigurationError(text)
    return value


def read_json(option: str, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON from a file that the command line names; an empty file is null.

    Args:
        option: The option that names it, for the error.
        path: Where it is.

    Returns:
        What it holds.

    Raises:
        ConfigurationError: There is no such file, or no JSON in it; what it holds is not repeated.
    """
    text = _text(option, path)
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError) as error:
        raise _no_json(option, path, error) from None


def read_state(option: str, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Read a state from a file that the command line names: one JSON value, or the last state of many lines.

    Args:
        option: The option that names it, for the error.
        path: Where it is.

    Returns:
        What it holds; null for an empty file.

    Raises:
        ConfigurationError: There is no such file, or no state in it; what it holds is not repeated.
    """
    text = _text(option, path)
    try:
        return json.loads(text) if text.strip() else None
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise _no_json(option, path, error) from None
    except (ValueError, RecursionError) as error:
        raise _no_json(option, path, error) from None
    for line in filter(str.strip, reversed(text.split("\n"))):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _no_json(option, path, error) from None
        if not isinstance(value, dict) or value.get("type", "STATE") == "STATE":
            return value
    told = f"{option}: {_shown(path)} holds no STATE among its lines."
    raise ConfigurationError(told)


def _shown(path: str) -> str:
    """Return a path as an error may name it: whoever gives JSON in its place may have given a secret."""
    return "what was given" if "{" in path else path


def _text(option: str, path: str) -> str:
    try:
        content = _stdin() if path == _STDIN else Path(path).read_bytes()
        return content.decode(json.detect_encoding(content))
    except OSError as error:
        told = f"{option}: {_shown(path)} cannot be read: {error.strerror}."
    except ValueError:
        told = f"{option}: {_shown(path)} holds something else than text in UTF-8."
    raise ConfigurationError(told)


def _stdin() -> bytes:
    return sys.stdin.buffer.read() if sys.stdin is not None else b""  # it may be closed


def _no_json(option: str, path: str, error: Exception) -> ConfigurationError:
    where = (
        f" (line {error.lineno}, column {error.colno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
    )
    return ConfigurationError(f"{option}: {_shown(path)} holds no JSON{where}.")
