"""What a list may depend on, and how its rows are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from callgear_sandbox.data.world import World
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options


class Asked(NamedTuple):
    """For whom a list is told, when, and with which parameters."""

    world: World
    options: Options
    now: int
    params: Json


def rows(fields: str, *values: tuple[object, ...]) -> list[Json]:
    """Return rows that are written down like a table, under the names of their fields."""
    names = fields.split()
    return [dict(zip(names, row, strict=True)) for row in values]
