"""The arrows between the packages run one way, as docs/design.md draws them."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from .documents import ROOT
from .imports import imported, loaded

LAYERS = ("airbyte", "tap", "reports", "streams", "extraction", "api")
"""Each may use what follows it."""


def used_by(layer: str) -> set[str]:
    """Return the parts of the tap that a layer, or a module, imports something of, be it for types alone."""
    files = files_of(f"tap_callgear.{layer}")
    modules = {module for file in files for module in imported(file.read_text(encoding="utf-8"))}
    return {module.split(".")[1] for module in modules if module.startswith("tap_callgear.")}


@pytest.mark.parametrize("layer", ["api", "extraction", "streams", "reports"])
def test_a_layer_uses_nothing_of_those_above_it(layer: str) -> None:
    above = set(LAYERS[: LAYERS.index(layer)])
    assert layer in used_by(layer)
    assert not used_by(layer) & above


@pytest.mark.parametrize("part", ["inputs", "settings"])
def test_what_users_give_is_read_without_a_look_at_the_streams(part: str) -> None:
    assert used_by(part) & {"api"}
    assert not used_by(part) & set(LAYERS[: LAYERS.index("extraction")])


def files_of(module: str) -> list[Path]:
    """Return the file of a module, or all those of a package."""
    place = ROOT.joinpath(*module.split("."))
    return [*place.rglob("*.py")] if place.is_dir() else [file for file in [place.with_suffix(".py")] if file.exists()]


@pytest.mark.parametrize("layer", ["api", "extraction", "streams", "reports"])
def test_a_layer_loads_nothing_of_those_above_it_by_way_of_what_is_beside_the_layers(layer: str) -> None:
    files, waiting = set[Path](), files_of(f"tap_callgear.{layer}")
    while waiting:
        file = waiting.pop()
        if file not in files:
            files.add(file)
            waiting += [each for module in loaded(file.read_text(encoding="utf-8")) for each in files_of(module)]
    parts = {file.relative_to(ROOT / "tap_callgear").with_suffix("").parts[0] for file in files}
    assert not parts & set(LAYERS[: LAYERS.index(layer)])


@pytest.mark.parametrize("layer", ["api", "extraction"])
def test_the_engine_knows_nothing_of_singer(layer: str) -> None:
    files = [*(ROOT / "tap_callgear" / layer).rglob("*.py")]
    below = {*LAYERS[LAYERS.index(layer) :]}
    assert used_by(layer) <= below
    assert not [file for file in files if "singer_sdk" in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("package", ["tap_callgear", "callgear_sandbox", "benchmarks"])
def test_no_modules_import_each_other_in_a_circle_be_it_for_types_alone(package: str) -> None:
    files = {file: file.read_text(encoding="utf-8") for file in (ROOT / package).rglob("*.py")}
    prefix = "" if package != "benchmarks" else "benchmarks."
    used = {
        file: {ROOT.joinpath(*f"{prefix}{module}".split(".")).with_suffix(".py") for module in imported(source)}
        for file, source in files.items()
    }
    TopologicalSorter({file: others & files.keys() - {file} for file, others in used.items()}).prepare()
