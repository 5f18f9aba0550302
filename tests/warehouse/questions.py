"""docs/questions.md: what each analysis asks, and what it answers over the story that the models are told.

Write it anew after an intended change, and read the difference::

    RENEW_ANSWERS=1 python -m pytest tests/warehouse/test_models.py
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from tests.documents import ROOT

from .dbt_project import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.support import Json

PAGE: Final = ROOT / "docs" / "questions.md"
HEAD, _, _ = PAGE.read_text(encoding="utf-8").partition("<!-- answers")
NOTE: Final = "<!-- answers: tests/warehouse/questions.py writes them -->"
LONGEST: Final = 8
"""Rows of an answer that the page shows."""

NUMBER: Final = re.compile(r"-?[\d,]+(\.\d+)?")
REFERENCE: Final = re.compile(r"ref\('(\w+)'\)")


def renew(answers: Mapping[str, Sequence[Json]]) -> None:
    """Write the page, if that is asked for."""
    if os.environ.get("RENEW_ANSWERS"):
        sections = "".join(section(name, rows) for name, rows in answers.items())
        PAGE.write_text(f"{HEAD}{NOTE}\n{sections}", encoding="utf-8")


def section(name: str, rows: Sequence[Json]) -> str:
    """Return what the page says of an analysis."""
    query = (MODELS / "analyses" / f"{name}.sql").read_text(encoding="utf-8")
    title, _, question = query.partition("\n")[0].removeprefix("-- ").partition(": ")
    models = ", ".join(f"`{model}`" for model in dict.fromkeys(REFERENCE.findall(query)))
    lines = [
        f"\n## {title}\n",
        f"{question[0].upper()}{question[1:]}\n",
        table(rows),
        f"`{name}` asks {models}." + (f" There are {len(rows) - LONGEST} rows more." if len(rows) > LONGEST else ""),
    ]
    return "\n".join(lines) + "\n"


def table(rows: Sequence[Json]) -> str:
    """Return the first rows as a table of Markdown, in which figures end at the right."""
    heads = list(rows[0])
    cells = [[text(row[head]) for head in heads] for row in rows[:LONGEST]]
    rules = [
        "--:" if all(NUMBER.fullmatch(row[place]) or not row[place] for row in cells) else "---"
        for place in range(len(heads))
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in (heads, rules, *cells))


def text(value: object) -> str:
    """Return a cell; money that has no more than two places is shown with two."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    told = str(value)
    return f"{float(told):,.2f}" if re.fullmatch(r"-?\d+\.\d{3,}", told) else told


def comparable(rows: Sequence[Json]) -> list[dict[str, object]]:
    """Return the rows that the page shows, with numbers for figures, which warehouses round in their own ways."""
    return [{head: value_of(text(value)) for head, value in row.items()} for row in rows[:LONGEST]]


def value_of(cell: str) -> object:
    """Return a number for a cell that holds one."""
    return float(cell.replace(",", "")) if NUMBER.fullmatch(cell) else cell


def answers_on_the_page() -> dict[str, list[dict[str, object]]]:
    """Return the rows of each analysis that the page shows."""
    return dict(_answers(PAGE.read_text(encoding="utf-8")))


def _answers(page: str) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for part in page.split("\n## ")[1:]:
        lines = [line[2:-2].split(" | ") for line in part.splitlines() if line.startswith("| ")]
        (name,) = re.findall(r"^`(\w+)` asks", part, re.MULTILINE)
        yield name, [{head: value_of(cell) for head, cell in zip(lines[0], cells, strict=True)} for cells in lines[2:]]
