"""A run that is told to end loses nothing that was read: the tap alone is ended, whenever that comes."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT
from tests.warehouse.chain import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Guard = Callable[[str], subprocess.Popen[str]]

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(60)]

GUARD = ROOT / "orchestrate" / "dags" / "agency" / "guard.py"
RUN = """
import subprocess, sys

def run_tap():
    tap = subprocess.Popen([sys.executable, sys.argv[1]], stdin=subprocess.PIPE)
    print("reading", flush=True)
    return tap.wait()
"""


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Guard]:
    """Return a way to run, under the guard, what a run of Meltano does."""
    tap = tmp_path / "tap-callgear"
    tap.write_text("input()\n", encoding="utf-8")
    started: list[subprocess.Popen[str]] = []

    def run(what: str) -> subprocess.Popen[str]:
        script = tmp_path / "run.py"
        script.write_text(RUN + what, encoding="utf-8")
        python = str(program("airflow", "python"))
        guarded = subprocess.Popen(  # noqa: S603 - our own
            [python, str(GUARD), python, str(script), str(tap)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(guarded)
        return guarded

    yield run
    for process in started:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_tap_is_ended_and_the_loader_goes_on(guard: Guard) -> None:
    run = guard("""
code = run_tap()
print("tap ended with", code, flush=True)
sys.exit(3)
""")
    assert heard(run) == "reading"
    run.send_signal(signal.SIGTERM)
    assert heard(run).startswith("Ending the tap.")
    assert heard(run) == f"tap ended with {-signal.SIGTERM}"
    assert run.wait() == 3, "the exit code is the run's own"


def test_a_loader_whose_tap_is_done_goes_on_and_a_tap_that_comes_yet_is_ended(guard: Guard) -> None:
    run = guard("""
print("loading", flush=True)
input()
print("loaded", flush=True)
print("tap ended with", run_tap(), flush=True)
print("kept", flush=True)
""")
    assert heard(run) == "loading"
    run.send_signal(signal.SIGTERM)
    assert heard(run).startswith("Ending the tap.")
    assert run.stdin is not None
    print(file=run.stdin, flush=True)
    said = [heard(run) for _ in range(4)]
    assert said == ["loaded", "reading", f"tap ended with {-signal.SIGTERM}", "kept"]
    assert run.wait() == 0


def test_a_loader_that_lives_in_a_clone_of_the_tap_is_no_tap(guard: Guard, tmp_path: Path) -> None:
    loader = tmp_path / "clone of tap-callgear" / "target-postgres"
    loader.parent.mkdir()
    loader.write_text("import sys; sys.stdin.read()", encoding="utf-8")
    run = guard(f"""
loader = subprocess.Popen([sys.executable, {str(loader)!r}], stdin=subprocess.PIPE)
run_tap()
loader.stdin.close()
print("loader ended with", loader.wait(), flush=True)
""")
    assert heard(run) == "reading"
    run.send_signal(signal.SIGTERM)
    assert heard(run).startswith("Ending the tap.")
    assert heard(run) == "loader ended with 0"
