"""Draw the communications of a DuckDB file by day and channel.

python draw_chart.py DATABASE PICTURE.svg

Runs in the environment of target-duckdb. What is drawn is what examples/communications_by_day.sql answers.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pygal
from pygal.style import Style

QUERY = Path(__file__).parent.parent / "examples" / "communications_by_day.sql"
DAYS = 60
FEWEST_DAYS = 7
FEW_DAYS = 14
CHANNELS = 7
OTHERS = "others"

STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#52514e",
    foreground_strong="#0b0b0b",
    foreground_subtle="#e1e0d9",
    colors=("#2a78d6", "#eb6834", "#1baf7a", "#eda100", "#e87ba4", "#008300", "#4a3aa7", "#a5a49c"),
    font_family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif",
    opacity="1",
    opacity_hover=".8",
    title_font_size=20,
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=14,
    guide_stroke_dasharray="0",
    guide_stroke_color="#e1e0d9",
    major_guide_stroke_dasharray="0",
    major_guide_stroke_color="#e1e0d9",
)

Counts = Counter[tuple[date, str]]


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Draw communications by day and channel.")
    parser.add_argument("database", type=Path)
    parser.add_argument("picture", type=Path)
    return parser.parse_args()


def read_counts(database: Path) -> Counts:
    """Ask the ready query for the communications of each day and channel."""
    counts: Counts = Counter()
    with duckdb.connect(str(database), read_only=True) as warehouse:
        rows = warehouse.execute(QUERY.read_text(encoding="utf-8")).fetchall()
    for day, channel, communications, *_ in rows:
        counts[day, channel or "unknown"] += communications
    return counts


def draw(counts: Counts) -> pygal.StackedBar:
    """Draw a bar a day, the greatest channels at the bottom and the small ones as one."""
    last = max(day for day, _ in counts)
    first = max(min(day for day, _ in counts), last - timedelta(days=DAYS - 1))
    first = min(first, last - timedelta(days=FEWEST_DAYS - 1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    totals: Counter[str] = Counter()
    for (day, channel), communications in counts.items():
        if day >= first:
            totals[channel] += communications
    shown = [channel for channel, _ in totals.most_common(CHANNELS)]

    chart = pygal.StackedBar(
        title="Communications by day (UTC) and channel",
        x_labels=[f"{day:%d %b}" for day in days],
        x_labels_major=[f"{day:%d %b}" for day in days if day.weekday() == 0 or len(days) <= FEW_DAYS],
        show_minor_x_labels=False,
        truncate_label=-1,
        legend_at_bottom=True,
        legend_at_bottom_columns=4,
        truncate_legend=-1,
        width=1100,
        height=520,
        margin=24,
        spacing=12,
        legend_box_size=14,
        max_scale=6,
        value_formatter=lambda value: f"{value:,.0f}",
        style=STYLE,
        # The picture stands alone: it fetches nothing when it is opened.
        js=[],
    )
    for channel in shown:
        chart.add(channel, [counts[day, channel] for day in days])
    if len(totals) > len(shown):
        small = totals.keys() - set(shown)
        chart.add(OTHERS, [sum(counts[day, channel] for channel in small) for day in days])
    return chart


def main() -> None:
    """Draw the picture."""
    arguments = parse_arguments()
    draw(read_counts(arguments.database)).render_to_file(str(arguments.picture))


if __name__ == "__main__":
    main()
