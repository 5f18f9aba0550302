"""The tap inside Meltano, as a person runs it: this project as it stands, and an empty one that adds the tap.

Meltano lives in an environment of its own: ``bash scripts/setup meltano``.
"""

from __future__ import annotations

import gzip
import json
import subprocess
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from .documents import ROOT
from .meltano_project import Project, system_folder
from .stories import STORIES
from .support import STREAMS, UNTIL, instants_of, key_of, play, text_of
from .terminal import clone, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from callgear_sandbox import Sandbox

    from .stories import Story
    from .terminal import Terminal

pytestmark = pytest.mark.warehouse

TIMEOUT = 120
START = UNTIL - timedelta(days=22)
MIDDLE = UNTIL - timedelta(days=10)
LOOKBACK = timedelta(days=2)

CONTACTS = "(select communication_type, communication_id as id from analytics.callgear__contacts) as communications"

Rows = dict[str, list[dict[str, Any]]]


def settings_for(sandbox: Sandbox, end: datetime = UNTIL + timedelta(days=1)) -> dict[str, str]:
    """Return the environment variables that read a sandbox up to an instant."""
    return {
        "TAP_CALLGEAR_ACCESS_TOKEN": sandbox.options.token,
        "TAP_CALLGEAR_API_URL": sandbox.url,
        "TAP_CALLGEAR_START_DATE": text_of(START),
        "TAP_CALLGEAR_END_DATE": text_of(end),
        "TAP_CALLGEAR_LOOKBACK_DAYS": str(LOOKBACK.days),
        "TAP_CALLGEAR_PAGE_SIZE": "100",
    }


def rows_since(sandbox: Sandbox, stream: str, start: datetime) -> int:
    """Return how many rows a stream of the sandbox has from an instant on."""
    return sum(instant >= start for instant in sandbox.instants(stream).values())


