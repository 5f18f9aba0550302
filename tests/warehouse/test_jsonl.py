"""JSON lines: `target-jsonl` appends, and the last line of a key is the one that counts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .chain import Chain, advice
from .story import TAP, Reading, account, tell_of_a_kill, tell_of_two_loads

if TYPE_CHECKING:
    from pathlib import Path

    from tap_callgear.sandbox import Sandbox
    from tests.support import Json

pytestmark = pytest.mark.warehouse

TARGET = "target-jsonl"


def chain_of(sandbox: Sandbox, folder: Path) -> Chain:
    """Return a chain whose target appends to one file a stream."""
    return Chain(sandbox, folder, TARGET, {**advice(TARGET), "destination_path": "."}, tap=TAP)


def lines_of(folder: Path, stream: str) -> list[Json]:
    """Return the rows of a file, the numbers exact."""
    lines = (folder / f"{stream}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def test_two_loads_leave_every_row_as_it_is_now(tmp_path: Path) -> None:
    with account() as sandbox:
        chain = chain_of(sandbox, tmp_path)
        tell_of_two_loads(chain, lambda stream: lines_of(tmp_path, stream), Reading(), appended=True)


def test_a_load_after_a_kill_is_complete(tmp_path: Path) -> None:
    with account(latency=0.05) as sandbox:
        chain = chain_of(sandbox, tmp_path)
        tell_of_a_kill(chain, lambda stream: lines_of(tmp_path, stream), Reading(), appended=True)
