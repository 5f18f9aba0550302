"""Reads which modules a source imports."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def imported(source: str) -> Iterator[str]:
    """Yield the names of all modules that a source imports, and of what it takes out of them, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative"
            yield str(node.module)
            yield from (f"{node.module}.{name.name}" for name in node.names)
