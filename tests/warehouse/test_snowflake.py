"""What the tap reads arrives in Snowflake, as messages and as files: target-snowflake as it is, into a stand-in.

Both live in an environment of their own: ``bash scripts/setup target-snowflake``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.documents import ROOT
from tests.support import STREAMS, key_of

from .account import Account
from .chain import Chain, target_with
from .dbt_project import assert_holds, project
from .figures import CORE_MARTS, KEYS
from .helpers import analyst, background, module_in
from .story import FIRST, TAP, account, keyed, records_of_everything, schema_of, tell_of_a_kill, tell_of_news

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support import Json

    from .helpers import Ask

TARGET = "target-snowflake"
ENVIRONMENT = ROOT / ".venvs" / TARGET
DATABASE, SCHEMA, ZONE = "WAREHOUSE", "CALLGEAR", "Asia/Dubai"

pytestmark = [
    pytest.mark.warehouse,
    # An environment that is missing fails; one that was made with an older Python can't hold the stand-in.
    pytest.mark.skipif(
        ENVIRONMENT.exists() and not any(ENVIRONMENT.glob("lib/*/site-packages/fakesnow")),
        reason="fakesnow, the stand-in for Snowflake, wants Python 3.11",
    ),
]


MESSAGES, FILES = "messages", "files"
BATCH = 100


@dataclass(frozen=True)
class Loaded:
    """What stands in the stand-in after the story.

    Attributes:
        ask: Asks it.
        statements: What it was asked to run, with blanks and quotes made alike.
        port: Where it listens.
        files: The folder of the files; None where records came as messages.
    """

    ask: Ask
    statements: list[str]
    port: int
    files: Path | None


def settings(port: int) -> Json:
    """Return the settings of the target that lead to the stand-in."""
    return {
        # The account's name is all that the target lets one say about where Snowflake is.
        "account": f"127.0.0.1:{port}/{DATABASE}?account=fakesnow&protocol=http&region=",
        "user": "loader",
        "password": "not checked",
        "database": DATABASE,
        "schema": SCHEMA,
        "warehouse": "LOADING",
    }


def in_files(folder: Path) -> Json:
    """Return the setting of the tap that has it write files which the target uploads."""
    encoding = {"format": "jsonl", "compression": "gzip"}
    return {"batch_config": {"encoding": encoding, "storage": {"root": str(folder)}, "batch_size": BATCH}}


@pytest.fixture(scope="module", params=[MESSAGES, FILES])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Load, killed on the way at first, and load again after some days."""
    folder = tmp_path_factory.mktemp("snowflake")
    files = folder / "files to upload" if request.param == FILES else None
    log, statements = folder / "server.log", folder / "statements"
    server = module_in(TARGET, "tests.warehouse.snowflake.server")
    with background(server, DATABASE, statements, log=log) as serving, account() as sandbox:
        port = int(serving.next_line())
        env = {"SNOWFLAKE_SQLALCHEMY_LEGACY_URL_PARAMS": "1"}
        tap = {**TAP, **in_files(files)} if files else TAP
        chain = Chain(sandbox, target_with(settings(port), TARGET, folder), tap=tap, env=env)
        tell_of_a_kill(chain)
        tell_of_news(chain)
        lines = statements.read_text(encoding="utf-8").splitlines()
        told = [re.sub(r'[\s"]+', " ", json.loads(line)).strip().lower() for line in lines]
        client, place = "tests.warehouse.snowflake.client", (str(port), DATABASE, SCHEMA)
        with analyst(TARGET, client, *place, log=folder / "client.log") as ask:
            yield Loaded(ask, told, port, files)


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
    kinds = schema_of(stream)["properties"]
    cells = loaded.ask(f"select {', '.join(column(*each) for each in kinds.items())} from {stream}")  # noqa: S608 - ours
    rows = [{name: as_read(row[name], kind) for name, kind in kinds.items()} for row in cells]
    found, wanted = keyed(rows, stream), records_of_everything(stream)
    assert len(rows) == len(found)
    assert found.keys() == wanted.keys()
    for key, record in wanted.items():
        assert found[key] == {name: as_kept(record.get(name)) for name in kinds}, key


def test_what_changed_between_the_runs_stands_as_it_is_now(loaded: Loaded) -> None:
    before, after = (records_of_everything("communications", now) for now in (FIRST, None))
    sold = {key for key in before.keys() & after.keys() if after[key]["sale_date"] and not before[key]["sale_date"]}
    tagged = {key for key in before.keys() & after.keys() if len(after[key]["tags"]) > len(before[key]["tags"])}
    assert sold
    assert tagged
    rows = loaded.ask(
        "select communication_type, id, sale_date is not null as sold, sale_cost, array_size(tags) as tags "
        "from communications"
    )
    now = keyed(rows, "communications")
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
    for name, kind in schema_of(stream)["properties"].items():
        (json_type,) = set(kind["type"]) - {"null"} if isinstance(kind["type"], list) else {kind["type"]}
        assert types[name] == ("TIMESTAMP_NTZ(9)" if is_time(kind) else fitting[json_type]), name


