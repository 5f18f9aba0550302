"""Write the tables of streams in the README and in the connector's page from the declarations.

It runs in .venv: python scripts/stream_tables.py [--check]. A table stands between two comments; what lies between them
is replaced.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.streams.day_report import DayReportStream
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.every import STREAMS
from tap_callgear.streams.report import ReportStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tap_callgear.streams.base import ApiStream

ROOT = Path(__file__).parent.parent
PAGE = f"{CONFIG_SCHEMA['properties']['page_size']['default']:,} rows"

REPORT_HEADS = ("stream", "method", "primary key", "replication key", "sorted", "window", "points", "by default")
LIST_HEADS = ("stream", "method", "primary key", "sorted", "points", "by default")
CONNECTOR_HEADS = ("stream", "method", "primary key", "cursor", "what it holds")
PRODUCT_HEADS = ("the account or the key's user needs", "streams")


def reports() -> Iterable[Sequence[str]]:
    """Give a row for each report."""
    for stream in STREAMS:
        if issubclass(stream, ReportStream):
            yield (
                *_names(stream),
                code(stream.replication_key),
                yes(stream.replication_key in stream.sorts_by),
                window(stream),
                f"1 for {window(stream)} or {PAGE}{each_parent(stream)}",
                yes(stream.selected_by_default),
            )


def lists() -> Iterable[Sequence[str]]:
    """Give a row for each list that is read as a whole."""
    for stream in STREAMS:
        if issubclass(stream, EntityStream):
            yield (
                *_names(stream),
                yes(stream.seeks_by_key),
                f"{len(stream.variants)}{f' for {PAGE}' if stream.takes_paging else ''}{each_parent(stream)}",
                yes(stream.selected_by_default),
            )


def products() -> Iterable[Sequence[str]]:
    """Give a row for each product or right that streams need."""
    needing: dict[str, list[str]] = {}
    for stream in STREAMS:
        if stream.product:
            needing.setdefault(stream.product, []).append(stream.name)
    for product, names in sorted(needing.items(), key=lambda item: item[0].lower()):
        yield product[0].upper() + product[1:], code(*names)


def connected() -> Iterable[Sequence[str]]:
    """Give a row for each stream as Airbyte has it."""
    for stream in STREAMS:
        cursor = code(stream.replication_key) if issubclass(stream, ReportStream) else ""
        yield (*_names(stream), cursor, (stream.__doc__ or "").partition("\n")[0])


TABLES: Final[Mapping[str, Mapping[str, tuple[Sequence[str], Callable[[], Iterable[Sequence[str]]]]]]] = {
    "README.md": {
        "reports": (REPORT_HEADS, reports),
        "lists": (LIST_HEADS, lists),
        "products": (PRODUCT_HEADS, products),
    },
    "airbyte/source-callgear/documentation.md": {"streams": (CONNECTOR_HEADS, connected)},
}
"""The tables of each page, by the name that stands in the comments around them."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table in Markdown."""
    lines = (heads, ["---"] * len(heads), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines).replace("| --- ", "|---").replace("|--- |", "|---|")


def code(*names: str) -> str:
    """Give names as they are set in a table."""
    return ", ".join(f"`{name}`" for name in names)


def yes(is_so: bool) -> str:  # noqa: FBT001 - the one thing it takes
    """Give a yes or no."""
    return "yes" if is_so else "no"


def window(stream: type[ReportStream]) -> str:
    """Say how long a time a request asks for at the most."""
    is_summed_up = issubclass(stream, DayReportStream) and not stream.is_dated
    days = 1 if is_summed_up else stream.longest_window.days
    return f"{days} days" if days > 1 else "1 day"


def each_parent(stream: type[ApiStream]) -> str:
    """Say of whose entries a request is made each."""
    return f", for each of `{stream.parent.name}`" if stream.parent else ""


def _names(stream: type[ApiStream]) -> tuple[str, str, str]:
    return code(stream.name), code(stream.method), code(*stream.primary_keys)


def renewed(page: str, text: str) -> str:
    """Give a page with its tables as they are to be.

    Args:
        page: The page's path from the project's folder.
        text: What it says now.

    Returns:
        The same text with every table in its place.

    Raises:
        ValueError: The page has no place for one of the tables.
    """
    for name, (heads, rows) in TABLES[page].items():
        place = re.compile(f"(<!-- {name}: .*? -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        text, count = place.subn(rf"\g<1>{table(heads, rows())}\g<2>", text)
        if count != 1:
            message = f"{page} has no place for the table of {name}."
            raise ValueError(message)
    return text


def main() -> None:
    """Write the tables, or check that they are written."""
    parser = argparse.ArgumentParser(description="Write the tables of streams into the pages that have them.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a table is not up to date")
    is_check = parser.parse_args().check
    for page in TABLES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        if renewed(page, text) == text:
            continue
        if is_check:
            sys.exit(f"A table of streams in {page} is out of date: run python scripts/stream_tables.py")
        path.write_text(renewed(page, text), encoding="utf-8")


if __name__ == "__main__":
    main()
