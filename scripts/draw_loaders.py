"""Draw what loads took: python draw_loaders.py LOADERS.json PICTURE.svg, in the environment of target-duckdb."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pygal
from charts import OPTIONS, STRONG, dark_style, style

_COLORS = ("#2a78d6", "#d9a05b")

_NAME = "loaders"

_ROWS = 100_000


def draw(loads: list[dict[str, Any]]) -> pygal.StackedBar:
    """Draw a bar a load: the processor time of the reader, and that of the loader on top of it.

    Args:
        loads: The figures.

    Returns:
        The picture.
    """
    chart = pygal.HorizontalStackedBar(
        title=f"Seconds of processor time for {_ROWS:,} rows",
        x_labels=[f"{load['into']}, by {load['reader']}" for load in reversed(loads)],
        print_values=True,
        width=900,
        height=560,
        spacing=10,
        style=style(_COLORS, value_font_size=12, value_colors=(STRONG,) * len(_COLORS), major_label_font_size=13),
        css=["file://style.css", "file://graph.css", f"inline:{dark_style(_NAME)}"],
        **OPTIONS,
    )
    # The same figures make the same file.
    chart.uuid = _NAME
    for title, name in (("reader", "reader_cpu"), ("loader", "loader_cpu")):
        chart.add(title, [load[name] * _ROWS / load["rows"] for load in reversed(loads)])
    return chart


def main() -> None:
    """Draw the picture."""
    results, picture = map(Path, sys.argv[1:])
    draw(json.loads(results.read_text(encoding="utf-8"))["loads"]).render_to_file(str(picture))


if __name__ == "__main__":
    main()
