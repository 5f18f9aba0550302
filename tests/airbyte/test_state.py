"""States: a small blob for each stream, from any of which, or none, a read goes on."""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk import Tap
from singer_sdk.helpers._state import StateWriter

from tap_callgear.airbyte.catalog import Requested
from tap_callgear.airbyte.source import Checkpoints
from tap_callgear.airbyte.state import blob_of, singer_state
from tap_callgear.api.errors import ConfigurationError
from tests.support import STREAMS, instants_of, play

from .support import NOWHERE, Json, assert_counted, assert_read, catalog_for, form_for, read, run_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

CURSORS = dict.fromkeys(STREAMS, "date_time")
INCREMENTAL = [Requested(name) for name in STREAMS]
EARLY, LATE = "2025-11-05T00:00:00+00:00", "2025-11-18T00:00:00+00:00"
NO_LOOKBACK: Json = {"lookback_days": 0, "page_size": 60}


def state_of(blob: object, stream: str = "communications") -> Json:
    """Return a state as Airbyte keeps it."""
    return {"type": "STREAM", "stream": {"stream_descriptor": {"name": stream}, "stream_state": blob}}


def mark(time: str) -> Json:
    """Return a bookmark as Singer keeps it."""
    return {"replication_key": "date_time", "replication_key_value": time}


def told(given: object, requested: list[Requested] = INCREMENTAL) -> Json:
    """Return the bookmarks that a state of Airbyte stands for."""
    bookmarks: Json = singer_state(given, requested, CURSORS, {*STREAMS, "calls"}).get("bookmarks", {})
    return bookmarks


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        [],
        [state_of({})],
        [state_of(None)],
        [{"type": "STREAM", "stream": {"stream_descriptor": {"name": "communications"}}}],
        [state_of({"date_time": EARLY}, "calls")],
        {"type": "LEGACY", "data": {}},
        [state_of({"date_time": ""})],
        [state_of({"date_time": None, "user_ids": None, "partitions": None})],
    ],
    ids=str,
)
def test_a_state_that_knows_nothing_of_the_streams_begins_anew(given: object) -> None:
    assert told(given) == {}


@pytest.mark.parametrize(
    "given",
    [
        [state_of({"date_time": EARLY}), state_of({"date_time": LATE}, "calls")],
        state_of({"date_time": EARLY}),
        [{"type": "STATE", "state": state_of({"date_time": EARLY})}],
        [{"stream": state_of({"date_time": EARLY})["stream"]}],
        [
            {
                "type": "GLOBAL",
                "global": {"shared_state": {}, "stream_states": [state_of({"date_time": EARLY})["stream"]]},
            }
        ],
        [{"type": "LEGACY", "data": {"communications": {"date_time": EARLY}}}],
        {"communications": {"date_time": EARLY}},
        [state_of({"date_time": EARLY, "replication_key_signpost": LATE, "progress_markers": {"x": 1}})],
    ],
    ids=range(8),
)
def test_a_bookmark_is_found_in_whatever_shape_a_state_has(given: object) -> None:
    assert told(given) == {"communications": mark(EARLY)}


def test_users_have_bookmarks_of_their_own() -> None:
    blob = {"user_ids": {"11": {"date_time": EARLY}, "12": {}}}
    partitions = [{"context": {"user_id": 11}, **mark(EARLY)}, {"context": {"user_id": 12}}]
    assert told([state_of(blob)]) == {"communications": {"partitions": partitions}}


def test_what_is_not_understood_is_told() -> None:
    given = [state_of({"updated_at": EARLY}), state_of({"date_time": LATE}, "visits"), state_of({}, "faxes")]
    with play(rows=20) as sandbox:
        run = read(sandbox, state=given)
        assert_read(run, sandbox)
    warned = " ".join(run.logs("WARN"))
    assert "The bookmark of communications in the state is not understood (updated_at)" in warned
    assert "streams that there are not, which are kept and not read: visits" in warned
    assert "faxes" not in warned


