"""An agent's stream has a bookmark a customer in its state; one who is added is read whole, and the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import STREAMS, instants_of, play

from .support import Json, assert_counted, read

if TYPE_CHECKING:
    from .support import SourceRun

pytestmark = pytest.mark.measured

USERS = (7001, 7002)
LATECOMER = 7003
CONFIG: Json = {"user_ids": [*USERS], "page_size": 60, "lookback_days": 0}


def of_user(run: SourceRun, stream: str, user_id: int) -> list[Json]:
    """Return the records of a customer."""
    return [record for record in run.records(stream) if record["user_id"] == user_id]


def test_a_customer_added_later_gets_its_full_history_and_the_others_go_on() -> None:
    with play(rows=150, user_ids=(*USERS, LATECOMER)) as sandbox:
        first = read(sandbox, config=CONFIG)
        second = read(sandbox, config={**CONFIG, "user_ids": [USERS[0], LATECOMER]}, state=first.state)
        for run in (first, second):
            assert (run.exit_code, run.errors) == (0, [])
            assert_counted(run)
        for stream in STREAMS:
            reached = first.blobs(stream)[-1]["user_ids"]
            assert reached.keys() == {str(user_id) for user_id in USERS}
            for user_id in USERS:
                whole = of_user(first, stream, user_id)
                assert instants_of(stream, whole) == sandbox.instants(stream, user_id)
                assert len(whole) == 150
            again = of_user(second, stream, USERS[0])
            assert {record["date_time"] for record in again} == {reached[str(USERS[0])]["date_time"]}
            late = of_user(second, stream, LATECOMER)
            assert instants_of(stream, late) == sandbox.instants(stream, LATECOMER)
            after = second.blobs(stream)[-1]["user_ids"]
            assert after.keys() == {str(user_id) for user_id in (*USERS, LATECOMER)}
            assert after[str(USERS[1])] == reached[str(USERS[1])], "who is left out for a while keeps the bookmark"


@pytest.mark.parametrize("refusal", ["ip_not_whitelisted", "forbidden"])
def test_a_customer_that_is_refused_ends_no_stream_early_but_each_says_whom_it_lacks(refusal: str) -> None:
    with play(rows=40, user_ids=(*USERS, LATECOMER), refused_users={str(USERS[1]): refusal}) as sandbox:
        run = read(sandbox, config={**CONFIG, "user_ids": [*USERS, LATECOMER]})
        assert run.exit_code == 1
        for stream in STREAMS:
            for user_id in (USERS[0], LATECOMER):
                assert instants_of(stream, of_user(run, stream, user_id)) == sandbox.instants(stream, user_id)
        asked = [request for request in sandbox.requests if request.params.get("user_id") == USERS[1]]
    assert len(asked) <= (1 if refusal == "ip_not_whitelisted" else 2 + len(STREAMS))
    assert [run.statuses(stream) for stream in STREAMS] == [["STARTED", "RUNNING", "INCOMPLETE"]] * 2
    for error, stream in zip(run.errors, STREAMS, strict=True):
        assert error["failure_type"] == "config_error"
        assert error["stream_descriptor"] == {"name": stream}
        assert f"{stream} was not read of these users of user_ids: {USERS[1]}." in error["message"]
        assert refusal in error["message"]
    assert_counted(run)
