"""Runs dbt in the project of models, or in another one, as a person does, but for that it parses once."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT
from tests.forks import Program, run

from .chain import program
from .helpers import background, module_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.support import Json

    from .figures import Rows
    from .helpers import Helper

MODELS = ROOT / "transform"
"""The project of models."""


@dataclass(frozen=True)
class Built:
    """What became of a command of dbt.

    Attributes:
        success: Whether it ended well.
        nodes: What became of each model and each test, by its name.
        said: What dbt said.
    """

    success: bool
    nodes: Mapping[str, Json]
    said: str

    @cached_property
    def statuses(self) -> dict[str, set[str]]:
        """Return the names of what has each status, such as pass, warn, fail, error and skipped."""
        found: dict[str, set[str]] = {}
        for name, node in self.nodes.items():
            found.setdefault(node["status"], set()).add(name)
        return found

    def compiled(self, name: str) -> str:
        """Return the SQL that a model, test or analysis became."""
        sql: str = self.nodes[name]["compiled"]
        return sql


class Project:
    """A project that is parsed, for one warehouse."""

    def __init__(self, dbt: Helper, options: Sequence[str], variables: Mapping[str, object]) -> None:
        """Parse the project.

        Args:
            dbt: dbt in its environment.
            options: Options of every command.
            variables: Variables of the project.
        """
        self._dbt = dbt
        self._options = options
        self._variables = variables
        parsed = self.run("parse")
        assert parsed.success, parsed.said

    def run(self, *arguments: str, **variables: object) -> Built:
        """Run a command.

        Args:
            arguments: The command and its options.
            variables: Variables that this command has more; they don't change which models there are.
        """
        told_variables = f"--vars={json.dumps({**self._variables, **variables})}"
        self._dbt.tell(json.dumps([*arguments, *self._options, told_variables]))
        told: Json = json.loads(self._dbt.next_line())
        return Built(told["success"], told["nodes"], "\n".join([*told["said"], told["error"]]))


def assert_holds(rows: Sequence[Json], key: Sequence[str], counted: Rows) -> None:
    """Assert that a mart holds what was counted."""
    told = {tuple(row[name] for name in key): row for row in rows}
    assert len(told) == len(rows), "a key stands twice"
    assert told.keys() == counted.keys()
    for place, row in counted.items():
        different = {name for name, due in row.items() if as_due(told[place][name], due) != comparable(due)}
        assert not different, {name: (place, told[place][name], row[name]) for name in different}


def as_due(value: object, due: object) -> object:
    """Return a value in the type of what is due: clients of warehouses tell decimals as text."""
    return float(str(value)) if is_number(due) and value is not None else value


def comparable(due: object) -> object:
    """Return what is due as something that sums of floats equal, in whatever order they were added up."""
    return pytest.approx(float(str(due)), rel=1e-9) if is_number(due) else due


def is_number(value: object) -> bool:
    """Whether a value is a number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


@contextmanager
def project(
    folder: Path,
    environment: str = "dbt",
    *,
    place: Path = MODELS,
    profiles: Path | None = None,
    variables: Mapping[str, object] = MappingProxyType({}),
    env: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Project]:
    """Run dbt in a project.

    Args:
        folder: Where dbt may write.
        environment: The environment that has dbt and the warehouse's adapter.
        place: The project's folder.
        profiles: The folder of the profiles, where it is another one.
        variables: Variables of the project that differ from those in its file.
        env: Environment variables that the profiles ask for.

    Yields:
        The project, parsed.
    """
    options = [
        f"--project-dir={place}",
        f"--profiles-dir={profiles or place}",
        f"--target-path={folder / 'target'}",
        f"--log-path={folder}",
        # What it says is heard without its log, whose lines take a tenth of its time.
        "--log-level=none",
        "--log-level-file=none",
        "--no-write-json",
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    told = {**kept, **env}
    if (place / "packages.yml").exists():
        run(
            Program.of(program(environment, "dbt")), ["deps", *options[:2]], told, folder=place, timeout=60
        ).check_returncode()
    module = module_in(environment, "tests.warehouse.dbt_process")
    with background(module, log=folder / "dbt.txt", env=told) as dbt:
        yield Project(dbt, options, variables)
