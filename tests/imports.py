"""Reads which modules a source imports."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def imported(source: str) -> Iterator[str]:
    """Yield the names of all modules that a source imports, and of what it takes out of them, wherever in it."""
    yield from _imported_by(ast.walk(ast.parse(source)))


def loaded(source: str) -> Iterator[str]:
    """Yield the same of what is imported while the source itself is, so not for types alone."""
    yield from _imported_by(ast.parse(source).body)


def _imported_by(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative"
            yield str(node.module)
            yield from (f"{node.module}.{name.name}" for name in node.names)
