"""`bash scripts/try` shows the tap at work, and says in one line what stops it.

What it makes first, three environments, is there: `bash scripts/setup tap target-duckdb dbt`.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT, Document, shape
from tests.support import play

from .chain import program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from callgear_sandbox import Sandbox

pytestmark = pytest.mark.warehouse

TIMEOUT = 120.0
A_PROXY_TO_NOWHERE = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with blanks and other alphabets in its name."""
    return tmp_path_factory.mktemp("мой проект ة")


@pytest.fixture(scope="module")
def loaded(folder: Path) -> list[str]:
    """Read the sandbox in that folder, and return what was shown."""
    return try_it(folder, A_PROXY_TO_NOWHERE).stdout.splitlines()


def test_what_is_shown_looks_as_the_readme_prints_it(loaded: list[str]) -> None:
    printed, *_ = Document("README.md").blocks("text")
    assert {shape(line) for line in printed.splitlines()} <= {shape(line) for line in loaded}


@pytest.fixture
def writer(folder: Path, loaded: list[str]) -> Iterator[None]:
    """Hold the database open in another program."""
    assert loaded
    hold = f"import duckdb; c = duckdb.connect({str(folder / 'sandbox.duckdb')!r}); print(flush=True); input()"
    python = program("target-duckdb", "python")
    with subprocess.Popen([python, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:  # noqa: S603 - ours
        assert other.stdout
        other.stdout.readline()
        yield
        other.communicate(b"\n")


def start(script: str, *arguments: str | Path, variables: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a script in the loader's environment, as someone who has no account but the given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAP_CALLGEAR_", "SINGER_"))}
    return subprocess.Popen(  # noqa: S603 - ours
        [program("target-duckdb", "python"), ROOT / "scripts" / script, *arguments],
        env={**kept, **(variables or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    script: str, *arguments: str | Path, variables: Mapping[str, str] | None = None, code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run a script to its end."""
    with start(script, *arguments, variables=variables) as process:
        output, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == code, errors
    return subprocess.CompletedProcess([], code, output, errors)


def try_it(folder: Path, variables: Mapping[str, str] | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run what `bash scripts/try` runs once the environments are there."""
    return run("try_it.py", "--folder", folder, variables=variables, code=code)


def account_of(sandbox: Sandbox, **settings: str) -> dict[str, str]:
    """Return the variables of someone who has an account."""
    told = {"access_token": sandbox.options.token, "api_url": sandbox.url, **settings}
    return {f"TAP_CALLGEAR_{name.upper()}": value for name, value in told.items()}


def figures(shown: list[str], table: str) -> dict[str, int]:
    """Return what is shown of a table: how many rows it has, and how many of them this run read."""
    (line,) = [line for line in shown if re.match(rf"{table} +\d", line)]
    rows, read, new, again = (int(number.replace(",", "")) for number in line.split()[1:5])
    return {"rows": rows, "read": read, "new": new, "again": again}


def test_the_first_run_shows_tables_answers_and_a_chart(loaded: list[str], folder: Path) -> None:
    for table in ("communications", "visitor_sessions", "campaigns", "employees", "sites", "tags"):
        told = figures(loaded, table)
        assert told["rows"] == told["read"] == told["new"] > 0, table
        assert told["again"] == 0
    assert sum(line.startswith(("From visits", "Attribution")) for line in loaded) == 2
    picture = (folder / "sandbox.svg").read_text(encoding="utf-8")
    assert picture.count("<svg") == 1
    assert "Contacts by day (Asia/Dubai) and channel" in picture
    assert not any(line == after == "" for line, after in pairwise(loaded))


def test_the_next_run_reads_a_day_more_and_the_lookback(loaded: list[str], folder: Path) -> None:
    before = figures(loaded, "communications")
    shown = try_it(folder).stdout.splitlines()
    after = figures(shown, "communications")
    assert shown[0].endswith("Run 2.")
    assert 0 < after["new"] < after["again"] < before["rows"]
    assert after["rows"] == before["rows"] + after["new"]
    assert after["read"] == after["new"] + after["again"]


def test_an_account_is_read_into_a_file_of_its_own(tmp_path: Path) -> None:
    with play(rows=50) as sandbox:
        shown = try_it(tmp_path, account_of(sandbox, start_date="2025-10-01")).stdout.splitlines()
        assert figures(shown, "communications")["rows"] == len(sandbox.instants("communications"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".try", "callgear.duckdb", "callgear.svg"]


def test_a_refused_account_shows_why_and_no_answers(tmp_path: Path) -> None:
    with play(rows=50) as sandbox:
        ended = try_it(tmp_path, account_of(sandbox, access_token="wrong-key-1234567890"), code=1)  # noqa: S106 - it opens nothing
    assert "access_token" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
    assert "The tables are in" not in ended.stdout


@pytest.mark.usefixtures("writer")
def test_a_database_that_is_open_elsewhere_is_named_before_anything_is_read(folder: Path) -> None:
    ended = try_it(folder, code=1)
    (line,) = ended.stderr.splitlines()
    assert "sandbox.duckdb is open in another program" in line
    assert ended.stdout == ""


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "sandbox.duckdb").write_text("no database" * 1000)
    (line,) = try_it(tmp_path, code=1).stderr.splitlines()
    assert "sandbox.duckdb cannot be read: move it away" in line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_tap_too(number: signal.Signals, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(TIMEOUT)
        variables = {
            "TAP_CALLGEAR_ACCESS_TOKEN": "key-1234567890",
            "TAP_CALLGEAR_API_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/v2.0",
        }
        with start("try_it.py", "--folder", tmp_path, variables=variables) as process:
            asking, _ = silent.accept()
            with asking:
                process.send_signal(number)
                _, errors = process.communicate(timeout=TIMEOUT)
                asking.settimeout(TIMEOUT)
                while asking.recv(65_536):
                    pass  # what was sent before; then the other side is gone
    assert process.returncode == 128 + number
    assert "Traceback" not in errors


QUERIES: dict[str, tuple[str, str]] = {
    "missing tables": ("SELECT calls.id FROM calls, call_legs", "needs call_legs and calls"),
    "a join of missing tables": ("SELECT * FROM calls JOIN call_legs USING (call_session_id)", "needs calls"),
    "a missing column": ("SELECT no_such_column FROM communications", "no_such_column"),
    "no SQL": ("WHAT IS 1?", "WHAT"),
    "a change": ("DROP TABLE communications", "read-only"),
}


@pytest.mark.parametrize("kind", QUERIES)
def test_a_query_that_cannot_be_answered_is_one_plain_line(
    kind: str, loaded: list[str], folder: Path, tmp_path: Path
) -> None:
    assert loaded
    query, told = QUERIES[kind]
    path = tmp_path / "query.sql"
    path.write_text(query)
    ended = run("show_answers.py", folder / "sandbox.duckdb", path, code=1)
    (line,) = ended.stderr.splitlines()
    assert str(path) in line
    assert told in line


def test_a_file_that_is_not_there_is_named(loaded: list[str], folder: Path, tmp_path: Path) -> None:
    assert loaded
    analysis = folder / ".try" / "sandbox" / "dbt" / "compiled" / "callgear" / "analyses" / "lost_calls.sql"
    for database, query in ((tmp_path / "none.duckdb", analysis), (folder / "sandbox.duckdb", tmp_path / "none.sql")):
        (line,) = run("show_answers.py", database, query, code=1).stderr.splitlines()
        assert "none" in line
