"""Write the staging models of transform/ and their columns from the tap's own declarations.

It runs in .venv: python scripts/model_columns.py [--check]. A column that the tap gains, loses or describes anew so
reaches the models; what a model calls a stream's properties is settled here and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

try:
    from tap_callgear.tap import TapCallGear
except ModuleNotFoundError as missing:
    sys.exit(f"{missing} here: bash scripts/setup; .venv/bin/python scripts/model_columns.py")

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_sdk import Stream

ROOT: Final = Path(__file__).parent.parent
MODELS: Final = ROOT / "transform" / "models"
FOLDER: Final = MODELS / "staging"
NOTE: Final = "Written by scripts/model_columns.py from what the tap declares."

STAGED: Final[Mapping[str, Mapping[str, str]]] = {
    "accounts": {"name": "account_name"},
    "call_legs": {"id": "leg_id"},
    "calls": {"id": "call_session_id"},
    "campaign_daily_stats": {"date": "day"},
    "campaigns": {"id": "campaign_id", "name": "campaign_name"},
    "chat_messages": {"id": "message_id"},
    "chats": {"id": "chat_id"},
    "communications": {"id": "communication_id"},
    "employees": {"id": "employee_id", "full_name": "employee_full_name"},
    "goals": {"id": "goal_id", "name": "goal_name"},
    "offline_messages": {"id": "offline_message_id"},
    "sites": {"id": "site_id", "domain_name": "site_domain_name"},
    "tags": {"id": "tag_id", "name": "tag_name"},
    "visitor_sessions": {"id": "visitor_session_id"},
}
"""The streams that models read, and what their properties are called there where that is another name."""

RENAMED: Final = {
    "connect_time": "connected_at",
    "creation_datetime": "created_at",
    "creation_time": "created_at",
    "date_time": "started_at",
    "employee_raiting": "employee_rating",
    "finish_time": "finished_at",
    "is_transfered": "is_transfer",
    "process_time": "processed_at",
    "sale_date": "sold_at",
    "start_time": "started_at",
}
"""What properties of any stream are called in models: times end in _at, and the API's slips are corrected."""

DAYS: Final = {"started_at": "day", "sold_at": "sale_day"}
"""Times of which models also have the day, and its name."""

REPORTS: Final = {"calls": "call", "chats": "chat", "goals": "goal", "offline_messages": "offline_message"}
"""The streams that report contacts of one kind, and the kind."""

KINDS: Final = {
    "array": "json",
    "boolean": "boolean",
    "date": "date",
    "date-time": "timestamp",
    "integer": "bigint",
    "number": "numeric",
    "object": "json",
    "string": "text",
}
"""What models call the types of JSON and its formats; macros/types.sql has the type of each warehouse."""

DOCUMENTED: Final = re.compile(r"Documented values: (?P<values>(?:[^.]|\.\b)*)\.$")

BLOCK: Final = re.compile(r"doc\('(\w+)'\)")

STREAMS: Final = TapCallGear(validate_config=False).streams

CUSTOMER: Final = "user_id"
"""What an agent's rows have more: the customer user that they were read for."""


@dataclass(frozen=True)
class Column:
    """A column of a staging model.

    Attributes:
        name: What it is called.
        description: What it says.
        kind: Its type, one of those in macros/types.sql.
        source: The property that it is made of.
        local: Whether it is the `time` or the `day` of that property by the account's clocks, or None for neither.
        tests: What is tested of it.
    """

    name: str
    description: str
    kind: str
    source: str
    local: str | None = None
    tests: Sequence[object] = ()

    def lines(self) -> Iterator[str]:
        """Yield the column as YAML."""
        meta = {"from": self.source} if self.source != self.name else {}
        meta |= {"local": self.local} if self.local else {}
        yield f"      - name: {self.name}"
        yield f"        description: {json.dumps(self.description)}"
        yield f"        data_type: {self.kind}"
        if meta:
            yield f"        config: {json.dumps({'meta': meta})}"
        if self.tests:
            yield f"        data_tests: {json.dumps(self.tests)}"


def columns_of(stream: Stream) -> Iterator[Column]:
    """Yield the columns of a stream's model."""
    customer = "Customer user that an agent's key reads for; 0 where the account is one's own."
    yield Column(CUSTOMER, customer, "bigint", CUSTOMER)
    for name, schema in stream.schema["properties"].items():
        kind, description = kind_of(schema), schema["description"]
        column = Column(called(stream, name), description, kind, name, tests=tests_of(stream, name, kind, description))
        yield column
        if column.name == "started_at":
            yield Column("started_at_local", "The same moment by the account's clocks.", kind, name, local="time")
        if day := DAYS.get(column.name):
            yield Column(day, f"Day of {column.name} by the account's calendar.", "date", name, local="day")


