"""The command line that every Airbyte source has."""

from __future__ import annotations

import argparse
from importlib import metadata
from typing import TYPE_CHECKING, NoReturn

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
        SystemExit: It asked for help or for the version, which is printed.
    """
    parser = _Parser(
        prog="source-callgear",
        description="Airbyte source for the CallGear Data API.",
        epilog=_USAGE,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"source-callgear v{metadata.version('tap-callgear')}")
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
