"""The state is a place to go on from, and says no more than that; what the tap needs of the SDK for it is there."""

from __future__ import annotations

import inspect
import re
from datetime import datetime, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk import Stream

from tap_callgear.streams.report import ReportStream
from tap_callgear.tap import TapCallGear
from tap_callgear.writer import BlockWriter

from .signals import signals_kept
from .support import STREAMS, assert_complete, catalog_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.singerlib.encoding.simple import Message

    from .support import Run

Json = dict[str, Any]

GIVEN = {"access_token": "key-1234567890", "start_date": "2025-11-01"}
FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
EARLY, MIDDLE, LATE = "2025-11-01T00:00:00+00:00", "2025-11-05T00:00:00+00:00", "2025-11-09T00:00:00+00:00"


class Heard(BlockWriter):
    """Keeps messages instead of writing them."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self.messages: list[Json] = []

    def write_message(self, message: Message) -> None:
        """Keep a message."""
        self.messages.append(message.to_dict())


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put back the signal handlers that making a tap replaces."""
    with signals_kept():
        yield


def made(heard: Heard, **settings: object) -> ReportStream:
    """Return the stream of communications of a tap that nobody has asked for anything yet."""
    stream = TapCallGear(config={**GIVEN, **settings}, message_writer=heard).streams["communications"]
    assert isinstance(stream, ReportStream)
    return stream


def bookmarks(run: Run) -> Json:
    """Return the bookmarks of a run's last state."""
    told: Json = run.state["bookmarks"]
    return told


def test_the_sdk_syncs_by_the_members_that_the_tap_extends() -> None:
    moves = inspect.signature(Stream._increment_stream_state).parameters  # noqa: SLF001 - what this test is for
    assert list(moves) == ["self", "latest_record", "context"]
    assert moves["context"].kind is inspect.Parameter.KEYWORD_ONLY
    assert "self._increment_stream_state(" in inspect.getsource(Stream._sync_records)  # noqa: SLF001
    syncs = inspect.signature(Stream._sync_records).parameters  # noqa: SLF001
    assert list(syncs) == ["self", "context", "write_messages"]
    assert "self._sync_records(context=context)" in inspect.getsource(Stream.sync)
    assert "self._stream_version = " in inspect.getsource(Stream.sync)


def test_a_bookmark_moves_forward_only() -> None:
    stream = made(Heard())
    for time, mark in (("", None), (MIDDLE, MIDDLE), (EARLY, MIDDLE), ("", MIDDLE), (LATE, LATE), (LATE, LATE)):
        stream._keep(None, time)  # noqa: SLF001
        assert stream.get_context_state(None).get("replication_key_value") == mark


def test_a_bookmark_of_a_user_moves_alone() -> None:
    stream = made(Heard(), user_ids=[11, 12])
    for user, time in ((11, MIDDLE), (12, EARLY), (11, EARLY)):
        stream._keep({"user_id": user}, time)  # noqa: SLF001
    marks = {user: stream.get_context_state({"user_id": user})["replication_key_value"] for user in (11, 12)}
    assert marks == {11: MIDDLE, 12: EARLY}


def test_a_state_is_written_only_once_records_were_taken() -> None:
    heard = Heard()
    stream = made(heard)
    for time in ("", EARLY, MIDDLE):
        stream._keep(None, time)  # noqa: SLF001
    told = [message["value"]["bookmarks"]["communications"] for message in heard.messages]
    assert [mark["replication_key_value"] for mark in told] == [EARLY, MIDDLE]


def test_records_of_a_full_table_carry_the_version_that_is_activated() -> None:
    with play(rows=20) as sandbox:
        catalog = catalog_of(sandbox)
        for entry in catalog["streams"]:
            entry["replication_method"] = "FULL_TABLE"
            entry["metadata"][-1]["metadata"]["forced-replication-method"] = "FULL_TABLE"
        run = run_tap(sandbox, config={"emit_activate_version_messages": True}, catalog=catalog)
        assert_complete(run, sandbox)
    for stream in STREAMS:
        of_stream = [message for message in run.messages if message.get("stream") == stream]
        versions = {message["version"] for message in of_stream if message["type"] == "ACTIVATE_VERSION"}
        assert len(versions) == 1
        assert {message.get("version") for message in of_stream if message["type"] == "RECORD"} == versions