@pytest.mark.parametrize("stream", STREAMS)
def test_every_instant_is_exact_and_utc_whatever_the_zone_of_the_account(loaded: Loaded, stream: str) -> None:
    rows = loaded.ask(f"select *, date_part(epoch_second, date_time) as instant from {stream}")  # noqa: S608 - ours
    assert {key_of(stream, row): row["instant"] for row in rows} == {
        key: int(datetime.fromisoformat(record["date_time"]).timestamp())
        for key, record in records_of_everything(stream).items()
    }


def test_nested_values_are_found_by_their_paths(loaded: Loaded) -> None:
    rows = loaded.ask(
        "select communication_type, id, tags[0]:tag_id::integer as tag_id, tags[0]:tag_name::varchar as tag_name, "
        "tags[0]:tag_change_time::timestamp_ntz::varchar as changed from communications where array_size(tags) > 0"
    )
    found = {
        key: (row["tag_id"], row["tag_name"], datetime.fromisoformat(row["changed"]).replace(tzinfo=timezone.utc))
        for key, row in keyed(rows, "communications").items()
    }
    assert found == {
        key: (tag["tag_id"], tag["tag_name"], datetime.fromisoformat(tag["tag_change_time"]))
        for key, record in records_of_everything("communications").items()
        for tag in (record["tags"] or [])[:1]
    }
    assert any(not name.isascii() for _, name, _ in found.values())


def test_big_ids_keep_every_digit(loaded: Loaded) -> None:
    (row,) = loaded.ask("select min(id)::varchar as least, max(id)::varchar as most from visitor_sessions")
    ids = list(records_of_everything("visitor_sessions"))
    assert (row["least"], row["most"]) == (str(min(ids)), str(max(ids)))
    assert min(ids) >= 2**53


def test_rows_come_by_upload_and_merge(loaded: Loaded) -> None:
    for stream in STREAMS:
        puts = [each for each in loaded.statements if re.match(rf"put 'file://.*@~/target-snowflake/{stream}-", each)]
        merges = [each for each in loaded.statements if re.match(rf"merge into .*{stream} d using \(select \$1:", each)]
        # One for each load, or for each file; of the one that was killed, there may be one or none.
        assert len(puts) >= len(merges)
        assert len(merges) > 3 if loaded.files else len(merges) in {2, 3}
        assert loaded.files is None or any(f"{loaded.files}/tap-callgear--{stream}-".lower() in put for put in puts)
    assert not [each for each in loaded.statements if each.startswith(("insert", "copy"))]


@pytest.mark.parametrize("loaded", [FILES], indirect=True)
def test_the_target_removes_the_files_that_it_has_loaded(loaded: Loaded) -> None:
    assert loaded.files
    left = [path.name for path in loaded.files.iterdir()]
    # The tap that was killed may have been about to name one.
    assert len(left) <= 1, left


@pytest.mark.parametrize("loaded", [FILES], indirect=True)
def test_the_targets_own_columns_are_empty_where_it_only_uploads(loaded: Loaded) -> None:
    rows = loaded.ask("select count(*) as all_of_them, count(_sdc_batched_at) as dated from communications")
    assert rows[0]["all_of_them"] > rows[0]["dated"] == 0


PROFILE = """
callgear:
  target: snowflake
  outputs:
    snowflake:
      {{type: snowflake, account: fakesnow, host: 127.0.0.1, port: {port}, protocol: http, user: analyst,
       password: not checked, database: {database}, schema: ANALYTICS, warehouse: LOADING, threads: 2}}
"""


@pytest.mark.parametrize("loaded", [MESSAGES], indirect=True)
def test_models_are_built_by_dbts_own_adapter_and_hold_what_was_read(loaded: Loaded, tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text(PROFILE.format(port=loaded.port, database=DATABASE), encoding="utf-8")
    variables = {"callgear_schema": SCHEMA, "callgear_timezone": ZONE}
    with project(tmp_path, "dbt-snowflake", profiles=tmp_path, variables=variables) as models:
        # fakesnow has no temporary tables, which unit tests begin with.
        built = models.run("build", "--exclude-resource-type", "unit_test")
    assert built.success, built.said
    held = Account.read({stream: list(records_of_everything(stream).values()) for stream in STREAMS}, ZONE)
    for mart, count in CORE_MARTS.items():
        told = loaded.ask(f"select * from analytics.callgear__{mart}")  # noqa: S608 - ours
        assert_holds(told, KEYS[mart], count(held))
