"""Every command that a page prints is run by a test, as it is printed, or there is a reason why not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .documents import PAGES, ROOT, Document, shape
from .stories import NOT_FOLLOWED, STORIES
from .support import STREAMS, bookmark, play
from .terminal import free_port
from .warehouse.chain import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from callgear_sandbox import Sandbox

    from .terminal import Terminal


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with play(rows=200) as sandbox:
        yield sandbox


def test_every_shell_block_belongs_to_a_story_or_to_a_reason() -> None:
    followed = {(story.page, section) for story in STORIES.values() for section in story.sections}
    printed = {
        (page, block.section) for page in PAGES for block in Document(page).all_blocks() if block.language == "sh"
    }
    assert printed - followed == NOT_FOLLOWED.keys()


def test_every_story_is_one_that_a_test_follows() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in STORIES if f'STORIES["{name}"]' not in tests and f'follow("{name}"' not in tests] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_its_language(page: str) -> None:
    fences = [line for line in Document(page).text.splitlines() if line.startswith("```")]
    assert all(fence != "```" for fence in fences[::2])
    assert all(fence == "```" for fence in fences[1::2])


def follow(name: str, folder: Path, sandbox: Sandbox) -> str:
    """Follow a story in a folder, and return what was printed."""
    story = STORIES[name]
    return story.follow(story.terminal(folder, sandbox))


def records(path: Path) -> Counter[str]:
    """Return how many records of each stream a file of messages holds."""
    messages = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return Counter(message["stream"] for message in messages if message["type"] == "RECORD")


def test_the_installed_tap_is_tried_and_reads(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["install"]
    printed = story.follow(story.terminal(tmp_path, sandbox))
    assert "The settings work" in printed
    assert "together" in printed
    read = records(tmp_path / "messages.jsonl")
    assert {stream: read[stream] for stream in STREAMS} == {stream: len(sandbox.instants(stream)) for stream in STREAMS}


def test_it_is_installed_from_a_clone_and_as_a_wheel(sandbox: Sandbox, tmp_path: Path) -> None:
    assert "tap-callgear v" in follow("install exactly", tmp_path, sandbox)
    story = STORIES["wheel"]
    terminal = story.terminal(tmp_path, sandbox)
    # The build backend is one of the pins, so that nothing is downloaded.
    terminal.replaced = {**terminal.replaced, "-m build ": "-m build --no-isolation "}
    story.follow(terminal)
    assert list((tmp_path / "wheels").glob("tap_callgear-*.whl"))


def test_settings_come_from_the_environment_and_from_its_file(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["environment"]
    asked = len(sandbox.requests)
    story.follow(story.terminal(tmp_path, sandbox))
    assert len(sandbox.requests) > asked


def test_the_printed_program_chooses_streams_and_leaves_out_a_column(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["choose"]
    terminal = story.terminal(tmp_path, sandbox)
    terminal.follow("docs/settings.md", "settings")
    story.follow(terminal)
    assert set(records(tmp_path / "messages.jsonl")) == {*STREAMS, "calls"}
    assert "visitor_ip_address" not in (tmp_path / "messages.jsonl").read_text(encoding="utf-8").partition("RECORD")[2]
    told = terminal.run("python3 choose.py tags -tags.title -visitor_sessions.visitor_ip", exit_code=1)
    assert "There are no such streams or columns: -tags.title, -visitor_sessions.visitor_ip" in told


def test_the_estimate_and_the_lines_at_the_end_look_as_printed(tmp_path: Path) -> None:
    story = STORIES["estimate"]
    with play(rows=200, points_per_minute=60, points_per_day=3000) as sandbox:
        terminal = story.terminal(tmp_path, sandbox)
        terminal.follow("docs/settings.md", "settings")
        estimated = story.follow(terminal)
        ended = terminal.run("tap-callgear --config config.json > messages.jsonl")
    (sample,) = Document(story.page).blocks("text")
    assert {shape(line) for line in sample.splitlines()} <= {shape(line) for line in estimated.splitlines()}
    samples = "".join(Document("docs/troubleshooting.md").blocks("text")).splitlines()
    lines = {shape(line.rpartition("| ")[2]) for line in ended.splitlines()}
    assert {shape(line) for line in samples if line.startswith("Read ")} <= lines


def write(terminal: Terminal, page: str, file: str) -> None:
    """Write a file that a page prints, without doing the rest of what the page says."""
    (block,) = (block for block in Document(page).all_blocks() if block.title == file)
    (terminal.folder / file).write_text(block.text, encoding="utf-8")


def test_an_agent_reads_for_customers_whose_ids_it_can_find(tmp_path: Path) -> None:
    story = STORIES["agents"]
    with play(rows=20, user_ids=(1001, 1002)) as sandbox:
        terminal = story.terminal(tmp_path, sandbox)
        write(terminal, "docs/streams.md", "choose.py")
        story.follow(terminal)
        assert set(records(tmp_path / "customer_users.jsonl")) == {"customer_users"}
        terminal.run("tap-callgear --config config.json > messages.jsonl")
        read = records(tmp_path / "messages.jsonl")
        for stream in STREAMS:
            assert read[stream] == sum(len(sandbox.instants(stream, user)) for user in (1001, 1002))


def test_the_sandbox_serves_as_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["sandbox"]
    terminal = story.terminal(tmp_path, sandbox)
    terminal.replaced = {"8765": free_port(), "--rows 20000": "--rows 100"}
    story.follow(terminal)
    assert records(tmp_path / "messages.jsonl")["sites"]
    story = STORIES["playing"]
    terminal.replaced = {"callgear-sandbox ": f"callgear-sandbox --port {free_port()} --rows 10 "}
    for block in Document(story.page).all_blocks():
        if block.section in story.sections:
            with terminal.serving(block):
                pass


def test_a_report_of_one_s_own_is_read_as_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["reports"]
    terminal = story.terminal(tmp_path, sandbox)
    terminal.replaced = {"8765": free_port(), "--rows 20000": "--rows 100"}
    printed = story.follow(terminal)
    assert "which reports there are" in printed
    shown = json.loads(printed.splitlines()[-1])["record"]
    (told,) = (json.loads(block) for block in Document(story.page).blocks("json") if "cf_14" in block)
    assert shown.keys() == told.keys()
    read = records(tmp_path / "messages.jsonl")
    assert read["report_communications_48403"] == 100
    assert read["report_calls_48402"]


def test_a_program_that_is_no_file_runs_and_a_stream_that_is_shown_is_one(tmp_path: Path) -> None:
    blocks = [block for page in PAGES for block in Document(page).all_blocks() if block.language == "python"]
    assert {block.title for block in blocks} == {"", "source_costs.py", "choose.py", "pipeline.py", "read.py"}
    for block in blocks:
        if block.title == "source_costs.py":
            assert block.text in (ROOT / "tap_callgear" / "streams" / block.title).read_text(encoding="utf-8")
        if not block.title:
            subprocess.run([sys.executable, "-c", block.text], cwd=tmp_path, check=True, timeout=60)  # noqa: S603


@pytest.mark.warehouse
def test_snowflake_s_loader_is_installed_as_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    follow("snowflake", tmp_path, sandbox)
    assert (tmp_path / "loader" / "bin" / "target-snowflake").exists()


@pytest.mark.warehouse
def test_the_dlt_pipeline_loads_and_keeps_a_state(sandbox: Sandbox, tmp_path: Path) -> None:
    follow("dlt", tmp_path, sandbox)
    assert None not in bookmarks(tmp_path)
    assert (tmp_path / "warehouse.duckdb").exists()


def count(database: Path, table: str) -> int:
    """Return how many rows a table of a DuckDB file has."""
    query = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
    asked = subprocess.run(  # noqa: S603 - the loader's own interpreter
        [program("target-duckdb", "python"), "-c", query, database, f"SELECT count(*) FROM {table}"],  # noqa: S608
        capture_output=True,
        check=True,
        timeout=60,
    )
    return int(asked.stdout)


def bookmarks(folder: Path) -> list[str | None]:
    """Return the bookmarks that the next run continues from."""
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    return [bookmark(state, stream) for stream in STREAMS]


@pytest.mark.warehouse
def test_the_chain_loads_then_continues_and_fails_when_the_tap_does(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["chain"]
    terminal = story.terminal(tmp_path, sandbox)
    story.follow(terminal)
    for stream in STREAMS:
        assert count(tmp_path / "callgear.duckdb", stream) == len(sandbox.instants(stream))

    asked = len(sandbox.requests)
    (schedule,) = Document(story.page).blocks("text")
    minute, hour, day, month, weekday, line = schedule.split(maxsplit=5)
    assert (minute, hour, day, month, weekday) == ("0", "*", "*", "*", "*")
    terminal.run(f"env --ignore-environment PATH=/usr/bin:/bin sh -c '{line.replace('/srv/callgear', str(tmp_path))}'")
    assert len(sandbox.requests) > asked
    before = bookmarks(tmp_path)

    config = tmp_path / "config.json"
    config.write_text(config.read_text(encoding="utf-8").replace(sandbox.options.token, "wrong-key-1234567890"))
    (tmp_path / "sandbox.duckdb").symlink_to(tmp_path / "callgear.duckdb")
    (tmp_path / ".venvs").symlink_to(ROOT / ".venvs")
    shutil.copytree(ROOT / "transform", tmp_path / "transform")
    printed = follow("models", tmp_path, sandbox)
    assert "Completed successfully" in printed
    assert "last_lost" in printed

    printed = terminal.run("bash load.sh", exit_code=1)
    assert "access_token_invalid" in printed
    assert bookmarks(tmp_path) == before
