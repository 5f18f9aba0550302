"""Takes the documents of the project apart, so that tests can hold them against the code and run what they print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.tap import TapCallGear

ROOT = Path(__file__).parent.parent

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
    "callgear_sandbox/README.md",
    "airbyte/source-callgear/README.md",
    "airbyte/source-callgear/documentation.md",
)
"""Every page that people read, by its path from the project's folder."""

_FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A block of code on a page.

    Attributes:
        section: The anchor of the heading that it stands under.
        language: The language that it is tagged with.
        title: The file that it is the content of, or the terminal that it is for; empty where it has none.
        text: What it holds.
    """

    section: str
    language: str
    title: str
    text: str


class Document:
    """A Markdown page of the project."""

    def __init__(self, name: str) -> None:
        """Read the page.

        Args:
            name: Its path from the project's folder.
        """
        self.text = (ROOT / name).read_text(encoding="utf-8")
        self.prose = _FENCE.sub("", self.text)

    def all_blocks(self) -> list[Block]:
        """Return every block of code, in the order of the page."""
        blocks = []
        section, seen = "", 0
        for fence in _FENCE.finditer(self.text):
            # A line that begins with a number sign within a block is no heading.
            headings = _HEADING.findall(self.text[seen : fence.start()])
            section, seen = _anchor(headings[-1]) if headings else section, fence.end()
            language, title, text = fence.groups()
            blocks.append(Block(section, language, title or "", text))
        return blocks

    def blocks(self, language: str) -> list[str]:
        """Return the blocks of code in a language."""
        return [block.text for block in self.all_blocks() if block.language == language]

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
        return {_anchor(heading) for heading in _HEADING.findall(self.prose)}


def shape(line: str) -> str:
    """Return a line of output without its numbers and without what sets it into columns."""
    return " ".join(re.sub(r"[\d,.:-]+", "0", line).split())


def code(text: str) -> str:
    """Return what stands between backticks."""
    return text.removeprefix("`").removesuffix("`")


def own_settings() -> dict[str, Any]:
    """Return the tap's settings without those that the SDK adds to every tap's."""
    added: dict[str, Any] = {"properties": {}}
    TapCallGear.append_builtin_config(added)
    return {name: kind for name, kind in CONFIG_SCHEMA["properties"].items() if name not in added["properties"]}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-")
