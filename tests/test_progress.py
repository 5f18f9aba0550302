"""What a person sees of a run: how far it is, what it waits for, and sums at the end."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from .screen import on_a_terminal
from .support import BY_DEFAULT, STREAMS, assert_complete, catalog_of, play, run_tap

if TYPE_CHECKING:
    from pathlib import Path

USERS = (11, 12, 13)

LINE = re.compile(
    r"(?P<stream>\w+)  (?P<share>\d+)%  (?P<records>[\d,]+)(?: of ~[\d,]+)?  to 2025-1\d-\d\d"
    r"(?:  ~\d+ s left)?  (?P<points>[\d,]+) points"
)


def summaries(stderr: str) -> dict[str, str]:
    """Return the line that sums up each stream, and that of the whole run under an empty name."""
    found = re.findall(r"\| INFO +\| tap-callgear\.?(\w*) +\| (Read \d+ records? .*)$", stderr, re.MULTILINE)
    assert len(found) == len(dict(found))
    return dict(found)


def test_a_run_ends_with_a_summary_a_stream_and_one_of_all() -> None:
    options = {"points_per_minute": 9, "minute_seconds": 1, "faults": {"503": 0.2}, "refused_fields": ("visitor_city",)}
    with play(rows=100, **options) as sandbox:
        run = run_tap(sandbox, config={"page_size": 20})
    assert run.exit_code == 0
    told = summaries(run.stderr)
    assert list(told) == [*BY_DEFAULT, ""]
    for stream in STREAMS:
        asked = Counter(request.outcome for request in sandbox.requests if request.method == f"get.{stream}_report")
        line = told[stream]
        times = [record["date_time"] for record in run.records(stream)]
        assert line.startswith(f"Read 100 records with {asked.total()} requests and {asked['ok']} points in ")
        assert f", from {times[0]} to {times[-1]}; waited " in line
        assert f"retried {asked['503']}, refused {asked['limit_exceeded']}; " in line
        assert line.endswith("fields left out: visitor_city")
        assert sum(asked.values()) > 5
    records = len(run.of_type("RECORD"))
    outcomes = Counter(request.outcome for request in sandbox.requests)
    points = outcomes["ok"]
    assert told[""].startswith(
        f"Read {records} records of 6 streams with {outcomes.total()} requests and {points} points"
    )
    assert f"retried {outcomes['503']}, refused {outcomes['limit_exceeded']}; " in told[""]
    waited = [float(seconds) for line in told.values() for seconds in re.findall(r"waited ([\d.]+) s", line)]
    assert waited[-1] > 0
    assert waited[-1] == pytest.approx(sum(waited[:-1]), abs=0.5)


def test_an_interrupted_run_is_summed_up_too() -> None:
    with play(rows=400, points_per_day=6) as sandbox:
        run = run_tap(sandbox, config={"page_size": 20})
    assert run.exit_code == 1
    records = len(run.records("communications"))
    told = summaries(run.stderr)
    assert told["communications"].startswith(f"Read {records} records with")
    assert told[""].startswith(f"Read {records} records of 1 stream with 6 requests and 6 points")


@pytest.mark.measured
def test_an_agents_log_has_a_line_a_stream_and_tells_of_new_customers() -> None:
    config = {"user_ids": [*USERS], "timezone": "UTC"}
    with play(rows=30, user_ids=USERS) as sandbox:
        first = run_tap(sandbox, config={**config, "user_ids": [11, 12]})
        second = run_tap(sandbox, config=config, state=first.state)
    told = summaries(first.stderr)
    assert list(told) == [*BY_DEFAULT, ""]
    assert told["communications"].startswith("Read 60 records of 2 users with 2 requests and 2 points in ")
    assert "no bookmark" not in first.stderr
    news = [line for line in second.stderr.splitlines() if "no bookmark" in line]
    assert len(news) == len(STREAMS)
    assert all(line.endswith("User 13 has no bookmark: reading from 2025-10-29.") for line in news)
    per_stream = len(second.stderr.splitlines()) / len(BY_DEFAULT)
    assert per_stream < 6


@pytest.mark.measured
def test_the_progress_is_a_live_line_on_a_terminal_that_counts_down_while_it_waits(tmp_path: Path) -> None:
    with play(rows=400, latency=0.1, points_per_minute=20, minute_seconds=4, points_per_day=3000) as sandbox:
        seen = on_a_terminal(sandbox, tmp_path, page_size=20)
        assert_complete(seen.run, sandbox)
    assert max(map(len, seen.looks)) < 80
    for stream in STREAMS:
        found = [match for look in seen.looks if (match := LINE.fullmatch(look)) and match["stream"] == stream]
        assert len(found) >= 3, seen.looks
        records = [int(match["records"].replace(",", "")) for match in found]
        assert records == sorted(records)
        assert all(0 <= int(match["share"]) <= 100 for match in found)
        assert any(re.search(r"~\d+ s left", match[0]) for match in found)
    waits = [int(seconds) for seconds in re.findall(r"waiting (\d) s for the minute's points", "\n".join(seen.looks))]
    assert len(set(waits)) >= 3
    assert "METRIC" not in seen.told
    assert sum("| Read 400 records with" in line for line in seen.lines) == len(STREAMS)
    assert seen.lines[-1].partition("| Read 827 records of 6 streams")[1]
    assert "\n" not in seen.told[seen.told.index(seen.looks[0]) :].partition("Read 400")[0].replace("\r\n", "", 2)


@pytest.mark.measured
@pytest.mark.parametrize("columns, width", [(40, 40), (0, 80)], ids=["narrow", "that tells no size"])
def test_the_live_line_fits_a_terminal(tmp_path: Path, columns: int, width: int) -> None:
    with play(rows=60, latency=0.15, user_ids=USERS, points_per_minute=500, points_per_day=3000) as sandbox:
        seen = on_a_terminal(sandbox, tmp_path, columns=columns, page_size=10, user_ids=[*USERS])
    assert seen.run.exit_code == 0
    assert seen.looks
    assert max(map(len, seen.looks)) < width
    assert any(re.match(r"communications  \d+%", look) for look in seen.looks)
    assert any("of 3" in look for look in seen.looks) or columns == 40


@pytest.mark.measured
def test_the_progress_is_plain_lines_elsewhere() -> None:
    with play(rows=400, latency=1.1, points_per_minute=500) as sandbox:
        catalog = catalog_of(sandbox, ["communications"])
        run = run_tap(sandbox, config={"page_size": 40, "max_parallel_requests": 1}, catalog=catalog)
    assert run.exit_code == 0
    lines = [line for line in run.stderr.splitlines() if " of about " in line]
    assert lines
    assert re.search(
        r"\| INFO +\| tap-callgear.communications +\| \d+ of about \d+ records; up to 2025-\d\d-\d\d \d\d:\d\d UTC; "
        r"window .+ to .+; \d+ points left this minute; about \d+ s to go$",
        lines[0],
    )
    assert "\r" not in run.stderr


@pytest.mark.measured
def test_ctrl_c_during_a_wait_for_points_tells_how_long_it_waited_and_what_comes_next(tmp_path: Path) -> None:
    with play(rows=100, points_per_minute=4, minute_seconds=50) as sandbox:
        seen = on_a_terminal(
            sandbox, tmp_path, page_size=20, interrupt=lambda told: len(re.findall("waiting", told)) > 15
        )
    assert seen.run.exit_code == 130
    waited = [float(seconds) for seconds in re.findall(r"waited ([\d.]+) s for points", seen.told)]
    assert len(waited) == 2
    assert all(3 <= seconds < 30 for seconds in waited)
    assert seen.lines[-1].endswith(
        "Stopped by Ctrl-C; what was read so far was written, and the next run goes on from the last state."
    )
