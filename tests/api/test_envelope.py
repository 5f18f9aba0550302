"""Replies are read layer by layer, and whatever is not a whole reply is a passing failure, never an empty page."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.envelope import Reply, decode_reply, encode_request
from tap_callgear.api.errors import ErrorReply, TransientError
from tap_callgear.api.repair import repaired

ID = "5f"
ROWS = [{"id": 9_007_199_254_740_993, "date_time": "2026-11-20 12:00:00"}, {"id": 2}]


def body(**parts: object) -> bytes:
    """Return the body of a reply to our request."""
    return json.dumps({"jsonrpc": "2.0", "id": ID, **parts}).encode()


def success(content: bytes) -> Reply:
    """Return a reply that must be a success."""
    reply = decode_reply(content, ID)
    assert isinstance(reply, Reply)
    return reply


def rows(reply: Reply) -> list[Any]:
    """Return the rows of a reply, decoded."""
    return [msgspec.json.decode(row) for row in reply.rows]


def error(**parts: object) -> ErrorReply:
    """Return the error of a reply that holds one."""
    reply = decode_reply(body(error=parts), ID)
    assert isinstance(reply, ErrorReply)
    return reply


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \r\n",
        b"<html><body>Bad gateway</body></html>",
        b"null",
        b"[]",
        b"1",
        b'"text"',
        b"{}",
        b"\x00\xff\xfe",
        body(),
        body(result=None),
        body(result=1),
        body(result="text"),
        body(result={}),
        body(result={"data": None}),
        body(result={"data": 5}),
        body(result={"data": None, "metadata": {"total_items": 3}}),
        body(error="text"),
        body(error=[1]),
        body(result={"data": []}, id="other"),
        body(result={"data": []}, id=None),
        body(error={"code": 1}, id="other"),
    ],
)
def test_a_body_that_is_no_whole_reply_to_this_request_is_a_passing_failure(content: bytes) -> None:
    with pytest.raises(TransientError):
        decode_reply(content, ID)


@given(st.data())
def test_a_body_cut_off_anywhere_is_a_passing_failure(data: st.DataObject) -> None:
    row = {"name": "\u00e9\n\U0001f600", "costs": -1.5e-7, "is_new": True, "tags": None, "flag": False}
    whole = body(result={"data": [*ROWS, row], "metadata": {"total_items": 2, "limits": {}}})
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(TransientError) as failed:
        decode_reply(msgspec.Raw(whole[:cut]), ID)
    assert failed.value.most_tries is None


@given(st.binary(max_size=60))
def test_no_bytes_at_all_are_taken_for_a_page(content: bytes) -> None:
    with pytest.raises(TransientError):
        decode_reply(content, ID)


@pytest.mark.parametrize(
    "result, expected",
    [
        ({"data": ROWS}, ROWS),
        ({"metadata": {}, "data": ROWS}, ROWS),
        ({"data": []}, []),
        ({"data": {"access_token": "x"}}, [{"access_token": "x"}]),
        (ROWS, ROWS),
        ([], []),
        ({"data": None, "metadata": {"total_items": 0}}, []),
        ({"metadata": {"total_items": "0"}}, []),
    ],
)
def test_rows_come_as_a_list_or_as_one_object_or_without_a_wrapping(result: object, expected: list[object]) -> None:
    assert rows(success(body(result=result))) == expected


@pytest.mark.parametrize("name", ["metadata", "meta_data"])
@pytest.mark.parametrize("total, known", [(7, 7), ("8", 8), (9.0, 9), (None, None), ("many", None), (True, None)])
def test_the_total_is_read_under_either_name_and_as_number_or_text(name: str, total: object, known: int | None) -> None:
    assert success(body(result={"data": [], name: {"total_items": total}})).total == known


@pytest.mark.parametrize("metadata", [None, [], {}, "text", 5, {"total_items": None, "limits": []}])
def test_metadata_may_be_absent_or_nonsense(metadata: object) -> None:
    reply = success(body(result={"data": ROWS, "metadata": metadata}))
    assert (reply.total, reply.limits) == (None, {})


def test_limits_are_numbers_even_where_they_come_as_text() -> None:
    limits = {"day_limit": "3000", "minute_remaining": 59, "minute_reset": "1.5", "hour_limit": None, "note": "x"}
    reply = success(body(result={"data": [], "metadata": {"limits": limits}}))
    assert reply.limits == {"day_limit": 3000.0, "minute_remaining": 59.0, "minute_reset": 1.5}


@pytest.mark.parametrize("request_id, reply_id", [("5f", "5f"), ("17", 17)])
def test_the_id_may_come_back_as_a_number(request_id: str, reply_id: object) -> None:
    assert isinstance(decode_reply(body(id=reply_id, result=[]), request_id), Reply)


@pytest.mark.parametrize(
    "text, repaired",
    [
        (rb"\ud83d", "\ufffd"),
        (rb"\uDE00", "\ufffd"),
        (rb"x\ud83d\n", "x\ufffd\n"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\\ud83d", r"\ud83d"),
        (rb"\\\ud83d", "\\\ufffd"),
        (rb"\ud83d\ude00 \ud83d", "\U0001f600 \ufffd"),
    ],
)
def test_a_text_that_is_not_whole_unicode_is_mended(text: bytes, repaired: str) -> None:
    content = b'{"id":"5f","result":{"data":[{"name":"%s"}],"metadata":{"total_items":1}}}' % text
    assert rows(success(content)) == [{"name": repaired}]


NEARLY = b'{"id":"5f","result":{"data":[{"x":%s,"then":1}],"metadata":{"total_items":1}}}'


@pytest.mark.parametrize(
    "text, meant",
    [
        (b'"a\nb\r\n\tc"', "a\nb\r\n\tc"),
        (b'"\x01\x1f"', "\x01\x1f"),
        (b'"a\x00b"', "a\ufffdb"),
        (rb'"C:\path"', r"C:\path"),
        (rb'"C:\users\new"', "C:\\users\new"),
        (rb'"it\'s \"so\""', 'it\'s "so"'),
        (rb'"\x41\u12\u12G4\"', None),
        (rb'"\x41 \u12 \u12G4 \8"', r"\x41 \u12 \u12G4 \8"),
        (rb'"\\" ', "\\"),
        (b"NaN", None),
        (b"-Infinity", None),
        (b'["NaN", Infinity, "Infinity, ]"]', ["NaN", None, "Infinity, ]"]),
        (b"[1, 2, ]", [1, 2]),
        (b'{"a": [],\n}', {"a": []}),
        (b'"\xff"', "\ufffd"),
        (b'"\xcf\xf0\xe8\n"', "\ufffd\ufffd\ufffd\n"),
        (b'"\\\n"', "\\\n"),
    ],
)
def test_json_that_can_be_read_in_one_way_only_is_read_so(text: bytes, meant: object) -> None:
    if meant is None and text.startswith(b'"'):
        with pytest.raises(TransientError, match="broken JSON"):
            decode_reply(NEARLY % text, ID)
    else:
        # The first text breaks the envelope, so that all of it is repaired, as the rows alone are not.
        assert rows(success(NEARLY.replace(b'{"x"', b'{"broken":"\n","x"') % text)) == [
            {"broken": "\n", "x": meant, "then": 1}
        ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("around", ["", "\0\0\0", "\r\n"])
def test_a_reply_in_another_encoding_of_unicode_is_read(encoding: str, around: str) -> None:
    whole = body(result={"data": [{"name": "Имя \U0001f600"}]}).decode()
    assert rows(success((whole + around).encode(encoding))) == [{"name": "Имя \U0001f600"}]


WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.recursive(WORDS | st.integers(-(2**53), 2**53) | st.booleans() | st.none(), st.lists), st.booleans())
def test_what_is_json_is_left_as_it_is(value: object, is_ascii: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps([value], ensure_ascii=is_ascii, indent=1)
    assert json.loads(repaired(text.encode())) == [value]


@pytest.mark.parametrize(
    "wrong",
    [rb'"C:\"', b"nul", b"01", b"'x'", b"{1: 2}", b"1 2", b'"a" "b"', b"undefined", b"[1}", b'"said "so""'],
)
def test_json_that_is_beyond_repair_is_no_matter_of_time_and_the_place_is_told(wrong: bytes) -> None:
    with pytest.raises(TransientError, match=r"broken JSON, from byte \d+ of \d+ on") as failed:
        decode_reply(NEARLY % wrong, ID)
    assert failed.value.most_tries == 3
    assert "Waiting will not help" in failed.value.remedy


@pytest.mark.parametrize("deep", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
@pytest.mark.parametrize("place", [b'{"id":"5f","result":{"data":%s}}', b'{"id":"5f","error":%s}', b"%s"])
def test_nesting_beyond_all_bounds_is_no_crash_and_no_matter_of_time(place: bytes, deep: bytes) -> None:
    with pytest.raises(TransientError, match=r"nested too deep|not a whole JSON-RPC answer"):
        decode_reply(place % deep, ID)


@pytest.mark.parametrize("number", [b"1e400", b"-1", b"1e999999999", b"9" * 5000, b'"many"', b"1.5", b"NaN", b"[]"])
def test_a_count_that_nothing_has_is_not_believed_and_spoils_nothing(number: bytes) -> None:
    content = b'{"id":"5f","result":{"data":[{"id":1}],"metadata":{"total_items":%s,"limits":{"day_limit":9}}}}'
    reply = success(content % number)
    assert (reply.total, rows(reply), reply.limits) == (None, [{"id": 1}], {"day_limit": 9.0})


@pytest.mark.parametrize("code", [b"1e999999999", b"-1e400", b"9" * 5000, b"null", b'"none"'])
def test_a_code_that_is_none_is_left_out(code: bytes) -> None:
    reply = decode_reply(b'{"id":"5f","error":{"code":%s,"message":"No.","data":{"value":1e400}}}' % code, ID)
    assert isinstance(reply, ErrorReply)
    assert (reply.code, reply.message) == (0, "No.")


def test_an_error_in_another_encoding_is_still_told() -> None:
    reply = decode_reply(b'{"id":"5f","error":{"code":-32602,"message":"\xcf\xf0"}}', ID)
    assert isinstance(reply, ErrorReply)
    assert reply.message == "\ufffd\ufffd"


@pytest.mark.parametrize("nothing", [None, {}])
def test_an_error_that_is_nothing_is_none(nothing: object) -> None:
    reply = decode_reply(json.dumps({"id": "1", "error": nothing, "result": {"data": [{"id": 7}]}}).encode(), "1")
    assert isinstance(reply, Reply)
    assert len(reply.rows) == 1


def test_an_error_comes_before_a_result_and_may_lack_an_id() -> None:
    reply = decode_reply(body(id=None, result={"data": ROWS}, error={"code": -32603}), ID)
    assert isinstance(reply, ErrorReply)
    assert reply.code == -32603


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {},
        {"mnemonic": None, "field": None, "value": None, "params": None, "metadata": None, "extended_helper": None},
        {"params": [], "metadata": []},
        {"metadata": {"limits": None}},
    ],
)
def test_any_key_of_an_error_may_be_missing_or_null(data: object) -> None:
    assert error(code=None, message=None, data=data) == ErrorReply()


def test_an_error_is_read_to_its_last_key() -> None:
    limits = {"day_limit": 10, "day_remaining": "0", "day_reset": 100}
    data = {
        "mnemonic": "limit_exceeded",
        "field": "params.fields",
        "value": ["x"],
        "params": {"limit_type": "day"},
        "metadata": {"limits": limits},
    }
    assert error(code="-32029", message="Spent", data=data) == ErrorReply(
        code=-32029,
        message="Spent",
        mnemonic="limit_exceeded",
        field="params.fields",
        value=["x"],
        params={"limit_type": "day"},
        limits={"day_limit": 10.0, "day_remaining": 0.0, "day_reset": 100.0},
    )


@given(st.text(), st.dictionaries(st.text(), st.text() | st.integers(-(2**60), 2**60)))
def test_a_request_is_one_json_object_in_utf_8(method: str, params: dict[str, object]) -> None:
    request = json.loads(encode_request(ID, method, params))
    assert request == {"jsonrpc": "2.0", "id": ID, "method": method, "params": params}


def test_rows_that_are_objects_are_read_whatever_bytes_they_hold() -> None:
    told = b'{"id":7,"name":"a\xff"},"odd",null,{"id":8}'
    content = b'{"jsonrpc":"2.0","id":"%s","result":{"data":[%s]}}' % (ID.encode(), told)
    assert success(content).objects() == [{"id": "7", "name": "a\ufffd"}, {"id": "8"}]
