"""The models of transform/ hold, in real warehouses, what can be counted in the account itself.

dbt lives in an environment of its own: ``bash scripts/setup dbt``.
"""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from .chain import advice, analyst, program, target_with
from .dbt_project import MODELS, assert_holds, project
from .figures import KEYS
from .model_story import SCHEMA, Chapter, tell
from .postgres_server import HOST, OWNER, postgres
from .questions import answers_on_the_page, comparable, renew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support import Json, Run

    from .chain import Ask, Command
    from .dbt_project import Built, Project

pytestmark = pytest.mark.warehouse

ANALYSES: Final = tuple(sorted(path.stem for path in (MODELS / "analyses").glob("*.sql")))


@dataclass(frozen=True)
class Warehouse:
    """A warehouse, and the models in it.

    Attributes:
        target: The command of the loader.
        models: The project of models.
        ask: Opens a client of the warehouse.
        name: What it is.
        database: Its file, if it is one.
    """

    target: Command
    models: Project
    ask: Callable[[], AbstractContextManager[Ask]]
    name: str
    database: Path | None = None

    def load(self, run: Run) -> None:
        """Hand what the tap wrote to the loader."""
        ended = subprocess.run(self.target, input=run.stdout, capture_output=True, timeout=120, check=False)  # noqa: S603 - a loader
        assert ended.returncode == 0, ended.stderr.decode()

    def marts(self) -> dict[str, list[Json]]:
        """Return what the marts hold."""
        with self.ask() as ask:
            return {mart: ask(f"select * from analytics.callgear__{mart}") for mart in KEYS}  # noqa: S608 - ours


@dataclass(frozen=True)
class Told:
    """A warehouse after the story.

    Attributes:
        warehouse: The warehouse.
        story: What was read, time after time.
        builds: What became of the build after each time; the first one is not built.
        marts: What the marts held then.
    """

    warehouse: Warehouse
    story: list[Chapter]
    builds: list[Built]
    marts: list[dict[str, list[Json]]]


@contextmanager
def duckdb(folder: Path, summary: Json) -> Iterator[Warehouse]:
    """Give a DuckDB file, into which the loader merges."""
    database = folder / "warehouse.duckdb"
    settings = {**advice("target-duckdb"), "path": str(database), "default_target_schema": SCHEMA}
    place = {"DBT_TARGET": "duckdb", "DBT_DUCKDB_PATH": str(database)}
    client, log = "tests.warehouse.duckdb_client", folder / "client.txt"
    with project(folder, env=place, callgear_summary=summary) as models:
        yield Warehouse(
            target_with(settings, "target-duckdb", folder),
            models,
            lambda: analyst("target-duckdb", client, database, log=log),
            "DuckDB",
            database,
        )


@contextmanager
def appended_postgres(folder: Path, summary: Json) -> Iterator[Warehouse]:
    """Give a PostgreSQL server whose sessions are hours ahead of UTC, and to whose tables the loader appends."""
    with postgres("Europe/Moscow") as port:
        settings = {
            **advice("target-postgres"),
            "host": HOST,
            "port": port,
            "user": OWNER,
            "password": "none",
            "database": "postgres",
            "default_target_schema": SCHEMA,
            # Without keys there is nothing to merge on.
            "stream_maps": {"*": {"__key_properties__": []}},
        }
        place = {
            "DBT_TARGET": "postgres",
            "DBT_POSTGRES_HOST": HOST,
            "DBT_POSTGRES_PORT": str(port),
            "DBT_POSTGRES_USER": OWNER,
            "DBT_POSTGRES_DATABASE": "postgres",
        }
        client, log = "tests.warehouse.postgres_client", folder / "client.txt"
        address = f"host={HOST} port={port} user={OWNER} dbname=postgres"
        with project(folder, env=place, callgear_summary=summary) as models:
            yield Warehouse(
                target_with(settings, "target-postgres", folder),
                models,
                lambda: analyst("target-postgres", client, address, log=log),
                "PostgreSQL",
            )


@pytest.fixture(scope="module")
def story() -> list[Chapter]:
    """Read an account time after time."""
    return tell()


