"""Runs the Airbyte source as Airbyte does, as a process of its own, and shows what it said."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

from tests.forks import SOURCE
from tests.support import STREAMS, TIMEOUT, Spoken, Started, config_for, instants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from callgear_sandbox import Sandbox

Json = dict[str, Any]

KEY = "sandbox-key-1234567890"
NOWHERE = "http://127.0.0.1:1/v2.0"


class SourceRun(Spoken):
    """What a run of the source left behind."""

    def the(self, kind: str) -> Json:
        """Return the one message of a type."""
        (message,) = self.of_type(kind)
        return message

    def records(self, stream: str) -> list[Json]:
        """Return the records of a stream in the order they came."""
        return [told["record"]["data"] for told in self.of_type("RECORD") if told["record"]["stream"] == stream]

    @property
    def state(self) -> list[Json]:
        """Return the states to go on from, the last of each stream, as Airbyte keeps them."""
        return list({name_of(told["state"]): told["state"] for told in self.of_type("STATE")}.values())

    def blobs(self, stream: str) -> list[Json]:
        """Return the states of a stream in the order they came."""
        told = [message["state"] for message in self.of_type("STATE")]
        return [state["stream"]["stream_state"] for state in told if name_of(state) == stream]

    def statuses(self, stream: str) -> list[str]:
        """Return how a stream was said to fare, in the order it was said."""
        told = [message["trace"]["stream_status"] for message in self._traces("STREAM_STATUS")]
        return [status["status"] for status in told if status["stream_descriptor"] == {"name": stream}]

    @property
    def errors(self) -> list[Json]:
        """Return the failures that were told."""
        return [message["trace"]["error"] for message in self._traces("ERROR")]

    @property
    def error(self) -> Json:
        """Return the one failure that was told."""
        (told,) = self.errors
        return told

    @property
    def connection(self) -> Json:
        """Return what `check` answered."""
        told: Json = self.the("CONNECTION_STATUS")["connectionStatus"]
        return told

    def logs(self, level: str) -> list[str]:
        """Return the log lines of a level."""
        return [message["log"]["message"] for message in self.of_type("LOG") if message["log"]["level"] == level]

    def _traces(self, kind: str) -> list[Json]:
        return [message for message in self.of_type("TRACE") if message["trace"]["type"] == kind]


def name_of(state: Mapping[str, Any]) -> str:
    """Return the stream that a state is of."""
    name: str = state["stream"]["stream_descriptor"]["name"]
    return name


def form_for(sandbox: Sandbox | str, **settings: object) -> Json:
    """Return settings as Airbyte's form would hold them; those that are None are left out."""
    config = config_for(sandbox, **settings)
    if (key := config.pop("access_token", None)) is not None:
        config["credentials"] = {"auth_type": "access_token", "access_token": key}
    return config


def catalog_for(streams: Sequence[str] = STREAMS, *, sync_mode: str = "incremental", **more: Any) -> Json:  # noqa: ANN401 - any JSON
    """Return a configured catalog as small as it may be, with all the fields of some streams."""
    return {
        "streams": [
            {
                "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]},
                "sync_mode": sync_mode,
                "destination_sync_mode": "append",
                **more,
            }
            for name in streams
        ]
    }


def pruned(catalog: Json, stream: str, fields: Iterable[str]) -> Json:
    """Return a catalog in which only some fields of a stream are chosen."""
    properties: Json = {name: {} for name in fields}
    streams = [
        {**each, "stream": {**each["stream"], "json_schema": {"type": "object", "properties": properties}}}
        if each["stream"]["name"] == stream
        else each
        for each in catalog["streams"]
    ]
    return {"streams": streams}


@contextmanager
def source_started(
    command: str,
    *args: str,
    config: Mapping[str, object] | str | None = None,
    catalog: object = None,
    state: object = None,
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Iterator[Started]:
    """Start the source, for tests that do something to it while it runs.

    Args:
        command: spec, check, discover or read.
        args: More arguments of the command line.
        config: What the file of settings holds; text is written as it is.
        catalog: What the configured catalog's file holds.
        state: What the state's file holds.
        env: Environment variables that differ from this process's; an empty one is unset.
        timeout: Seconds after which it is killed.

    Yields:
        The run.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [command]
        for option, content in {"config": config, "catalog": catalog, "state": state}.items():
            if content is not None:
                path = folder / f"{option}.json"
                path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
                arguments += [f"--{option}", str(path)]
        run = Started(SOURCE, [*arguments, *args], env, folder / "stderr")
        watchdog = Timer(timeout, run.process.kill)
        watchdog.start()
        try:
            yield run
        finally:
            watchdog.cancel()
            run.close()


def run_source(command: str, *args: str, **given: Any) -> SourceRun:  # noqa: ANN401 - those of `source_started`
    """Run the source to its end.

    Args:
        command: spec, check, discover or read.
        args: More arguments of the command line.
        given: What `source_started` takes.

    Returns:
        What it said.
    """
    with source_started(command, *args, **given) as run:
        return ended(run)


def ended(run: Started) -> SourceRun:
    """Wait for the end of a run."""
    told = run.finish()
    return SourceRun(told.exit_code, told.stdout, told.stderr)


def read(
    sandbox: Sandbox,
    *,
    config: Mapping[str, object] | None = None,
    catalog: object = None,
    state: object = None,
    env: Mapping[str, str] | None = None,
) -> SourceRun:
    """Read a sandbox.

    Args:
        sandbox: The sandbox.
        config: Settings that differ from those of `config_for`.
        catalog: The configured catalog; all of both streams, if left out.
        state: The states to go on from.
        env: Environment variables that differ from this process's.

    Returns:
        What came out.
    """
    form = form_for(sandbox, **(config or {}))
    return run_source("read", config=form, catalog=catalog or catalog_for(), state=state, env=env)


def assert_read(run: SourceRun, sandbox: Sandbox, streams: Sequence[str] = STREAMS) -> None:
    """Assert that a read ended well, with every row once, in order, and every record covered by a state."""
    assert run.exit_code == 0, (run.errors, run.stderr)
    assert run.errors == []
    for stream in streams:
        records = run.records(stream)
        assert instants_of(stream, records) == sandbox.instants(stream), stream
        assert len(records) == len(sandbox.instants(stream)), f"{stream} holds a row twice"
        times = [record["date_time"] for record in records]
        assert times == sorted(times)
        assert run.statuses(stream) == ["STARTED", "RUNNING", "COMPLETE"] if records else ["STARTED", "COMPLETE"]
    assert_counted(run)


def assert_counted(run: SourceRun) -> None:
    """Assert that every state counts the records since the one before it, and that none comes after the last."""
    since: dict[str, int] = {}
    for message in run.messages:
        if message["type"] == "RECORD":
            name = message["record"]["stream"]
            since[name] = since.get(name, 0) + 1
        elif message["type"] == "STATE":
            name = name_of(message["state"])
            assert message["state"]["sourceStats"] == {"recordCount": since.pop(name, 0)}
    assert since == {}


def assert_hidden(run: SourceRun, *secrets: str) -> None:
    """Assert that no secret got out."""
    for secret in secrets:
        assert secret not in run.stderr
        assert secret.encode() not in run.stdout