@pytest.mark.parametrize(
    "given",
    [
        5,
        "state",
        ["state"],
        [state_of("2025-11-05")],
        [state_of([1])],
        [state_of({"user_ids": [11]})],
        [state_of({"user_ids": {"eleven": {"date_time": EARLY}}})],
        [state_of({"user_ids": {"11": EARLY}})],
        {"bookmarks": {"communications": mark(EARLY)}},
        {"comunications": {"date_time": EARLY}},
        [{"type": "STREAM"}],
        [{"type": "STREAM", "stream": {"stream_state": {}}}],
        [{"type": "GLOBAL"}],
    ],
    ids=str,
)
def test_a_state_of_another_form_is_refused_in_plain_words(given: object) -> None:
    with pytest.raises(ConfigurationError, match="--state: the state is not of the form"):
        told(given)


def test_the_blob_holds_the_bookmark_and_nothing_that_the_sdk_notes_for_itself() -> None:
    noted = {"starting_replication_value": EARLY, "replication_key_signpost": LATE, "progress_markers": {"Note": "x"}}
    state = {"bookmarks": {"communications": {**mark(LATE), **noted}, "visitor_sessions": mark(EARLY)}}
    assert blob_of(state, Requested("communications")) == {"date_time": LATE}
    assert blob_of({}, Requested("communications")) == {}


def test_the_blob_of_an_agent_holds_a_bookmark_a_user() -> None:
    partitions = [{"context": {"user_id": 11}, **mark(EARLY)}, {"context": {"user_id": 12}, "progress_markers": {}}]
    state = {"bookmarks": {"communications": {"partitions": partitions}}}
    blob = blob_of(state, Requested("communications"))
    assert blob == {"user_ids": {"11": {"date_time": EARLY}}}
    assert told([state_of(blob)]) == {"communications": {"partitions": partitions[:1]}}


