"""The arrows between the packages run one way, as docs/design.md draws them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from .documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYERS = ("airbyte", "tap", "reports", "streams", "extraction", "api")
"""Each may use what follows it."""

BY_ALL = {"background"}
"""What is beside the layers, and every one of them may use."""


def imported_by(file: Path) -> Iterator[str]:
    """Yield the part of the tap that each import of a file is from, less those for types alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "tap_callgear":
            _, *parts = (node.module or "").split(".")
            yield from parts[:1] or [name.name for name in node.names]


@pytest.mark.parametrize("layer", ["api", "extraction", "streams", "reports"])
def test_a_layer_uses_nothing_of_those_above_it(layer: str) -> None:
    above = set(LAYERS[: LAYERS.index(layer)])
    files = [*(ROOT / "tap_callgear" / layer).rglob("*.py")]
    used = {name for file in files for name in imported_by(file)}
    assert layer in used
    assert not used & above


@pytest.mark.parametrize("layer", ["api", "extraction"])
def test_the_engine_knows_nothing_of_singer(layer: str) -> None:
    files = [*(ROOT / "tap_callgear" / layer).rglob("*.py")]
    below = {*LAYERS[LAYERS.index(layer) :], *BY_ALL}
    assert {name for file in files for name in imported_by(file)} <= below
    assert not [file for file in files if "singer_sdk" in file.read_text(encoding="utf-8")]
