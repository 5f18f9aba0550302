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

from tap_callgear.api import repair
from tap_callgear.api.errors import ErrorReply, TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.api.replies import Body

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

_BROKEN_AT = re.compile(r"\(byte (\d+)\)")

_BROKEN_TRIES = 3
"""How often a reply that is no JSON is worth asking for: the next may be whole, but time will not help."""

_NO_ANSWER = "the reply is not a whole JSON-RPC answer"
_NO_JSON = "Waiting will not help: ask CallGear why the API sends what is no JSON, with this line"

_A_LOOK = 64
_BLANKS = b" \t\r\n\0\xef\xbb\xbf"
"""What may stand before the first bracket."""

_LONGEST_OBJECT = 1 << 20
"""Bytes that an error, or what a reply says of itself, may take."""

_MOST_COUNTED = 10**15
"""No count and no code is larger than this."""


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

    def first(self) -> dict[str, Any]:
        """Return the first row; empty where there is none or where it is no object. Its numbers are texts."""
        return _row(self.rows[0]) if self.rows else {}

    def objects(self) -> list[dict[str, Any]]:
        """Return the rows that are objects, as `first` does."""
        return [row for row in map(_row, self.rows) if row]


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
    try:
        if (page := _decode_page(body)) and page.id == request_id:
            return _reply(page.result.data, _metadata(page.result))
        envelope = _decode_envelope(body)
        is_error = not (_starts(envelope.error, b"null") or _is_empty(envelope.error))
        if str(envelope.id) != request_id and not (is_error and envelope.id is None):
            text = "the reply answers another request"
            raise TransientError(text)
        if is_error and not _starts(envelope.error, b"{"):
            raise TransientError(_NO_ANSWER)
        return _error(_mapping(envelope.error)) if is_error else _success(envelope.result)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _broken(body, error) from error
    except RecursionError:
        text = "the reply is nested too deep to be a JSON-RPC answer"
        raise TransientError(text, remedy=_NO_JSON, most_tries=_BROKEN_TRIES) from None


def _broken(body: Body, error: Exception) -> TransientError:
    """Return what is to be raised of a body that cannot be read: cut off, another server's, or wrong at one place."""
    place = _BROKEN_AT.search(str(error))
    is_of_the_api = bytes(memoryview(body)[:_A_LOOK]).lstrip(_BLANKS).startswith(b"{")
    if not is_of_the_api or place is None or int(place[1]) >= len(body):
        return TransientError(_NO_ANSWER)
    text = f"the reply is broken JSON, from byte {place[1]} of {len(body)} on"
    return TransientError(text, remedy=_NO_JSON, most_tries=_BROKEN_TRIES)


def _decode_page(body: Body) -> _PageEnvelope | None:
    try:
        return _page.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _decode_envelope(body: Body) -> _Envelope:
    """Decode the outermost layer; what is nearly JSON is repaired first."""
    try:
        return _envelope.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if len(body) > repair.LARGEST:
            raise
        try:
            return _envelope.decode(repair.repaired(bytes(body)))
        except msgspec.DecodeError as still:
            # The place in what came is what helps whoever has to fix it.
            raise still if _BROKEN_AT.search(str(still)) is None else error from None


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
    elif _whole(metadata.get("total_items")) == 0:
        rows = []
    else:
        text = "the reply holds no data"
        raise TransientError(text)
    return _reply(rows, metadata)


def _metadata(result: _Result | _Page) -> dict[str, Any]:
    """Read what the reply says of itself; some methods spell its name otherwise."""
    return _mapping(result.metadata) or _mapping(result.meta_data)


def _reply(rows: list[msgspec.Raw], metadata: Mapping[str, Any]) -> Reply:
    total = _whole(metadata.get("total_items"))
    return Reply(rows, total if total is not None and total >= 0 else None, _limits(metadata.get("limits")))


def _error(error: Mapping[str, Any]) -> ErrorReply:
    """Read ``error``; any of its keys may be missing or null."""
    data = error.get("data")
    data = data if isinstance(data, dict) else {}
    params = data.get("params")
    metadata = data.get("metadata")
    limits = metadata.get("limits") if isinstance(metadata, dict) else None
    return ErrorReply(
        code=_whole(error.get("code")) or 0,
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


def _whole(value: object) -> int | None:
    """Read a whole number that may have been sent as text, unless nothing is counted that far."""
    number = _number(value)
    if number is None or number.copy_abs() > _MOST_COUNTED or number != number.to_integral_value():
        return None
    return int(number)


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


def _is_empty(raw: msgspec.Raw) -> bool:
    """Whether something is an object without anything in it."""
    return b"".join(bytes(memoryview(raw)[:_A_LOOK]).split()) == b"{}"


def _row(raw: msgspec.Raw) -> dict[str, Any]:
    """Read a row that is an object; what is none is empty."""
    try:
        return _mapping(raw)
    except (ValueError, RecursionError):
        return {}


def _mapping(raw: msgspec.Raw) -> dict[str, Any]:
    """Read an object, unless it is huge; its numbers, of whatever size, stay as they are written."""
    if len(memoryview(raw)) > _LONGEST_OBJECT:
        return {}
    value = json.loads(bytes(raw).decode(errors="replace"), parse_int=str, parse_float=str)
    return value if isinstance(value, dict) else {}
