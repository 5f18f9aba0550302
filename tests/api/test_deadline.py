"""The time-out bounds a whole exchange, whatever of it drips."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.endpoint import Endpoint
from tap_callgear.api.errors import TransientError
from tap_callgear.api.transport import HttpTransport
from tests.fakes import FakeClock

from .peers import CERTIFICATE, peer, read_request, tls_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TIMEOUT = 0.4
LATE = 2.0
"""Seconds after which it is too late to give up, on a machine that has much else to do."""

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def dripping(at_once: bytes, then: bytes | Iterable[bytes], *, after_the_request: bool = True) -> Callable[..., None]:
    """Return the ways of a peer that sends some bytes at once, and then one after the other."""

    def talk(connection: socket.socket) -> None:
        if after_the_request:
            read_request(connection)
        connection.sendall(at_once)
        for drop in (then[at : at + 1] for at in range(len(then))) if isinstance(then, bytes) else then:
            time.sleep(0.05)
            connection.sendall(drop)

    return talk


def silent(connection: socket.socket) -> None:
    """Be a peer that never says a word, nor listens."""
    threading.Event().wait(3 * TIMEOUT)
    connection.close()


def assert_given_up(url: str, body: bytes = b"{}") -> None:
    """Assert that an exchange ends when its time is up, and not because of anything else."""
    transport = HttpTransport(Endpoint.of(url), timeout=TIMEOUT, user_agent="tap", now=FakeClock().now)
    began = time.monotonic()
    with pytest.raises(TransientError, match="no reply within request_timeout") as failed:
        transport.post(body)
    assert TIMEOUT <= time.monotonic() - began < LATE
    assert failed.value.is_heavy
    transport.close()


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(silent, id="nothing comes"),
        pytest.param(dripping(b"", b"HTTP/1.1 200 " + b"O" * 100), id="the status line drips"),
        pytest.param(dripping(HEAD, b"X-Long: " + b"x" * 100), id="a header drips"),
        pytest.param(dripping(HEAD, itertools.repeat(b"X: y\r\n", 90)), id="headers drip"),
        pytest.param(dripping(b"", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 90)), id="continuations drip"),
        pytest.param(dripping(HEAD + b"Content-Length: 100\r\n\r\n", b"x" * 100), id="a body drips"),
        pytest.param(dripping(HEAD + b"\r\n", b"x" * 100), id="a body without a length drips"),
        pytest.param(
            dripping(HEAD + b"Content-Length: 2000000\r\n\r\n" + b"x" * 1_999_900, b"x" * 100), id="a large body drips"
        ),
        pytest.param(
            dripping(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 200\r\n\r\n", gzip.compress(bytes(range(100)))),
            id="a compressed body drips",
        ),
        pytest.param(dripping(CHUNKED, itertools.repeat(b"1\r\nx\r\n", 90)), id="chunks drip"),
        pytest.param(dripping(CHUNKED, b"0" * 100), id="the length of a chunk drips"),
        pytest.param(dripping(CHUNKED + b"1;", b"x" * 100), id="the name of a chunk drips"),
        pytest.param(dripping(CHUNKED + b"0\r\n", itertools.repeat(b"X: y\r\n", 90)), id="what follows chunks drips"),
        pytest.param(
            dripping(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 100\r\n\r\n", b"x" * 100),
            id="a redirect drips",
        ),
        pytest.param(
            dripping(b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n", b"x" * 100), id="an error drips"
        ),
    ],
)
def test_what_drips_gains_no_time(talk: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")
    with peer(talk) as port:
        assert_given_up(f"http://localhost:{port}/v2.0")


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(silent, id="nothing comes"),
        pytest.param(dripping(HEAD, b"X-Long: " + b"x" * 100), id="a header drips"),
        pytest.param(dripping(CHUNKED, itertools.repeat(b"1\r\nx\r\n", 90)), id="chunks drip"),
    ],
)
def test_what_drips_over_tls_gains_no_time(
    talk: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    monkeypatch.setenv("NO_PROXY", "localhost")
    with peer(talk, tls=tls_context()) as port:
        assert_given_up(f"https://localhost:{port}/v2.0")


@pytest.mark.parametrize("hello", [b"", b"\x16\x03\x03\x40\x00" + b"\x02" * 100], ids=["silent", "dripping"])
def test_a_handshake_that_takes_too_long_is_given_up(hello: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")
    with peer(dripping(b"", hello, after_the_request=False) if hello else silent) as port:
        assert_given_up(f"https://localhost:{port}/v2.0")


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 200 " + b"O" * 100, [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 90]],
    ids=["its status drips", "its headers drip"],
)
def test_a_proxy_that_drips_gains_no_time(said: bytes | Iterable[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(dripping(b"", said, after_the_request=False)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{port}")
        assert_given_up("https://dataapi.example.com/v2.0")


def test_a_name_that_takes_too_long_to_look_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers.wait(3 * LATE) or [])
    assert_given_up("https://dataapi.example.com/v2.0")
    answers.set()


def test_a_connection_that_comes_too_late_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")
    known, left = threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def look_up_late(host: str, port: int, family: int, kind: int) -> list[object]:
        known.wait(3 * LATE)
        return [*look_up(host, port, family, kind)]

    def wait_for_the_end(connection: socket.socket) -> None:
        if connection.recv(1) == b"":
            left.set()

    with peer(wait_for_the_end) as port:
        monkeypatch.setattr(socket, "getaddrinfo", look_up_late)
        assert_given_up(f"http://localhost:{port}/v2.0")
        known.set()
        assert left.wait(3 * LATE)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_peer_that_does_not_read_the_request_is_given_up(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    monkeypatch.setenv("NO_PROXY", "localhost")
    with peer(silent, tls=tls_context() if scheme == "https" else None) as port:
        assert_given_up(f"{scheme}://localhost:{port}/v2.0", body=b"x" * 50_000_000)


@pytest.mark.parametrize("seconds", [1e-9, 5e-324])
def test_a_time_out_that_nothing_can_keep_is_no_crash(seconds: float) -> None:
    transport = HttpTransport(
        Endpoint.of("http://127.0.0.1:9/v2.0"), timeout=seconds, user_agent="tap", now=FakeClock().now
    )
    with pytest.raises(TransientError, match="request_timeout"):
        transport.post(b"{}")


@pytest.mark.parametrize("seconds", [1e6, 1e12, 1e300, float("inf")])
def test_a_time_out_beyond_any_calendar_is_no_crash(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")
    said = HEAD + b"Content-Length: 2\r\n\r\n{}"
    with peer(dripping(said, b"")) as port:
        transport = HttpTransport(
            Endpoint.of(f"http://localhost:{port}/v2.0"), timeout=seconds, user_agent="tap", now=FakeClock().now
        )
        assert transport.post(b"{}") == (200, b"{}")
        transport.close()
