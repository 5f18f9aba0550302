"""Read made-up data, or an account, into DuckDB with the real tap and a real loader, and show what arrived.

`bash scripts/try` makes the environments and starts it, in that of target-duckdb.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from draw_chart import draw_chart
from duckdb_files import Trouble, connect, tables_of
from show_answers import show_answer
from show_tables import show_tables
from try_sources import KEYS, Memory, Source, account, sandbox, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parent
TAP = ROOT / ".venvs" / "tap" / "bin"
LOADER = ROOT / ".venvs" / "target-duckdb" / "bin"
DBT = ROOT / ".venvs" / "dbt" / "bin"
MODELS = ROOT / "transform" / "models" / "staging"
ANSWERS = ("conversion_by_campaign", "attribution")
"""The analyses whose answers are shown."""

BATCH = 10_000
"""Rows that the loader holds at a time: left to itself, it needs a gigabyte more, for a tenth less time."""

INTERRUPTED = 128


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bash scripts/try", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT, help="where .env is, and the database goes (this project)")
    return parser.parse_args()


def run(folder: Path) -> int:
    """Read what is new, and show it.

    Args:
        folder: Where the database goes.

    Returns:
        The exit code of the tap.
    """
    is_account = any(setting(name, folder) for name in KEYS)
    name, database = ("account", folder / "callgear.duckdb") if is_account else ("sandbox", folder / "sandbox.duckdb")
    if database.exists():
        connect(database, read_only=False).close()  # says in a line what would stop the loader
    memory = Memory(folder / ".try" / name, database)
    started = time.time()
    with ExitStack() as running:
        if is_account:
            source = account(folder, memory)
        else:
            source = running.enter_context(sandbox(TAP / "callgear-sandbox", memory, database))
        outcome = load(source, memory, database)
    if outcome == 0 and source.runs is not None:
        memory.keep("runs", str(source.runs))
    if database.exists():
        show_tables(database, started, memory.folder / "totals.json")
    if outcome == 0:
        build_models(database, memory.folder / "dbt", source.zone)
        picture = show_answers(database, memory.folder / "dbt" / "compiled" / "callgear" / "analyses", source.zone)
        print()
        if picture:
            print(f"A chart of the contacts by day and channel: {picture.name}")
        print(f"The tables are in {database.name}. The next run reads only what is new, and the lookback.")
    return outcome


def load(source: Source, memory: Memory, database: Path) -> int:
    """Read what is new into a database, and keep the state.

    Args:
        source: What the tap is started with.
        memory: Where the state is kept.
        database: The database.

    Returns:
        The exit code of the tap.

    Raises:
        Trouble: The loader failed.
    """
    state = memory.folder / "state.json"
    settings = {
        "path": str(database),
        "default_target_schema": "main",
        "add_metadata_columns": True,
        "batch_size_rows": BATCH,
    }
    (memory.folder / "target.json").write_text(json.dumps(settings), encoding="utf-8")
    states, log = memory.folder / "states", memory.folder / "target.log"
    variables = {
        "SINGER_SDK_LOG_CONFIG": str(SCRIPTS / "try_logging.yml"),
        # Nothing that who tries it has to do now.
        "PYTHONWARNINGS": "ignore:Python 3.10 reached its end of life",
        **source.variables,
    }
    reading: list[str | Path] = [TAP / "tap-callgear", "--config", source.config]
    if state.exists():
        reading += ["--state", state]
    writing: list[str | Path] = [LOADER / "target-duckdb", "--config", memory.folder / "target.json"]
    with states.open("wb") as kept, log.open("wb") as errors, ExitStack() as running:
        tap = subprocess.Popen(
            reading, cwd=database.parent, env={**os.environ, **variables}, stdout=subprocess.PIPE, bufsize=0
        )
        running.enter_context(ended(tap))
        target = subprocess.Popen(writing, cwd=database.parent, stdin=tap.stdout, stdout=kept, stderr=errors)
        running.enter_context(ended(target))
        if tap.stdout:
            tap.stdout.close()  # only the loader holds it, so that the tap hears of its end
        outcomes = tap.wait(), target.wait()
    if outcomes[1]:
        (*_, last) = ["it says nothing", *log.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]]
        message = f"The loader failed: {last} ({log} has more). The next run reads again what this one read."
        raise Trouble(message)
    # The loader only prints a state whose records it has stored, so that this holds for a tap that was
    # stopped half-way, too.
    if printed := states.read_text(encoding="utf-8").splitlines():
        memory.keep(state.name, printed[-1])
    return outcomes[0]


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Take care that a process ends with the block, however that ends."""
    with process:
        try:
            yield
        finally:
            process.terminate()


def build_models(database: Path, folder: Path, zone: str) -> None:
    """Build the models of the tables that are there, and say in words what is missing in these.

    Args:
        database: The database.
        folder: Where dbt may write.
        zone: The zone whose days the account counts by.
    """
    with connect(database) as warehouse:
        there = sorted(tables_of(warehouse) & {path.stem.partition("__")[2] for path in MODELS.glob("*.sql")})
    folder.mkdir(exist_ok=True)
    print("\nBuilding the models, and testing that nothing is missing ...", flush=True)
    command: list[str | Path] = [DBT / "python", SCRIPTS / "build_models.py", database, folder, "--zone", zone]
    with (folder / "output.txt").open("wb") as log:
        subprocess.run([*command, "--streams", *there], stdout=log, check=False)


def show_answers(database: Path, queries: Path, zone: str) -> Path | None:
    """Show two answers of the models, and draw a chart, as far as there is anything to ask.

    Args:
        database: The database.
        queries: The folder of the analyses.
        zone: The zone that the days of the account are in.

    Returns:
        The picture, if one was drawn.
    """
    picture = database.with_suffix(".svg")
    with suppress(Trouble):
        with connect(database) as warehouse:
            for name in ANSWERS:
                show_answer(warehouse, queries / f"{name}.sql")
        draw_chart(database, picture, zone)
        return picture
    return None


def stop(number: int, _: object) -> NoReturn:
    """End like a program that knows nothing of a signal, but orderly."""
    sys.exit(INTERRUPTED + number)


def main() -> None:
    """Read, and show."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        sys.exit(run(parse_arguments().folder))
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
