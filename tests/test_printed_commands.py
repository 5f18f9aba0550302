"""Every command that a page prints is run by a test, as it is printed, or there is a reason why not."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from .documents import PAGES, ROOT, Document
from .stories import NOT_FOLLOWED, STORIES
from .support import STREAMS, bookmark, play
from .warehouse.chain import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from callgear_sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with play(rows=200) as sandbox:
        yield sandbox


def test_every_shell_block_belongs_to_a_story_or_to_a_reason() -> None:
    followed = {(story.page, section) for story in STORIES.values() for section in story.sections}
    printed = {
        (page, block.section) for page in PAGES for block in Document(page).all_blocks() if block.language == "sh"
    }
    assert printed == followed | NOT_FOLLOWED.keys()
    assert not followed & NOT_FOLLOWED.keys()


def test_every_story_is_one_that_a_test_follows() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in STORIES if f'STORIES["{name}"]' not in tests] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_its_language(page: str) -> None:
    fences = [line for line in Document(page).text.splitlines() if line.startswith("```")]
    assert all(fence != "```" for fence in fences[::2])
    assert all(fence == "```" for fence in fences[1::2])


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
    printed = terminal.run("bash load.sh", exit_code=1)
    assert "access_token_invalid" in printed
    assert bookmarks(tmp_path) == before
