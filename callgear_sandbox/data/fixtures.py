"""What is written down: the rows of small lists, and tables that other rows are made up from.

Nothing here belongs to anybody: domains are example domains, addresses and phone numbers are from the ranges set aside
for documentation and drama, and persons and providers are invented.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox.encoding import Json

_T = TypeVar("_T")


def _read(name: str) -> dict[str, list[Any]]:
    content: dict[str, list[Any]] = msgspec.json.decode(files(__package__).joinpath(name).read_bytes())
    return content


LISTS: Final[Mapping[str, list[Json]]] = _read("lists.json")
"""The rows of lists that are the same for everybody, by method."""

TABLES: Final[Mapping[str, list[Any]]] = _read("tables.json")
"""What rows are made up from."""


def rows_as(method: str, kind: type[_T]) -> tuple[_T, ...]:
    """Return the rows of a list as objects, with those of their fields that the class has."""
    return msgspec.convert(LISTS[method], tuple[kind, ...])  # type: ignore[valid-type]