def called(stream: Stream, name: str) -> str:
    """Return what a model calls a property."""
    return STAGED[stream.name].get(name) or RENAMED.get(name, name)


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return what models call the type of a property."""
    (kind,) = {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"]) - {"null"}
    return KINDS[schema.get("format", kind)]


def tests_of(stream: Stream, name: str, kind: str, description: str) -> Sequence[object]:
    """Return what is tested of a property: its values are documented ones, or a warning says so.

    What a report repeats of its contacts is tested of the contacts alone.
    """
    is_repeated = stream.name in REPORTS and name in STREAMS["communications"].schema["properties"]
    if kind == "text" and not is_repeated and (documented := DOCUMENTED.search(description)):
        test = {
            "name": f"{stream.name}_have_documented_values_of_{name}",
            "arguments": {"values": documented["values"].split(", ")},
            "config": {"severity": "warn"},
        }
        return [{"accepted_values": test}]
    return []


def model_tests_of(stream: Stream) -> Sequence[object]:
    """Return what is tested of a stream's model as a whole."""
    unique_key = {"name": f"{stream.name}_have_keys_of_their_own", "arguments": {"columns": key_of(stream)}}
    tests = [{"callgear.unique_key": unique_key}]
    if kind := REPORTS.get(stream.name):
        contacts = "ref('stg_callgear__communications')"
        agreement = {
            "name": f"{stream.name}_and_contacts_agree",
            "arguments": {"contacts": contacts, "kind": kind},
            "config": {"enabled": "{{ 'communications' in var('callgear_streams') }}"},
        }
        tests.append({"callgear.agrees_with_contacts": agreement})
    return tests


def key_of(stream: Stream) -> list[str]:
    """Return the columns that tell the rows of a stream's model apart."""
    return [CUSTOMER, *(called(stream, name) for name in stream.primary_keys)]


def model_of(stream: Stream) -> str:
    """Return the SQL of a stream's model; macros/staging.sql makes the rest of its columns."""
    return f"""-- {NOTE}
{{{{ config(enabled=callgear.reads('{stream.name}')) }}}}

{{{{ callgear.stage('{stream.name}') }}}}
"""


def properties_of(stream: Stream) -> str:
    """Return what is said of a stream's model and its columns."""
    lines = [
        f"# {NOTE}",
        "models:",
        f"  - name: stg_callgear__{stream.name}",
        f"    description: {json.dumps(type(stream).__doc__)}",
        f"    config: {json.dumps({'meta': {'key': key_of(stream)}})}",
        "    data_tests:",
        *(f"      - {json.dumps(test)}" for test in model_tests_of(stream)),
        "    columns:",
        *(line for column in columns_of(stream) for line in column.lines()),
    ]
    return "".join(f"{line}\n" for line in lines)


def sources_of(streams: Sequence[Stream]) -> str:
    """Return the tables that the loader writes; those with a time are fresh while new rows come."""
    lines = [
        f"# {NOTE}",
        "sources:",
        "  - name: callgear",
        "    description: What the tap read, as the loader stored it.",
        "    database: \"{{ var('callgear_database', target.database) }}\"",
        "    schema: \"{{ var('callgear_schema', 'main' if target.type == 'duckdb' else 'callgear') }}\"",
        "    tables:",
    ]
    for stream in streams:
        lines += [
            f"      - name: {stream.name}",
            f"        description: {json.dumps(type(stream).__doc__)}",
            "        config:",
            f"          enabled: \"{{{{ '{stream.name}' in var('callgear_streams') }}}}\"",
        ]
        if stream.replication_key and kind_of(stream.schema["properties"][stream.replication_key]) == "timestamp":
            lines += [
                f"          loaded_at_field: {stream.replication_key}",
                "          freshness:",
                "            warn_after: {count: 1, period: day}",
                "            error_after: {count: 3, period: day}",
            ]
    return "".join(f"{line}\n" for line in lines)


def blocks() -> str:
    """Return the descriptions that models of models repeat, each as a block with a name."""
    asked = sorted(
        {name for path in MODELS.glob("*/_*.yml") for name in BLOCK.findall(path.read_text(encoding="utf-8"))}
    )
    lines = [f"<!-- {NOTE} -->"]
    for name in asked:
        _, stream, column = name.split("__")
        (description,) = (each.description for each in columns_of(STREAMS[stream]) if each.name == column)
        lines += ["", f"{{% docs {name} %}}", description, "{% enddocs %}"]
    return "".join(f"{line}\n" for line in lines)


def files() -> Iterator[tuple[Path, str]]:
    """Yield every file that this writes, and its text."""
    staged = [STREAMS[name] for name in STAGED]
    yield MODELS / "columns.md", blocks()
    yield FOLDER / "_callgear__sources.yml", sources_of(staged)
    for stream in staged:
        path = FOLDER / f"stg_callgear__{stream.name}"
        yield path.with_suffix(".sql"), model_of(stream)
        yield path.with_suffix(".yml"), properties_of(stream)


def main() -> None:
    """Write the files, or check that they are written."""
    parser = argparse.ArgumentParser(description="Write the staging models from the tap's declarations.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    is_check = parser.parse_args().check
    for path, text in files():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if is_check:
            sys.exit(f"{path.relative_to(ROOT)} is out of date: run python scripts/model_columns.py")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
