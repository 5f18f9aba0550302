"""The story that every warehouse is told: a load that is cut off, one that completes it, days of changes, a last load.

What a warehouse holds at the end is held against what one run of the tap would read of everything now: other tests
hold that against the sandbox itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.support import STREAMS, UNTIL, assert_complete, bookmark, key_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Callable

    from callgear_sandbox import Sandbox
    from tests.support import Json, Run

    from .chain import Chain

    Tables = dict[str, dict[Any, Json]]
    ReadTable = Callable[[str], list[Json]]

FIRST = UNTIL - timedelta(days=5)
"""When the first load happens, in the time of the data."""

LOOKBACK = timedelta(days=14)
"""Longer than a sale takes, so that every change is found."""

TAP = {"page_size": 100, "lookback_days": LOOKBACK.days}


def account(**options: Any) -> Sandbox:  # noqa: ANN401
    """Return an account of forty days with ids above 2**53, text in many scripts, and every other oddity."""
    return play(**{"rows": 300, "days": 40, "zone": "Asia/Dubai", "quirks": True, **options})


@dataclass(frozen=True)
class Reading:
    """How the columns of a warehouse become values again.

    Attributes:
        number: What exact numbers are after they were stored.
        empty_text: What empty text means.
    """

    number: Callable[[str], object] = Decimal
    empty_text: str | None = ""

    def row(self, row: Json, schema: Json) -> Json:
        """Return the properties of a row, typed as their schema says; columns of the target's own are left out."""
        return {name: self.value(row[name], part) for name, part in schema["properties"].items()}

    def value(self, value: Any, schema: Json) -> object:  # noqa: ANN401 - whatever a driver gives
        """Return a value, typed as its schema says."""
        if value is None or value == "":
            return None if value is None else self.empty_text
        readers: dict[str, Callable[[Any], object]] = {
            "date-time": instant,
            "integer": int,
            "number": lambda told: self.number(str(told)),
            "boolean": lambda told: str(told) == "True",
            "array": nested,
            "object": nested,
        }
        read = readers.get(kind_of(schema), str)
        return read(value)


