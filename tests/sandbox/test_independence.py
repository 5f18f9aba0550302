"""The sandbox is a witness of its own: it knows nothing of the tap that is judged by it."""

from __future__ import annotations

from pathlib import Path

import callgear_sandbox
from tests.imports import imported


def test_the_sandbox_imports_nothing_of_the_tap() -> None:
    sources = sorted(Path(callgear_sandbox.__file__).parent.rglob("*.py"))
    names = {name.partition(".")[0] for path in sources for name in imported(path.read_text(encoding="utf-8"))}
    assert "callgear_sandbox" in names
    assert "tap_callgear" not in names
    assert "singer_sdk" not in names
