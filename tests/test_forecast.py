"""`--estimate` is a table near the truth, with the account's limits said once, for all of a run together."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.extraction.estimate import Estimate
from tap_callgear.forecast import Row, table
from tap_callgear.streams import STREAMS as EVERY_STREAM

from .support import BY_DEFAULT, STREAMS, Run, assert_complete, catalog_of, play, run_tap

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox

LONG = "offline_message_user_fields"
REPORTS = ("get.communications_report", "get.visitor_sessions_report")
ONE = [
    "660 min and more",
    "A run like this fits into the day's 1,999 points: one an hour takes 24,000 (1201%), one a night 1,000 (50%).",
]
MANY = [
    "less than a minute of waiting",
    "30 runs like this fit into the day's 30,000 points: one an hour takes 24,000 (80%), one a night 1,000 (3%).",
]
METHODS = {stream.method: 1 for stream in EVERY_STREAM if stream.selected_by_default}
ROW = re.compile(r"^(\w+(?: \w+)?) +([\d,]+|not told)? +([\d,]+)", re.MULTILINE)


def numbers(run: Run) -> dict[str, tuple[str, int]]:
    """Return the records and the points of an estimate, by stream."""
    rows = ROW.findall(run.stdout.decode())
    return {name: (records.replace(",", ""), int(points.replace(",", ""))) for name, records, points in rows}


def methods(sandbox: Sandbox) -> Counter[str | None]:
    """Return what was asked, each with its number."""
    return Counter(request.method for request in sandbox.requests)


def test_an_estimate_is_near_the_truth_for_a_request_every_89_days() -> None:
    with play(rows=3000, days=200, points_per_minute=200, points_per_day=3000) as sandbox:
        estimated = run_tap(sandbox, "--estimate", config={"page_size": 500})
        assert estimated.exit_code == 0
        asked = methods(sandbox)
        assert asked == {"get.account": 1, **METHODS, **dict.fromkeys(REPORTS, 3)}
        assert sum(request.rows for request in sandbox.requests) <= 11
        sandbox.requests.clear()
        assert_complete(run_tap(sandbox, config={"page_size": 500}), sandbox)
    told = numbers(estimated)
    assert list(told) == [*BY_DEFAULT, "time zone", "together"]
    assert [told[stream][0] for stream in STREAMS] == ["3000", "3000"]
    for stream in STREAMS:
        assert 0.7 <= methods(sandbox)[f"get.{stream}_report"] / told[stream][1] <= 1.6
    records, points = zip(*(told[row] for row in [*BY_DEFAULT, "time zone"]), strict=True)
    assert told["together"] == (str(sum(int(each or 0) for each in records)), sum(points))


@pytest.mark.measured
@pytest.mark.parametrize("settings", [{}, {"user_ids": [11, 12]}, {"timezone": "UTC", "user_ids": [11, 12]}])
def test_an_estimate_of_a_small_account_is_what_the_run_takes(settings: dict[str, Any]) -> None:
    with play(rows=540, days=55, points_per_day=3000, user_ids=settings.get("user_ids", ())) as sandbox:
        estimated = run_tap(sandbox, "--estimate", config=settings)
        sandbox.requests.clear()
        run = run_tap(sandbox, config=settings)
    told = numbers(estimated)
    assert told["together"] == (str(len(run.of_type("RECORD"))), len(sandbox.requests))
    customers = len(settings.get("user_ids", [1]))
    assert told["communications"] == (str(540 * customers), customers)
    points = told["together"][1]
    assert estimated.stdout.decode().endswith(
        f"{3000 // points} runs like this fit into the day's 3,000 points: "
        f"one an hour takes {24 * points} ({24 * points / 3000:.0%}), one a night {points} ({points / 3000:.0%}).\n"
    )


def test_an_estimate_goes_by_the_selection_and_the_state() -> None:
    with play(rows=400) as sandbox:
        catalog = catalog_of(sandbox, ["visitor_sessions"])
        first = run_tap(sandbox, catalog=catalog)
        run = run_tap(sandbox, "--estimate", catalog=catalog, state=first.state, config={"lookback_days": 1})
    told = numbers(run)
    assert list(told) == ["visitor_sessions", "time zone", "together"]
    assert 0 < int(told["visitor_sessions"][0]) < 40


@pytest.mark.measured
def test_an_estimate_of_an_agent_sums_up_its_customers_and_leaves_out_who_is_refused() -> None:
    with play(rows=60, user_ids=(11, 12, 13), refused_users={"12": "ip_not_whitelisted"}) as sandbox:
        catalog = catalog_of(sandbox, [*STREAMS, "customers"])
        run = run_tap(sandbox, "--estimate", config={"user_ids": [11, 12, 13]}, catalog=catalog)
    assert run.exit_code == 1
    lines = [line.split() for line in run.stdout.decode().splitlines()]
    assert lines[:3] == [
        ["stream", "records", "points", "customers"],
        ["communications", "120", "2", "2"],
        ["visitor_sessions", "120", "2", "2"],
    ]
    assert len(lines) == 6
    warning, error = run.complaints
    assert "User 12 is skipped" in warning
    assert "user_ids: 12;" in error
    assert methods(sandbox)["getobj.account"] == 3


@pytest.mark.measured
def test_an_estimate_admits_what_the_api_does_not_tell() -> None:
    with play(rows=60, total_items="absent") as sandbox:
        run = run_tap(sandbox, "--estimate")
    assert run.exit_code == 0
    assert [numbers(run)[stream][0] for stream in STREAMS] == ["not told", "not told"]


def test_an_estimate_that_fails_prints_no_table() -> None:
    with play(rows=20, key_state="expired") as sandbox:
        run = run_tap(sandbox, "--estimate")
    assert (run.exit_code, run.stdout) == (1, b"")


@pytest.mark.parametrize(
    "limits, words",
    [
        ({}, ["the API names no limits"]),
        ({"day": 0}, ["the API names no limits"]),
        ({"minute": 5_000}, ["less than a minute of waiting"]),
        ({"minute": 60}, ["16 min and more"]),
        (
            {"minute": 60, "hour": 100},
            ["540 min and more", "Not even one run like this fits into the hour's 100 points."],
        ),
        ({"day": 300}, ["3 days and more", "Not even one run like this fits into the day's 300 points."]),
        ({"hour": 90, "day": 1_999}, ONE),
        ({"day": 30_000}, MANY),
    ],
)
def test_the_limits_say_how_long_a_run_takes_and_how_often_it_can_be_done(
    limits: dict[str, int], words: list[str]
) -> None:
    told = table([Row("calls", Estimate(1_234_567, 700)), Row(LONG, Estimate(1, 300))], limits)
    _, _, _, together, *more = told.splitlines()
    assert together.split() == ["together", "1,234,568", "1,000", *words[0].split()]
    assert more == words[1:]
    assert told.count("limits") == words[0].count("limits")


def test_columns_are_as_wide_as_what_they_hold() -> None:
    told = table([Row("tags", Estimate(None, 1_000_000)), Row(LONG, Estimate(3, 1))], {})
    header, tags, long, _ = told.splitlines()
    assert header == f"{'stream':<27}   records     points"
    assert tags == f"{'tags':<27}  not told  1,000,000"
    assert long == f"{LONG}         3          1"


def test_an_agents_table_says_of_how_many_customers_each_line_is() -> None:
    rows = [
        Row("calls", Estimate(60, 30), 30),
        Row("customers", Estimate(30, 1)),
        Row("zones", Estimate(0, 29), 30, has_records=False),
    ]
    lines = [line.split() for line in table(rows, {"day": 120}).splitlines()]
    assert lines[0] == ["stream", "records", "points", "customers"]
    assert lines[1:4] == [["calls", "60", "30", "30"], ["customers", "30", "1"], ["zones", "29", "30"]]
    assert lines[4][:3] == ["together", "90", "60"]
