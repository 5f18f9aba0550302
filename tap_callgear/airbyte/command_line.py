"""The command line that every Airbyte source has, and the files that it names."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILES = {"spec": (), "check": ("config",), "discover": ("config",), "read": ("config", "catalog")}
"""The commands, each with the files that it needs."""

_USAGE = (
    "source-callgear is run as one of: spec; check --config FILE; discover --config FILE; "
    "read --config FILE --catalog FILE [--state FILE]; each with --debug, if you like."
)


class _Parser(argparse.ArgumentParser):
    """A parser that does not repeat what it was given: a secret may have got into it."""

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - it holds what was given
        """Say how the command is meant."""
        raise ConfigurationError(_USAGE)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Args:
        arguments: What follows the program's name.

    Returns:
        The command, the paths of its files, and whether to tell everything.

    Raises:
        ConfigurationError: The command line is none of a source.
    """
    parser = _Parser(
        prog="source-callgear", description="Airbyte source for the CallGear Data API.", allow_abbrev=False
    )
    parser.add_argument("--debug", action="store_true", help="tell everything in the log")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    for name, files in _FILES.items():
        command = commands.add_parser(name, allow_abbrev=False)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS)
        for file in files:
            command.add_argument(f"--{file}", required=True, metavar="FILE")
        if name == "read":
            command.add_argument("--state", metavar="FILE")
    return parser.parse_args(arguments)


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
