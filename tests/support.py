"""Runs the tap as a person does, as a process of its own, and shows what came out of it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

from callgear_sandbox import Options, Sandbox
from tap_callgear.streams import STREAMS as DECLARED

from .forks import TAP, Fork

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .forks import Program

Json = dict[str, Any]

UNTIL = datetime(2025, 11, 20, 12, tzinfo=timezone.utc)
"""When the last row of a test's sandbox happens, unless the test says otherwise."""

KEYS = {stream.name: stream.primary_keys for stream in DECLARED}
ALL_STREAMS = tuple(KEYS)
STREAMS = ("communications", "visitor_sessions")
"""The core streams, whose every row `Sandbox.instants` knows."""

BY_DEFAULT = tuple(stream.name for stream in DECLARED if stream.selected_by_default)
"""The streams that are read where no catalog says what to read, in the order in which they are read."""

AGENTS_ONLY = ("customers", "customer_users")
"""Streams that only an agent's key opens."""

TIMEOUT = 60.0

READ_AT_THE_START = ("LANG", "LC_", "PYTHON")
"""How variables begin that the interpreter reads as it starts, and a fork does not."""

_discovered: dict[str, bytes] = {}
"""The catalogs that were discovered so far, by the settings: no account is asked for them."""


@dataclass(frozen=True)
class Spoken:
    """What a run that speaks in lines of JSON left behind."""

    exit_code: int
    stdout: bytes
    stderr: str

    @cached_property
    def messages(self) -> list[Json]:
        """Return the messages, the numbers in them exact; a line that was cut off by a kill is none."""
        whole, _, _ = self.stdout.rpartition(b"\n")
        return [json.loads(line, parse_float=Decimal) for line in whole.splitlines()]

    def of_type(self, kind: str) -> list[Json]:
        """Return the messages of one type, such as RECORD."""
        return [message for message in self.messages if message["type"] == kind]


class Run(Spoken):
    """What a run of the tap left behind."""

    def records(self, stream: str) -> list[Json]:
        """Return the records of a stream in the order they came."""
        return self._records.get(stream, [])

    @cached_property
    def _records(self) -> dict[str, list[Json]]:
        told: dict[str, list[Json]] = {}
        for message in self.of_type("RECORD"):
            told.setdefault(message["stream"], []).append(message["record"])
        return told

    @property
    def states(self) -> list[Json]:
        """Return the states in the order they came."""
        return [message["value"] for message in self.of_type("STATE")]

    @property
    def state(self) -> Json:
        """Return the state to go on from."""
        return self.states[-1]

    def schema(self, stream: str) -> Json:
        """Return the schema of a stream as its SCHEMA message tells it."""
        told: list[Json] = [message["schema"] for message in self.of_type("SCHEMA") if message["stream"] == stream]
        return told[-1]

    @property
    def complaints(self) -> list[str]:
        """Return the lines of stderr that are more than information."""
        return [line for line in self.stderr.splitlines() if "| INFO " not in line]

    @property
    def warnings(self) -> list[str]:
        """Return the warnings."""
        return [line for line in self.complaints if "| WARNING " in line]


def play(**options: Any) -> Sandbox:  # noqa: ANN401
    """Return a sandbox with little data and a fixed last row; `with` starts and stops it."""
    chosen = {"rows": 400, "days": 20, "until": UNTIL, "zone": "UTC", **options}
    return Sandbox(Options(**chosen))


def config_for(sandbox: Sandbox | str, **settings: object) -> Json:
    """Return settings that read all that a sandbox holds; those that are None are left out."""
    config: Json = {"api_url": sandbox, "access_token": "sandbox-key-1234567890", "start_date": "2025-11-01"}
    if isinstance(sandbox, Sandbox):
        options = sandbox.options
        until = options.until or datetime.now(timezone.utc)
        config |= {
            "api_url": sandbox.url,
            "access_token": options.token,
            "start_date": text_of(until - timedelta(days=options.days + 2)),
            "end_date": text_of(until + timedelta(days=1)),
        }
    return {name: value for name, value in {**config, **settings}.items() if value is not None}


