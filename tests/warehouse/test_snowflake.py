"""What the tap reads arrives in Snowflake: target-snowflake as it is, over HTTP, into a stand-in for Snowflake.

Both live in an environment of their own: ``bash scripts/setup target-snowflake``.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.documents import ROOT
from tests.support import STREAMS, UNTIL, bookmark, key_of, play, run_tap
from tests.warehouse.chains import analyst, background, keys_of, load, next_line, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tap_callgear.sandbox import Sandbox
    from tests.support import Json, Run
    from tests.warehouse.chains import Ask, Load

ENVIRONMENT = ROOT / ".venvs" / "target-snowflake"
PYTHON = ENVIRONMENT / "bin" / "python"
DATABASE = "WAREHOUSE"

CONFIG = {"page_size": 100, "lookback_days": 7}
FIRST = UNTIL - timedelta(days=5)
"""When the first of two runs reads, in the time of the data."""

pytestmark = [
    pytest.mark.warehouse,
    # An environment that is missing fails; one that was made with an older Python can't hold the stand-in.
    pytest.mark.skipif(
        ENVIRONMENT.exists() and not any(ENVIRONMENT.glob("lib/*/site-packages/fakesnow")),
        reason="fakesnow, the stand-in for Snowflake, wants Python 3.11",
    ),
]


@dataclass(frozen=True)
class Snowflake:
    """The stand-in, while it runs."""

    port: int
    folder: Path

    @property
    def statements(self) -> list[str]:
        """Return what it was asked to run so far."""
        lines = (self.folder / "statements").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def load(self, sandbox: Sandbox, schema: str, **options: Any) -> Load:  # noqa: ANN401 - those of `chains.load`
        """Run the tap into target-snowflake."""
        settings = {
            # The account's name is all that the target lets one say about where Snowflake is.
            "account": f"127.0.0.1:{self.port}/{DATABASE}?account=fakesnow&protocol=http&region=",
            "user": "loader",
            "password": "not checked",
            "database": DATABASE,
            "schema": schema,
            "warehouse": "LOADING",
        }
        config = self.folder / "target.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        target: list[str | Path] = [ENVIRONMENT / "bin" / "target-snowflake", "--config", config]
        env = {"SNOWFLAKE_SQLALCHEMY_LEGACY_URL_PARAMS": "1"}
        return load(sandbox, target, env=env, cwd=self.folder, **options)

    def analyst(self, schema: str) -> AbstractContextManager[Ask]:
        """Connect as one who asks."""
        module = "tests.warehouse.snowflake.client"
        return analyst([PYTHON, "-m", module, str(self.port), DATABASE, schema], self.folder / "client.log")


@pytest.fixture(scope="module")
def snowflake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snowflake]:
    folder = tmp_path_factory.mktemp("snowflake")
    log = folder / "server.log"
    module = "tests.warehouse.snowflake.server"
    with background([PYTHON, "-m", module, DATABASE, folder / "statements"], log) as server:
        yield Snowflake(int(next_line(server, log)), folder)


@dataclass(frozen=True)
class Loaded:
    """Two runs into the same schema with news and changes between them, and how to ask what stands there."""

    sandbox: Sandbox
    loads: tuple[Load, Load]
    reads: tuple[Run, Run]
    statements: list[str]
    ask: Ask


@contextmanager
def loaded_twice(snowflake: Snowflake, sandbox: Sandbox) -> Iterator[Loaded]:
    """Load, let time pass, load again; read the same without the target, too."""
    sandbox.now = FIRST
    first = snowflake.load(sandbox, "CALLGEAR", config=CONFIG)
    assert first.ended_well, first.stderr
    first_read = run_tap(sandbox, config=CONFIG)
    sandbox.now = None
    second = snowflake.load(sandbox, "CALLGEAR", config=CONFIG, state=first.state)
    assert second.ended_well, second.stderr
    second_read = run_tap(sandbox, config=CONFIG, state=first.state)
    with snowflake.analyst("CALLGEAR") as ask:
        yield Loaded(sandbox, (first, second), (first_read, second_read), snowflake.statements, ask)


@pytest.fixture(scope="module")
def loaded(snowflake: Snowflake) -> Iterator[Loaded]:
    with (
        play(rows=400, quirks=True, zone="America/New_York") as sandbox,
        loaded_twice(snowflake, sandbox) as both,
    ):
        yield both


def is_time(kind: Json) -> bool:
    """Say whether a property is a time."""
    return kind.get("format") == "date-time"


def column(name: str, kind: Json) -> str:
    """Ask for a column; for a time as text, since fakesnow's replies show one that is missing as 1970."""
    return f"{name}::varchar as {name}" if is_time(kind) else name


