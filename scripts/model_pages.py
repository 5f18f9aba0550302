"""Write the page of the models, and the picture of what is made of what, from transform/.

It runs in .venv: python scripts/model_pages.py [--check]. The marts stand on the page below a comment; every other word
of it is written by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parent.parent
MODELS: Final = ROOT / "transform" / "models"
PAGE: Final = ROOT / "docs" / "models.md"
PICTURE: Final = ROOT / "docs" / "lineage.svg"
MARK: Final = "<!-- marts: written by scripts/model_pages.py -->\n"

REFERENCE: Final = re.compile(r"ref\('(\w+)'\)")
BLOCK: Final = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
DOC: Final = re.compile(r"{{ doc\('(\w+)'\) }}")

COLORS: Final = {"stg": "#e8eef7", "int": "#f1efe8", "": "#e3f4ec"}
"""By what the name of a model begins with: what is loaded, what lies between, and the marts."""

WIDTH, HEIGHT, GAP, COLUMN = 190, 26, 10, 250
STYLE: Final = "font: 13px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"


def main() -> None:
    """Write both, or check that they are written."""
    parser = argparse.ArgumentParser(description="Write the page and the picture of the models.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if one of them is not up to date")
    is_check = parser.parse_args().check
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    for path, text in ((PAGE, f"{head}{mark}{marts()}"), (PICTURE, picture())):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if is_check:
            sys.exit(f"{path.relative_to(ROOT)} is out of date: run python scripts/model_pages.py")
        path.write_text(text, encoding="utf-8")


def marts() -> str:
    """Return what each mart holds, column by column."""
    properties: dict[str, Any] = msgspec.yaml.decode((MODELS / "marts" / "_callgear__marts.yml").read_bytes())
    told = dict(BLOCK.findall((MODELS / "columns.md").read_text(encoding="utf-8")))
    lines = []
    for model in properties["models"]:
        lines += ["", f"### {model['name']}", "", model["description"], "", "| column | what it holds |", "|---|---|"]
        for column in model["columns"]:
            description = DOC.sub(lambda found: told[found[1]], column["description"])
            lines.append(f"| `{column['name']}` | {description} |")
    return "".join(f"{line}\n" for line in lines)


def parents() -> dict[str, set[str]]:
    """Return what each model is made of; a staging model is made of the table of its stream."""
    return {
        path.stem: set(REFERENCE.findall(path.read_text(encoding="utf-8")))
        for path in sorted(MODELS.glob("*/*.sql"))
        if path.parent.name != "staging"
    }


def placed(made_of: Mapping[str, set[str]]) -> Iterator[tuple[str, int, float]]:
    """Yield each model with its column, to the right of all that it is made of, and its place in it."""
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            depths[name] = 1 + max(map(depth, made_of[name])) if name in made_of else 0
        return depths[name]

    for name in made_of:
        depth(name)
    children = {name: [model for model, told in made_of.items() if name in told] for name in depths}
    ranks: dict[str, float] = {}
    for column, names in groupby(sorted(depths, key=lambda name: (depths[name], name)), key=depths.__getitem__):
        near = list(names)
        if column == 0:
            near.sort(key=lambda name: (sorted(children[name]), name))
        else:
            # What nothing else is made of goes below, out of the way of the lines.
            near.sort(key=lambda name: (not children[name], sum(ranks[told] for told in made_of[name])))
        for place, name in enumerate(near):
            ranks[name] = place * (HEIGHT + GAP) + (0 if column == 0 else 2 * HEIGHT)
            yield name, column, ranks[name]


def picture() -> str:
    """Return the picture: a box a model, and a line from each to what is made of it."""
    made_of = parents()
    boxes = {name: (column * COLUMN + 10, y + 10) for name, column, y in placed(made_of)}
    width = max(x for x, _ in boxes.values()) + WIDTH + 10
    height = max(y for _, y in boxes.values()) + HEIGHT + 10
    size = f'viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', '<rect width="100%" height="100%" fill="#ffffff"/>']
    for name, told in made_of.items():
        x, y = boxes[name]
        for parent in sorted(told):
            from_x, from_y = boxes[parent][0] + WIDTH, boxes[parent][1] + HEIGHT / 2
            middle, end = (from_x + x) / 2, y + HEIGHT / 2
            curve = f"M{from_x} {from_y:.0f}C{middle:.0f} {from_y:.0f} {middle:.0f} {end:.0f} {x} {end:.0f}"
            lines.append(f'<path d="{curve}" fill="none" stroke="#a5a49c"/>')
    for name, (x, y) in boxes.items():
        kind, _, label = name.partition("callgear__")
        label = f"{label} (between)" if kind == "int_" else label
        box = f'x="{x}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="5"'
        lines.append(f'<rect {box} fill="{COLORS[kind.rstrip("_")]}" stroke="#898781"/>')
        lines.append(f'<text x="{x + 10}" y="{y + 17:.0f}" fill="#0b0b0b" style="{STYLE}">{label}</text>')
    return "".join(f"{line}\n" for line in [*lines, "</svg>"])


if __name__ == "__main__":
    main()
