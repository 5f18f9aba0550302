"""PyAirbyte, Airbyte's own reader, takes the source as it takes any: it checks, discovers, and reads into its cache.

It lives in an environment of its own: ``bash scripts/setup pyairbyte``. There is none for Python 3.13.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from datetime import timedelta
from threading import Timer
from typing import TYPE_CHECKING, Any

import pytest

from tap_callgear.streams import STREAMS as DECLARED
from tap_callgear.streams.report import ReportStream
from tests.airbyte_judges.judges import (
    HERE,
    SOURCE,
    TIMEOUT,
    UNFRIENDLY,
    Loopback,
    connector_config,
    end,
    program,
    write_program,
)
from tests.documents import ROOT
from tests.stories import STORIES
from tests.support import KEYS, STREAMS, UNTIL, outcomes, play

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from callgear_sandbox import Sandbox
    from tests.support import Json

ENVIRONMENT = ROOT / ".venvs" / "pyairbyte"

pytestmark = [
    pytest.mark.airbyte,
    # An environment that is missing fails; one that was made with a newer Python is empty.
    pytest.mark.skipif(
        ENVIRONMENT.exists() and not any(ENVIRONMENT.glob("lib/*/site-packages/airbyte")),
        reason="There is no PyAirbyte for Python 3.13",
    ),
]

KEY_COLUMNS = {stream: list(KEYS[stream]) for stream in STREAMS}
FIRST = UNTIL - timedelta(days=5)
"""When the first of two reads happens, in the time of the data."""

PLACES: dict[str, tuple[str, int, dict[str, Any]]] = {
    "friendly": ("config", 25, {"latency": 0.05}),
    "unfriendly": ("unfriendly_config", 50, UNFRIENDLY),
}
"""A configuration of the connector's folder, a page size for it, and the sandbox that it is for."""


