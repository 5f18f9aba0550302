"""Markdown tables, and their places on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_END = "<!-- end -->"


def in_place(pages: Mapping[Path, str], written: Mapping[str, str]) -> dict[Path, str]:
    """Put texts between their marks.

    Args:
        pages: What the pages say now.
        written: The texts by their names.

    Returns:
        What the pages say then.

    Raises:
        ValueError: No page has a place for one of the texts.
    """
    texts = dict(pages)
    for name, text in written.items():
        mark = f"<!-- benchmark: {name} -->\n"
        page = next((page for page, said in texts.items() if mark in said), None)
        if page is None:
            message = f"No page has a place for {name}."
            raise ValueError(message)
        before, _, rest = texts[page].partition(mark)
        texts[page] = f"{before}{mark}{text}\n{_END}{rest.partition(_END)[2]}"
    return texts


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table; a column whose cells are figures stands to the right."""
    sides = ["---:" if rows and _is_figure(rows[0][column]) else "---" for column in range(len(heads))]
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(sides)}|"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _is_figure(cell: object) -> bool:
    return str(cell)[:1].isdecimal()
