"""The sandbox is a witness of its own: it knows nothing of the tap that is judged by it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import callgear_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


def imported(source: str) -> Iterator[str]:
    """Yield the names of all modules that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative"
            yield str(node.module)


def test_the_sandbox_imports_nothing_of_the_tap() -> None:
    sources = sorted(Path(callgear_sandbox.__file__).parent.rglob("*.py"))
    names = {name.partition(".")[0] for path in sources for name in imported(path.read_text(encoding="utf-8"))}
    assert "callgear_sandbox" in names
    assert "tap_callgear" not in names
    assert "singer_sdk" not in names
