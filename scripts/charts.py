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

_DARK = {"paper": "#14171c", "text": "#b4b8bf", "strong": "#f2f3f5", "line": "#2c3138"}

_IN_THE_DARK = {
    (".background", ".plot .background"): f"fill: {_DARK['paper']}",
    ("text", ".legends .legend text", ".axis text"): f"fill: {_DARK['text']}",
    (".title", ".text-overlay text", ".axis text.major"): f"fill: {_DARK['strong']}",
    (".axis .line", ".axis .guide.line", ".axis .major.line"): f"stroke: {_DARK['line']}",
}
"""What changes where whoever looks prefers the dark, by what it holds for."""


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


def dark_style(name: str) -> str:
    """Write the rules for the dark of the chart of a name."""
    rules = (
        f"{', '.join(f'#chart-{name} {part}' for part in parts)} {{ {rule} !important }}"
        for parts, rule in _IN_THE_DARK.items()
    )
    return f"@media (prefers-color-scheme: dark) {{ {' '.join(rules)} }}"
