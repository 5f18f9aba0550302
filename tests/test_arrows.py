"""The arrows between the packages run one way, as docs/design.md draws them."""

from __future__ import annotations

import pytest

from .documents import ROOT
from .imports import imported

LAYERS = ("airbyte", "tap", "reports", "streams", "extraction", "api")
"""Each may use what follows it."""

BY_ALL = {"background"}
"""What is beside the layers, and every one of them may use."""


def used_by(layer: str) -> set[str]:
    """Return the parts of the tap that a layer imports something of, be it for types alone."""
    files = (ROOT / "tap_callgear" / layer).rglob("*.py")
    modules = {module for file in files for module in imported(file.read_text(encoding="utf-8"))}
    return {module.split(".")[1] for module in modules if module.startswith("tap_callgear.")}


@pytest.mark.parametrize("layer", ["api", "extraction", "streams", "reports"])
def test_a_layer_uses_nothing_of_those_above_it(layer: str) -> None:
    above = set(LAYERS[: LAYERS.index(layer)])
    assert layer in used_by(layer)
    assert not used_by(layer) & above


@pytest.mark.parametrize("layer", ["api", "extraction"])
def test_the_engine_knows_nothing_of_singer(layer: str) -> None:
    files = [*(ROOT / "tap_callgear" / layer).rglob("*.py")]
    below = {*LAYERS[LAYERS.index(layer) :], *BY_ALL}
    assert used_by(layer) <= below
    assert not [file for file in files if "singer_sdk" in file.read_text(encoding="utf-8")]