def as_read(cell: Any, kind: Json) -> Any:  # noqa: ANN401 - any value of a property
    """Return the value of a property that a cell was made of."""
    if cell is None:
        return None
    if is_time(kind):
        return datetime.fromisoformat(cell).replace(tzinfo=timezone.utc).isoformat()
    return json.loads(cell) if {"array", "object"} & set(kind["type"]) else cell


def as_kept(value: Any) -> Any:  # noqa: ANN401 - any value of a property
    """Return a value as the target can keep it: amounts become FLOAT."""
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("stream", STREAMS)
def test_every_row_stands_once_as_it_was_last_read(loaded: Loaded, stream: str) -> None:
    kinds = loaded.reads[0].schema(stream)["properties"]
    cells = loaded.ask(f"select {', '.join(column(*each) for each in kinds.items())} from {stream}")  # noqa: S608 - ours
    rows = [{name: as_read(row[name], kind) for name, kind in kinds.items()} for row in cells]
    found = dict(zip(keys_of(stream, rows), rows, strict=True))
    wanted = table_of(stream, *loaded.reads)
    assert len(rows) == len(found) == len(loaded.sandbox.instants(stream))
    assert found.keys() == wanted.keys()
    for key, record in wanted.items():
        assert found[key] == {name: as_kept(record.get(name)) for name in kinds}, key


def test_what_changed_between_the_runs_stands_as_it_is_now(loaded: Loaded) -> None:
    before, after = (table_of("communications", read) for read in loaded.reads)
    sold = {key for key in before.keys() & after.keys() if after[key]["sale_date"] and not before[key]["sale_date"]}
    tagged = {key for key in before.keys() & after.keys() if len(after[key]["tags"]) > len(before[key]["tags"])}
    assert sold
    assert tagged
    rows = loaded.ask(
        "select communication_type, id, sale_date is not null as sold, sale_cost, array_size(tags) as tags "
        "from communications"
    )
    now = dict(zip(keys_of("communications", rows), rows, strict=True))
    assert all(now[key]["sold"] and now[key]["sale_cost"] == float(after[key]["sale_cost"]) for key in sold)
    assert all(now[key]["tags"] == len(after[key]["tags"]) for key in tagged)


@pytest.mark.parametrize("stream", STREAMS)
def test_every_property_lands_in_a_column_of_a_fitting_type(loaded: Loaded, stream: str) -> None:
    fitting = {
        "integer": "NUMBER(38,0)",
        "number": "FLOAT",
        "boolean": "BOOLEAN",
        "string": "VARCHAR(16777216)",
        "array": "VARIANT",
        "object": "VARIANT",
    }
    types = {row["name"].lower(): row["type"] for row in loaded.ask(f"describe table {stream}")}
    for name, kind in loaded.reads[0].schema(stream)["properties"].items():
        (json_type,) = set(kind["type"]) - {"null"} if isinstance(kind["type"], list) else {kind["type"]}
        assert types[name] == ("TIMESTAMP_NTZ(9)" if is_time(kind) else fitting[json_type]), name


