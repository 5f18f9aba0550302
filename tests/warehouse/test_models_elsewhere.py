"""Somebody's own project of dbt adds the models by their path, without a copy of them.

dbt lives in an environment of its own: ``bash scripts/setup dbt``.
"""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Final

import pytest

from tests.support import play, run_tap

from .chain import target_with
from .dbt_project import MODELS, assert_holds, project
from .figures import CORE_MARTS, KEYS
from .model_story import SCHEMA, ZONE, everything
from .model_warehouses import duckdb_client, load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.warehouse

USERS: Final = (7001, 7002)
"""An agent's customers."""

ELSEWHERE: Final = {
    "dbt_project.yml": f"""
        name: shop
        profile: shop
        model-paths: [models]
        vars:
          callgear: {{callgear_schema: {SCHEMA}, callgear_timezone: {ZONE}}}
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


def test_another_project_adds_the_models_by_their_path_and_reads_an_agents_customers(tmp_path: Path) -> None:
    for name, text in ELSEWHERE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    database = tmp_path / "shop.duckdb"
    settings = {"path": str(database), "default_target_schema": SCHEMA}
    with play(rows=200, days=28, zone=ZONE, user_ids=USERS) as sandbox:
        run = run_tap(sandbox, config={"user_ids": [*USERS]})
        accounts = {user: everything(sandbox, user_id=user) for user in USERS}
    load(target_with(settings, "target-duckdb", tmp_path), run)

    with project(tmp_path, place=tmp_path, profiles=tmp_path, env={"SHOP": str(database)}) as models:
        built = models.run("build")
        assert built.success, built.said
        assert "customers" in built.statuses["success"]
        assert not [name for name in built.nodes if "chats" in name], "nobody reads chats"

    with duckdb_client(database) as ask:
        counts = {row["user_id"]: row["contacts"] for row in ask("from reporting.customers")}
        assert counts == {user: len(account.contacts) for user, account in accounts.items()}
        for user, account in accounts.items():
            for mart, count in CORE_MARTS.items():
                rows = ask(f"from reporting.callgear__{mart} where user_id = {user}")
                assert_holds(rows, KEYS[mart], count(account))
