"""Lines are written as far as they fit: whole ones into a pipe, and all of them where nothing is ever full."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tap_callgear.pipe_room import PipeRoom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 1 << 16
LINE = b"x" * 999 + b"\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Return both ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_file_takes_everything(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        assert PipeRoom(file.fileno(), SIZE).end_of_what_fits(LINE * 1_000, 0) == 1_000_000


def test_an_empty_pipe_takes_whole_lines(pipe: tuple[int, int]) -> None:
    room = PipeRoom(pipe[1], SIZE)
    assert room.end_of_what_fits(LINE * 10, 0) == 10_000
    assert room.end_of_what_fits(LINE * 100, 0) == SIZE // 1_000 * 1_000
    assert room.end_of_what_fits(LINE * 100, 40_000) == 100_000


def test_a_line_that_is_longer_than_a_pipe_is_cut(pipe: tuple[int, int]) -> None:
    assert PipeRoom(pipe[1], SIZE).end_of_what_fits(LINE.rstrip() * 100, 0) == SIZE


def test_a_pipe_that_holds_something_takes_only_what_surely_fits(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    room = PipeRoom(writing, SIZE)
    os.write(writing, LINE)
    assert room.end_of_what_fits(LINE * 10, 0) == 10_000
    assert room.end_of_what_fits(LINE * 60, 0) == 0
    os.read(reading, 1_000)
    assert room.end_of_what_fits(LINE * 60, 0) == 60_000


def test_all_is_written_to_a_pipe_that_nobody_reads_so_that_the_system_says_why() -> None:
    reading, writing = os.pipe()
    try:
        room = PipeRoom(writing, SIZE)
        os.write(writing, LINE)
        os.close(reading)
        assert room.end_of_what_fits(LINE * 60, 0) == 60_000
    finally:
        os.close(writing)
