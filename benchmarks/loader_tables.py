"""Writes what loads took as a Markdown table, and as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages import in_place
from pages import table as table_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MILLION = 1_000_000
_MINUTE = 60
_BUSY = 1.0
"""Processes that wanted to run before it began, from which on the machine was not ours alone."""

_IN_THE_SENTENCE = {
    ("tap-callgear", "JSON Lines"): "JSON Lines",
    ("tap-callgear", "DuckDB"): "DuckDB",
    ("tap-callgear", "PostgreSQL"): "PostgreSQL",
    ("tap-callgear, files", "Snowflake"): "Snowflake by files",
}


def renewed(pages: Mapping[Path, str], results: Mapping[str, Any]) -> dict[Path, str]:
    """Put the table and the sentence between their marks.

    Args:
        pages: What the pages say now.
        results: What was measured.

    Returns:
        What the pages say then.
    """
    return in_place(pages, {"loads": table(results), "a million rows": sentence(results)})


def table(results: Mapping[str, Any]) -> str:
    """Return the table of loads."""
    heads = ("into", "reader", "time", "processor time of the reader", "of the loader", "peak memory of each")
    rows = [
        (
            load["into"],
            load["reader"],
            f"{load['seconds']:.0f} s",
            f"{load['reader_cpu']:.1f} s",
            f"{load['loader_cpu']:.1f} s",
            f"{load['reader_megabytes']:.0f} and {load['loader_megabytes']:,.0f} MB",
        )
        for load in results["loads"]
    ]
    machine = results["machine"]
    how = f"Measured on {machine['date']} with {machine['cores']} {machine['architecture']} cores"
    if machine["load_before"] >= _BUSY:
        how += ", on which other work ran at the time: compare processor times"
    return f"{how}.\n\n{table_of(heads, rows)}"


def sentence(results: Mapping[str, Any]) -> str:
    """Say how long a first backfill takes."""
    found = {(load["reader"], load["into"]): load for load in results["loads"]}
    times = [
        f"{load['seconds'] * _MILLION / load['rows'] / _MINUTE:.0f} minutes into {name}"
        for way, name in _IN_THE_SENTENCE.items()
        if (load := found.get(way))
    ]
    *first, last = times
    return (
        f"A first backfill of a million rows takes about {', '.join(first)} and {last},\n"
        "most of it the loader's: [into a warehouse](docs/benchmarks.md#into-a-warehouse)."
    )
