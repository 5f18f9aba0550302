"""How charts look: the colours and letters of both, and what every chart is drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pygal.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable

PAPER: Final = "#ffffff"
TEXT: Final = "#52514e"
STRONG: Final = "#0b0b0b"
LINE: Final = "#e1e0d9"

_FONT: Final = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"

OPTIONS: Final[dict[str, Any]] = {
    "legend_at_bottom": True,
    "legend_at_bottom_columns": 4,
    "legend_box_size": 14,
    "truncate_legend": -1,
    "margin": 24,
    "max_scale": 6,
    "value_formatter": lambda value: f"{value:,.0f}",
    # The picture stands alone: it fetches nothing when it is opened.
    "js": [],
}


def style(colors: Iterable[str], **more: Any) -> Style:  # noqa: ANN401 - whatever a style takes
    """Return the look of a chart whose bars have the given colours."""
    return Style(
        background=PAPER,
        plot_background=PAPER,
        foreground=TEXT,
        foreground_strong=STRONG,
        foreground_subtle=LINE,
        colors=tuple(colors),
        font_family=_FONT,
        value_font_family=_FONT,
        opacity="1",
        title_font_size=20,
        label_font_size=13,
        legend_font_size=14,
        guide_stroke_dasharray="0",
        guide_stroke_color=LINE,
        major_guide_stroke_dasharray="0",
        major_guide_stroke_color=LINE,
        **more,
    )
