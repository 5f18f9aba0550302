"""Write the tables of settings, streams and columns into the pages, from the declarations.

    .venv/bin/python scripts/stream_tables.py [--check]

A table stands between two comments; what lies between them is replaced.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

try:
    from tap_callgear.airbyte.spec import specification
    from tap_callgear.report_types import REPORT_TYPES
    from tap_callgear.reports.layout import Layout
    from tap_callgear.settings import CONFIG_SCHEMA
    from tap_callgear.streams import STREAMS
    from tap_callgear.streams.daily import DailyReportStream
    from tap_callgear.streams.list import ListStream
    from tap_callgear.streams.report import ReportStream
    from tap_callgear.tap import TapCallGear
except ModuleNotFoundError as missing:
    sys.exit(f"{missing} here: bash scripts/setup; .venv/bin/python scripts/stream_tables.py")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tap_callgear.streams.base import ApiStream

ROOT = Path(__file__).parent.parent

REPORT_HEADS = ("stream", "what it holds", "method", "primary key", "replication key", "sorted", "window", "by default")
LIST_HEADS = ("stream", "what it holds", "method", "primary key", "by default")
CONNECTOR_HEADS = ("stream", "method", "primary key", "cursor", "what it holds")
SETTING_HEADS = ("setting", "type", "default", "meaning")
FIELD_HEADS = ("field", "setting", "required", "meaning")
KIND_HEADS = ("type", "method", "replication key", "primary key", "window")
COLUMN_HEADS = ("column", "type", "what it holds")
DEFAULT_HEADS = ("stream", "what it holds")
PRODUCT_HEADS = ("the account or the key's user needs", "streams")


def defaults() -> Iterable[Sequence[str]]:
    """Return a row for each stream that is read by default."""
    return ((code(stream.name), summary(stream)) for stream in STREAMS if stream.selected_by_default)


def reports() -> Iterable[Sequence[str]]:
    """Return a row for each report."""
    for stream in STREAMS:
        if issubclass(stream, ReportStream):
            yield (
                linked(stream),
                summary(stream),
                code(stream.method),
                code(*stream.primary_keys),
                code(stream.replication_key),
                yes(stream.replication_key in stream.sorts_by),
                f"{window(stream)}{each_parent(stream)}",
                yes(stream.selected_by_default),
            )


def lists() -> Iterable[Sequence[str]]:
    """Return a row for each list that is read as a whole."""
    for stream in STREAMS:
        if issubclass(stream, ListStream):
            yield (
                linked(stream),
                summary(stream),
                code(stream.method),
                code(*stream.primary_keys),
                yes(stream.selected_by_default),
            )


def settings() -> Iterable[Sequence[str]]:
    """Return a row for each setting of the tap."""
    for name, setting in own_settings().items():
        default = f"`{setting['default']}`" if "default" in setting else DEFAULTS_IN_WORDS.get(name, "")
        yield code(name), kind_of(setting), default, setting["description"]


def fields() -> Iterable[Sequence[str]]:
    """Return a row for each field of Airbyte's form."""
    form = specification()["connectionSpecification"]
    for name, field in form["properties"].items():
        yield field["title"], code(name), yes(name in form["required"]), field["description"]


def columns(stream: type[ApiStream]) -> Iterable[Sequence[str]]:
    """Return a row for each column of a stream, and for each member of what is nested in it."""
    for name, declared in stream.schema["properties"].items():
        yield from _column(name, declared, is_key=name in stream.primary_keys)


def all_columns() -> str:
    """Return a section for each stream, with its columns."""
    return "\n".join(
        f"\n## {stream.name}\n\n{summary(stream)}\n\n{table(COLUMN_HEADS, columns(stream))}" for stream in STREAMS
    )


def _column(name: str, declared: Mapping[str, Any], *, is_key: bool = False) -> Iterable[Sequence[str]]:
    key = "**Primary key.** " if is_key else ""
    yield code(name), type_of(declared), f"{key}{declared.get('description', '')}"
    items = declared.get("items", {})
    for holder, prefix in ((declared, f"{name}."), (items, f"{name}[].")):
        for member, its in holder.get("properties", {}).items():
            yield from _column(f"{prefix}{member}", its)


def products() -> Iterable[Sequence[str]]:
    """Return a row for each product or right that streams need."""
    needing: dict[str, list[str]] = {}
    for stream in STREAMS:
        if stream.requires:
            needing.setdefault(stream.requires, []).append(stream.name)
    for product, names in sorted(needing.items(), key=lambda item: item[0].lower()):
        yield product[0].upper() + product[1:], code(*names)


def connected() -> Iterable[Sequence[str]]:
    """Return a row for each stream as Airbyte has it."""
    for stream in STREAMS:
        cursor = code(stream.replication_key) if issubclass(stream, ReportStream) else ""
        yield code(stream.name), code(stream.method), code(*stream.primary_keys), cursor, summary(stream)


def kinds() -> Iterable[Sequence[str]]:
    """Return a row for each type of report that people can build for themselves."""
    for kind in REPORT_TYPES.values():
        layout = Layout(kind, dict.fromkeys(kind.columns, ""), description="", is_numbered=not kind.has_key)
        yield code(kind.name), code(kind.method), code(kind.cursor), code(*layout.primary_keys), _days(kind.longest)


