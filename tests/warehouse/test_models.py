"""The models of transform/ hold, in real warehouses, what can be counted in the account itself.

dbt lives in an environment of its own: ``bash scripts/setup dbt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from .dbt_project import MODELS, assert_holds
from .figures import KEYS, MARTS
from .model_story import SCHEMA, Chapter, tell
from .model_warehouses import Warehouse, appended_postgres, change, duckdb
from .questions import answers_on_the_page, comparable, renew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support import Json

    from .dbt_project import Built

pytestmark = pytest.mark.warehouse

ANALYSES: Final = tuple(sorted(path.stem for path in (MODELS / "analyses").glob("*.sql")))


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
        warehouse.target.load(story[0].run.stdout)
        for chapter in story[1:]:
            warehouse.target.load(chapter.run.stdout)
            builds.append(warehouse.models.run("build", callgear_summary=chapter.summary))
            assert builds[-1].success, builds[-1].said
            marts.append(warehouse.marts())
        yield Told(warehouse, story[1:], builds, marts)


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_holds_what_the_account_holds_after_every_load(told: Told, mart: str) -> None:
    for chapter, marts in zip(told.story, told.marts, strict=True):
        assert_holds(marts[mart], KEYS[mart], MARTS[mart](chapter.account))


@pytest.mark.parametrize("folder", ["intermediate", "marts"])
def test_every_column_of_a_model_is_described_and_no_other(told: Told, folder: str) -> None:
    (properties,) = (MODELS / "models" / folder).glob("*.yml")
    described = {model["name"]: model for model in msgspec.yaml.decode(properties.read_bytes())["models"]}
    assert described.keys() == {path.stem for path in properties.parent.glob("*.sql")}
    with told.warehouse.ask() as ask:
        for name, model in described.items():
            (row, *_) = ask(f"select * from analytics.{name} limit 1")  # noqa: S608 - ours
            assert [column["name"] for column in model["columns"]] == list(row), name
            assert all(column["description"] for column in [model, *model["columns"]])


@pytest.mark.parametrize("told", [appended_postgres], indirect=True)
def test_where_the_loader_appends_a_key_that_stands_twice_counts_once(told: Told) -> None:
    with told.warehouse.ask() as ask:
        (stored,) = ask(f"select count(*) as rows from {SCHEMA}.communications")  # noqa: S608 - ours
    assert stored["rows"] > len(told.marts[-1]["contacts"])


def test_every_test_of_the_models_passes_after_every_load(told: Told) -> None:
    for build in told.builds:
        assert build.statuses.keys() == {"success", "pass"}, build.said
        assert {"calls_and_contacts_agree", "no_day_is_missing", "what_was_read_is_there"} <= build.statuses["pass"]


def test_models_that_are_built_again_hold_the_same(told: Told) -> None:
    assert told.warehouse.models.run("run").success
    again = told.warehouse.marts()
    for mart, count in MARTS.items():
        assert_holds(again[mart], KEYS[mart], count(told.story[-1].account))


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
