"""Writes figures as Markdown tables, and puts them between their marks on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import odd_rows
import subjects
from pages import in_place
from pages import table as _table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Figures = list[dict[str, Any]]

_TAP, _, *_KITS = subjects.SUBJECTS
_STOCK, _LOW_CODE = _KITS

_KINDS = {odd_rows.FRIENDLY: "as documented", odd_rows.ODD: "all odd", odd_rows.TENTH: "one in ten odd"}


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
    row = next(row for row in figures if row["subject"] == _TAP)
    return (
        f"The tap reads {row['a_second']:,.0f} {row['stream']} a second "
        f"({machine['cores']} cores, Python {machine['python']}). It is at least\n"
        f"{_least(figures, _STOCK):.1f} times as fast as a tap that leaves all to the Singer SDK, and "
        f"{_least(figures, _LOW_CODE):.1f} times as fast as Airbyte's low-code kit.\n"
        "How much faster depends on the stream, and on how odd its rows are. [All benchmarks](docs/benchmarks.md)"
    )


def _least(figures: Figures, kit: str) -> float:
    """Return how many times as many records a second as a kit the tap reads at the least."""
    return min(_times(row, figures, kit, "a_second") for row in figures if row["subject"] == _TAP)


def _times(row: Mapping[str, Any], figures: Figures, kit: str, figure: str) -> float:
    """Return how a figure of a reader compares to that of a kit for the same rows of the same stream."""
    same = (row["stream"], row["rows"], kit)
    other = next(each for each in figures if (each["stream"], each["rows"], each["subject"]) == same)
    return float(row[figure] / other[figure])


def _throughput(figures: Figures) -> str:
    heads = (
        *("stream", "rows", "reader", "records a second", "times SDK", "times low-code"),
        *("processor time", "times less than SDK", "times less than low-code", "peak memory"),
    )
    how = (
        f"{figures[0]['records']:,} records of each stream and each kind of rows; "
        f"of each reader the median of {figures[0]['repeats']} runs:"
    )
    table = _table(
        heads,
        [
            (
                row["stream"],
                _KINDS[row["rows"]],
                row["subject"],
                f"{row['a_second']:,.0f}",
                *(f"{_times(row, figures, kit, 'a_second'):.1f}" for kit in _KITS),
                f"{row['cpu']:.1f} s",
                *(f"{1 / _times(row, figures, kit, 'cpu'):.1f}" for kit in _KITS),
                f"{row['megabytes']:.0f} MB",
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
