"""What stdin, stdout and stderr may be, on both faces: nothing is lost, or the run ends with 1 and one plain line."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .airbyte.support import SourceRun, catalog_for, form_for
from .support import STREAMS, TIMEOUT, Run, assert_complete, config_for, environment, instants_of, play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from callgear_sandbox import Sandbox

Json = dict[str, Any]

FACES = ("tap", "source")
ROOM = 300_000
"""Bytes that a disk takes before it is full; it holds more records than any pipe, and ends within one."""

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox for all that follows."""
    with play(rows=600) as small:
        yield small


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> str:
    """Return a face."""
    name: str = request.param
    return name


def command_of(face: str, sandbox: Sandbox, folder: Path) -> list[str]:
    """Return a command that reads everything, with its files written."""
    if face == "tap":
        files: Json = {"config": config_for(sandbox, page_size=50)}
        command = ["tap_callgear"]
    else:
        files = {"config": form_for(sandbox, page_size=50), "catalog": catalog_for()}
        command = ["tap_callgear.airbyte", "read"]
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return [sys.executable, "-m", *command, *(f"--{name}={folder / name}.json" for name in files)]


def start(command: Sequence[str], stdout: int, folder: Path, **more: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
    """Start a command whose stdout is a descriptor; stderr goes to a file."""
    with (folder / "stderr").open("wb") as stderr:
        return subprocess.Popen(  # noqa: S603 - the tap itself
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=environment({"PYTHONUNBUFFERED": "1"}),
            **more,
        )


def spoken(face: str, exit_code: int, stdout: bytes, folder: Path) -> Run | SourceRun:
    """Return what a run said."""
    told = (folder / "stderr").read_text(encoding="utf-8")
    return (Run if face == "tap" else SourceRun)(exit_code, stdout, told)


def assert_all_was_read(run: Run | SourceRun, sandbox: Sandbox) -> None:
    """Assert that a run of either face is complete."""
    if isinstance(run, Run):
        assert_complete(run, sandbox)
        return
    assert run.exit_code == 0, run.stderr
    for stream in STREAMS:
        assert instants_of(stream, run.records(stream)) == sandbox.instants(stream)
        assert len(run.records(stream)) == len(sandbox.instants(stream))


def assert_states_cover_what_came(run: Run | SourceRun, sandbox: Sandbox) -> None:
    """Assert that a state came, and that every record up to the last one has left."""
    marks = (
        {name: mark.get("replication_key_value") for name, mark in run.states[-1]["bookmarks"].items()}
        if isinstance(run, Run)
        else {stream: (run.blobs(stream) or [{}])[-1].get("date_time") for stream in STREAMS}
    )
    assert any(marks.values())
    for stream in STREAMS:
        if mark := marks.get(stream):
            due = {key for key, time in sandbox.instants(stream).items() if time.isoformat() <= mark}
            assert due <= instants_of(stream, run.records(stream)).keys()


def read_slowly(reading: int, process: subprocess.Popen[bytes], between: Callable[[], None]) -> bytes:
    """Read a pipe with pauses until its end."""
    taken = bytearray()
    while some := os.read(reading, 20_000):
        taken += some
        if len(taken) < 2 * ROOM and process.poll() is None:
            between()
    process.wait(TIMEOUT)
    os.close(reading)
    return bytes(taken)


def test_a_process_that_is_stopped_and_goes_on_loses_nothing(face: str, sandbox: Sandbox, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    process = start(command_of(face, sandbox, tmp_path), writing, tmp_path)
    os.close(writing)

    def stop_and_go_on() -> None:
        for each in (signal.SIGSTOP, signal.SIGCONT):
            process.send_signal(each)
            time.sleep(0.01)

    told = read_slowly(reading, process, stop_and_go_on)
    assert_all_was_read(spoken(face, process.returncode, told, tmp_path), sandbox)


def test_a_stdout_that_does_not_block_loses_nothing(face: str, sandbox: Sandbox, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = start(command_of(face, sandbox, tmp_path), writing, tmp_path)
    os.close(writing)
    told = read_slowly(reading, process, lambda: time.sleep(0.01))
    assert_all_was_read(spoken(face, process.returncode, told, tmp_path), sandbox)


def test_a_disk_that_fills_up_ends_the_run_with_1_and_one_line(face: str, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "stdout"
    with path.open("wb") as stdout:
        process = start(
            command_of(face, sandbox, tmp_path),
            stdout.fileno(),
            tmp_path,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM)),
        )
        process.wait(TIMEOUT)
    run = spoken(face, process.returncode, path.read_bytes(), tmp_path)
    assert run.exit_code == 1
    assert "The output cannot be written: File too large" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
    assert_states_cover_what_came(run, sandbox)


def test_a_signal_on_a_full_pipe_ends_the_run_within_seconds_and_cuts_no_line(
    face: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    process = start(command_of(face, sandbox, tmp_path), writing, tmp_path)
    os.close(writing)
    await_full(reading, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) in {128 + signal.SIGTERM, -signal.SIGTERM}
    with os.fdopen(reading, "rb") as left:
        told = left.read()
    assert told.endswith(b"\n")
    run = spoken(face, process.returncode, told, tmp_path)
    assert "Traceback" not in run.stderr
    assert run.messages
    assert_states_cover_what_came(run, sandbox)


def await_full(reading: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a pipe takes no more."""
    seen, held = -1, 0
    while process.poll() is None and (held == 0 or held != seen):
        seen = held
        time.sleep(1)
        held = int.from_bytes(fcntl.ioctl(reading, 0x541B, b"\0" * 4), sys.byteorder)


@pytest.mark.parametrize("redirection", ["<&- 2>&-", "2>/dev/full"])
def test_without_the_other_streams_everything_is_read(
    redirection: str, face: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    told = in_shell(command_of(face, sandbox, tmp_path), redirection)
    (tmp_path / "stderr").touch()
    assert_all_was_read(spoken(face, told.returncode, told.stdout, tmp_path), sandbox)


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_without_stdout_the_run_ends_with_1_and_one_line(
    redirection: str, face: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    told = in_shell(command_of(face, sandbox, tmp_path), redirection)
    complaints = [line for line in told.stderr.decode().splitlines() if "| INFO " not in line]
    assert told.returncode == 1
    assert len(complaints) == 1, complaints
    assert says_why(complaints[0])


def says_why(line: str) -> bool:
    """Return whether a line says what is wrong with stdout."""
    return "standard output is closed" in line or "output cannot be written: No space left on device" in line


def in_shell(command: Sequence[str], redirection: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a shell does, with a redirection."""
    return subprocess.run(  # noqa: S603 - our own command lines
        ["/usr/bin/env", "bash", "-c", f'"$@" {redirection}', "bash", *command],
        capture_output=True,
        env=environment(None),
        timeout=TIMEOUT,
        check=False,
    )