def rows_before(sandbox: Sandbox, stream: str, end: datetime) -> int:
    """Return how many rows a stream of the sandbox has before an instant."""
    return sum(instant < end for instant in sandbox.instants(stream).values())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return this project with a state of its own."""
    return Project(ROOT, system_folder(tmp_path_factory.mktemp("meltano")))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with play(rows=400) as sandbox:
        yield sandbox


class Files:
    """The files that target-jsonl appends to, and what each run has added to them."""

    def __init__(self, folder: Path) -> None:
        """Begin with an empty folder."""
        self.folder = folder
        self._seen = dict.fromkeys(STREAMS, 0)

    def added(self) -> Rows:
        """Return the records that came since the last call."""
        rows: Rows = {}
        for stream in STREAMS:
            lines = (self.folder / f"{stream}.jsonl").read_text(encoding="utf-8").splitlines()
            rows[stream] = [json.loads(line) for line in lines[self._seen[stream] :]]
            self._seen[stream] = len(lines)
        return rows


def test_meltano_resumes_starts_anew_and_keeps_states_apart(project: Project, sandbox: Sandbox, tmp_path: Path) -> None:
    files = Files(tmp_path)
    target = {"TARGET_JSONL_DESTINATION_PATH": str(tmp_path)}
    half, whole = settings_for(sandbox, MIDDLE) | target, settings_for(sandbox) | target

    project.meltano("run", "tap-callgear", "target-jsonl", variables=half)
    first = files.added()
    for stream in STREAMS:
        assert len(first[stream]) == rows_before(sandbox, stream, MIDDLE)

    project.meltano("run", "tap-callgear", "target-jsonl", variables=whole)
    second = files.added()
    for stream in STREAMS:
        bookmark = max(instants_of(stream, first[stream]).values())
        assert len(second[stream]) == rows_since(sandbox, stream, bookmark - LOOKBACK)
        assert instants_of(stream, [*first[stream], *second[stream]]) == sandbox.instants(stream)

    project.meltano("run", "--full-refresh", "tap-callgear", "target-jsonl", variables=whole)
    refreshed = files.added()
    project.meltano("run", "--state-id-suffix=history", "tap-callgear", "target-jsonl", variables=half)
    history = files.added()
    for stream in STREAMS:
        assert instants_of(stream, refreshed[stream]) == sandbox.instants(stream)
        assert len(refreshed[stream]) == len(sandbox.instants(stream))
        assert len(history[stream]) == rows_before(sandbox, stream, MIDDLE)

    states = project.meltano("state", "list")
    assert "sandbox:tap-callgear-to-target-jsonl" in states
    assert "sandbox:tap-callgear-to-target-jsonl:history" in states


def test_three_rhythms_read_what_is_theirs_with_states_of_their_own(project: Project, tmp_path: Path) -> None:
    with play(rows=300, days=120, until=None) as sandbox:
        variables = {
            "TAP_CALLGEAR_ACCESS_TOKEN": sandbox.options.token,
            "TAP_CALLGEAR_API_URL": sandbox.url,
            "TAP_CALLGEAR_START_DATE": "200 days ago",
            "TAP_CALLGEAR_TIMEZONE": sandbox.options.zone,
            "TARGET_DUCKDB_PATH": str(tmp_path / "callgear.duckdb"),
        }

        def asked_by(job: str) -> tuple[dict[str, datetime], list[str]]:
            """Run a job; return the earliest instant it asks for by report, and what lists it asks for."""
            sandbox.requests.clear()
            project.meltano("run", job, variables=variables)
            starts: dict[str, datetime] = {}
            for request in sandbox.requests:
                if "date_from" in request.params:
                    start = datetime.fromisoformat(str(request.params["date_from"]))
                    starts[str(request.method)] = min(start, starts.get(str(request.method), start))
            return starts, [str(request.method) for request in sandbox.requests if "date_from" not in request.params]

        now = datetime.now(timezone.utc).replace(tzinfo=None)
        reports = {f"get.{stream}_report" for stream in STREAMS}
        for job, most_days, lists in (("hourly", 201, 0), ("nightly", 9, 4), ("weekly", 92, 0), ("hourly", 2, 0)):
            starts, others = asked_by(job)
            assert starts.keys() == reports
            for start in starts.values():
                assert timedelta(most_days - 1.5) < now - start < timedelta(most_days), job
            assert len(others) == lists
        assert len(sandbox.requests) == len(STREAMS), "a quiet run costs a point a stream"
        for stream in STREAMS:
            rows = read_table(project, tmp_path / "callgear.duckdb", stream)
            assert {key_of(stream, row) for row in rows} == sandbox.instants(stream).keys()
    states = project.meltano("state", "list")
    for job in ("hourly", "nightly", "weekly"):
        assert f"sandbox:tap-callgear--{job}-to-target-duckdb" in states


def test_a_rhythm_has_the_settings_of_the_tap_but_for_its_own(project: Project, sandbox: Sandbox) -> None:
    variables = settings_for(sandbox)
    told = project.meltano("config", "print", "tap-callgear--weekly", variables=variables)
    assert '"lookback_days": 90,' in told
    assert f'"api_url": "{sandbox.url}"' in told
    chosen = project.meltano("select", "tap-callgear--hourly", "--list", variables=variables)
    assert {line.split()[-1].partition(".")[0] for line in chosen.splitlines() if "[selected " in line} == {*STREAMS}
    assert "tap-callgear--weekly" in project.meltano("run", "--dry-run", "weekly", variables=variables)


def test_the_extractor_of_files_takes_the_settings_of_the_tap(
    project: Project, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = {"TAP_CALLGEAR__FILES_BATCH_CONFIG_STORAGE_ROOT": str(tmp_path)}
    said = project.meltano("invoke", "tap-callgear--files", variables=settings_for(sandbox) | folder)
    for stream in STREAMS:
        files = list(tmp_path.glob(f"tap-callgear--{stream}-*.json.gz"))
        assert files
        assert all(f'"file://{path}"' in said for path in files)
        rows = [json.loads(line) for path in files for line in gzip.decompress(path.read_bytes()).splitlines()]
        assert len(rows) == rows_since(sandbox, stream, START)


def in_project(story: Story, project: Project, sandbox: Sandbox, database: Path) -> Terminal:
    """Return a terminal in the project, whose job loads into a database of the test's own."""
    terminal = story.terminal(project.folder, sandbox)
    terminal.variables = {
        **settings_for(sandbox),
        "MELTANO_PROJECT_ROOT": str(project.folder),
        "MELTANO_SYS_DIR_ROOT": str(project.system),
        "TARGET_DUCKDB_PATH": str(database),
        "NO_PROXY": "127.0.0.1",
    }
    return terminal


