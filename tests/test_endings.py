"""A chain may break behind the tap: it ends with one plain line, and the next run completes the load."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .documents import ROOT, Document
from .support import STREAMS, TIMEOUT, config_for, key_of, play

if TYPE_CHECKING:
    from callgear_sandbox import Sandbox

GONE = "Whoever reads the output has gone; the next run goes on from the last state."
NOWHERE = "There is nowhere to write to: the standard output is closed."
FULL = "The output cannot be written: No space left on device; the next run goes on from the last state."

TAP = '"$PYTHON" -m tap_callgear --config config.json --state state.json 2>tap.log'

TARGET = """
import json, os, signal, sys

ending, after = sys.argv[1], 150
with open("records", "a") as stored:
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "RECORD":
            stored.write(line)
            after -= 1
        elif message["type"] == "STATE":
            stored.flush()
            os.write(1, json.dumps(message["value"]).encode() + b"\\n")
        if after == 0 and ending == "exits":
            sys.exit(3)
        if after == 0 and ending == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
"""
"""The least that a target is: it keeps the records, and prints a state once those before it are kept."""

COUNT = "import duckdb, sys; print(duckdb.connect('callgear.duckdb').execute(sys.argv[1]).fetchone()[0])"

(PRINTED,) = (block.text for block in Document("docs/loading.md").all_blocks() if block.title == "load.sh")
KEEP_STATE = PRINTED.partition("status=$?\n")[2].replace("tap/bin/python", '"$PYTHON"')
"""What docs/loading.md tells to do after a run, whether it failed or not."""

on_linux = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


@dataclass(frozen=True)
class Chain:
    """A folder in which a person chains the tap to a target by hand."""

    folder: Path

    def prepare(self, sandbox: Sandbox) -> None:
        """Write the settings, an empty state, and the target."""
        (self.folder / "config.json").write_text(json.dumps(config_for(sandbox, page_size=50, lookback_days=0)))
        (self.folder / "state.json").write_text("{}")
        (self.folder / "states.txt").touch()
        (self.folder / "target.py").write_text(TARGET)

    def run(self, command: str) -> list[int]:
        """Run a command of the shell, and return the exit code of each of its parts."""
        script = f'{command}\nstatus=("${{PIPESTATUS[@]}}")\necho "${{status[@]}}" > codes\n{KEEP_STATE}'
        subprocess.run(  # noqa: S603 - our own command lines
            ["/usr/bin/env", "bash", "-c", script],
            cwd=self.folder,
            env={**os.environ, "PYTHON": sys.executable},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
        return [int(code) for code in (self.folder / "codes").read_text().split()]

    def complaints(self) -> list[str]:
        """Return what the tap said beside information, without the time and the name before it."""
        lines = (self.folder / "tap.log").read_text(encoding="utf-8").splitlines()
        return [line.rpartition(" | ")[2].strip() for line in lines if "| INFO " not in line]

    def keys(self, stream: str) -> set[Any]:
        """Return the keys of the records that the target kept; a line that was cut off by its death is none."""
        path = self.folder / "records"
        lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
        messages = [json.loads(line) for line in lines]
        return {key_of(stream, message["record"]) for message in messages if message["stream"] == stream}

    def assert_next_run_completes(self, sandbox: Sandbox) -> None:
        """Run the chain as it should be, and assert that nothing is missing."""
        # The half line of a target that was killed must not spoil the first of the next.
        records = self.folder / "records"
        if records.exists():
            records.write_bytes(records.read_bytes().rpartition(b"\n")[0] + b"\n")
            records.write_bytes(records.read_bytes().lstrip(b"\n"))
        assert self.run(f'{TAP} | "$PYTHON" target.py lives > states.txt') == [0, 0]
        assert self.complaints() == []
        for stream in STREAMS:
            assert self.keys(stream) == set(sandbox.instants(stream)), stream


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    """Return a folder of the test's own to chain in."""
    return Chain(tmp_path)