@pytest.mark.parametrize("stream", STREAMS)
def test_every_instant_is_exact_and_utc_whatever_the_zone_of_the_account(loaded: Loaded, stream: str) -> None:
    rows = loaded.ask(f"select *, date_part(epoch_second, date_time) as instant from {stream}")  # noqa: S608 - ours
    assert {key_of(stream, row): row["instant"] for row in rows} == {
        key: int(at.timestamp()) for key, at in loaded.sandbox.instants(stream).items()
    }


def test_nested_values_are_found_by_their_paths(loaded: Loaded) -> None:
    rows = loaded.ask(
        "select communication_type, id, tags[0]:tag_id::integer as tag_id, tags[0]:tag_name::varchar as tag_name, "
        "tags[0]:tag_change_time::timestamp_ntz::varchar as changed from communications where array_size(tags) > 0"
    )
    found = {
        key: (row["tag_id"], row["tag_name"], datetime.fromisoformat(row["changed"]).replace(tzinfo=timezone.utc))
        for key, row in zip(keys_of("communications", rows), rows, strict=True)
    }
    assert found == {
        key: (tag["tag_id"], tag["tag_name"], datetime.fromisoformat(tag["tag_change_time"]))
        for key, record in table_of("communications", *loaded.reads).items()
        for tag in (record["tags"] or [])[:1]
    }
    assert any(not name.isascii() for _, name, _ in found.values())


def test_big_ids_keep_every_digit(loaded: Loaded) -> None:
    (row,) = loaded.ask("select min(id)::varchar as least, max(id)::varchar as most from visitor_sessions")
    ids = [each for (each,) in table_of("visitor_sessions", *loaded.reads)]
    assert (row["least"], row["most"]) == (str(min(ids)), str(max(ids)))
    assert min(ids) >= 2**53


def test_rows_come_by_upload_and_merge(loaded: Loaded) -> None:
    statements = [re.sub(r'[\s"]+', " ", each).strip().lower() for each in loaded.statements]
    for stream in STREAMS:
        assert (
            len([each for each in statements if re.match(rf"put 'file://.*@~/target-snowflake/{stream}-", each)]) >= 2
        )
        assert (
            len([each for each in statements if re.match(rf"merge into .*{stream} d using \(select \$1:", each)]) == 2
        )
    assert not [each for each in statements if each.startswith(("insert", "copy"))]


def test_the_second_run_goes_on_from_the_state_that_the_target_stored(loaded: Loaded) -> None:
    first, second = loaded.loads
    assert [first.state, second.state] == [read.state for read in loaded.reads]
    for stream in STREAMS:
        reached = datetime.fromisoformat(bookmark(first.state or {}, stream) or "")
        start = reached - timedelta(days=CONFIG["lookback_days"])
        again = [record["date_time"] for record in loaded.reads[1].records(stream)]
        assert start <= datetime.fromisoformat(min(again)) < reached
        assert bookmark(second.state or {}, stream) == UNTIL.isoformat()


def test_a_kill_in_the_middle_and_a_second_run_make_it_complete(snowflake: Snowflake) -> None:
    config = {"page_size": 50, "lookback_days": 1, "max_parallel_requests": 1}
    with play(rows=300, latency=0.2) as sandbox:
        killed = snowflake.load(sandbox, "KILLED", config=config, kill_after=6)
        assert killed.tap.exit_code == -9
        # A line that was cut off ends the target, too; it may have stored some states, or none.
        assert killed.exit_code in {0, 1}, killed.stderr
        second = snowflake.load(sandbox, "KILLED", config=config, state=killed.state)
        assert second.ended_well, second.stderr
        assert second.state == run_tap(sandbox, config=config).state
        with snowflake.analyst("KILLED") as ask:
            for stream in STREAMS:
                rows = ask(f"select * from {stream}")  # noqa: S608 - our own name
                assert sorted(key_of(stream, row) for row in rows) == sorted(sandbox.instants(stream))
