"""Takes the documents of the project apart, so that tests can hold them against the code's own declarations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear

ROOT = Path(__file__).parent.parent

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


class Document:
    """A Markdown page of the project."""

    def __init__(self, name: str) -> None:
        """Read the page.

        Args:
            name: Its path from the project's folder.
        """
        self.text = (ROOT / name).read_text(encoding="utf-8")
        self.prose = _FENCE.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """Return the blocks of code in a language."""
        return [body for kind, body in _FENCE.findall(self.text) if kind == language]

    def commands(self) -> list[list[str]]:
        """Return the words of each command that a reader is told to run, comments and here-documents left out."""
        shell = "\n".join(self.blocks("sh"))
        shell = re.sub(r"<<'END'\n.*?^END$", "", shell, flags=re.DOTALL | re.MULTILINE)
        inline = re.findall(r"`((?:bash|python|tap-callgear|callgear-sandbox) [^`]+)`", self.prose)
        pieces = re.split(r"[\n|;&]", re.sub(r"#.*", "", "\n".join([shell, *inline])))
        return [words for piece in pieces if (words := piece.split())]

    def table(self, *heads: str) -> list[list[str]]:
        """Return the cells of the table with these heads, row by row."""
        lines = self.text.splitlines()
        start = lines.index(f"| {' | '.join(heads)} |") + 2
        rows = []
        for line in lines[start:]:
            if not line.startswith("|"):
                break
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        return rows

    def links(self) -> list[str]:
        """Return the links to this page and to other files of the project."""
        return [link for link in _LINK.findall(self.prose) if "://" not in link]

    def anchors(self) -> set[str]:
        """Return what a link may point to within the page."""
        headings = _HEADING.findall(self.prose)
        return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def code(text: str) -> str:
    """Return what stands between backticks."""
    return text.removeprefix("`").removesuffix("`")


def own_settings() -> dict[str, Any]:
    """Return the tap's settings without those that the SDK adds to every tap's."""
    added: dict[str, Any] = {"properties": {}}
    TapCallGear.append_builtin_config(added)
    return {name: kind for name, kind in CONFIG_SCHEMA["properties"].items() if name not in added["properties"]}
