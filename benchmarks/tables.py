"""Tables in Markdown, printed and put into their places in the README."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

README = Path(__file__).parent.parent / "README.md"


@dataclass(frozen=True)
class Table:
    """The result of one benchmark.

    Attributes:
        name: Its place in the README: a pair of comments with this name.
        heads: The heads of the columns.
        rows: The rows.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]

    @property
    def text(self) -> str:
        """Give the table in Markdown."""
        lines = [f"| {' | '.join(self.heads)} |", f"|{'---|' * len(self.heads)}"]
        lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in self.rows]
        return "\n".join(lines)


def put_into_readme(table: Table) -> None:
    """Replace what stands between the table's two comments.

    Raises:
        ValueError: The README has no place for it.
    """
    text = README.read_text(encoding="utf-8")
    place = re.compile(f"(<!-- {table.name} -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)
    if not place.search(text):
        message = f"The README has no place for {table.name}."
        raise ValueError(message)
    README.write_text(place.sub(lambda found: found[1] + table.text + found[2], text), encoding="utf-8")