DEFAULTS_IN_WORDS: Final[Mapping[str, str]] = {
    "start_date": "required",
    "end_date": "now",
    "timezone": "asked from the API",
    "user_agent": "tap-callgear/VERSION",
}
"""What holds where a setting that has no value of its own is left out."""

PAGES: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "README.md": {"defaults": lambda: table(DEFAULT_HEADS, defaults())},
    "docs/settings.md": {"settings": lambda: table(SETTING_HEADS, settings())},
    "docs/streams.md": {
        "reports": lambda: table(REPORT_HEADS, reports()),
        "lists": lambda: table(LIST_HEADS, lists()),
        "products": lambda: table(PRODUCT_HEADS, products()),
    },
    "docs/reports.md": {"kinds": lambda: table(KIND_HEADS, kinds())},
    "docs/columns.md": {"columns": all_columns},
    "airbyte/source-callgear/documentation.md": {
        "fields": lambda: table(FIELD_HEADS, fields()),
        "streams": lambda: table(CONNECTOR_HEADS, connected()),
    },
}
"""What is written into each page, by the name that stands in the comments around it."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = (heads, ["---"] * len(heads), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines).replace("| --- ", "|---").replace("|--- |", "|---|")


def code(*names: str) -> str:
    """Return names as they are set in a table."""
    return ", ".join(f"`{name}`" for name in names)


def yes(is_so: bool) -> str:  # noqa: FBT001 - the one thing it takes
    """Return a yes or no."""
    return "yes" if is_so else "no"


def window(stream: type[ReportStream]) -> str:
    """Say how long a time a request asks for at the most."""
    is_summed_up = issubclass(stream, DailyReportStream) and not stream.is_dated
    return _days(timedelta(days=1) if is_summed_up else stream.longest_window)


def _days(length: timedelta) -> str:
    return f"{length.days} days" if length.days > 1 else "1 day"


def each_parent(stream: type[ApiStream]) -> str:
    """Say of whose entries a request is made each."""
    return f", for each of `{stream.parent.name}`" if stream.parent else ""


def linked(stream: type[ApiStream]) -> str:
    """Return a stream's name as a link to its columns."""
    return f"[{code(stream.name)}](columns.md#{stream.name})"


def summary(stream: type[ApiStream]) -> str:
    """Return what a stream holds, in a sentence."""
    return (stream.__doc__ or "").partition("\n")[0]


def kind_of(setting: Mapping[str, Any]) -> str:
    """Return the type of a setting, with what bounds it."""
    if "enum" in setting:
        return " or ".join(code(value) for value in setting["enum"] if value is not None)
    kind = setting["type"][0]
    if kind == "array":
        return f"array of {' or '.join(f'{item}s' for item in _types_of(setting['items']))}"
    name = {"uri": "URI"}.get(setting.get("format", ""), setting.get("format", kind))
    return f"{name}{_bounds_of(setting)}{', secret' if setting.get('secret') else ''}"


def _types_of(items: Mapping[str, Any]) -> list[str]:
    return [one["type"] for one in items["anyOf"]] if "anyOf" in items else [items["type"][0]]


def _bounds_of(setting: Mapping[str, Any]) -> str:
    if "exclusiveMinimum" in setting:
        return f", above {setting['exclusiveMinimum']}"
    if "maximum" in setting:
        return f", {setting['minimum']} to {setting['maximum']}"
    return f", {setting['minimum']} or more" if "minimum" in setting else ""


def type_of(declared: Mapping[str, Any]) -> str:
    """Return the type of a column in words."""
    kinds = declared.get("type", [])
    kind = kinds if isinstance(kinds, str) else next((name for name in kinds if name != "null"), "any")
    if kind == "array":
        return f"list of {type_of(declared.get('items', {}))}s"
    return str(declared.get("format", kind))


def own_settings() -> dict[str, dict[str, Any]]:
    """Return the tap's settings without those that the SDK adds to every tap's."""
    added: dict[str, Any] = {"properties": {}}
    TapCallGear.append_builtin_config(added)
    return {name: kind for name, kind in CONFIG_SCHEMA["properties"].items() if name not in added["properties"]}


def renewed(page: str, text: str) -> str:
    """Return a page with its tables as they are to be.

    Args:
        page: The page's path from the project's folder.
        text: What it says now.

    Returns:
        The same text with every table in its place.

    Raises:
        ValueError: The page has no place for one of the tables.
    """
    for name, written in PAGES[page].items():
        place = re.search(f"<!-- {name}: .*? -->\n(.*?)<!-- end of {name} -->", text, re.DOTALL)
        if place is None:
            message = f"{page} has no place for {name}."
            raise ValueError(message)
        text = f"{text[: place.start(1)]}{written()}{text[place.end(1) :]}"
    return text


def main() -> None:
    """Write the tables, or check that they are written."""
    parser = argparse.ArgumentParser(description="Write the tables that follow from declarations.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a table is not up to date")
    is_check = parser.parse_args().check
    for page in PAGES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        if renewed(page, text) == text:
            continue
        if is_check:
            sys.exit(f"A table in {page} is out of date: run .venv/bin/python scripts/stream_tables.py")
        path.write_text(renewed(page, text), encoding="utf-8")


if __name__ == "__main__":
    main()