class Started:
    """A run that goes on; the test reads from it, does something to it, and sees what is left of it.

    Attributes:
        process: The process.
    """

    process: subprocess.Popen[bytes] | Fork
    stdout: IO[bytes]

    def __init__(
        self, program: Program, arguments: Sequence[str], changes: Mapping[str, str] | None, stderr: Path
    ) -> None:
        """Start the process; stderr goes to a file, so that no full pipe ever holds it up.

        Args:
            program: The program.
            arguments: Those of its command line.
            changes: Environment variables that differ from this process's; an empty one is unset.
            stderr: The file.
        """
        self._stderr = stderr
        self._head = bytearray()
        env = environment(changes)
        if not any(name.startswith(READ_AT_THE_START) for name in changes or ()):
            self.process = fork = Fork(program, arguments, env, stderr)
            self.stdout = fork.stdout
            return
        with stderr.open("wb") as sink:
            self.process = subprocess.Popen(  # noqa: S603 - the tap itself
                [program.python, "-m", program.name, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=sink,
                env=env,
            )
        assert self.process.stdout is not None
        self.stdout = self.process.stdout

    def await_records(self, count: int) -> None:
        """Read until so many records have come out, or all of them."""
        self.await_messages("RECORD", count)

    def await_messages(self, kind: str, count: int) -> None:
        """Read until so many messages of a kind have come out, or all of them."""
        while count > 0 and (line := self.stdout.readline()):
            self._head += line
            count -= f'"type":"{kind}"'.encode() in line

    def await_line(self, part: str) -> None:
        """Wait until stderr holds some text, or the end of the run."""
        while part not in self._stderr.read_text(encoding="utf-8") and self.process.poll() is None:
            time.sleep(0.02)

    def finish(self) -> Run:
        """Read the rest, and wait for the end."""
        stdout = bytes(self._head) + (b"" if self.stdout.closed else self.stdout.read())
        exit_code = self.process.wait()
        return Run(exit_code, stdout, self._stderr.read_text(encoding="utf-8"))

    def close(self) -> None:
        """Leave nothing running."""
        self.process.kill()
        self.process.wait()
        self.stdout.close()


@contextmanager
def started(
    sandbox: Sandbox | str,
    *args: str,
    config: Mapping[str, object] | None = None,
    state: Mapping[str, object] | None = None,
    catalog: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Iterator[Started]:
    """Start the tap, for tests that do something to it while it runs.

    Args:
        sandbox: The sandbox to read, or any address.
        args: More arguments of the command line.
        config: Settings that differ from those of `config_for`; None leaves one out.
        state: The state to go on from.
        catalog: The catalog to read by.
        env: Environment variables that differ from this process's; an empty one is unset.
        timeout: Seconds after which it is killed.

    Yields:
        The run.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [*args]
        files = {"config": config_for(sandbox, **(config or {})), "state": state, "catalog": catalog}
        for option, content in files.items():
            if content is not None:
                path = folder / f"{option}.json"
                path.write_text(json.dumps(content), encoding="utf-8")
                arguments += [f"--{option}", str(path)]
        run = Started(TAP, arguments, env, folder / "stderr")
        watchdog = Timer(timeout, run.process.kill)
        watchdog.start()
        try:
            yield run
        finally:
            watchdog.cancel()
            run.close()


def run_tap(
    sandbox: Sandbox | str,
    *args: str,
    config: Mapping[str, object] | None = None,
    state: Mapping[str, object] | None = None,
    catalog: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Run:
    """Run the tap to its end.

    Args:
        sandbox: The sandbox to read, or any address.
        args: More arguments of the command line.
        config: Settings that differ from those of `config_for`; None leaves one out.
        state: The state to go on from.
        catalog: The catalog to read by.
        env: Environment variables that differ from this process's; an empty one is unset.
        timeout: Seconds after which it is killed, which shows as exit code -9.

    Returns:
        What came out.
    """
    with started(sandbox, *args, config=config, state=state, catalog=catalog, env=env, timeout=timeout) as run:
        return run.finish()


def catalog_of(
    sandbox: Sandbox | str,
    streams: Sequence[str] = STREAMS,
    *,
    config: Mapping[str, object] | None = None,
    **fields: Iterable[str],
) -> Json:
    """Return a discovered catalog in which only some streams, and of a stream only some fields, are selected.

    Args:
        sandbox: The sandbox that would be read, or any address.
        streams: The streams to select.
        config: Settings that differ from those of `config_for`.
        fields: The fields of a stream to select, by the stream's name; of the others all are.
    """
    settings = json.dumps(config, sort_keys=True)
    if settings not in _discovered:
        _discovered[settings] = run_tap(sandbox, "--discover", config=config).stdout
    catalog: Json = json.loads(_discovered[settings])
    for entry in catalog["streams"]:
        wanted = fields.get(entry["tap_stream_id"])
        for part in entry["metadata"]:
            if not part["breadcrumb"]:
                part["metadata"]["selected"] = entry["tap_stream_id"] in streams
            elif wanted is not None:
                part["metadata"]["selected"] = part["breadcrumb"][1] in set(wanted)
    return catalog


def key_of(stream: str, record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what `Sandbox.instants` names rows by
    """Return what the sandbox names a record by."""
    key = tuple(record[name] for name in KEYS[stream])
    return key if len(key) > 1 else key[0]


def instants_of(stream: str, records: Iterable[Mapping[str, Any]]) -> dict[Any, datetime]:
    """Return the instant of every record by its key, as `Sandbox.instants` does."""
    return {key_of(stream, record): datetime.fromisoformat(record["date_time"]) for record in records}


def assert_complete(run: Run, sandbox: Sandbox, streams: Sequence[str] = STREAMS) -> None:
    """Assert that a run ended well, with every row once, at its instant, in order."""
    assert run.exit_code == 0, run.stderr
    for stream in streams:
        records = run.records(stream)
        assert instants_of(stream, records) == sandbox.instants(stream), stream
        assert len(records) == len(sandbox.instants(stream)), f"{stream} holds a row twice"
        assert_in_order(records)


def assert_in_order(records: Sequence[Mapping[str, Any]]) -> None:
    """Assert that records come in the order of their replication key."""
    times = [record["date_time"] for record in records]
    assert times == sorted(times)


def bookmark(state: Mapping[str, Any], stream: str) -> str | None:
    """Return the bookmark of a stream in a state, or None where there is none yet."""
    told: str | None = state.get("bookmarks", {}).get(stream, {}).get("replication_key_value")
    return told


def outcomes(sandbox: Sandbox) -> Counter[str]:
    """Return what came of the requests so far: `ok`, a mnemonic or a fault, each with its number."""
    return Counter(request.outcome for request in sandbox.requests)


def text_of(instant: datetime) -> str:
    """Write an instant as settings and states want it."""
    return instant.astimezone(timezone.utc).isoformat()


def environment(changes: Mapping[str, str] | None) -> dict[str, str]:
    """Return this process's environment without settings of the tap and without proxies, changed as told."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TAP_CALLGEAR_") and not name.lower().endswith("_proxy")
    }
    # On Python 3.10 the SDK tells of its end of life in every run.
    kept["PYTHONWARNINGS"] = "ignore:Python 3.10 reached its end of life"
    return {name: value for name, value in {**kept, **(changes or {})}.items() if value}