@pytest.mark.parametrize(
    "rest, code",
    [
        pytest.param("true", 0, id="nothing is read"),
        pytest.param('"$PYTHON" target.py exits > states.txt', 3, id="a target gives up"),
        pytest.param('"$PYTHON" target.py killed > states.txt', 137, id="a target is killed"),
        pytest.param('"$PYTHON" target.py lives > /dev/full', 1, id="no room for the state", marks=on_linux),
    ],
)
def test_a_target_that_ends_early_ends_the_tap_with_one_line_and_the_next_run_completes(
    rest: str, code: int, chain: Chain
) -> None:
    with play(rows=400) as sandbox:
        chain.prepare(sandbox)
        assert chain.run(f"{TAP} | {rest}") == [1, code]
        assert chain.complaints() == [GONE]
        chain.assert_next_run_completes(sandbox)


@pytest.mark.parametrize("last", ['{"bookmarks": {"calls": {"replication_ke', ""])
def test_a_state_that_a_full_disk_cut_off_does_not_replace_the_one_before_it(last: str, chain: Chain) -> None:
    (chain.folder / "state.json").write_text("{}")
    (chain.folder / "states.txt").write_text(f"{json.dumps({'bookmarks': {}})}\n{last}" if last else "")
    script = ["/usr/bin/env", "bash", "-c", f"status=0\n{KEEP_STATE}"]
    ended = subprocess.run(script, cwd=chain.folder, env={**os.environ, "PYTHON": sys.executable}, check=False)  # noqa: S603
    assert ended.returncode == bool(last)
    assert (chain.folder / "state.json").read_text() == "{}"


@pytest.mark.measured
@on_linux
@pytest.mark.parametrize("option", ["", "--discover", "--estimate"])
def test_a_full_disk_ends_the_tap_with_one_line(option: str, chain: Chain) -> None:
    with play(rows=100) as sandbox:
        chain.prepare(sandbox)
        assert chain.run(f"{TAP} {option} > /dev/full") == [1]
        assert chain.complaints() == [FULL]


@pytest.mark.measured
def test_an_output_that_is_closed_from_the_start_ends_the_tap_with_one_line(chain: Chain) -> None:
    with play(rows=20) as sandbox:
        chain.prepare(sandbox)
        assert chain.run(f"{TAP} >&-") == [1]
        assert chain.complaints() == [NOWHERE]
        assert not sandbox.requests


@pytest.mark.warehouse
@on_linux
def test_a_real_target_that_fails_keeps_the_old_state_and_the_next_run_completes(chain: Chain) -> None:
    programs = ROOT / ".venvs" / "target-duckdb" / "bin"
    load = f"{TAP} | {shlex.quote(str(programs))}/target-duckdb --config target.json"
    with play(rows=400) as sandbox:
        chain.prepare(sandbox)
        # A database that cannot be opened, and a disk without room for the state.
        for database, states in (("missing/callgear.duckdb", "states.txt"), ("callgear.duckdb", "/dev/full")):
            settings = {"path": database, "default_target_schema": "main"}
            (chain.folder / "target.json").write_text(json.dumps(settings))
            tap, target = chain.run(f"{load} > {states}")
            assert target in {1, 120}  # 120 is what Python ends with if it cannot empty its buffer
            # A target that takes everything in before it fails leaves the tap nothing to complain of.
            assert (tap, chain.complaints()) in ((0, []), (1, [GONE]))
            assert (chain.folder / "state.json").read_text() == "{}"

        assert chain.run(f"{load} > states.txt") == [0, 0]
        for stream in STREAMS:
            query = f"SELECT count(*) FROM {stream}"  # noqa: S608 - our own names
            told = subprocess.check_output([programs / "python", "-c", COUNT, query], cwd=chain.folder, timeout=30)  # noqa: S603
            assert int(told) == len(sandbox.instants(stream))
