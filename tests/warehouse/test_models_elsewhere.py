"""Somebody's own project of dbt adds the models by their path, without a copy of them.

dbt lives in an environment of its own: ``bash scripts/setup dbt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Final

import pytest

from tests.support import BY_DEFAULT, play, run_tap

from .chain import target_with
from .dbt_project import MODELS, assert_holds, project
from .figures import CORE_MARTS, KEYS
from .model_story import SCHEMA, ZONE, everything
from .model_warehouses import change, duckdb_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .account import Account
    from .dbt_project import Built, Project

pytestmark = pytest.mark.warehouse

USERS: Final = (7001, 7002)
"""An agent's customers."""

READ: Final = (*BY_DEFAULT, "chats")
"""The streams that the project says are read."""

ELSEWHERE: Final = {
    "dbt_project.yml": f"""
        name: shop
        profile: shop
        model-paths: [models]
        vars:
          callgear: {{callgear_schema: {SCHEMA}, callgear_timezone: {ZONE}, callgear_streams: [{", ".join(READ)}]}}
        """,
    "packages.yml": f"packages: [local: {MODELS}]",
    "profiles.yml": """
        shop:
          target: duckdb
          outputs:
            duckdb: {type: duckdb, path: "{{ env_var('SHOP') }}", schema: reporting, threads: 2}
        """,
    "models/customers.sql": "select user_id, count(*) as contacts from {{ ref('callgear__contacts') }} group by 1",
}
"""The files of somebody's own project."""


OTHERWISE: Final = (
    """create or replace table callgear.communications as select * exclude (utm_term) replace (
        strftime(date_time, '%Y-%m-%dT%H:%M:%S+00:00') as date_time,
        cast(attributes as varchar[]) as attributes,
        cast(tags as varchar) as tags,
        cast(sale_cost as varchar) as sale_cost
    ) from callgear.communications""",
    """create or replace table callgear.visitor_sessions as select * replace (
        date_time at time zone 'UTC' as date_time
    ) from callgear.visitor_sessions""",
    """create or replace table callgear.sites as
        select *, if(id = 54101, now(), null) as _sdc_deleted_at from callgear.sites""",
)
"""What turns tables into those of a loader that keeps times as text or with their zone, lists as lists or as text, and
money as text; that was not given a column; and that only marks what is gone."""


@dataclass(frozen=True)
class Shop:
    """Somebody's warehouse and project.

    Attributes:
        database: The file of the warehouse.
        accounts: What the agent's customers have, by their users.
        models: The project.
    """

    database: Path
    accounts: dict[int, Account]
    models: Project

    def build(self) -> Built:
        """Build and test everything but what is made of chats, which nobody has loaded."""
        built = self.models.run("build", "--exclude", "stg_callgear__chats+")
        assert built.success, built.said
        return built

    def assert_marts_hold(self) -> None:
        """Assert that the marts hold what was counted for each customer."""
        with duckdb_client(self.database) as ask:
            for user, account in self.accounts.items():
                for mart, count in CORE_MARTS.items():
                    rows = ask(f"from reporting.callgear__{mart} where user_id = {user}")
                    assert_holds(rows, KEYS[mart], count(account))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Read an agent's customers into a warehouse beside a project that adds the models."""
    folder = tmp_path_factory.mktemp("shop")
    for name, text in ELSEWHERE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")
    database = folder / "shop.duckdb"
    settings = {"path": str(database), "default_target_schema": SCHEMA}
    with play(rows=200, days=28, zone=ZONE, user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [*USERS]})
        accounts = {user: everything(sandbox, user_id=user) for user in USERS}
    target_with(settings, "target-duckdb", folder).load(run.stdout)
    with project(folder, place=folder, profiles=folder, env={"SHOP": str(database)}) as models:
        yield Shop(database, accounts, models)


def test_the_models_hold_what_each_of_an_agents_customers_has(shop: Shop) -> None:
    built = shop.build()
    assert "customers" in built.statuses["success"]
    assert not [name for name in built.nodes if "call_legs" in name], "nobody reads legs"
    shop.assert_marts_hold()
    with duckdb_client(shop.database) as ask:
        counts = {row["user_id"]: row["contacts"] for row in ask("from reporting.customers")}
    assert counts == {user: len(account.contacts) for user, account in shop.accounts.items()}


def test_the_models_hold_the_same_whatever_types_a_loader_chose(shop: Shop) -> None:
    for statement in OTHERWISE:
        change(shop.database, statement)
    shop.build()
    shop.assert_marts_hold()
    with duckdb_client(shop.database) as ask:
        assert {row["site_id"] for row in ask("from reporting.stg_callgear__sites")} == {54102, 54107}


def test_a_stream_that_was_not_loaded_is_named(shop: Shop) -> None:
    built = shop.models.run("build", "--select", "stg_callgear__chats+")
    assert not built.success
    assert "callgear.chats. Select the stream chats in the tap and load it" in built.said.replace('"', "")
