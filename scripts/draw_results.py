"""Draw the throughput: python draw_results.py RESULTS.json PICTURE.svg, in the environment of target-duckdb."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pygal
from charts import OPTIONS, STRONG, dark_style, style

_COLORS = {
    "tap-callgear": "#2a78d6",
    "source-callgear": "#1baf7a",
    "stock SDK tap": "#a5a49c",
    "Airbyte low-code": "#d9a05b",
}

_NAME = "results"


def draw(throughput: list[dict[str, object]]) -> pygal.Bar:
    """Draw a group of bars a stream and kind of rows, a bar a reader.

    Args:
        throughput: The figures.

    Returns:
        The picture.
    """
    groups = dict.fromkeys(f"{row['stream']}, {row['rows']}" for row in throughput)
    chart = pygal.Bar(
        title="Records a second, start-up included",
        x_labels=list(groups),
        print_values=True,
        print_values_position="top",
        width=1200,
        height=430,
        spacing=10,
        style=style(
            _COLORS.values(),
            value_font_size=11,
            value_colors=(STRONG,) * len(_COLORS),
            major_label_font_size=14,
            opacity_hover=".85",
        ),
        css=["file://style.css", "file://graph.css", f"inline:{dark_style(_NAME)}"],
        **OPTIONS,
    )
    # The same figures make the same file.
    chart.uuid = _NAME
    for name in _COLORS:
        chart.add(name, [row["a_second"] for row in throughput if row["subject"] == name])
    return chart


def main() -> None:
    """Draw the picture."""
    results, picture = map(Path, sys.argv[1:])
    draw(json.loads(results.read_text(encoding="utf-8"))["throughput"]).render_to_file(str(picture))


if __name__ == "__main__":
    main()
