"""Draws the contacts of a DuckDB file by day and channel, as the models of transform/ count them."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import pygal
from charts import OPTIONS, style
from duckdb_files import Trouble, connect

if TYPE_CHECKING:
    from pathlib import Path

QUERY = "SELECT day, channel, contacts FROM analytics.callgear__channels_daily"
DAYS = 60
FEWEST_DAYS = 7
FEW_DAYS = 14
CHANNELS = 7
COLORS = ("#2a78d6", "#eb6834", "#1baf7a", "#eda100", "#e87ba4", "#008300", "#4a3aa7", "#a5a49c")
"""One for each channel that is shown, and one for all others."""

Counts = Counter[tuple[date, str]]


def draw_chart(database: Path, picture: Path, zone: str) -> None:
    """Draw the picture of a file.

    Args:
        database: The file.
        picture: Where the picture goes.
        zone: The zone that the days are in.

    Raises:
        Trouble: There is nothing to draw.
    """
    counts: Counts = Counter()
    with connect(database) as warehouse, suppress(duckdb.CatalogException):
        for day, channel, contacts in warehouse.execute(QUERY).fetchall():
            counts[day, channel] += contacts
    if not counts:
        message = f"There are no contacts in {database}."
        raise Trouble(message)
    _draw(counts, zone).render_to_file(str(picture))


def _draw(counts: Counts, zone: str) -> pygal.StackedBar:
    """Draw a bar a day, the greatest channels at the bottom and the small ones as one."""
    last = max(day for day, _ in counts)
    first = max(min(day for day, _ in counts), last - timedelta(days=DAYS - 1))
    first = min(first, last - timedelta(days=FEWEST_DAYS - 1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    totals: Counter[str] = Counter()
    for (day, channel), contacts in counts.items():
        if day >= first:
            totals[channel] += contacts
    shown = [channel for channel, _ in totals.most_common(CHANNELS)]

    chart = pygal.StackedBar(
        title=f"Contacts by day ({zone}) and channel",
        x_labels=[f"{day:%d %b}" for day in days],
        x_labels_major=[f"{day:%d %b}" for day in days if day.weekday() == 0 or len(days) <= FEW_DAYS],
        show_minor_x_labels=False,
        truncate_label=-1,
        width=1100,
        height=520,
        spacing=12,
        style=style(COLORS, major_label_font_size=13, opacity_hover=".8"),
        **OPTIONS,
    )
    for channel in shown:
        chart.add(channel, [counts[day, channel] for day in days])
    if small := totals.keys() - set(shown):
        chart.add(f"others ({len(small)})", [sum(counts[day, channel] for channel in small) for day in days])
    return chart
