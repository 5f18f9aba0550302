"""Writes figures as Markdown tables, and puts them between their marks on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages import in_place
from pages import table as _table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Figures = list[dict[str, Any]]


def renewed(pages: Mapping[Path, str], results: Mapping[str, Any]) -> dict[Path, str]:
    """Put every table between its marks.

    Args:
        pages: What the pages say now.
        results: The figures by the tables' names.

    Returns:
        What the pages say then.

    Raises:
        ValueError: No page has a place for one of the tables.
    """
    return in_place(pages, tables(results))


def tables(results: Mapping[str, Any]) -> dict[str, str]:
    """Write every table.

    Args:
        results: The figures by the tables' names.

    Returns:
        The tables in Markdown by their names.
    """
    written = {name: render(results[name]) for name, render in _RENDERERS.items() if name in results}
    if {"machine", "throughput"} <= results.keys():
        written["in short"] = _in_short(results["machine"], results["throughput"])
    return written


def _machine(machine: Mapping[str, Any]) -> str:
    processor = f"{machine['cores']} {machine['architecture']} cores"
    return f"Measured on {machine['date']} with {processor} and Python {machine['python']}."


def _in_short(machine: Mapping[str, Any], figures: Figures) -> str:
    """Say in a sentence how the tap compares."""
    row = next(row for row in figures if row["subject"] == "tap-callgear")
    return (
        f"The tap reads {row['a_second']:,.0f} {row['stream']} a second "
        f"({machine['cores']} cores, Python {machine['python']}):\n"
        f"{row['times_stock']:.1f} times as many as a tap that leaves all to the Singer SDK, and "
        f"{row['times_low_code']:.1f} times as many as Airbyte's low-code kit.\n[All benchmarks](docs/benchmarks.md)"
    )


def _throughput(figures: Figures) -> str:
    heads = ("stream", "reader", "records a second", "processor time", "peak memory", "times SDK", "times low-code")
    how = f"{figures[0]['records']:,} records of each stream; the median of {figures[0]['repeats']} runs:"
    table = _table(
        heads,
        [
            (
                row["stream"],
                row["subject"],
                f"{row['a_second']:,.0f}",
                f"{row['cpu']:.1f} s",
                f"{row['megabytes']:.0f} MB",
                f"{row['times_stock']:.1f}",
                f"{row['times_low_code']:.1f}",
            )
            for row in figures
        ],
    )
    return f"{how}\n\n{table}"


def _latency(figures: Figures) -> str:
    heads = ("stream", "in parallel", "requests", "time", "requests by 0.5 s, by parallel", "times as fast as one")
    return _table(
        heads,
        [
            (
                row["stream"],
                row["ahead"],
                row["requests"],
                f"{row['seconds']:.1f} s",
                f"{row['ideal']:.1f} s",
                f"{row['speed_up']:.2f}",
            )
            for row in figures
        ],
    )


def _requests(figures: Figures) -> str:
    heads = ("stream", "rows", "burst", "ideal", "one at a time", "four at a time", "four to ideal")
    return _table(
        heads,
        [
            (
                row["stream"],
                f"{row['rows']:,}",
                "a twentieth in one hour" if row["burst"] else "none",
                row["ideal"],
                *row["requests"],
                f"{row['requests'][1] / row['ideal']:.2f}",
            )
            for row in figures
        ],
    )


def _costs(figures: Figures) -> str:
    streams = [name for name in figures[0] if name != "rows"]
    return _table(
        ("rows a stream", *streams), [(f"{row['rows']:,}", *(row[stream] for stream in streams)) for row in figures]
    )


def _memory(figures: Figures) -> str:
    streams = [name for name in figures[0] if name != "rows"]
    return _table(
        ("rows", *streams),
        [(f"{row['rows']:,}", *(f"{row[stream]:.0f} MB" for stream in streams)) for row in figures],
    )


def _start_up(figures: Figures) -> str:
    return _table(
        ("command", "time", "times the import"),
        [(f"`{row['command']}`", f"{row['seconds']:.2f} s", f"{row['ratio']:.2f}") for row in figures],
    )


_RENDERERS: dict[str, Callable[[Any], str]] = {
    "machine": _machine,
    "throughput": _throughput,
    "latency": _latency,
    "requests": _requests,
    "costs": _costs,
    "memory": _memory,
    "start-up": _start_up,
}
