"""Every line is whole, whichever way a record takes and whichever thread writes; a record counts once."""

from __future__ import annotations

import json
import os
import threading
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from singer_sdk.singerlib.encoding.simple import RecordMessage, SchemaMessage

from tap_callgear.airbyte.catalog import Requested
from tap_callgear.airbyte.writer import AirbyteWriter
from tap_callgear.output import Output, OutputLost
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from .support import Json

RECORDS: list[Json] = [
    {"id": 2**40, "sale_cost": Decimal("10.10"), "tags": [{"name": "«x»\n"}]},
    {"id": 2, "sale_cost": None},
]


def lines(path: Path) -> list[Json]:
    """Return the messages that stand in a file."""
    return [json.loads(line, parse_float=Decimal) for line in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the output goes."""
    return tmp_path / "out.jsonl"


def nothing() -> None:
    """Ask for no end."""


def output_to(path: Path) -> Output:
    """Return an output into a file."""
    return Output(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), nothing)


def test_a_record_is_the_same_one_by_one_and_by_the_window(path: Path) -> None:
    with output_to(path) as output:
        writer = AirbyteWriter(output, FakeClock())
        writer.begin(Requested("communications"))
        writer.write_message(SchemaMessage("communications", {"properties": {}}, ["id"]))
        assert writer.write_records("communications", []) == 0
        assert writer.write_records("communications", iter(RECORDS)) == 2
        for record in RECORDS:
            writer.write_message(RecordMessage("communications", record, time_extracted=datetime.now(timezone.utc)))
        writer.complete({})
    told = lines(path)
    assert [message["type"] for message in told] == ["TRACE", "TRACE", *["RECORD"] * 4, "STATE", "TRACE"]
    assert [message["record"]["data"] for message in told[2:6]] == RECORDS * 2
    assert {message["record"]["stream"] for message in told[2:6]} == {"communications"}
    assert told[6]["state"]["sourceStats"] == {"recordCount": 4}


def test_a_window_that_breaks_off_counts_what_has_left(path: Path) -> None:
    with output_to(path) as output:
        writer = AirbyteWriter(output, FakeClock())
        writer.begin(Requested("communications"))
        with pytest.raises(StopAsyncIteration):
            writer.write_records("communications", (each or broken() for each in [*RECORDS, {}]))
        writer.abandon({})
    told = lines(path)
    assert [message["type"] for message in told if message["type"] != "TRACE"] == ["RECORD", "RECORD", "STATE"]
    assert told[-2]["state"]["sourceStats"] == {"recordCount": 2}


def broken() -> Json:
    """Fail as nothing else does."""
    raise StopAsyncIteration


def test_lines_of_many_threads_stay_whole() -> None:
    reading, writing = os.pipe()
    read: list[bytes] = []

    def take() -> None:
        with os.fdopen(reading, "rb") as pipe:
            read.extend(pipe)

    reader = threading.Thread(target=take)
    reader.start()
    with Output(writing, nothing) as output:
        texts = [bytes([65 + number]) * 100_000 + b"\n" for number in range(4)]
        threads = [threading.Thread(target=lambda text=text: [output.write(text) for _ in range(20)]) for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    reader.join()
    assert sorted(read) == sorted(texts * 20)


def test_a_reader_that_has_gone_is_no_failure_of_a_stream() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with Output(writing, nothing) as output, pytest.raises(OutputLost) as caught:
        output.write(b"{}\n")
    assert isinstance(caught.value.cause, BrokenPipeError)