class Reader:
    """A process in which PyAirbyte does what it is told.

    Attributes:
        loopback: What it could reach.
    """

    def __init__(self, folder: Path) -> None:
        """Start the process; it ends with its stdin."""
        self.loopback = Loopback(folder)
        self._log = folder / "log.txt"
        self._pid = folder / "pid"
        # Tells which process a read is, and becomes the source.
        tell = f'[ "$1" = read ] && echo $$ > {self._pid}'
        self._source = write_program(folder / "source-callgear", tell, f'exec {SOURCE} "$@"')
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a judge
                [program("pyairbyte", "python"), HERE / "pyairbyte_reader.py"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self.loopback.env,
                cwd=folder,
                text=True,
                start_new_session=True,
            )

    def close(self) -> None:
        """Leave nothing running."""
        end(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def tell(self, do: str, **order: object) -> Json:
        """Return an order, and return the answer."""
        self._give(do, order)
        return self._answer()

    def check(self, config: Json) -> Json:
        """Check settings."""
        return self.tell("check", executable=str(self._source), config=config)

    def read(self, config: Json, cache: Path) -> Json:
        """Read the reports into a cache."""
        return self.tell("read", **self._order(config, cache))

    def read_and_end(self, config: Json, cache: Path, sandbox: Sandbox, signal_number: int) -> Json:
        """Read the reports, and send the source a signal in the midst of the first one."""
        self._pid.unlink(missing_ok=True)
        asked = len(sandbox.requests)
        self._give("read", self._order(config, cache))
        deadline = time.monotonic() + TIMEOUT
        while whole_pages(sandbox, asked) < PAGES_BEFORE_THE_END and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(int(self._pid.read_text()), signal_number)
        return self._answer()

    def rows(self, cache: Path) -> dict[str, list[tuple[Any, int]]]:
        """Return the rows of a cache by stream: of each its key, as the sandbox names it, and its time."""
        held = self.tell("rows", cache=str(cache), streams=KEY_COLUMNS)
        return {
            stream: [(tuple(key) if len(key) > 1 else key[0], instant) for *key, instant in rows]
            for stream, rows in held.items()
        }

    def _order(self, config: Json, cache: Path) -> Json:
        return {"executable": str(self._source), "config": config, "cache": str(cache), "streams": list(STREAMS)}

    def _give(self, do: str, order: Json) -> None:
        assert self._process.stdin is not None
        print(json.dumps({"do": do, **order}), file=self._process.stdin, flush=True)

    def _answer(self) -> Json:
        assert self._process.stdout is not None
        watchdog = Timer(TIMEOUT, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        assert line, self._log.read_text(encoding="utf-8")
        answer: Json = json.loads(line)
        return answer


PAGES_BEFORE_THE_END = 6
"""Pages after which a read is ended: more than are read ahead, so that some of them have left the source."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Start PyAirbyte, which takes long."""
    started = Reader(tmp_path_factory.mktemp("pyairbyte"))
    yield started
    started.close()


def whole_pages(sandbox: Sandbox, since: int) -> int:
    """Count the pages of which every row can be used: those of an order, or those that hold all of a window."""
    pages = [request for request in sandbox.requests[since:] if "limit" in request.params]
    is_ordered = sandbox.options.order != "random"
    return sum(page.rows > 0 and (is_ordered or page.rows != page.params["limit"]) for page in pages)


def config_of(place: str, sandbox: Sandbox) -> Json:
    """Return the connector folder's own configuration for a place, without a lookback and with small pages."""
    name, page_size, _ = PLACES[place]
    return connector_config(name) | {"api_url": sandbox.url, "lookback_days": 0, "page_size": page_size}


def play_at(place: str, rows: int) -> Sandbox:
    """Return the sandbox of a place."""
    *_, options = PLACES[place]
    return play(rows=rows, **options)


def truth(sandbox: Sandbox, since: datetime | None = None) -> dict[str, list[tuple[Any, int]]]:
    """Return the rows that a sandbox serves, as a cache should hold them, sorted."""
    return {
        stream: sorted(
            (key, int(instant.timestamp()))
            for key, instant in sandbox.instants(stream).items()
            if since is None or instant >= since
        )
        for stream in STREAMS
    }


def held_by(reader: Reader, cache: Path) -> dict[str, list[tuple[Any, int]]]:
    """Return the rows of a cache, sorted; a row that is there twice is there twice."""
    return {stream: sorted(rows) for stream, rows in reader.rows(cache).items()}


def test_it_says_that_good_settings_are_good_and_what_is_wrong_with_others(reader: Reader) -> None:
    with play(rows=10) as sandbox:
        assert reader.check(config_of("friendly", sandbox)) == {}
        refusal = reader.check(connector_config("wrong_key_config") | {"api_url": sandbox.url})
    assert refusal["error"] == "AirbyteConnectorCheckFailedError"
    assert "access_token_invalid" in refusal["said"]


def test_its_validation_passes(reader: Reader, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    with play(rows=10) as sandbox:
        config.write_text(json.dumps(config_of("friendly", sandbox)))
        assert reader.tell("validate", executable=str(SOURCE), config=str(config)) == {"exit_code": 0}
        assert outcomes(sandbox)["ok"] > 0


def test_it_discovers_keys_and_cursors(reader: Reader) -> None:
    with play(rows=10) as sandbox:
        streams = reader.tell("discover", executable=str(SOURCE), config=config_of("friendly", sandbox))
    cursors = {stream.name: stream.replication_key for stream in DECLARED if issubclass(stream, ReportStream)}
    assert streams == {
        stream: {
            "key": [[column] for column in key],
            "cursor": [cursors[stream]] if stream in cursors else [],
            "modes": ["full_refresh", "incremental"] if stream in cursors else ["full_refresh"],
        }
        for stream, key in KEYS.items()
    }


def test_the_second_read_reads_news_only(reader: Reader, tmp_path: Path) -> None:
    cache = tmp_path / "cache.duckdb"
    with play_at("unfriendly", rows=200) as sandbox:
        config = config_of("unfriendly", sandbox)
        sandbox.now = FIRST
        first = reader.read(config, cache)
        assert first["read"] == sum(map(len, truth(sandbox).values()))
        assert outcomes(sandbox)["access_token_invalid"] > 0, "a session died meanwhile"
        assert held_by(reader, cache) == truth(sandbox)

        asked = len(sandbox.requests)
        sandbox.now = None
        second = reader.read(config, cache)
        assert held_by(reader, cache) == truth(sandbox)
        news = sum(map(len, truth(sandbox, since=FIRST).values()))
        assert second["read"] == news + len(STREAMS), "the row of the bookmark's own second is read again"
        assert 0 < whole_pages(sandbox, asked) < whole_pages(sandbox, 0) / 2


def test_a_read_that_was_ended_goes_on_from_its_last_state(reader: Reader, tmp_path: Path) -> None:
    cache = tmp_path / "cache.duckdb"
    with play_at("unfriendly", rows=400) as sandbox:
        config = config_of("unfriendly", sandbox)
        first = reader.read_and_end(config, cache, sandbox, signal.SIGTERM)
        half = held_by(reader, cache)["communications"]
        assert 0 < len(half) == first["read"] < 400
        in_order = sorted(truth(sandbox)["communications"], key=lambda row: row[1])
        assert half == sorted(in_order[: len(half)]), "what came is all there was up to then"

        second = reader.read(config, cache)
        assert held_by(reader, cache) == truth(sandbox)
        assert second["read"] == 800 - len(half) + 1, "the row of the bookmark's own second is read again"


def test_a_read_that_was_killed_outright_is_a_failure_and_the_next_one_is_whole(reader: Reader, tmp_path: Path) -> None:
    cache = tmp_path / "cache.duckdb"
    with play_at("friendly", rows=400) as sandbox:
        config = config_of("friendly", sandbox)
        first = reader.read_and_end(config, cache, sandbox, signal.SIGKILL)
        assert first["error"] == "AirbyteConnectorFailedError"
        reader.read(config, cache)
        assert held_by(reader, cache) == truth(sandbox)


def test_the_printed_program_reads_into_its_cache(tmp_path: Path) -> None:
    story = STORIES["pyairbyte"]
    (tmp_path / "tap").symlink_to(ROOT / ".venv")
    with play(rows=100) as sandbox:
        terminal = story.terminal(tmp_path, sandbox)
        terminal.variables = Loopback(tmp_path).env
        assert "200 records" in story.follow(terminal)


def test_nothing_but_this_machine_was_asked(reader: Reader, tmp_path: Path) -> None:
    assert not reader.loopback.tried
    loopback = Loopback(tmp_path)
    ask = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=1)"
    ended = subprocess.run(  # noqa: S603 - a word in Python
        [program("pyairbyte", "python"), "-c", ask], env=loopback.env, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "192.0.2.1" in loopback.tried[0], "the guard itself works"
