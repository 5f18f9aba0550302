"""What a list that is made up when it is asked for may look at."""

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
