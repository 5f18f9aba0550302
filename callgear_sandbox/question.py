"""What every method is made of: a question comes in, an answer goes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from callgear_sandbox.access import Access
    from callgear_sandbox.data.world import World
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options
    from callgear_sandbox.parameters import Parameter

Shape = Literal["data", "meta_data", "bare", "object"]
"""How a result is drawn: data with metadata, the same under another name, the rows alone, or the one row as data."""


@dataclass(frozen=True)
class Question:
    """All that a method may look at to answer a call."""

    params: Json
    options: Options
    now: int
    chance: Random
    access: Access
    worlds: Callable[[int | None], World]

    @property
    def world(self) -> World:
        """Return the data of the account, or of the customer who is asked for."""
        user_id = self.params.get("user_id")
        return self.worlds(user_id if isinstance(user_id, int) else None)


@dataclass(frozen=True)
class Answer:
    """What a method answers: encoded data and, of lists, how many rows there are."""

    data: bytes
    rows: int = 0
    total: int | None = None
    shape: Shape = "data"


@dataclass(frozen=True)
class Method:
    """A method of the Data API, as its documentation page describes it."""

    name: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Question], Answer]
    audience: Literal["anyone", "client", "agent", "both"] = "both"
    right: Literal["account", "report"] | None = None
    cost: int = 1