@pytest.fixture(scope="module", params=[duckdb, appended_postgres])
def told(
    request: pytest.FixtureRequest, story: list[Chapter], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """Load what was read time after time, and build and test the models each time from the second on."""
    with request.param(tmp_path_factory.mktemp("models"), story[0].summary) as warehouse:
        builds, marts = [], []
        warehouse.load(story[0].run)
        for chapter in story[1:]:
            warehouse.load(chapter.run)
            builds.append(warehouse.models.run("build", callgear_summary=chapter.summary))
            assert builds[-1].success, builds[-1].said
            marts.append(warehouse.marts())
        yield Told(warehouse, story[1:], builds, marts)


@pytest.mark.parametrize("mart", KEYS)
def test_a_mart_holds_what_the_account_holds_after_every_load(told: Told, mart: str) -> None:
    for chapter, marts in zip(told.story, told.marts, strict=True):
        assert_holds(marts[mart], KEYS[mart], chapter.account.marts()[mart])


def test_every_test_of_the_models_passes_after_every_load(told: Told) -> None:
    for build in told.builds:
        assert build.statuses.keys() == {"success", "pass"}, build.said
        assert {"calls_and_contacts_agree", "no_day_is_missing", "what_was_read_is_there"} <= build.statuses["pass"]


def test_models_that_are_built_again_hold_the_same(told: Told) -> None:
    assert told.warehouse.models.run("run").success
    again = told.warehouse.marts()
    for mart, counted in told.story[-1].account.marts().items():
        assert_holds(again[mart], KEYS[mart], counted)


def test_every_analysis_answers_what_the_page_says(told: Told) -> None:
    compiled = told.warehouse.models.run("compile", "--select", "resource_type:analysis")
    assert compiled.success, compiled.said
    with told.warehouse.ask() as ask:
        answers = {name: ask(compiled.compiled(name)) for name in ANALYSES}
    if told.warehouse.name == "DuckDB":
        renew(answers)
    for name, rows in answers.items():
        shown = answers_on_the_page().get(name, [])
        assert len(shown) == len(comparable(rows)), f"{name}: RENEW_ANSWERS=1 writes docs/questions.md anew"
        for row, on_page in zip(comparable(rows), shown, strict=True):
            assert row == {
                head: pytest.approx(cell, abs=0.101) if isinstance(cell, float) else cell
                for head, cell in on_page.items()
            }


def test_tags_are_counted_from_the_lists_of_contacts(told: Told) -> None:
    compiled = told.warehouse.models.run("compile", "--select", "tag_use")
    with told.warehouse.ask() as ask:
        rows = ask(compiled.compiled("tag_use"))
    assert {(row["tag"], row["given"]): row["contacts"] for row in rows} == told.story[-1].account.tags()


LOST: Final = "between '2025-11-07 20:00:00' and '2025-11-09 19:59:59'"
"""Two days of the account's calendar."""

LOSSES: Final = {
    f"visitor_sessions where date_time {LOST}": {
        "no_day_is_missing": "No visit of the days between 2025-11-07 and 2025-11-10 is in visitor_sessions.",
        "every_contact_leads_to_its_session": "which is missing in visitor_sessions.",
        "what_was_read_is_there": "records of visitor_sessions from ",
    },
    f"calls where start_time {LOST}": {
        "calls_and_contacts_agree": "is in communications, but missing in calls.",
        "every_leg_leads_to_its_call": "which is missing in calls.",
    },
    f"communications where communication_type = 'chat' and date_time {LOST}": {
        "chats_and_contacts_agree": "is in chats, but missing in communications.",
        "statistics_and_contacts_agree": "The campaigns of 2025-11-08 count ",
    },
}
"""What is lost, and in which words which test tells so."""


@pytest.mark.parametrize("told", [duckdb], indirect=True)
@pytest.mark.parametrize("lost", LOSSES, ids=["visits", "calls", "contacts"])
def test_what_is_lost_is_told_in_words(told: Told, lost: str) -> None:
    assert told.warehouse.database, "only a file is soon restored"
    whole = told.warehouse.database.read_bytes()
    change(told.warehouse.database, f"delete from {SCHEMA}.{lost}")  # noqa: S608 - ours
    tested = told.warehouse.models.run("test", "--select", *LOSSES[lost], callgear_summary=told.story[-1].summary)
    told.warehouse.database.write_bytes(whole)
    assert not tested.success
    assert tested.statuses.get("fail", set()) | tested.statuses.get("warn", set()) == set(LOSSES[lost])
    for words in LOSSES[lost].values():
        assert words in tested.said


def change(database: Path, statement: str) -> None:
    """Change what stands in a DuckDB file."""
    words = "import duckdb, sys\nwith duckdb.connect(sys.argv[1]) as warehouse:\n    warehouse.execute(sys.argv[2])"
    subprocess.run([program("target-duckdb", "python"), "-c", words, database, statement], check=True)  # noqa: S603 - our own lines
