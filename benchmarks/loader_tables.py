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
    ("tap-callgear", "DuckDB"): "into DuckDB",
    ("tap-callgear", "PostgreSQL"): "into PostgreSQL",
    ("tap-callgear", "Snowflake"): "into Snowflake",
    (
        "tap-callgear, files",
        "Snowflake",
    ): "into Snowflake [by files](docs/snowflake.md)",
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
    heads = (
        "into",
        "reader",
        "rows",
        "different ones in the end",
        "time",
        "processor time of the reader",
        "of the loader",
        "peak memory of each",
    )
    rows = [
        (
            load["into"],
            load["reader"],
            f"{load['rows']:,}",
            f"{load['arrived']:,}",
            f"{load['seconds']:.0f} s",
            f"{load['reader_cpu']:.1f} s",
            f"{load['loader_cpu']:.1f} s",
            f"{load['reader_megabytes']:.0f} and {load['loader_megabytes']:,.0f} MB",
        )
        for load in results["loads"]
    ]
    machine = results["machine"]
    dates = sorted({load["date"] for load in results["loads"]})
    how = f"Measured on {' and '.join(dates)} with {machine['cores']} {machine['architecture']} cores"
    if machine["load_before"] >= _BUSY:
        how += ", on which other work ran at the time: compare processor times"
    if missing := results.get("not_measured"):
        how += f". Not measured yet: {'; '.join(missing)}"
    return f"{how}.\n\n{table_of(heads, rows)}"


def sentence(results: Mapping[str, Any]) -> str:
    """Say what a first backfill takes, by processor time: it is the same on a busy machine."""
    found = {(load["reader"], load["into"]): load for load in results["loads"]}
    times = [
        f"{(load['reader_cpu'] + load['loader_cpu']) * _MILLION / load['rows'] / _MINUTE:.1f} {place}"
        for way, place in _IN_THE_SENTENCE.items()
        if (load := found.get(way))
    ]
    *first, last = times
    return (
        "For a first backfill of a million rows, tap and loader together take so many minutes of processor time:\n"
        f"{', '.join(first)}, and {last}.\n"
        "That is extrapolated from fewer rows, with a stand-in for Snowflake: see "
        "[Into a warehouse](docs/benchmarks.md#into-a-warehouse)."
    )
