"""No reply takes more memory than it should, however it is packed, and whatever is packed as asked for is read."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.endpoint import Endpoint
from tap_callgear.api.errors import TransientError
from tap_callgear.api.replies import LARGEST
from tap_callgear.api.transport import HttpTransport
from tests.fakes import FakeClock

from .peers import peer, read_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
MIB = 1 << 20


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no proxy come between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def saying(head: bytes, parts: Iterable[bytes]) -> Callable[[socket.socket], None]:
    """Return the ways of a peer that answers with a body in parts."""

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(HEAD + head + b"\r\n")
        for part in parts:
            connection.sendall(part)

    return talk


def read_from(talk: Callable[[socket.socket], None]) -> bytes:
    """Return the body that a peer answers with."""
    with peer(talk) as port:
        transport = HttpTransport(
            Endpoint.of(f"http://127.0.0.1:{port}/v2.0"), timeout=60, user_agent="tap", now=FakeClock().now
        )
        try:
            return bytes(transport.post(b"{}")[1])
        finally:
            transport.close()


def bomb(mebibytes: int) -> bytes:
    """Return very little that becomes very much; it is packed once and repeated, which takes no time."""
    packer = zlib.compressobj(wbits=-15)
    mebibyte = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + mebibyte * mebibytes + packer.flush()


def endless(part: bytes) -> Iterable[bytes]:
    """Say the same for ever."""
    while True:
        yield part


CHUNK = b"40000\r\n" + bytes(0x40000) + b"\r\n"


@pytest.mark.parametrize(
    "head, parts",
    [
        pytest.param(b"Content-Encoding: gzip\r\n", [bomb(2048)], id="a compressed bomb"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", endless(CHUNK), id="chunks without end"),
        pytest.param(b"", endless(bytes(MIB)), id="bytes without end"),
        pytest.param(b"Content-Length: 999999999999999999999\r\n", [b"{}"], id="a length beyond all memory"),
        pytest.param(b"Content-Length: %d\r\n" % (LARGEST + 1), [b"{}"], id="a length just beyond the bound"),
    ],
)
def test_a_reply_beyond_the_bound_is_given_up_with_memory_flat(head: bytes, parts: Iterable[bytes]) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(TransientError) as failed:
            read_from(saying(head, parts))
        assert tracemalloc.get_traced_memory()[1] < LARGEST + 32 * MIB
    finally:
        tracemalloc.stop()
    if "larger than" in str(failed.value):
        assert failed.value.most_tries == 1
        assert failed.value.is_heavy


def raw_deflate(content: bytes) -> bytes:
    """Pack as some servers understand `deflate`."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize("size", [0, 2, 5 * MIB, 70 * MIB])
@pytest.mark.parametrize(
    "encoding, pack",
    [
        (b"gzip", gzip.compress),
        (b"GZip", gzip.compress),
        (b"x-gzip", gzip.compress),
        (b"gzip", lambda content: gzip.compress(content[:1]) + gzip.compress(content[1:])),
        (b"deflate", zlib.compress),
        (b"deflate", raw_deflate),
        (b"identity", bytes),
        (b"", bytes),
    ],
)
def test_a_reply_that_is_packed_as_asked_for_is_read(
    encoding: bytes, pack: Callable[[bytes], bytes], size: int
) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    packed = pack(content)
    head = b"Content-Encoding: %s\r\nContent-Length: %d\r\n" % (encoding, len(packed))
    assert read_from(saying(head, [packed])) == content


@pytest.mark.parametrize("encoding", [b"br", b"zstd", b"gzip, gzip", b"secret"])
def test_a_reply_that_is_packed_otherwise_is_told(encoding: bytes) -> None:
    with pytest.raises(TransientError, match="compressed in a way that was not asked for"):
        read_from(saying(b"Content-Encoding: %s\r\nContent-Length: 2\r\n" % encoding, [b"{}"]))


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate"])
def test_a_reply_that_cannot_be_unpacked_is_told(encoding: bytes) -> None:
    with pytest.raises(TransientError, match="its compression is broken"):
        read_from(saying(b"Content-Encoding: %s\r\nContent-Length: 9\r\n" % encoding, [b'{"a": 12}']))


def test_a_large_reply_of_unknown_length_takes_no_more_memory_than_others() -> None:
    content = b"x" * (20 * MIB)
    chunks = [b"%x\r\n" % MIB + content[:MIB] + b"\r\n"] * 20 + [b"0\r\n\r\n"]
    tracemalloc.start()
    try:
        assert read_from(saying(b"Transfer-Encoding: chunked\r\n", chunks)) == content
        # What is lent does not count, and the copy that is compared does.
        assert tracemalloc.get_traced_memory()[1] < 2 * len(content) + 8 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("before", [0, 5 * MIB, *range((1 << 18) - 6, (1 << 18) + 1)])
@pytest.mark.parametrize("after", [0, 2 * MIB])
@pytest.mark.parametrize(
    "text, shown",
    [
        (rb"\u0000", rb"\ufffd"),
        (rb"\\\u0000", rb"\\\ufffd"),
        (rb"\\u0000", rb"\\u0000"),
        (rb"\u0430" * 200 + rb"\u0000\u00001", rb"\u0430" * 200 + rb"\ufffd\ufffd1"),
    ],
)
def test_no_zero_character_passes_wherever_in_a_reply_it_stands(
    text: bytes, shown: bytes, before: int, after: int
) -> None:
    head = b"Content-Length: %d\r\n" % (before + len(text) + after)
    assert read_from(saying(head, [b"x" * before, text, b"y" * after])) == b"x" * before + shown + b"y" * after