def instant(text: str) -> datetime:
    """Return an instant; where a column has no offset, it is UTC that is meant."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc)


def nested(value: object) -> object:
    """Return a list or an object, which some warehouses give as JSON."""
    return json.loads(value) if isinstance(value, str) else value


def kind_of(schema: Json) -> str:
    """Return the one type of a property, or its format."""
    (kind,) = [kind for kind in schema["type"] if kind != "null"]
    told: str = schema.get("format", kind)
    return told


@cache
def run_of_everything(now: datetime | None) -> Run:
    """Return a run of the tap that reads the account as it is at an instant."""
    with account() as sandbox:
        sandbox.now = now
        run = run_tap(sandbox, config=TAP)
        assert_complete(run, sandbox)
        return run


def records_of_everything(stream: str, now: datetime | None = None) -> dict[Any, Json]:
    """Return the records that such a run reads, by key."""
    return keyed(run_of_everything(now).records(stream), stream)


def keyed(rows: list[Json], stream: str) -> dict[Any, Json]:
    """Return rows by their keys; of a key that is there twice, the last one."""
    return {key_of(stream, row): row for row in rows}


def schema_of(stream: str) -> Json:
    """Return the schema of a stream."""
    return run_of_everything(None).schema(stream)


def truth(now: datetime | None, reading: Reading) -> Tables:
    """Return what a run of the tap reads of everything at an instant, by stream and key."""
    return {
        stream: {key: reading.row(row, schema_of(stream)) for key, row in records_of_everything(stream, now).items()}
        for stream in STREAMS
    }


def stored(read: ReadTable, reading: Reading, *, appended: bool) -> Tables:
    """Return what a warehouse holds, by stream and key; where a target appends, the last row of a key counts."""
    tables: Tables = {}
    for stream in STREAMS:
        rows = [reading.row(row, schema_of(stream)) for row in read(stream)]
        tables[stream] = keyed(rows, stream)
        assert appended or len(tables[stream]) == len(rows), f"{stream} holds a key twice"
    return tables


def assert_same(found: Tables, expected: Tables) -> None:
    """Assert that tables hold the same rows; a difference is shown by itself, not in the midst of everything."""
    for stream in STREAMS:
        assert found[stream].keys() == expected[stream].keys()
        for key, row in expected[stream].items():
            different = {name for name in row if found[stream][key][name] != row[name]}
            assert {name: found[stream][key][name] for name in different} == {name: row[name] for name in different}


def tell(chain: Chain, read: ReadTable, reading: Reading, *, appended: bool = False) -> None:
    """Load, killed on the way at first, let five days pass, load again: the warehouse holds everything as it is now.

    Args:
        chain: From a sandbox that `account` made.
        read: Returns all rows of a table.
        reading: How to read them.
        appended: Whether the target appends instead of merging on the key.
    """
    tell_of_a_kill(chain)
    before = stored(read, reading, appended=appended)
    assert_same(before, truth(FIRST, reading))
    marks = {stream: datetime.fromisoformat(bookmark(chain.state, stream) or "") for stream in STREAMS}
    assert all(mark == max(row["date_time"] for row in before[stream].values()) for stream, mark in marks.items())
    tell_of_news(chain)
    after = stored(read, reading, appended=appended)
    assert_same(after, truth(None, reading))
    assert_worth_telling(before, after)


def tell_of_a_kill(chain: Chain) -> None:
    """Kill the tap while it loads, and load again to the end, both when the account is five days younger."""
    sandbox = chain.sandbox
    sandbox.now = FIRST
    sandbox.options = replace(sandbox.options, latency=0.1)
    killed = chain.load(kill_after=7)
    sandbox.options = replace(sandbox.options, latency=0.0)
    assert killed.tap == -9, killed.log
    # A line that was cut off ends the target, too; it may have stored some states, or none.
    assert killed.target in {0, 1}, killed.log
    everything = run_of_everything(FIRST)
    assert bookmark(chain.state, STREAMS[-1]) != bookmark(everything.state, STREAMS[-1]), "the kill came too late"
    again = chain.load()
    assert again.went_well, again.log
    assert chain.state == everything.state


def tell_of_news(chain: Chain) -> None:
    """Load what has come in five days, and what may have changed since."""
    sandbox = chain.sandbox
    sandbox.now = None
    reached = min(datetime.fromisoformat(bookmark(chain.state, stream) or "") for stream in STREAMS)
    asked = len(sandbox.requests)
    load = chain.load()
    assert load.went_well, load.log
    starts = [each.params["date_from"] for each in sandbox.requests[asked:] if "date_from" in each.params]
    # The account's local time is four hours ahead, and a window begins a second early: its bound may be left out.
    assert min(map(str, starts)) >= str(reached - LOOKBACK + timedelta(hours=4, seconds=-1))[:19]
    assert chain.state == run_of_everything(None).state
    assert {bookmark(chain.state, stream) for stream in STREAMS} == {UNTIL.isoformat()}


def assert_worth_telling(before: Tables, after: Tables) -> None:
    """Assert that the account holds everything that is hard to load."""
    contacts = after["communications"]
    changed = [key for key, row in before["communications"].items() if row != contacts[key]]
    assert len(contacts) > len(before["communications"]) > len(changed) > 0
    assert any(not before["communications"][key]["tags"] and contacts[key]["tags"] for key in changed)
    assert any(before["communications"][key]["sale_date"] is None and contacts[key]["sale_date"] for key in changed)
    assert min(row["visitor_id"] for row in contacts.values()) > 2**53
    assert any(ord(letter) > 2**11 for row in contacts.values() for letter in row["visitor_city"] or "")
    visits = after["visitor_sessions"].values()
    assert any(len(row["hits"] or ()) > 1 and row["integrated_campaign_data"] for row in visits)
