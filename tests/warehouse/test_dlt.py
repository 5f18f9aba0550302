"""The dlt pipeline that a page prints reads the tap's messages from a pipe and merges them into DuckDB.

It lives in an environment of its own: ``bash scripts/setup dlt``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.documents import ROOT, Document
from tests.forks import run
from tests.support import STREAMS, key_of, play, run_tap

from .chain import TIMEOUT, Chain, Target, program
from .helpers import analyst, module_in
from .story import FIRST, TAP, account, keyed, records_of_everything, schema_of, tell_of_a_kill, tell_of_news

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .helpers import Ask

pytestmark = pytest.mark.warehouse

MOST_MEMORY = 512 << 20
"""Bytes that 5,000 rows may take; as INSERT statements they took 2 GB."""

QUIET = {"RUNTIME__DLTHUB_TELEMETRY": "false"}


def printed_pipeline(folder: Path) -> Path:
    """Write the program that the page prints into a folder."""
    printed = next(block for block in Document("docs/dlt.md").all_blocks() if block.title == "pipeline.py")
    path = folder / printed.title
    path.write_text(printed.text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Load, killed on the way at first, and load again after some days; the pipeline keeps the state with the rows."""
    folder = tmp_path_factory.mktemp("dlt")
    with account() as sandbox:
        pipeline = module_in("dlt", str(printed_pipeline(folder)))
        chain = Chain(sandbox, Target(pipeline, [str(folder)], ROOT), tap=TAP, env=QUIET)
        tell_of_a_kill(chain)
        tell_of_news(chain)
    database = folder / "warehouse.duckdb"
    with analyst("dlt", "tests.warehouse.duckdb_client", database, log=folder / "client.log") as asking:
        yield asking


@pytest.mark.parametrize("stream", STREAMS)
def test_every_row_stands_once_at_its_instant(ask: Ask, stream: str) -> None:
    rows = ask(f"select *, epoch(date_time)::bigint as instant from callgear.{stream}")  # noqa: S608 - our own
    expected = records_of_everything(stream)
    assert len(rows) == len(expected)
    assert {key_of(stream, row): row["instant"] for row in rows} == {
        key: int(datetime.fromisoformat(record["date_time"]).timestamp()) for key, record in expected.items()
    }


@pytest.mark.parametrize("stream", STREAMS)
def test_every_plain_value_is_the_one_that_was_last_read(ask: Ask, stream: str) -> None:
    rows = keyed(ask(f"select * from callgear.{stream}"), stream)  # noqa: S608 - our own name
    for key, record in records_of_everything(stream).items():
        for name, kind in schema_of(stream)["properties"].items():
            if kind.get("format") != "date-time" and not {"array", "object", "number"} & set(kind["type"]):
                # dlt makes no column for what never had a value.
                assert rows[key].get(name) == record.get(name), (key, name)


def test_sales_that_came_between_the_runs_stand_with_their_exact_amounts(ask: Ask) -> None:
    before, after = (records_of_everything("communications", now) for now in (FIRST, None))
    sold = {key for key in before.keys() & after.keys() if after[key]["sale_date"] and not before[key]["sale_date"]}
    assert sold
    rows = keyed(ask("select *, epoch(sale_date)::bigint as sold from callgear.communications"), "communications")
    for key in sold:
        assert rows[key]["sold"] == int(datetime.fromisoformat(after[key]["sale_date"]).timestamp())
        assert Decimal(rows[key]["sale_cost"]) == after[key]["sale_cost"]


def test_tags_are_rows_of_a_table_of_their_own_none_left_from_before(ask: Ask) -> None:
    rows = ask(
        "select communication_type, id, tag_id, tag_name, epoch(tag_change_time)::bigint as changed "
        "from callgear.communications__tags tags join callgear.communications "
        "on communications._dlt_id = tags._dlt_parent_id"
    )
    assert sorted(tuple(row.values()) for row in rows) == sorted(
        (*key, tag["tag_id"], tag["tag_name"], int(datetime.fromisoformat(tag["tag_change_time"]).timestamp()))
        for key, record in records_of_everything("communications").items()
        for tag in record["tags"] or ()
    )
    assert any(not row["tag_name"].isascii() for row in rows)
    assert min(row["id"] for row in rows) >= 2**53


def test_some_thousand_rows_take_little_memory(tmp_path: Path) -> None:
    with play(rows=2_500) as sandbox:
        messages = run_tap(sandbox).stdout
    (tmp_path / "messages.jsonl").write_bytes(messages)
    command = [program("dlt", "python"), printed_pipeline(tmp_path), tmp_path]
    with (tmp_path / "messages.jsonl").open("rb") as told, (tmp_path / "log").open("wb") as log:
        loading = subprocess.Popen(command, stdin=told, stdout=log, stderr=log, env=os.environ | QUIET)  # noqa: S603
        _, status, usage = os.wait4(loading.pid, 0)
    loading.returncode = os.waitstatus_to_exitcode(status)
    assert loading.returncode == 0, (tmp_path / "log").read_text(encoding="utf-8")
    assert usage.ru_maxrss * 1024 < MOST_MEMORY


def test_a_first_run_that_brings_nothing_leaves_the_last_word_to_the_tap(tmp_path: Path) -> None:
    pipeline = module_in("dlt", str(printed_pipeline(tmp_path)))
    ended = run(pipeline, [str(tmp_path)], {**os.environ, **QUIET}, stdin=b"", folder=tmp_path, timeout=TIMEOUT)
    assert (ended.returncode, ended.stdout) == (0, b""), ended.stderr.decode()


def test_a_folder_that_was_copied_is_loaded_into_itself(tmp_path: Path) -> None:
    tried, copied = tmp_path / "tried", tmp_path / "copied"
    tried.mkdir()
    with play(rows=60) as sandbox:
        before, after = (run_tap(sandbox, config={"end_date": end}).stdout for end in ("2025-11-10", None))
    load(tried, before)
    shutil.copytree(tried, copied)
    content = (tried / "warehouse.duckdb").read_bytes()
    load(copied, after)
    assert (tried / "warehouse.duckdb").read_bytes() == content
    with analyst("dlt", "tests.warehouse.duckdb_client", copied / "warehouse.duckdb", log=tmp_path / "log") as ask:
        (row,) = ask("select count(*) as loaded from callgear.communications")
        assert row["loaded"] == len(sandbox.instants("communications"))


def load(folder: Path, messages: bytes) -> None:
    """Load messages by the printed program, as the printed command line does it: from within the folder."""
    pipeline = module_in("dlt", str(printed_pipeline(folder)))
    ended = run(pipeline, ["."], {**os.environ, **QUIET}, stdin=messages, folder=folder, timeout=TIMEOUT)
    assert ended.returncode == 0, ended.stderr.decode()