def test_the_printed_parts_of_a_history_load_the_same_rows_as_the_whole(
    project: Project, sandbox: Sandbox, tmp_path: Path
) -> None:
    database = tmp_path / "callgear.duckdb"
    story = STORIES["meltano parts"]
    terminal = in_project(story, project, sandbox, database)
    first, middle, last = (f"{UNTIL - timedelta(days=days):%Y-%m-%d}" for days in (22, 12, 4))
    terminal.replaced = {"2024-01-01": first, "2025-01-01": middle, "2026-01-01": last}
    assert story.follow(terminal).count("Run completed") == 3
    for stream in STREAMS:
        rows = read_table(project, database, stream)
        assert len(rows) == len(sandbox.instants(stream))
        assert {key_of(stream, row) for row in rows} == sandbox.instants(stream).keys()


def test_the_printed_groups_of_customers_are_all_loaded_each_with_a_state_of_its_own(
    project: Project, tmp_path: Path
) -> None:
    database = tmp_path / "callgear.duckdb"
    story = STORIES["meltano groups"]
    users = (1001, 1002, 1003, 1004)
    with play(rows=20, user_ids=users) as sandbox:
        story.follow(in_project(story, project, sandbox, database))
        for stream in STREAMS:
            rows = read_table(project, database, stream)
            assert len(rows) == sum(len(sandbox.instants(stream, user)) for user in users)
    states = project.meltano("state", "list")
    assert ":group-a" in states
    assert ":group-b" in states


def read_table(project: Project, database: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, asked by the loader's own DuckDB."""
    python = project.system / "loaders" / "target-duckdb" / "venv" / "bin" / "python"
    keys = "communication_type, id" if "communications" in table else "id"
    program = (
        "import duckdb, json, sys\n"
        "database = duckdb.connect(sys.argv[1], read_only=True)\n"
        "table = database.sql(sys.argv[2])\n"
        "print(json.dumps([dict(zip(table.columns, row)) for row in table.fetchall()]))"
    )
    asked = subprocess.run(  # noqa: S603 - the loader's own interpreter
        [python, "-c", program, database, f"SELECT {keys} FROM {table}"],  # noqa: S608 - names of our own
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr.decode()
    rows: list[dict[str, Any]] = json.loads(asked.stdout)
    return rows


def test_meltano_finds_good_settings_good_and_says_what_is_wrong_with_others(
    project: Project, sandbox: Sandbox
) -> None:
    settings = settings_for(sandbox)
    said = project.meltano("--environment=prod", "config", "test", "tap-callgear", variables=settings)
    assert "Plugin configuration is valid" in said
    wrong = settings | {"TAP_CALLGEAR_ACCESS_TOKEN": "no-such-key-0987654321"}
    said = project.meltano("--environment=prod", "config", "test", "tap-callgear", expect=1, variables=wrong)
    assert "Plugin configuration is invalid" in said
    assert "no-such-key-0987654321" not in said


def test_the_printed_commands_try_the_sandbox_then_read_an_account(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["meltano sandbox"]
    folder = clone(tmp_path)
    terminal = story.terminal(folder, sandbox)
    port = free_port()
    project = folder / "meltano.yml"
    project.write_text(project.read_text(encoding="utf-8").replace("8765", port), encoding="utf-8")
    terminal.variables = {}
    terminal.replaced = {"--rows 10000": "--rows 1000"}
    printed = story.follow(terminal)
    assert "Installed 2/2 plugins" in printed
    assert printed.count("Run completed") == 2
    database = folder / "output" / "sandbox" / "callgear.duckdb"
    elsewhere = Project(folder, folder / ".meltano")
    loaded, built = (read_table(elsewhere, database, table) for table in ("communications", CONTACTS))
    assert {tuple(row.values()) for row in built} == {tuple(row.values()) for row in loaded}
    assert len(built) == len(loaded) > 0

    story = STORIES["meltano account"]
    terminal = story.terminal(folder, sandbox)
    printed = story.follow(terminal)
    assert "Plugin configuration is valid" in printed
    for stream in STREAMS:
        rows = read_table(elsewhere, folder / "output" / "prod" / "callgear.duckdb", stream)
        assert {key_of(stream, row) for row in rows} == sandbox.instants(stream).keys()


def test_the_printed_commands_add_the_tap_to_a_project_elsewhere(sandbox: Sandbox, tmp_path: Path) -> None:
    story = STORIES["meltano elsewhere"]
    terminal = story.terminal(tmp_path, sandbox)
    printed = story.follow(terminal)
    assert "Added extractor 'tap-callgear' to your project" in printed
    assert "Plugin configuration is valid" in printed
    read = terminal.run("cd my-project", "meltano invoke tap-callgear")
    for stream in STREAMS:
        assert read.count(f'{{"type":"RECORD","stream":"{stream}"') == len(sandbox.instants(stream))
