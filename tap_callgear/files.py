"""The JSON files that the command line names. Each is read exactly once, since it may be a pipe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tap_callgear.api.errors import ConfigurationError


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
        text = f"{option}: {path} holds no JSON object."
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
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        return json.loads(text) if text.strip() else None
    except OSError as error:
        told = f"{option}: {path} cannot be read: {error.strerror}."
    except (ValueError, RecursionError):
        told = f"{option}: {path} holds no JSON."
    raise ConfigurationError(told)
