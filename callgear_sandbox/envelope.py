"""JSON-RPC: from the bytes of a body to a call, and from an answer to the bytes of a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import msgspec

from callgear_sandbox.encoding import encoded
from callgear_sandbox.errors import (
    BATCH_OPERATIONS_NOT_SUPPORTED,
    INVALID_REQUEST,
    NOTIFICATIONS_NOT_SUPPORTED,
    PARSE_ERROR,
    ApiError,
)

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.question import Shape

CallId = str | int | float


@dataclass(frozen=True)
class Call:
    """What a client asks."""

    id: CallId
    method: str
    params: Json


@dataclass(frozen=True)
class Envelope:
    """A JSON object that is on its way to be a call."""

    members: Json

    @property
    def id(self) -> CallId | None:
        """Return the id as far as it can be told."""
        given = self.members.get("id")
        if isinstance(given, bool):
            return None
        return given if isinstance(given, (str, int, float)) else None

    def call(self) -> Call:
        """Check the members, in the order in which they matter."""
        if "id" not in self.members:
            raise ApiError(NOTIFICATIONS_NOT_SUPPORTED, "Notifications are not supported")
        if self.id is None:
            raise _invalid(reason="id must be a string or a number")
        if self.members.get("jsonrpc") != "2.0":
            raise _invalid(reason="jsonrpc must be 2.0")
        method = self.members.get("method")
        if not isinstance(method, str):
            raise _invalid(reason="method must be a string")
        params = self.members.get("params", {})
        if not isinstance(params, dict):
            raise _invalid(reason="params must be an object")
        return Call(self.id, method, params)


def opened(body: bytes) -> Envelope:
    """Read a body as one JSON object."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ApiError(PARSE_ERROR, "The body is not valid JSON") from error
    if isinstance(content, list):
        raise ApiError(BATCH_OPERATIONS_NOT_SUPPORTED, "Batch operations are not supported")
    if not isinstance(content, dict):
        raise _invalid(reason="the body must be an object")
    return Envelope(cast("Json", content))


def success(call_id: CallId, data: bytes, metadata: Json, shape: Shape) -> bytes:
    """Encode the reply to a call that went well."""
    rows = msgspec.Raw(data)
    metadata_key = "meta_data" if shape == "meta_data" else "metadata"
    result = rows if shape == "bare" else {"data": rows, metadata_key: metadata}
    return encoded({"jsonrpc": "2.0", "id": call_id, "result": result})


def nothing(call_id: CallId | None) -> bytes:
    """Encode a reply without a result, which no documentation knows."""
    return encoded({"jsonrpc": "2.0", "id": call_id, "result": None})


def failure(call_id: CallId | None, error: Json) -> bytes:
    """Encode the reply to a call that was refused."""
    return encoded({"jsonrpc": "2.0", "id": call_id, "error": error})


def _invalid(*, reason: str) -> ApiError:
    return ApiError(INVALID_REQUEST, f"Invalid request: {reason}")
