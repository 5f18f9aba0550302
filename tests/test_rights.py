"""An account seldom has every product: what it lacks is skipped, and the exit code tells whether it was wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.streams import STREAMS as DECLARATIONS

from .impostor import error, impostor, result
from .support import STREAMS, assert_complete, bookmark, catalog_of, play, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

    from .impostor import Answer

pytestmark = pytest.mark.measured

CORE = ["get.communications_report", "get.visitor_sessions_report"]

REFUSED = {
    "get.chats_report": "method_component_disabled:consultant",
    "get.campaigns": "method_component_disabled:call_tracking",
    "get.sites": "forbidden",
    "get.tags": "method_not_found",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox of an account that lacks some of what is read by default, and some that is not."""
    with play(rows=40, refused_methods=REFUSED) as running:
        yield running


def test_streams_that_nobody_named_are_skipped_with_a_warning_each(sandbox: Sandbox) -> None:
    run = run_tap(sandbox)
    assert_complete(run, sandbox)
    assert len(run.complaints) == 3
    campaigns, sites, tags = sorted(run.warnings, key=lambda line: line.partition("The stream")[2])
    assert all(word in campaigns for word in ("campaigns is skipped", "method_component_disabled", "Call tracking"))
    assert all(word in sites for word in ("sites is skipped", "forbidden", "grant it"))
    assert all(word in tags for word in ("tags is skipped", "method_not_found", "api_url"))
    assert "Skipping deselected" not in run.stderr


def test_a_stream_that_was_named_is_missed_at_the_end_and_the_others_are_read(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, catalog=catalog_of(sandbox, ["chats", "visitor_sessions"]))
    assert run.exit_code == 1
    assert len(run.records("visitor_sessions")) == 40
    assert bookmark(run.state, "visitor_sessions")
    warning, error = run.complaints
    assert "chats is skipped" in warning
    assert "| ERROR " in error
    assert "deselect chats," in error


def test_streams_that_are_read_for_each_site_are_skipped_where_sites_are(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, catalog=catalog_of(sandbox, ["campaign_daily_stats", "segments"]))
    assert run.exit_code == 1
    assert run.records("segments")
    warning, _ = run.complaints
    assert "campaign_daily_stats is skipped. get.sites" in warning


def test_a_test_and_an_estimate_skip_them_too(sandbox: Sandbox) -> None:
    for option in ("--test", "--estimate"):
        run = run_tap(sandbox, option)
        assert run.exit_code == 0, run.stderr
        assert len(run.complaints) == 3
    assert b"visitor_sessions" in run.stdout
    assert b"campaigns" not in run.stdout


def test_where_only_the_core_can_be_read_it_comes_first_and_the_lists_cost_a_request_each() -> None:
    asked: list[str] = []

    def answer(request: dict[str, Any]) -> Answer:
        asked.append(request["method"])
        if request["method"] == "get.account":
            return result(request, [{"app_id": 1, "timezone": "UTC"}])
        if request["method"] in CORE:
            return result(request, [])
        return error(request, "method_not_found", "Method not found")

    with impostor(answer) as url:
        run = run_tap(url, config={"start_date": "2025-11-01", "end_date": "2025-11-02"})
    assert run.exit_code == 0, run.stderr
    assert asked[:3] == ["get.account", *CORE]
    lists = [stream for stream in DECLARATIONS if stream.selected_by_default and stream.method not in CORE]
    assert asked[3:] == [stream.method for stream in lists]
    assert len(run.complaints) == len(lists)


def test_an_account_in_which_nothing_can_be_read_fails() -> None:
    with play(rows=20, rights="none") as sandbox:
        run = run_tap(sandbox, config={"timezone": "UTC"})
    assert run.exit_code == 1
    assert all(f"{name} is skipped" in run.stderr for name in STREAMS)
    assert "| ERROR " in run.complaints[-1]
    assert all(words in run.complaints[-1] for words in ("No stream can be read", "forbidden", "grant it"))


def test_what_a_target_holds_of_a_stream_is_dropped_only_once_it_was_read_again() -> None:
    refused: dict[str, Any] = {"get.segments": "forbidden"}
    with play(rows=20, refused_methods=refused) as sandbox:
        catalog = catalog_of(sandbox, ["employees", "segments"])
        run = run_tap(sandbox, catalog=catalog, config={"emit_activate_version_messages": True})
    told = [message for message in run.messages if message["type"] in {"RECORD", "ACTIVATE_VERSION"}]
    assert {message["stream"] for message in told} == {"employees"}
    assert len({message["version"] for message in told}) == 1
    assert [message["type"] for message in told[-2:]] == ["RECORD", "ACTIVATE_VERSION"]


def test_a_warning_names_the_first_of_an_agents_customers_that_lacks_the_right() -> None:
    with play(rows=20, user_ids=(11, 12), refused_methods={"get.tags": "forbidden"}) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [11, 12]})
    assert run.exit_code == 0
    (warning,) = run.complaints
    assert "tags (user 11) is skipped" in warning
