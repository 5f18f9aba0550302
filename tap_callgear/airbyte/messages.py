"""The messages of the Airbyte protocol, as objects that are yet to be encoded. Nothing here knows where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.airbyte.failures import Failure

Json = dict[str, Any]
Status = Literal["STARTED", "RUNNING", "COMPLETE", "INCOMPLETE"]


def log(level: str, text: str, stack_trace: str | None = None) -> Json:
    """Return a line of the log.

    Args:
        level: FATAL, ERROR, WARN, INFO or DEBUG.
        text: The line.
        stack_trace: Where it comes from, if that is known.
    """
    return {"type": "LOG", "log": _without_none(level=level, message=text, stack_trace=stack_trace)}


def spec(specification: Json) -> Json:
    """Return the answer of `spec`."""
    return {"type": "SPEC", "spec": specification}


def connection_status(failure: str | None) -> Json:
    """Return the answer of `check`: that all is well, or the one line that says what is not."""
    status = _without_none(status="FAILED" if failure else "SUCCEEDED", message=failure)
    return {"type": "CONNECTION_STATUS", "connectionStatus": status}


def catalog(streams: Sequence[Json]) -> Json:
    """Return the answer of `discover`."""
    return {"type": "CATALOG", "catalog": {"streams": list(streams)}}


def state(stream: str, blob: Json, records: int) -> Json:
    """Return a place to go on from.

    Args:
        stream: The stream's name.
        blob: How far it has come.
        records: Records since the state before this one.
    """
    return {
        "type": "STATE",
        "state": {
            "type": "STREAM",
            "stream": {"stream_descriptor": {"name": stream}, "stream_state": blob},
            "sourceStats": {"recordCount": records},
        },
    }


def stream_status(stream: str, status: Status, emitted_at: int) -> Json:
    """Return a STREAM_STATUS trace.

    Args:
        stream: The stream's name.
        status: How far the stream has come.
        emitted_at: The present, in milliseconds since 1970.
    """
    told = {"stream_descriptor": {"name": stream}, "status": status}
    return {"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": emitted_at, "stream_status": told}}


def error(failure: Failure, stream: str | None, emitted_at: int) -> Json:
    """Return an ERROR trace.

    Args:
        failure: What failed, and who can fix it.
        stream: The stream that it is about, or None where it is about them all.
        emitted_at: The present, in milliseconds since 1970.
    """
    told = _without_none(
        message=failure.message,
        internal_message=failure.internal_message,
        failure_type=failure.failure_type,
        stack_trace=failure.stack_trace,
        stream_descriptor={"name": stream} if stream is not None else None,
    )
    return {"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": emitted_at, "error": told}}


def _without_none(**values: object) -> Json:
    return {name: value for name, value in values.items() if value is not None}