@pytest.mark.parametrize(
    "blob, generation_id, is_continued",
    [
        ({"date_time": EARLY}, None, False),
        ({"date_time": EARLY}, 3, False),
        ({"date_time": EARLY, "generation_id": 2}, 3, False),
        ({"date_time": EARLY, "generation_id": 3}, None, False),
        ({"date_time": EARLY, "generation_id": 3}, 3, True),
    ],
)
def test_a_full_refresh_goes_on_only_from_an_earlier_attempt_at_itself(
    blob: Json,
    generation_id: int | None,
    is_continued: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    requested = Requested("communications", is_full_refresh=True, generation_id=generation_id)
    assert bool(told([state_of(blob)], [requested])) is is_continued
    assert told([state_of(blob)]) == {"communications": mark(EARLY)}, "an incremental read takes any"


def test_the_sdk_lets_another_writer_of_states_take_the_place_of_its_own() -> None:
    assert "state_writer" in vars(Tap)
    for kind in (StateWriter, Checkpoints):
        assert list(inspect.signature(kind.write_state).parameters) == ["self", "state"]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox for all that follows."""
    with play(rows=200) as small:
        yield small


def test_the_second_read_reads_news_only(sandbox: Sandbox) -> None:
    first = read(sandbox, config={**NO_LOOKBACK, "end_date": LATE})
    assert [state["stream"]["stream_state"].keys() for state in first.state] == [{"date_time"}] * 2
    second = read(sandbox, config=NO_LOOKBACK, state=first.state)
    third = read(sandbox, config=NO_LOOKBACK, state=second.state)
    for stream in STREAMS:
        assert min(record["date_time"] for record in second.records(stream)) >= first.blobs(stream)[-1]["date_time"]
        both = instants_of(stream, [*first.records(stream), *second.records(stream)])
        assert both == sandbox.instants(stream)
        latest = third.blobs(stream)[-1]["date_time"]
        assert third.blobs(stream)[-1] == second.blobs(stream)[-1]
        assert all(record["date_time"] == latest for record in third.records(stream))
    for run in (first, second, third):
        assert run.exit_code == 0
        assert_counted(run)


def test_a_full_refresh_reads_all_whatever_the_state(sandbox: Sandbox) -> None:
    state = [state_of({"date_time": LATE}, stream) for stream in STREAMS]
    run = read(sandbox, catalog=catalog_for(sync_mode="full_refresh", generation_id=4), state=state)
    assert_read(run, sandbox)
    assert {blob["generation_id"] for stream in STREAMS for blob in run.blobs(stream)} == {4}


def test_a_full_refresh_goes_on_where_an_earlier_attempt_at_it_ended(sandbox: Sandbox) -> None:
    state = [state_of({"date_time": LATE, "generation_id": 4}, stream) for stream in STREAMS]
    run = read(sandbox, catalog=catalog_for(sync_mode="full_refresh", generation_id=4), state=state)
    assert run.exit_code == 0
    for stream in STREAMS:
        rest = {key: time for key, time in sandbox.instants(stream).items() if time >= datetime.fromisoformat(LATE)}
        assert instants_of(stream, run.records(stream)) == rest, "nothing of the lookback is read again"


@pytest.mark.parametrize("modes", [("full_refresh", "incremental"), ("incremental", "full_refresh")], ids=", ".join)
def test_each_stream_of_a_catalog_is_read_in_its_own_mode(sandbox: Sandbox, modes: tuple[str, str]) -> None:
    late = datetime.fromisoformat(LATE)
    catalog: Json = {
        "streams": [
            catalog_for([stream], sync_mode=mode, generation_id=4)["streams"][0]
            for stream, mode in zip(STREAMS, modes, strict=True)
        ]
    }
    state = [state_of({"date_time": LATE, "generation_id": 4}, stream) for stream in STREAMS]
    run = read(sandbox, config={"lookback_days": 2}, catalog=catalog, state=state)
    assert run.exit_code == 0
    for stream, mode in zip(STREAMS, modes, strict=True):
        start = late if mode == "full_refresh" else late - timedelta(days=2)
        rest = {key: time for key, time in sandbox.instants(stream).items() if time >= start}
        assert instants_of(stream, run.records(stream)) == rest


def test_a_state_comes_for_every_window_of_a_lookback_too(sandbox: Sandbox) -> None:
    state = [state_of({"date_time": "2025-11-20T12:00:00+00:00"}, stream) for stream in STREAMS]
    run = read(sandbox, config={"lookback_days": 30, "page_size": 60}, state=state)
    assert_read(run, sandbox)
    for stream in STREAMS:
        assert len(run.blobs(stream)) >= 200 / 60
        assert {blob["date_time"] for blob in run.blobs(stream)} == {"2025-11-20T12:00:00+00:00"}


def test_a_stream_without_records_has_a_state_all_the_same(sandbox: Sandbox) -> None:
    config = {"start_date": "2025-01-01", "end_date": "2025-01-02"}
    run = read(sandbox, config=config, state=[state_of({"date_time": "2024-12-31T00:00:00+00:00"})])
    assert run.exit_code == 0
    assert run.blobs("communications") == [{"date_time": "2024-12-31T00:00:00+00:00"}]
    assert run.blobs("visitor_sessions") == [{}]
    assert [run.statuses(stream) for stream in STREAMS] == [["STARTED", "COMPLETE"]] * 2
    assert_counted(run)


@pytest.mark.parametrize(
    "state, says",
    [
        pytest.param([state_of({"date_time": "yesterday"})], ["bookmark", "communications", "yesterday"], id="no date"),
        pytest.param([state_of(7)], ["--state", "not of the form"], id="no blob"),
        pytest.param("{nope", ["--state", "no JSON"], id="no JSON"),
    ],
)
def test_a_state_that_cannot_be_used_is_one_plain_failure(state: Any, says: list[str]) -> None:  # noqa: ANN401
    run = run_source("read", config=form_for(NOWHERE), catalog=catalog_for(), state=state)
    assert (run.exit_code, run.error["failure_type"], run.stderr) == (1, "config_error", "")
    assert [word for word in says if word not in run.error["message"]] == [], run.error
    assert "stack_trace" not in run.error
    assert "stream_descriptor" not in run.error
