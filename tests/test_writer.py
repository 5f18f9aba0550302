"""Messages leave in blocks and in their order: a STATE never overtakes its records, and nobody waits for long."""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.singerlib.messages import RecordMessage, SchemaMessage, StateMessage

from tap_callgear.output import OutputLost
from tap_callgear.writer import BlockWriter
from tests.fakes import FakeClock

from .sinks import Stingy

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pipe(io.BytesIO):
    """What stands at the other end of stdout, and counts how often something comes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand in for stdout from here on to the end of the test."""
        super().__init__()
        self.writes = 0
        self.has_gone = False
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(self))

    def write(self, block: Any) -> int:  # noqa: ANN401 - whatever holds bytes
        """Take a block."""
        if self.has_gone:
            raise BrokenPipeError
        self.writes += bool(block)
        return super().write(block)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Return the messages that came."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


def record(number: int, **fields: object) -> RecordMessage:
    """Return a record."""
    return RecordMessage(stream="calls", record={"id": number, **fields})


def test_records_wait_for_their_block_and_a_state_takes_them_along(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    for number in range(5):
        writer.write_message(record(number))
    assert pipe.writes == 0
    writer.write_message(StateMessage(value={"bookmarks": {}}))
    assert pipe.writes == 1
    assert [message["type"] for message in pipe.messages] == ["RECORD"] * 5 + ["STATE"]
    assert [message["record"]["id"] for message in pipe.messages[:5]] == list(range(5))


def test_records_in_bulk_are_the_messages_that_they_would_be_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    rows = [{"id": number, "cost": Decimal("12.10"), "note": "a{}b"} for number in range(3)]
    assert writer.write_records("calls", rows, version=7) == 3
    for row in rows:
        now = datetime.now(timezone.utc)
        writer.write_message(RecordMessage("calls", row, version=7, time_extracted=now))
    assert pipe.writes == 0
    writer.flush()
    lines = [line.partition(b'"time_extracted":') for line in pipe.getvalue().splitlines()]
    assert [before for before, _, _ in lines[:3]] == [before for before, _, _ in lines[3:]]
    assert [len(after) for _, _, after in lines] == [len(lines[0][2])] * 6


def test_records_in_bulk_are_written_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    writer.write_records("calls", ({"id": number, "note": "x" * 1000} for number in range(300)))
    assert 3 <= pipe.writes <= 6
    writer.write_message(StateMessage(value={"bookmarks": {}}))
    assert [message["type"] for message in pipe.messages] == ["RECORD"] * 300 + ["STATE"]


def test_records_in_bulk_that_break_off_leave_whole_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield {"id": 1}
        raise ArithmeticError

    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    with pytest.raises(ArithmeticError):
        writer.write_records("calls", broken())
    writer.flush()
    assert [message["record"] for message in pipe.messages] == [{"id": 1}]


def test_a_writer_may_write_elsewhere_than_to_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    sink = io.BytesIO()
    writer = BlockWriter(sink)
    writer.write_message(record(1))
    writer.flush()
    assert json.loads(sink.getvalue())["record"] == {"id": 1}
    assert pipe.messages == []


def test_a_schema_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    BlockWriter().write_message(SchemaMessage(stream="calls", schema={"properties": {}}, key_properties=["id"]))
    assert [message["type"] for message in pipe.messages] == ["SCHEMA"]


def test_a_full_block_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    for number in range(300):
        writer.write_message(record(number, note="x" * 1000))
    assert 3 <= pipe.writes <= 6
    writer.flush()
    assert len(pipe.messages) == 300


def test_a_block_that_has_waited_is_written_with_the_next_record(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    clock = FakeClock()
    writer = BlockWriter(clock=clock)
    writer.write_message(record(1))
    assert pipe.writes == 0
    clock.sleep(0.6)
    writer.write_message(record(2))
    assert len(pipe.messages) == 2


def test_every_message_is_one_line_of_json_and_numbers_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    writer.write_message(record(2**70, cost=Decimal("12.10"), note="a\nb \u2028 \u0441", path=PurePosixPath("a/b")))
    writer.flush()
    line = pipe.getvalue()
    assert line.count(b"\n") == 1
    assert b'"cost":12.10' in line
    assert json.loads(line)["record"] == {"id": 2**70, "cost": 12.1, "note": "a\nb \u2028 \u0441", "path": "a/b"}


def test_what_was_written_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    writer.write_message(record(1))
    writer.flush()
    writer.flush()
    assert len(pipe.messages) == 1


def test_nothing_is_written_after_what_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch)
    writer = BlockWriter()
    writer.write_message(record(1))
    pipe.has_gone = True
    with pytest.raises(OutputLost, match="has gone"):
        writer.flush()
    pipe.has_gone = False
    with pytest.raises(OutputLost, match="has gone"):
        writer.write_message(StateMessage(value={"bookmarks": {}}))
    assert pipe.messages == []


def test_a_sink_that_takes_little_or_nothing_gets_every_message_once() -> None:
    sink = Stingy()
    writer = BlockWriter(sink)
    writer.write_records("calls", ({"id": number, "note": "x" * 1000} for number in range(300)))
    writer.write_message(StateMessage(value={"bookmarks": {}}))
    messages = [json.loads(line) for line in sink.taken.splitlines()]
    assert [message["record"]["id"] for message in messages[:-1]] == list(range(300))
    assert messages[-1]["type"] == "STATE"
