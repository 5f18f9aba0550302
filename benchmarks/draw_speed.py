"""Draw records a second: python draw_speed.py PICTURE.svg, the rows on stdin as JSON: [stream, reader, records].

Runs in the environment of target-duckdb, which holds the library that draws.
"""

from __future__ import annotations

import json
import sys

import pygal
from pygal.style import Style

STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#52514e",
    foreground_strong="#0b0b0b",
    foreground_subtle="#e1e0d9",
    colors=("#2a78d6", "#1baf7a", "#eda100", "#a5a49c"),
    font_family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif",
    opacity="1",
    opacity_hover=".8",
    title_font_size=20,
    label_font_size=14,
    major_label_font_size=14,
    legend_font_size=14,
    value_font_size=13,
    value_label_font_size=13,
    guide_stroke_dasharray="0",
    guide_stroke_color="#e1e0d9",
    major_guide_stroke_dasharray="0",
    major_guide_stroke_color="#e1e0d9",
)


def draw(rows: list[tuple[str, str, int]]) -> pygal.Bar:
    """Draw a group of bars a stream, a bar a reader."""
    streams = list(dict.fromkeys(stream for stream, _, _ in rows))
    readers = list(dict.fromkeys(reader for _, reader, _ in rows))
    records = {(stream, reader): count for stream, reader, count in rows}
    chart = pygal.Bar(
        title="Records a second, on two cores",
        x_labels=streams,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(readers),
        truncate_legend=-1,
        truncate_label=-1,
        width=1000,
        height=440,
        margin=24,
        spacing=14,
        legend_box_size=14,
        max_scale=6,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"{value:,.0f}",
        style=STYLE,
        # The picture stands alone: it fetches nothing when it is opened.
        js=[],
    )
    for reader in readers:
        chart.add(reader, [records[stream, reader] for stream in streams])
    return chart


if __name__ == "__main__":
    draw(json.load(sys.stdin)).render_to_file(sys.argv[1])
