"""Every stream is read from the sandbox to its last row, and every record is what the schema says.

One run reads with a key of one's own account, another one with an agent's for two of its customers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from tap_callgear.streams import STREAMS as DECLARED
from tap_callgear.streams.report import ReportStream

from .support import AGENTS_ONLY, ALL_STREAMS, Run, catalog_of, key_of, play, run_tap, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox
    from tap_callgear.streams.base import ApiStream

USERS = (7001, 7002)
OWN_ONLY = {"accounts", "crm_accounts"}
"""Streams that an agent's key does not open."""

OWN_STREAMS = [name for name in ALL_STREAMS if name not in AGENTS_ONLY]

LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

FORMS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
}
FORMATS = FormatChecker(())
for name, form in FORMS.items():
    FORMATS.checks(name)(lambda value, form=form: value is None or form.fullmatch(value) is not None)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox with a few rows of everything."""
    with play(rows=400, days=10, zone="Asia/Dubai") as running:
        yield running


@pytest.fixture(scope="module")
def run(sandbox: Sandbox) -> Run:
    """Read all streams of an account in one run."""
    return run_tap(sandbox, catalog=catalog_of(sandbox, OWN_STREAMS))


@pytest.fixture(scope="module")
def agency() -> Iterator[Sandbox]:
    """Run a sandbox for an agent."""
    with play(rows=60, days=3, user_ids=USERS) as running:
        yield running


@pytest.fixture(scope="module")
def agents_run(agency: Sandbox) -> Run:
    """Read all streams of an agent's customers in one run."""
    catalog = catalog_of(agency, [name for name in ALL_STREAMS if name not in OWN_ONLY], config={"user_ids": [*USERS]})
    return run_tap(agency, config={"user_ids": [*USERS]}, catalog=catalog)


def truth(sandbox: Sandbox, stream: type[ApiStream], user_id: int | None = None) -> set[Any]:
    """Return the keys of all rows there are, as the tap tells them: moments in UTC, and no part missing."""
    zone = ZoneInfo(sandbox.options.zone)
    types = [stream.schema["properties"][name]["type"] for name in stream.primary_keys]

    def told(part: object, types: list[str]) -> object:
        if part is None:
            return 0 if "integer" in types else "-"
        if isinstance(part, str) and LOCAL_TIME.fullmatch(part):
            return text_of(datetime.fromisoformat(part).replace(tzinfo=zone))
        return part

    keys = sandbox.keys(stream.name, user_id)
    return {tuple(map(told, key, types)) if isinstance(key, tuple) else key for key in keys}


def order_of(run: Run, stream: str, names: tuple[str, ...], within: str) -> dict[object, list[tuple[Any, ...]]]:
    """Return some values of the records of a stream in the order in which they came, apart for each partition."""
    orders = defaultdict(list)
    for record in run.records(stream):
        orders[record.get(within)].append(tuple(record[name] for name in names))
    return orders


def test_all_streams_are_read_without_a_complaint(run: Run) -> None:
    assert run.exit_code == 0, run.stderr
    assert run.complaints == []
    assert {message["stream"] for message in run.of_type("SCHEMA")} == {*OWN_STREAMS}


def assert_complete(records: list[dict[str, Any]], stream: type[ApiStream], there_are: set[Any]) -> None:
    """Assert that every row came, and came once."""
    keys = [key_of(stream.name, record) for record in records]
    assert len(keys) == len(set(keys)) > 0, stream.name
    assert set(keys) == there_are, stream.name


def test_every_row_comes_once(sandbox: Sandbox, run: Run) -> None:
    for stream in DECLARED:
        if stream.name in OWN_STREAMS:
            assert_complete(run.records(stream.name), stream, truth(sandbox, stream))


def test_every_record_is_valid(run: Run) -> None:
    for stream in OWN_STREAMS:
        schema = run.schema(stream)
        validator = Draft202012Validator(schema, format_checker=FORMATS)
        for record in run.records(stream):
            validator.validate(record)
            assert record.keys() == schema["properties"].keys(), stream


def test_every_property_has_a_value_in_some_record(run: Run) -> None:
    empty = {
        f"{stream}.{name}"
        for stream in OWN_STREAMS
        for name in run.schema(stream)["properties"]
        if all(record[name] in (None, [], {}) for record in run.records(stream))
    }
    assert empty == {"account_details.agent_type"}, "which only an agent's account has"


def test_records_come_in_the_order_of_time_or_else_of_the_key(run: Run) -> None:
    for stream in DECLARED:
        names = (stream.replication_key,) if issubclass(stream, ReportStream) else stream.primary_keys
        for order in order_of(run, stream.name, names, within=stream.parent_param).values():
            assert order == sorted(order), stream.name


def test_reports_leave_a_bookmark_and_lists_do_not(run: Run) -> None:
    bookmarks = run.state["bookmarks"]
    for stream in DECLARED:
        parts = bookmarks.get(stream.name, {}).get("partitions") or [bookmarks.get(stream.name, {})]
        is_report = issubclass(stream, ReportStream)
        assert all(("replication_key_value" in part) == is_report for part in parts), stream.name


def test_an_agent_reads_the_same_of_every_customer(agency: Sandbox, agents_run: Run) -> None:
    assert agents_run.exit_code == 0, agents_run.stderr
    assert agents_run.complaints == []
    for stream in DECLARED:
        records = agents_run.records(stream.name)
        if stream.name in OWN_ONLY:
            assert records == []
        elif stream.takes_user_id:
            for user_id in USERS:
                of_user = [record for record in records if record["user_id"] == user_id]
                assert_complete(of_user, stream, truth(agency, stream, user_id))
        else:
            assert_complete(records, stream, truth(agency, stream))


def test_what_customers_of_an_agent_have_alike_stays_apart(agents_run: Run) -> None:
    for message in agents_run.of_type("SCHEMA"):
        names, stream = message["key_properties"], message["stream"]
        keys = [tuple(record[name] for name in names) for record in agents_run.records(stream)]
        assert len(keys) == len(set(keys)), stream
