"""The state is a place to go on from, and says no more than that; what the tap needs of the SDK for it is there."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from datetime import datetime, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from singer_sdk import Stream, Tap
from singer_sdk import typing as th

from tap_callgear import streams
from tap_callgear.api.errors import ConfigurationError
from tap_callgear.bookmarks import found_in, tidied
from tap_callgear.inputs.files import read_state
from tap_callgear.streams.report import ReportStream
from tap_callgear.tap import TapCallGear
from tap_callgear.writer import BlockWriter

from .signals import signals_kept
from .support import STREAMS, assert_complete, catalog_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib.encoding.simple import Message

    from tap_callgear.streams.base import ApiStream

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


class Followed(Stream):
    """A stream as the SDK has it, which notes what of it a sync goes by."""

    name = "followed"
    schema = th.PropertiesList(th.Property("id", th.IntegerType)).to_dict()

    def __init__(self, tap: Tap) -> None:
        """Have noted nothing."""
        self.gone_by: list[tuple[object, ...]] = []
        super().__init__(tap)

    def get_records(self, context: Context | None) -> Iterable[Json]:
        """Yield a record."""
        del context
        yield {"id": 7}

    def _write_activate_version_message(self, full_table_version: int) -> None:
        self.gone_by.append(("version", full_table_version))

    def _sync_records(self, context: Context | None = None, *, write_messages: bool = True) -> Iterator[Json]:  # type: ignore[override]
        self.gone_by.append(("records", context, write_messages))
        yield from super()._sync_records(context, write_messages=write_messages)

    def _increment_stream_state(self, latest_record: Json, *, context: Context | None = None) -> None:
        self.gone_by.append(("state", latest_record, context))


class FollowedTap(Tap):
    """A tap as the SDK has it, of that one stream."""

    name = "tap-followed"
    config_jsonschema: ClassVar[Json] = {"properties": {}}

    def discover_streams(self) -> list[Stream]:
        """Return the stream."""
        return [Followed(self)]


def test_the_sdk_syncs_by_the_members_that_the_tap_extends() -> None:
    tap = FollowedTap(config={"emit_activate_version_messages": True}, message_writer=Heard())
    (stream,) = tap.streams.values()
    assert isinstance(stream, Followed)
    stream.sync()
    version = ("version", stream._stream_version)  # noqa: SLF001 - what this test is for
    assert stream.gone_by == [version, ("records", None, True), ("state", {"id": 7}, None)]


def private_members(of: object) -> set[str]:
    """Return the private members of an object that the SDK has made, and those of its classes."""
    names = {*vars(of), *(name for each in type(of).__mro__ if "singer_sdk" in each.__module__ for name in vars(each))}
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def test_one_module_alone_touches_private_members_of_the_sdk() -> None:
    tap = FollowedTap(config={}, message_writer=Heard())
    (stream,) = tap.streams.values()
    private = (private_members(tap) | private_members(stream)) - {"_abc_impl"}
    assert {"_tap", "_sync_records", "_state"} <= private
    kinds: tuple[type, ...] = (TapCallGear, *streams.STREAMS)
    modules = {each.__module__ for kind in kinds for each in kind.__mro__}
    ours = {name for name in modules if name.startswith("tap_callgear.")} - {"tap_callgear.sdk"}
    assert {"tap_callgear.tap", "tap_callgear.account", "tap_callgear.streams.windowed"} <= ours
    for module in sorted(ours):
        source = ast.parse(inspect.getsource(sys.modules[module]))
        touched = {node.attr for node in ast.walk(source) if isinstance(node, ast.Attribute)}
        touched |= {node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef)}
        assert not touched & private, module


def test_a_bookmark_moves_forward_only() -> None:
    stream = made(Heard())
    for time, mark in (("", None), (MIDDLE, MIDDLE), (EARLY, MIDDLE), ("", MIDDLE), (LATE, LATE), (LATE, LATE)):
        stream._checkpoint(None, time)  # noqa: SLF001
        assert stream.get_context_state(None).get("replication_key_value") == mark


def test_a_bookmark_of_a_user_moves_alone() -> None:
    stream = made(Heard(), user_ids=[11, 12])
    for user, time in ((11, MIDDLE), (12, EARLY), (11, EARLY)):
        stream._checkpoint({"user_id": user}, time)  # noqa: SLF001
    marks = {user: stream.get_context_state({"user_id": user})["replication_key_value"] for user in (11, 12)}
    assert marks == {11: MIDDLE, 12: EARLY}


def test_a_state_is_written_only_once_records_were_taken() -> None:
    heard = Heard()
    stream = made(heard)
    for time in ("", EARLY, MIDDLE):
        stream._checkpoint(None, time)  # noqa: SLF001
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


def tap_of(state: object) -> Json:
    """Return the bookmarks that a tap goes on from, given a state as a file may hold it."""
    told: Json = TapCallGear(config=GIVEN, state={"value": state}).state.get("bookmarks", {})
    return told


def mark(value: object = MIDDLE, **more: object) -> Json:
    """Return a bookmark."""
    return {"replication_key": "date_time", "replication_key_value": value, **more}


def of_user(user: object, value: object = MIDDLE) -> Json:
    """Return the bookmark of a customer user."""
    return {"context": {"user_id": user}, **mark(value)}


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param({"communications": mark()}, id="bare"),
        pytest.param({"currently_syncing": None, "communications": mark()}, id="bare, with what is read now"),
        pytest.param({"bookmarks": {"bookmarks": {"communications": mark()}}}, id="twice"),
        pytest.param({"type": "STATE", "value": {"bookmarks": {"communications": mark()}}}, id="a message"),
        pytest.param([{"type": "STATE", "value": {}}, {"value": {"communications": mark()}}], id="a list of messages"),
        pytest.param({"singer_state": {"bookmarks": {"communications": mark()}}}, id="meltano state get"),
        pytest.param(
            {
                "completed": {"singer_state": {"bookmarks": {"communications": mark(EARLY)}}},
                "partial": {"singer_state": {"bookmarks": {"communications": mark()}}},
            },
            id="what Meltano stores",
        ),
        pytest.param({"completed_state": {"singer_state": {"bookmarks": {"communications": mark()}}}}, id="completed"),
    ],
)
def test_a_state_is_found_in_whatever_wraps_it(wrapped: object) -> None:
    assert tap_of(wrapped) == {"communications": mark()}


@pytest.mark.parametrize(
    "nothing", [{}, {"bookmarks": {}}, {"bookmarks": None}, {"singer_state": {}}, {"currently_syncing": None}]
)
def test_a_state_may_be_empty(nothing: object) -> None:
    assert tap_of(nothing) == {}


@pytest.mark.parametrize(
    "state",
    [
        [],
        5,
        "2025-11-05",
        {"comunications": mark()},
        {"streams": []},
        {"bookmarks": []},
        {"bookmarks": {"communications": MIDDLE}},
        {"bookmarks": {"communications": {"partitions": {"11": MIDDLE}}}},
        {"bookmarks": {"communications": {"partitions": [MIDDLE]}}},
        {"bookmarks": {"communications": {"partitions": [{"context": 11, **mark()}]}}},
        {"type": "RECORD", "stream": "communications", "record": {}},
    ],
    ids=str,
)
def test_what_is_no_state_is_refused_in_one_line(state: object) -> None:
    with pytest.raises(ConfigurationError, match=r"^--state: this is no state of the tap: give the last STATE line"):
        tap_of(state)


@pytest.mark.parametrize(
    "value, kept",
    [
        ("2025-11-05T04:00:00.000+04:00", MIDDLE),
        ("2025-11-05T00:00:00Z", MIDDLE),
        ("2025-11-05 00:00:00", MIDDLE),
        ("2025-11-05", MIDDLE),
        ("0001-01-01", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_a_bookmark_in_another_form_is_brought_into_the_fixed_one(value: str, kept: str) -> None:
    assert tap_of({"bookmarks": {"communications": mark(value)}}) == {"communications": mark(kept)}


@pytest.mark.parametrize("value", [5, 1_762_300_800, True, ["2025-11-05"], "soon", "9999-12-31T23:59:59-05:00"])
def test_a_bookmark_that_is_no_date_is_refused_by_name(value: object) -> None:
    with pytest.raises(ConfigurationError, match="The bookmark of communications in the state is no date"):
        tap_of({"bookmarks": {"communications": mark(value)}})


@pytest.mark.parametrize(
    "given, kept",
    [
        pytest.param(None, {}, id="null"),
        pytest.param(mark(None), {}, id="value null"),
        pytest.param(mark(""), {}, id="value empty"),
        pytest.param({"date_time": MIDDLE}, mark(), id="as taps without an SDK write it"),
        pytest.param(mark(partitions=None), mark(), id="partitions null"),
        pytest.param(
            {**mark(), "progress_markers": None, "starting_replication_value": 5}, mark(), id="notes of the SDK"
        ),
        pytest.param({"progress_markers": {"Note": "x", **mark(LATE)}}, {}, id="progress that is no bookmark"),
        pytest.param({"partitions": [of_user(11)]}, {"partitions": [of_user(11)]}, id="user"),
        pytest.param({"partitions": [of_user("11")]}, {"partitions": [of_user(11)]}, id="user as text"),
        pytest.param(
            {"partitions": [of_user(11, None)]}, {"partitions": [{"context": {"user_id": 11}}]}, id="user, null"
        ),
    ],
)
def test_odd_bookmarks_that_are_plain_are_understood(
    given: object, kept: Json, caplog: pytest.LogCaptureFixture
) -> None:
    assert tap_of({"bookmarks": {"communications": given}}) == {"communications": kept}
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == []


@pytest.mark.parametrize(
    "given, kept, says",
    [
        pytest.param([mark(), of_user(11)], [of_user(11)], "says not what it is of", id="no context"),
        pytest.param([of_user(1, LATE), of_user(1, EARLY)], [of_user(1, EARLY)], "two bookmarks", id="the same twice"),
        pytest.param([of_user(1, LATE), of_user(1.0, EARLY)], [of_user(1, EARLY)], "two bookmarks", id="as a decimal"),
        pytest.param({"replication_key": "id", "replication_key_value": 5}, {}, "of id, not of date_time", id="key"),
        pytest.param({"last_record": MIDDLE}, {}, "is not understood (last_record)", id="another form"),
    ],
)
def test_what_is_left_aside_of_a_bookmark_is_said(
    given: object, kept: object, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    state, told = ({"partitions": each} if isinstance(each, list) else each for each in (given, kept))
    assert tap_of({"bookmarks": {"communications": state}}) == {"communications": told}
    (warning,) = (record.message for record in caplog.records if record.levelname == "WARNING")
    assert says in warning


def test_a_bookmark_of_the_future_becomes_the_present() -> None:
    future = "2999-01-01T00:00:00+00:00"
    parts = {"partitions": [of_user(11, future)]}
    marks = tap_of({"bookmarks": {"communications": mark(future), "visitor_sessions": parts}})
    told = [marks["communications"], *marks["visitor_sessions"]["partitions"]]
    now = datetime.now(timezone.utc).isoformat()
    assert all(MIDDLE < each["replication_key_value"] <= now for each in told)


STRANGERS: Json = {
    "comunications": mark("x", partitions=None),
    "gone_stream": 5,
    "other": {"partitions": [{}], "progress_markers": None},
    "contacts": "a stream that is not read",
}


def test_bookmarks_of_streams_that_there_are_not_are_named_and_kept_and_not_read(tmp_path: Path) -> None:
    lines = [{"type": "STATE", "value": {}}, {"type": "STATE", "value": {"bookmarks": {**STRANGERS, "calls": mark()}}}]
    path = tmp_path / "run.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in [*lines, {"type": "RECORD"}]), encoding="utf-8")
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--state", str(path))
        assert_complete(run, sandbox)
    (warning,) = run.warnings
    assert warning.endswith(": comunications (did you mean communications?), gone_stream, other.")
    assert len(run.states) > 2
    for state in run.states:
        assert {name: state["bookmarks"][name] for name in STRANGERS} == STRANGERS
        assert state["bookmarks"]["calls"] == mark()


def test_lines_end_where_a_tap_ends_them_whatever_a_text_holds(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    lines = ['{"type": "STATE", "value": {"bookmarks": {}}}', '{"type": "RECORD", "record": {"text": "a\u2028b\x85c"}}']
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_state("--state", str(path)) == {"type": "STATE", "value": {"bookmarks": {}}}


def test_a_state_in_a_state_in_a_state_without_end_is_refused() -> None:
    state: Json = {}
    for _ in range(5_000):
        state = {"value": state}
    with pytest.raises(ConfigurationError, match="no state of the tap"):
        found_in(state, streams.STREAMS)


def test_bookmarks_that_nothing_wraps_may_be_of_reports_alone() -> None:
    report: type[ApiStream] = type("Report", (streams.STREAMS[0],), {"name": "report_calls_48401"})
    state = {"report_calls_48401": mark()}
    assert found_in(state, (*streams.STREAMS, report)) == state


@pytest.mark.parametrize("told", ["2026-11-21", "2026-11-21T23:00:00-05:00", "2026-11-21 01:00:00+04:00"])
def test_a_day_in_a_state_stays_the_day_it_is_in_whatever_zone(told: str) -> None:
    given = {"source_costs": {"replication_key": "date", "replication_key_value": told}}
    now, warnings = datetime(2026, 11, 29, tzinfo=timezone.utc), list[str]()
    tidy = tidied(given, given.keys(), now, warnings.append, declared=streams.STREAMS)
    assert (tidy["source_costs"]["replication_key_value"], warnings) == ("2026-11-21", [])


def test_nothing_comes_from_a_closed_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert read_state("--state", "-") is None


@pytest.mark.parametrize(
    "content, says",
    [
        ('{"bookmarks": ', "holds no JSON (line 1, column 15"),
        ('{"type": "RECORD"}\n{"type": "SCHEMA"}\n', "holds no STATE among its lines"),
        ('{"a": 1}\n{"b"\n', "holds no JSON"),
    ],
)
def test_a_file_without_a_state_is_refused_in_one_line(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"^--state: ") as failure:
        read_state("--state", str(path))
    assert says in str(failure.value)
