"""Which sections of the pages a test follows from their own text, and which no test can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .documents import ROOT
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from callgear_sandbox import Sandbox

MELTANO: Final = {".venvs/meltano": ".venvs/meltano"}
TAP: Final = {"tap": ".venv"}


@dataclass(frozen=True)
class Story:
    """What a reader of a page does from an empty folder, or from a fresh clone, on.

    Attributes:
        page: The page.
        sections: The anchors of the headings that are followed, one after another.
        environments: The environment that stands in for each that the page makes, by its folder.
        activated: The environment whose programs the reader has at hand by then.
    """

    page: str
    sections: tuple[str, ...]
    environments: Mapping[str, str] = field(default_factory=dict)
    activated: str = ""

    def terminal(self, folder: Path, sandbox: Sandbox) -> Terminal:
        """Return a terminal in a folder, for a reader whose account a sandbox plays."""
        terminal = Terminal.for_account(sandbox, folder, **self.environments)
        terminal.replaced = {**terminal.replaced, "path/to/tap-callgear": str(ROOT)}
        terminal.activated = self.activated
        return terminal

    def follow(self, terminal: Terminal) -> str:
        """Do what the sections say, and return what was printed."""
        return terminal.follow(self.page, *self.sections)


STORIES: Final[Mapping[str, Story]] = {
    "install": Story("README.md", ("install",), TAP),
    "install exactly": Story("docs/install.md", ("from-a-clone",), TAP),
    "wheel": Story("docs/install.md", ("on-other-machines",), {"build-tools": ".venv"}),
    "environment": Story("docs/settings.md", ("environment-variables",)),
    "choose": Story("docs/streams.md", ("choose-streams-and-columns",)),
    "reports": Story("docs/reports.md", ("try-it-with-the-sandbox",)),
    "estimate": Story("docs/how-it-reads.md", ("points",)),
    "agents": Story("docs/how-it-reads.md", ("agents", "find-the-ids-of-customers")),
    "chain": Story("docs/loading.md", ("chain-the-tap-to-a-loader",), {**TAP, "loader": ".venvs/target-duckdb"}),
    "snowflake": Story("docs/snowflake.md", ("snowflake",), {"loader": ".venvs/target-snowflake"}),
    "dlt": Story("docs/dlt.md", ("dlt",), {**TAP, "pipeline": ".venvs/dlt"}),
    "models": Story("docs/models.md", ("build-them",)),
    "sandbox": Story("callgear_sandbox/README.md", ("the-sandbox",)),
    "playing": Story("callgear_sandbox/README.md", ("how-to-make-it-misbehave",)),
    "meltano sandbox": Story("docs/meltano.md", ("try-it-with-made-up-data", "build-the-models"), MELTANO),
    "meltano account": Story("docs/meltano.md", ("read-your-account", "schedule"), activated=".venvs/meltano"),
    "meltano parts": Story("docs/scale-out.md", ("a-long-history",), activated=".venvs/meltano"),
    "meltano groups": Story("docs/scale-out.md", ("many-customers",), activated=".venvs/meltano"),
    "meltano elsewhere": Story("docs/meltano.md", ("a-meltano-project-of-your-own",), activated=".venvs/meltano"),
    "airbyte": Story("docs/airbyte.md", ("run-it-by-hand",)),
    "pyairbyte": Story("docs/airbyte.md", ("pyairbyte",), {**TAP, "pyairbyte": ".venvs/pyairbyte"}),
}
"""By a name that the test which follows it names."""

_TAKES_DOCKER = "needs Docker, which tests do without; the steps of the image are checked one by one"
_CLOUD = "needs a running Airbyte"
_WHOLE_PROJECT = "makes environments or runs all tests; other tests look up the scripts and options that are named"

NOT_FOLLOWED: Final[Mapping[tuple[str, str], str]] = {
    ("README.md", "see-it-work"): _WHOLE_PROJECT,
    ("README.md", "run-all-tests"): _WHOLE_PROJECT,
    ("CONTRIBUTING.md", "set-up"): _WHOLE_PROJECT,
    ("CONTRIBUTING.md", "adding-a-stream"): "writes into the project; other tests hold that nothing is left to write",
    ("docs/benchmarks.md", "measure-it-yourself"): "takes minutes",
    ("docs/install.md", "upgrade"): "there is nothing newer to pull",
    ("docs/airflow.md", "set-up"): "needs a running Airflow; tests/orchestrate tells one the same through its API",
    ("docs/scale-out.md", "what-it-takes"): "another test holds the tables to it",
    ("airbyte/source-callgear/README.md", "build-the-image"): _TAKES_DOCKER,
    ("airbyte/source-callgear/README.md", "add-it-to-a-running-airbyte"): _TAKES_DOCKER,
    ("airbyte/source-callgear/README.md", "by-the-api"): _CLOUD,
    ("airbyte/source-callgear/README.md", "tests"): _WHOLE_PROJECT,
}
"""Why no test follows a section, by its page and anchor."""
