"""What a person meets at the command line: every option does what it says, and people and programs are told apart."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.settings import CONFIG_SCHEMA
from tap_callgear.streams.every import STREAMS as EVERY_STREAM

from .support import ALL_STREAMS, BY_DEFAULT, STREAMS, Run, assert_complete, catalog_of, config_for, play, run_tap

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox

NOWHERE = "http://127.0.0.1:1"
SCRIPT = Path(sys.executable).with_name("tap-callgear")
REPORTS = ("get.communications_report", "get.visitor_sessions_report")
METHODS = {stream.method: 1 for stream in EVERY_STREAM if stream.selected_by_default}
OWN_SETTINGS = list(CONFIG_SCHEMA["properties"])[:14]
LIVE = "\r\x1b[K"


def command(*args: str, by: tuple[str, ...] = (sys.executable, "-m", "tap_callgear")) -> Run:
    """Run the tap with nothing but its arguments."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TAP_CALLGEAR_")}
    ended = subprocess.run([*by, *args], capture_output=True, env=env, timeout=60, check=False)  # noqa: S603 - the tap itself
    return Run(ended.returncode, ended.stdout, ended.stderr.decode())


def on_a_terminal(sandbox: Sandbox, folder: Path, columns: int, **settings: object) -> tuple[Run, str]:
    """Run the tap with stderr on a terminal of so many columns; return the run and what the terminal was told."""
    config, output = folder / "config.json", folder / "output"
    config.write_text(json.dumps(config_for(sandbox, **settings)), encoding="utf-8")
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    told = bytearray()
    with output.open("wb") as stdout:
        process = subprocess.Popen(  # noqa: S603 - the tap itself
            [sys.executable, "-m", "tap_callgear", "--config", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=theirs,
        )
    os.close(theirs)
    try:
        while some := read(terminal):
            told += some
        exit_code = process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    return Run(exit_code, output.read_bytes(), ""), told.decode()


def read(terminal: int) -> bytes:
    """Return what stands on a terminal; nothing once the other side has closed it."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


def methods(sandbox: Sandbox) -> Counter[str | None]:
    """Return what was asked, each with its number."""
    return Counter(request.method for request in sandbox.requests)


def table(run: Run) -> dict[str, tuple[str, int]]:
    """Return the records and the points of an estimate, by stream."""
    rows = re.findall(r"^(\w+) +([\d,]+|not told) +([\d,]+)  ", run.stdout.decode(), re.MULTILINE)
    return {name: (records.replace(",", ""), int(points.replace(",", ""))) for name, records, points in rows}


@pytest.mark.measured
@pytest.mark.parametrize("by", [(sys.executable, "-m", "tap_callgear"), (str(SCRIPT),)], ids=["module", "script"])
def test_the_tap_tells_its_version(by: tuple[str, ...]) -> None:
    run = command("--version", by=by)
    assert (run.exit_code, run.stderr) == (0, "")
    assert re.fullmatch(r"tap-callgear v\d+\.\d+\S*, Meltano SDK v\d\S+\n", run.stdout.decode())


def test_the_help_names_every_option() -> None:
    run = command("--help")
    options = {
        "--version",
        "--about",
        "--format",
        "--config",
        "--discover",
        "--test",
        "--estimate",
        "--catalog",
        "--state",
    }
    assert run.exit_code == 0
    assert options <= set(re.findall(r"--\w+", run.stdout.decode()))


@pytest.mark.measured
def test_about_in_text_names_every_setting_with_its_variable() -> None:
    run = command("--about")
    text = run.stdout.decode()
    assert (run.exit_code, run.stderr) == (0, "")
    assert "Name: tap-callgear" in text
    for name in OWN_SETTINGS:
        assert f"- Name: {name}\n" in text
        assert f"Environment Variable: TAP_CALLGEAR_{name.upper()}\n" in text
    assert {"catalog", "state", "discover", "stream-maps", "batch"} <= set(re.findall(r"  - ([\w-]+)\n", text))


def test_about_in_json_holds_the_schema_of_the_settings() -> None:
    run = command("--about", "--format=json")
    about: dict[str, Any] = json.loads(run.stdout)
    assert run.exit_code == 0
    assert about["name"] == "tap-callgear"
    assert "3.10" in about["supported_python_versions"]
    told = about["settings"]["properties"]
    assert {name: told[name] for name in OWN_SETTINGS} == {
        name: CONFIG_SCHEMA["properties"][name] for name in OWN_SETTINGS
    }
    assert about["settings"]["required"] == ["start_date"]


def test_about_in_markdown_describes_every_setting() -> None:
    run = command("--about", "--format=markdown")
    rows = dict(re.findall(r"^\| (\w+) \| (?:True|False) \| \S+ \| (.+) \|$", run.stdout.decode(), re.MULTILINE))
    assert run.exit_code == 0
    for name in OWN_SETTINGS:
        assert rows[name] == CONFIG_SCHEMA["properties"][name]["description"]


def test_discovery_needs_neither_network_nor_settings() -> None:
    run = command("--discover")
    assert (run.exit_code, run.complaints) == (0, [])
    assert [entry["tap_stream_id"] for entry in json.loads(run.stdout)["streams"]] == list(ALL_STREAMS)


def test_discovery_with_settings_asks_nothing() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--discover", config={"access_token": None, "login": "a", "password": "b"})
    assert run.exit_code == 0
    assert not sandbox.requests


@pytest.mark.measured
def test_a_test_costs_one_request_a_stream_and_one_for_the_account() -> None:
    with play(rows=3000, days=200) as sandbox:
        run = run_tap(sandbox, "--test")
    assert run.exit_code == 0
    assert methods(sandbox) == {"get.account": 1, **METHODS}
    assert sum(request.rows for request in sandbox.requests) < 15
    assert {stream: len(run.records(stream)) for stream in BY_DEFAULT} == dict.fromkeys(BY_DEFAULT, 1)


def test_a_test_of_an_agent_costs_no_more_than_a_request_a_stream_and_user() -> None:
    with play(rows=60, user_ids=(11, 12)) as sandbox:
        run = run_tap(sandbox, "--test", config={"user_ids": [11, 12], "timezone": "UTC"})
    assert run.exit_code == 0
    asked = methods(sandbox)
    assert asked.keys() == METHODS.keys()
    assert all(number <= 2 for number in asked.values())


def test_a_test_of_an_account_without_records_passes() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--test", config={"start_date": "2020-01-01", "end_date": "2020-02-01"})
    assert run.exit_code == 0
    assert not [stream for stream in STREAMS if run.records(stream)]


@pytest.mark.parametrize(
    "options, says",
    [
        ({"rights": "none"}, "forbidden"),
        ({"user_ids": (11,)}, "required_parameter_missed"),
    ],
)
def test_a_test_that_fails_says_so_by_its_exit_code(options: dict[str, Any], says: str) -> None:
    with play(rows=20, **options) as sandbox:
        run = run_tap(sandbox, "--test", config={"timezone": "UTC"})
    assert run.exit_code == 1
    assert says in run.complaints[-1]


def test_a_test_notices_a_stream_that_alone_cannot_be_read() -> None:
    with play(rows=20, refused_fields=("component:date_time",)) as sandbox:
        run = run_tap(sandbox, "--test")
    assert run.exit_code == 1
    assert "date_time" in run.complaints[-1]


def test_a_test_of_the_schema_asks_nothing_and_writes_every_schema() -> None:
    with play(rows=20) as sandbox:
        run = run_tap(sandbox, "--test=schema")
    assert run.exit_code == 0
    told = [(message["type"], message["stream"]) for message in run.messages]
    assert told == [("SCHEMA", name) for name in ALL_STREAMS]
    assert not sandbox.requests


def test_an_estimate_is_a_table_near_the_truth_for_a_request_every_89_days() -> None:
    with play(rows=3000, days=200, points_per_minute=200, points_per_day=3000) as sandbox:
        estimated = run_tap(sandbox, "--estimate", config={"page_size": 500})
        assert estimated.exit_code == 0
        asked = methods(sandbox)
        assert asked == {"get.account": 1, **METHODS, **dict.fromkeys(REPORTS, 3)}
        assert sum(request.rows for request in sandbox.requests) <= 11
        sandbox.requests.clear()
        assert_complete(run_tap(sandbox, config={"page_size": 500}), sandbox)
    told = table(estimated)
    assert list(told) == [*BY_DEFAULT, "together"]
    assert [told[stream][0] for stream in STREAMS] == ["3000", "3000"]
    for stream in STREAMS:
        assert 0.7 <= methods(sandbox)[f"get.{stream}_report"] / told[stream][1] <= 1.6
    records, points = zip(*(told[stream] for stream in BY_DEFAULT), strict=True)
    assert told["together"] == (str(sum(map(int, records))), sum(points))
    assert len(estimated.stdout.splitlines()) == len(BY_DEFAULT) + 2


@pytest.mark.measured
def test_an_estimate_says_how_long_it_takes_at_the_limits_of_the_account() -> None:
    with play(rows=2000, days=60, points_per_minute=10, points_per_day=20) as sandbox:
        run = run_tap(sandbox, "--estimate", config={"page_size": 20}, catalog=catalog_of(sandbox))
    assert run.exit_code == 0
    # Twenty at once, and twenty more after every day of waiting.
    waits = [(points - 1) // 20 for _, points in table(run).values()]
    assert min(waits) >= 5
    said = [line.rpartition("  ")[2] for line in run.stdout.decode().splitlines()[1:]]
    assert said == [f"{days} days and more" for days in waits]


def test_an_estimate_goes_by_the_selection_and_the_state() -> None:
    with play(rows=400) as sandbox:
        catalog = catalog_of(sandbox, ["visitor_sessions"])
        first = run_tap(sandbox, catalog=catalog)
        run = run_tap(sandbox, "--estimate", catalog=catalog, state=first.state, config={"lookback_days": 1})
    told = table(run)
    assert list(told) == ["visitor_sessions", "together"]
    assert 0 < int(told["visitor_sessions"][0]) < 40


@pytest.mark.measured
def test_an_estimate_of_an_agent_has_a_line_a_user() -> None:
    with play(rows=60, user_ids=(11, 12)) as sandbox:
        run = run_tap(sandbox, "--estimate", config={"user_ids": [11, 12]}, catalog=catalog_of(sandbox))
    assert run.exit_code == 0
    assert len(run.stdout.splitlines()) == 6
    assert table(run)["together"][0] == "240"


@pytest.mark.measured
def test_an_estimate_admits_what_the_api_does_not_tell() -> None:
    with play(rows=60, total_items="absent") as sandbox:
        run = run_tap(sandbox, "--estimate")
    assert run.exit_code == 0
    assert [table(run)[stream][0] for stream in STREAMS] == ["not told", "not told"]


def test_an_estimate_that_fails_prints_no_table() -> None:
    with play(rows=20, key_state="expired") as sandbox:
        run = run_tap(sandbox, "--estimate")
    assert (run.exit_code, run.stdout) == (1, b"")


def test_stdout_carries_singer_messages_only() -> None:
    with play(rows=60) as sandbox:
        run = run_tap(sandbox, env={"TAP_CALLGEAR_LOGLEVEL": "DEBUG"})
        assert_complete(run, sandbox)
    assert run.stdout.endswith(b"\n")
    assert {message["type"] for message in run.messages} == {"SCHEMA", "RECORD", "STATE"}
    assert "| DEBUG " in run.stderr


def test_a_run_ends_with_a_summary_a_stream() -> None:
    options = {"points_per_minute": 9, "minute_seconds": 1, "faults": {"503": 0.2}, "refused_fields": ("visitor_city",)}
    with play(rows=100, **options) as sandbox:
        run = run_tap(sandbox, config={"page_size": 20})
    assert run.exit_code == 0
    for stream in STREAMS:
        asked = Counter(request.outcome for request in sandbox.requests if request.method == f"get.{stream}_report")
        (line,) = (
            line for line in run.stderr.splitlines() if "| INFO " in line and f".{stream} " in line and "Read " in line
        )
        times = [record["date_time"] for record in run.records(stream)]
        assert f"Read 100 records with {asked.total()} requests and {asked['ok']} points in " in line
        assert f", from {times[0]} to {times[-1]}; waited " in line
        assert f"retried {asked['503']}, refused {asked['limit_exceeded']}; " in line
        assert line.endswith("fields left out: visitor_city")
        assert sum(asked.values()) > 5


def test_an_interrupted_run_is_summed_up_too() -> None:
    with play(rows=400, points_per_day=6) as sandbox:
        run = run_tap(sandbox, config={"page_size": 20})
    assert run.exit_code == 1
    assert f"Read {len(run.records('communications'))} records with" in run.stderr


@pytest.mark.measured
def test_the_progress_is_a_live_line_on_a_terminal(tmp_path: Path) -> None:
    with play(rows=400, latency=0.1, points_per_minute=500, points_per_day=3000) as sandbox:
        run, told = on_a_terminal(sandbox, tmp_path, 300, page_size=10)
        assert_complete(run, sandbox)
    for stream in STREAMS:
        looks = [look for look in re.split(r"\r\x1b\[K|\r\n", told) if re.match(rf"\S*{stream}: \d", look)]
        assert len(looks) >= 3
        form = (
            r"(\d+) of about (\d+) records; up to 2025-\d\d-\d\d \d\d:\d\d UTC; "
            r"window 2025-\d\d-\d\d \d\d:\d\d to 2025-\d\d-\d\d \d\d:\d\d; "
            r"\d+ points left this minute, \d+ points left this day(?:; about \d+ s to go)?"
        )
        found = [re.search(form, look) for look in looks]
        assert all(found), looks
        counts = [int(match[1]) for match in found if match]
        assert counts == sorted(counts)
        assert "s to go" in looks[-1]
    assert told.count("| INFO     | tap-callgear.communications    | Read 400 records") == 1
    assert "\n" not in told[told.index(LIVE) : told.rindex(LIVE)].split("Read 400")[0]


@pytest.mark.measured
@pytest.mark.parametrize("columns, width", [(60, 60), (0, 80)], ids=["narrow", "that tells no size"])
def test_the_live_line_fits_a_terminal(tmp_path: Path, columns: int, width: int) -> None:
    with play(rows=200, latency=0.1, points_per_minute=500, points_per_day=3000) as sandbox:
        run, told = on_a_terminal(sandbox, tmp_path, columns, page_size=40)
        assert_complete(run, sandbox)
    looks = [look for look in re.findall(r"\r\x1b\[K([^\r\n]+)", told) if "| INFO " not in look]
    assert looks
    assert {len(look) for look in looks} == {width - 1}


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
