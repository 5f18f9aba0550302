"""A person's own dlt pipeline reads the tap's messages from a pipe and merges them into DuckDB.

It lives in an environment of its own: ``bash scripts/setup dlt``.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT
from tests.support import STREAMS, UNTIL, key_of, play, run_tap
from tests.warehouse.chains import analyst, keys_of, load, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    from tap_callgear.sandbox import Sandbox
    from tests.support import Run
    from tests.warehouse.chains import Ask, Load

pytestmark = pytest.mark.warehouse

PYTHON = ROOT / ".venvs" / "dlt" / "bin" / "python"
QUIET = {"RUNTIME__DLTHUB_TELEMETRY": "false"}

CONFIG = {"page_size": 100, "lookback_days": 7}
FIRST = UNTIL - timedelta(days=5)
"""When the first of two runs reads, in the time of the data."""


def load_into(folder: Path, sandbox: Sandbox, **options: Any) -> Load:  # noqa: ANN401 - those of `chains.load`
    """Run the tap into the pipeline."""
    pipeline: list[str | Path] = [PYTHON, "-m", "tests.warehouse.dlt_duckdb.pipeline", folder]
    return load(sandbox, pipeline, env=QUIET, cwd=ROOT, **options)


def analyst_of(folder: Path) -> AbstractContextManager[Ask]:
    """Open the DuckDB file as one who asks."""
    client: list[str | Path] = [PYTHON, "-m", "tests.warehouse.dlt_duckdb.client", folder / "warehouse.duckdb"]
    return analyst(client, folder / "client.log")


@dataclass(frozen=True)
class Loaded:
    """Two runs into the same file with news and changes between them, and how to ask what stands there."""

    sandbox: Sandbox
    loads: tuple[Load, Load]
    reads: tuple[Run, Run]
    ask: Ask


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("dlt")
    with ExitStack() as stack:
        sandbox = stack.enter_context(play(rows=400, quirks=True, zone="America/New_York"))
        sandbox.now = FIRST
        first = load_into(folder, sandbox, config=CONFIG)
        assert first.ended_well, first.stderr
        first_read = run_tap(sandbox, config=CONFIG)
        sandbox.now = None
        second = load_into(folder, sandbox, config=CONFIG, state=first.state)
        assert second.ended_well, second.stderr
        second_read = run_tap(sandbox, config=CONFIG, state=first.state)
        ask = stack.enter_context(analyst_of(folder))
        yield Loaded(sandbox, (first, second), (first_read, second_read), ask)


@pytest.mark.parametrize("stream", STREAMS)
def test_every_row_stands_once_at_its_instant(loaded: Loaded, stream: str) -> None:
    rows = loaded.ask(f"select *, epoch(date_time)::bigint as instant from callgear.{stream}")  # noqa: S608 - our own
    assert len(rows) == len(loaded.sandbox.instants(stream))
    assert {key_of(stream, row): row["instant"] for row in rows} == {
        key: int(at.timestamp()) for key, at in loaded.sandbox.instants(stream).items()
    }


@pytest.mark.parametrize("stream", STREAMS)
def test_every_plain_value_is_the_one_that_was_last_read(loaded: Loaded, stream: str) -> None:
    rows = loaded.ask(f"select * from callgear.{stream}")  # noqa: S608 - our own name
    found = dict(zip(keys_of(stream, rows), rows, strict=True))
    for key, record in table_of(stream, *loaded.reads).items():
        for name, kind in loaded.reads[0].schema(stream)["properties"].items():
            if kind.get("format") != "date-time" and not {"array", "object", "number"} & set(kind["type"]):
                # dlt makes no column for what never had a value.
                assert found[key].get(name) == record.get(name), (key, name)


def test_sales_that_came_between_the_runs_stand_with_their_exact_amounts(loaded: Loaded) -> None:
    before, after = (table_of("communications", read) for read in loaded.reads)
    sold = {key for key in before.keys() & after.keys() if after[key]["sale_date"] and not before[key]["sale_date"]}
    assert sold
    rows = loaded.ask("select *, epoch(sale_date)::bigint as sold from callgear.communications")
    found = dict(zip(keys_of("communications", rows), rows, strict=True))
    for key in sold:
        assert found[key]["sold"] == int(datetime.fromisoformat(after[key]["sale_date"]).timestamp())
        assert Decimal(found[key]["sale_cost"]) == after[key]["sale_cost"]


def test_tags_are_rows_of_a_table_of_their_own_none_left_from_before(loaded: Loaded) -> None:
    rows = loaded.ask(
        "select communication_type, id, tag_id, tag_name, epoch(tag_change_time)::bigint as changed "
        "from callgear.communications__tags tags join callgear.communications "
        "on communications._dlt_id = tags._dlt_parent_id"
    )
    assert sorted(tuple(row.values()) for row in rows) == sorted(
        (*key, tag["tag_id"], tag["tag_name"], int(datetime.fromisoformat(tag["tag_change_time"]).timestamp()))
        for key, record in table_of("communications", *loaded.reads).items()
        for tag in record["tags"] or ()
    )
    assert any(not row["tag_name"].isascii() for row in rows)
    assert min(row["id"] for row in rows) >= 2**53


def test_the_state_is_kept_with_the_rows_and_the_second_run_goes_on_from_it(loaded: Loaded) -> None:
    assert [each.state for each in loaded.loads] == [read.state for read in loaded.reads]
    for stream in STREAMS:
        assert 0 < len(loaded.reads[1].records(stream)) < len(loaded.sandbox.instants(stream))


def test_a_kill_in_the_middle_and_a_second_run_make_it_complete(tmp_path: Path) -> None:
    config = {"page_size": 50, "lookback_days": 1, "max_parallel_requests": 1}
    with play(rows=300, latency=0.2) as sandbox:
        killed = load_into(tmp_path, sandbox, config=config, kill_after=6)
        assert killed.tap.exit_code == -9
        # A line that was cut off ends the target, too; it may have stored some states, or none.
        assert killed.exit_code in {0, 1}, killed.stderr
        second = load_into(tmp_path, sandbox, config=config, state=killed.state)
        assert second.ended_well, second.stderr
        with analyst_of(tmp_path) as ask:
            for stream in STREAMS:
                rows = ask(f"select * from callgear.{stream}")  # noqa: S608 - our own name
                assert sorted(key_of(stream, row) for row in rows) == sorted(sandbox.instants(stream))
