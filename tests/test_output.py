"""Every byte leaves, in order, whatever takes it; what is lost once stays lost; and no line is cut that need not be."""

from __future__ import annotations

import fcntl
import os
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.clock import SystemClock
from tap_callgear.api.errors import Stopped
from tap_callgear.output import Output, OutputLost, write_all

from .sinks import Stingy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


LINES = b"".join(b"%d %s\n" % (number, b"x" * (number % 5000)) for number in range(500))
SECONDS = 10.0
"""How long an output may take to end, once a signal asked for it."""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Return both ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        if Path(f"/proc/self/fd/{end}").exists():
            os.close(end)


def read_slowly(descriptor: int, pause: float = 0.001) -> Callable[[], bytes]:
    """Read a pipe bit by bit; return what waits for the end of it and returns it all."""
    taken = bytearray()

    def read() -> None:
        while some := os.read(descriptor, 3000):
            taken.extend(some)
            time.sleep(pause)

    reader = threading.Thread(target=read)
    reader.start()

    def rest() -> bytes:
        reader.join()
        return bytes(taken)

    return rest


def write_without_end(output: Output) -> None:
    """Write whole lines for as long as that is possible."""
    while True:
        output.write(LINES[:60_000].rpartition(b"\n")[0] + b"\n")


def unread(descriptor: int) -> bytes:
    """Return what is left in a pipe whose other end is closed."""
    with os.fdopen(os.dup(descriptor), "rb") as left:
        return left.read()


def test_a_sink_that_takes_little_or_nothing_gets_everything() -> None:
    sink = Stingy()
    write_all(sink, bytearray(LINES))
    assert bytes(sink.taken) == LINES


@pytest.mark.parametrize("is_blocking", [True, False])
def test_a_slow_reader_gets_everything(pipe: tuple[int, int], is_blocking: bool) -> None:  # noqa: FBT001 - a parameter of the test
    reading, writing = pipe
    os.set_blocking(writing, is_blocking)
    rest = read_slowly(reading)
    with Output(writing, lambda: None) as output:
        for part in (LINES, LINES[:70_000], b"x" * 600_000 + b"\n", LINES):
            assert output.write(part) == len(part)
    assert rest() == LINES + LINES[:70_000] + b"x" * 600_000 + b"\n" + LINES


def test_a_reader_of_a_small_pipe_does_too(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    rest = read_slowly(reading)
    with Output(writing, lambda: None, pipe_size=1) as output:  # the system makes it a page
        output.write(LINES[:60_000])
    assert rest() == LINES[:60_000]


def test_a_reader_of_a_socket_does_too() -> None:
    reading, writing = socket.socketpair()
    with reading:
        rest = read_slowly(reading.fileno())
        with Output(writing.detach(), lambda: None) as output:
            output.write(LINES)
        assert rest() == LINES


def test_once_lost_is_lost_for_good(tmp_path: Path) -> None:

    path = tmp_path / "out"
    reading, writing = os.pipe()
    os.close(reading)
    with Output(writing, lambda: None) as output:
        with pytest.raises(OutputLost, match="has gone"):
            output.write(b"{}\n")
        with path.open("wb") as file:
            os.dup2(file.fileno(), output.fileno())
        with pytest.raises(OutputLost, match="has gone"):
            output.write(b"{}\n")
    assert path.read_bytes() == b""


@pytest.mark.skipif(not hasattr(fcntl, "F_GETPIPE_SZ"), reason="the system does not tell how much a pipe holds")
def test_a_signal_ends_an_output_that_nobody_reads_within_seconds_and_cuts_no_line(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    clock = SystemClock()
    signal = threading.Timer(0.3, clock.stop, [15])
    signal.start()
    began = time.monotonic()
    with Output(writing, clock.check, grace=0.3) as output:
        with pytest.raises(Stopped):
            write_without_end(output)
        with pytest.raises(Stopped):
            output.write(b"STATE\n")
    assert time.monotonic() - began < SECONDS
    told = unread(reading)
    assert told.endswith(b"\n")
    assert len(told) > 60_000
    assert b"STATE" not in told


def test_a_reader_that_goes_on_after_a_signal_gets_what_was_begun(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    clock = SystemClock()
    with Output(writing, clock.check) as output:
        threading.Timer(0.2, clock.stop, [15]).start()
        late = threading.Timer(0.5, lambda: rests.append(read_slowly(reading, 0)))
        rests: list[Callable[[], bytes]] = []
        late.start()
        output.write(LINES)
        late.join()
    (rest,) = rests
    assert rest() == LINES
