"""JSON lines: `target-jsonl` appends, and the last line of a key is the one that counts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from .chain import Chain, advice, target_with
from .story import TAP, Reading, account, tell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Json

pytestmark = pytest.mark.warehouse

TARGET = "target-jsonl"


def lines_of(folder: Path, stream: str) -> list[Json]:
    """Return the rows of a file, the numbers exact."""
    lines = (folder / f"{stream}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def test_loads_one_of_them_killed_leave_every_row_as_it_is_now(tmp_path: Path) -> None:
    settings = {**advice(TARGET), "destination_path": "."}
    with account() as sandbox:
        chain = Chain(sandbox, target_with(settings, TARGET, tmp_path), tap=TAP)
        tell(chain, lambda stream: lines_of(tmp_path, stream), Reading(), appended=True)
