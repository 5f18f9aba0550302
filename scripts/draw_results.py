"""Draw the throughput: python draw_results.py RESULTS.json PICTURE.svg, in the environment of target-duckdb."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pygal
from charts import OPTIONS, STRONG, style

_COLORS = {
    "tap-callgear": "#2a78d6",
    "source-callgear": "#1baf7a",
    "stock SDK tap": "#a5a49c",
    "Airbyte low-code": "#d9a05b",
}

_DARK = {"paper": "#14171c", "text": "#b4b8bf", "strong": "#f2f3f5", "line": "#2c3138"}

_NAME = "results"

_IN_THE_DARK = {
    (".background", ".plot .background"): f"fill: {_DARK['paper']}",
    ("text", ".legends .legend text", ".axis text"): f"fill: {_DARK['text']}",
    (".title", ".text-overlay text", ".axis text.major"): f"fill: {_DARK['strong']}",
    (".axis .line", ".axis .guide.line", ".axis .major.line"): f"stroke: {_DARK['line']}",
}
"""What changes where whoever looks prefers the dark, by what it holds for."""


def dark_style(name: str) -> str:
    """Write the rules for the dark of the chart of a name."""
    rules = (
        f"{', '.join(f'#chart-{name} {part}' for part in parts)} {{ {rule} !important }}"
        for parts, rule in _IN_THE_DARK.items()
    )
    return f"@media (prefers-color-scheme: dark) {{ {' '.join(rules)} }}"


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
