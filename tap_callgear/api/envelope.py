"""The JSON-RPC 2.0 envelope: what goes into a request, and what a reply holds, layer by layer.

Every reply is distrusted: a body that is empty, cut off, HTML, another request's or without a result is a passing
failure, never an empty page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import msgspec

from tap_callgear.api.errors import ErrorReply, TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.api.replies import Body

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""An escape in a JSON text: a pair of surrogates, half of one, or any other."""

_NUL, _SHOWN = rb"\u0000", rb"\ufffd"
_ESCAPED_NUL = re.compile(re.escape(_NUL))

_MOST_ROWS = 10**12
"""Rows beyond which a count is not believed."""

_NOTHING = msgspec.Raw(b"null")
_encoder = msgspec.json.Encoder()


class _Envelope(msgspec.Struct):
    id: str | int | float | None = None
    error: msgspec.Raw = _NOTHING
    result: msgspec.Raw = _NOTHING


class _Result(msgspec.Struct):
    data: msgspec.Raw = _NOTHING
    metadata: msgspec.Raw = _NOTHING
    meta_data: msgspec.Raw = _NOTHING


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    metadata: msgspec.Raw = _NOTHING
    meta_data: msgspec.Raw = _NOTHING


class _PageEnvelope(msgspec.Struct):
    """A reply that looks as documented, read in one pass: pages are large."""

    id: str
    result: _Page
    error: None = None


_envelope = msgspec.json.Decoder(_Envelope)
_result = msgspec.json.Decoder(_Result)
_page = msgspec.json.Decoder(_PageEnvelope)
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, Any])
_anything = msgspec.json.Decoder()


@dataclass(frozen=True)
class Reply:
    """A successful answer.

    Attributes:
        rows: The rows, each still as JSON text; an answer that is one object is one row.
        total: ``metadata.total_items``: how many rows the request matches in all, where the API says so.
        limits: ``metadata.limits`` as numbers.
    """

    rows: list[msgspec.Raw]
    total: int | None = None
    limits: Mapping[str, float] = field(default_factory=dict)


def encode_request(request_id: str, method: str, params: Mapping[str, object]) -> bytes:
    """Write a request.

    Args:
        request_id: What the reply must carry again.
        method: The method's name.
        params: Its parameters, the token among them.

    Returns:
        The body to post, in UTF-8.
    """
    return _encoder.encode({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})


def decode_reply(body: Body, request_id: str) -> Reply | ErrorReply:
    """Read a reply.

    Args:
        body: The body as it came.
        request_id: The id of the request that it should answer.

    Returns:
        The rows, or the error that the API answered with.

    Raises:
        TransientError: The body is not a whole reply to this request.
    """
    if not len(body):
        text = "the reply is empty"
        raise TransientError(text)
    body = _without_nul(body)
    try:
        if (page := _decode_page(body)) and page.id == request_id:
            return _reply(page.result.data, _metadata(page.result))
        envelope = _decode_envelope(body)
        is_error = not _starts(envelope.error, b"null")
        if str(envelope.id) != request_id and not (is_error and envelope.id is None):
            text = "the reply answers another request"
            raise TransientError(text)
        if is_error:
            return _error(_object.decode(envelope.error))
        return _success(envelope.result)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = "the reply is not a whole JSON-RPC answer"
        raise TransientError(text) from error


def _decode_page(body: Body) -> _PageEnvelope | None:
    try:
        return _page.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _decode_envelope(body: Body) -> _Envelope:
    """Decode the outermost layer; texts that are not whole Unicode, such as half an emoji, are mended first."""
    try:
        return _envelope.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended = _ESCAPE.sub(_mend, bytes(body).decode(errors="replace").encode())
        return _envelope.decode(mended)


def _without_nul(body: Body) -> Body:
    """Replace U+0000, which no database takes, by the character that stands for what cannot be shown."""
    if not _ESCAPED_NUL.search(body):
        return body
    *pieces, last = bytes(body).split(_NUL)
    return b"".join([*(piece + (_NUL if _ends_in_half_an_escape(piece) else _SHOWN) for piece in pieces), last])


def _ends_in_half_an_escape(text: bytes) -> bool:
    """Whether a text ends in a backslash that makes plain text of what looks like an escape behind it."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1


def _mend(escape: re.Match[bytes]) -> bytes:
    return _SHOWN if escape["half"] else escape[0]


def _success(result: msgspec.Raw) -> Reply:
    """Read ``result``: an object with ``data`` and a metadata object, or the bare list of rows."""
    if _starts(result, b"["):
        return Reply(_rows.decode(result))
    parts = _result.decode(result)
    metadata = _metadata(parts)
    if _starts(parts.data, b"["):
        rows = _rows.decode(parts.data)
    elif _starts(parts.data, b"{"):
        rows = [parts.data]
    elif _number(metadata.get("total_items")) == 0:
        rows = []
    else:
        text = "the reply holds no data"
        raise TransientError(text)
    return _reply(rows, metadata)


def _metadata(result: _Result | _Page) -> dict[str, Any]:
    """Read what the reply says of itself; some methods spell its name otherwise."""
    return _mapping(result.metadata) or _mapping(result.meta_data)


def _reply(rows: list[msgspec.Raw], metadata: Mapping[str, Any]) -> Reply:
    return Reply(rows, _count(metadata.get("total_items")), _limits(metadata.get("limits")))


def _error(error: Mapping[str, Any]) -> ErrorReply:
    """Read ``error``; any of its keys may be missing or null."""
    data = error.get("data")
    data = data if isinstance(data, dict) else {}
    params = data.get("params")
    metadata = data.get("metadata")
    limits = metadata.get("limits") if isinstance(metadata, dict) else None
    code = _number(error.get("code"))
    return ErrorReply(
        code=0 if code is None else int(code),
        message=str(error.get("message") or ""),
        mnemonic=str(data.get("mnemonic") or ""),
        field=str(data.get("field") or ""),
        value=data.get("value"),
        params=params if isinstance(params, dict) else {},
        limits=_limits(limits),
    )


def _limits(limits: object) -> dict[str, float]:
    if not isinstance(limits, dict):
        return {}
    numbers = {str(name): _number(value) for name, value in limits.items()}
    return {name: float(value) for name, value in numbers.items() if value is not None}


def _count(value: object) -> int | None:
    """Read a number of rows; one that cannot be is none."""
    number = _number(value)
    return int(number) if number is not None and 0 <= number <= _MOST_ROWS and number == int(number) else None


def _number(value: object) -> Decimal | None:
    """Read a number that may have been sent as text."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _starts(raw: msgspec.Raw, start: bytes) -> bool:
    return bytes(memoryview(raw)[: len(start)]) == start


def _mapping(raw: msgspec.Raw) -> dict[str, Any]:
    try:
        value = _anything.decode(raw)
    except msgspec.DecodeError:  # a number that no float holds
        value = json.loads(bytes(raw))
    return value if isinstance(value, dict) else {}