def test_the_last_state_holds_a_bookmark_a_stream_and_nothing_else() -> None:
    with play(rows=60) as sandbox:
        run = run_tap(sandbox)
        assert_complete(run, sandbox)
        assert run.state.keys() == {"bookmarks"}
        assert {stream: mark for stream, mark in bookmarks(run).items() if mark} == {
            stream: {
                "replication_key": "date_time",
                "replication_key_value": max(sandbox.instants(stream).values()).isoformat(),
            }
            for stream in STREAMS
        }


def test_the_last_state_of_an_agent_holds_a_bookmark_a_user() -> None:
    with play(rows=60, user_ids=(11, 12)) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [11, 12]})
        assert run.exit_code == 0, run.stderr
        for stream in STREAMS:
            assert bookmarks(run)[stream] == {
                "partitions": [
                    {
                        "context": {"user_id": user},
                        "replication_key": "date_time",
                        "replication_key_value": max(sandbox.instants(stream, user).values()).isoformat(),
                    }
                    for user in (11, 12)
                ]
            }


@pytest.mark.parametrize("ahead", [1, 4])
def test_a_state_comes_at_least_once_a_window(ahead: int) -> None:
    with play(rows=400) as sandbox:
        run = run_tap(sandbox, config={"page_size": 50, "max_parallel_requests": ahead})
        assert_complete(run, sandbox)
    kinds = [message["type"] for message in run.messages if message["type"] in {"RECORD", "STATE"}]
    between = [len(list(some)) for kind, some in groupby(kinds) if kind == "RECORD"]
    assert max(between) <= 50
    assert kinds[-1] == "STATE"


def test_every_state_on_the_way_is_a_place_to_go_on_from() -> None:
    with play(rows=400) as sandbox:
        run = run_tap(sandbox, config={"page_size": 50})
        assert_complete(run, sandbox)
    latest = dict.fromkeys(STREAMS, "")
    for message in run.messages:
        if message["type"] == "RECORD" and message["stream"] in latest:
            latest[message["stream"]] = message["record"]["date_time"]
        elif message["type"] == "STATE":
            for stream, mark in message["value"]["bookmarks"].items():
                assert "progress_markers" not in mark
                if (value := mark.get("replication_key_value")) is not None:
                    assert FORM.fullmatch(value)
                    assert value == latest[stream]


def test_what_a_state_knows_of_other_streams_is_kept() -> None:
    other = {"bookmarks": {"calls": {"replication_key": "date_time", "replication_key_value": EARLY}}}
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, state=other)
        assert_complete(run, sandbox)
    assert bookmarks(run)["calls"] == other["bookmarks"]["calls"]


def test_a_run_without_news_leaves_the_state_as_it_was() -> None:
    with play(rows=60) as sandbox:
        first = run_tap(sandbox)
        second = run_tap(sandbox, state=first.state, config={"lookback_days": 0})
    assert second.exit_code == 0
    assert second.state == first.state


def test_a_bookmark_in_another_form_is_brought_into_the_fixed_one() -> None:
    mark = {"replication_key": "date_time", "replication_key_value": "2025-11-05T04:00:00.000+04:00"}
    tap = TapCallGear(config=GIVEN, state={"bookmarks": {"communications": mark}})
    assert tap.state["bookmarks"]["communications"]["replication_key_value"] == MIDDLE


def test_a_bookmark_of_the_future_becomes_the_present() -> None:
    mark = {"replication_key": "date_time", "replication_key_value": "2999-01-01T00:00:00+00:00"}
    parts = {"partitions": [{"context": {"user_id": 11}, **mark}]}
    tap = TapCallGear(config=GIVEN, state={"bookmarks": {"communications": dict(mark), "visitor_sessions": parts}})
    marks = tap.state["bookmarks"]
    told = [marks["communications"], *marks["visitor_sessions"]["partitions"]]
    now = datetime.now(timezone.utc).isoformat()
    assert all(MIDDLE < each["replication_key_value"] <= now for each in told)
