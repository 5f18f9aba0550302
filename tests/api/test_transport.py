"""HTTP over a real socket: whatever breaks on the way is a passing failure, whatever cannot work is told at once."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Protocol

import pytest

from tap_callgear.api.endpoint import Endpoint
from tap_callgear.api.errors import ConfigurationError, TransientError
from tap_callgear.api.transport import HttpTransport
from tests.fakes import BEGAN, FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Behave = Callable[["Handler"], None]

BODY = b'{"jsonrpc":"2.0"}'


class Server(ThreadingHTTPServer):
    """A server that behaves as a test says, and remembers the requests."""

    daemon_threads = True

    def __init__(self, behave: Behave) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.seen: list[Handler] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has gone, or of a connection that a test reset."""

    @property
    def url(self) -> str:
        """Return the address to post to."""
        return f"http://127.0.0.1:{self.server_port}/v2.0"


class Handler(BaseHTTPRequestHandler):
    """Reads one POST and leaves the answer to the test."""

    server: Server
    content: bytes
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Learn the request and behave."""
        self.content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(self)
        with contextlib.suppress(ConnectionError):
            self.server.behave(self)

    def answer(self, status: int = 200, content: bytes = BODY, length: int | None = None, **headers: str) -> None:
        """Send an answer; a length that is not the content's cuts it off."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = length is not None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


class Serve(Protocol):
    """Starts a server for the length of a test."""

    def __call__(self, behave: Behave) -> Server:
        """Return the server."""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start servers that no proxy of this machine stands before."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with contextlib.ExitStack() as running:

        def start(behave: Behave) -> Server:
            server = running.enter_context(Server(behave))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            running.callback(thread.join)
            running.callback(server.shutdown)
            return server

        yield start


def post(url: str, timeout: float = 5.0) -> tuple[int, bytes]:
    """Post once."""
    transport = HttpTransport(Endpoint.of(url), timeout=timeout, user_agent="tap-callgear/1.2", now=FakeClock().now)
    try:
        status, body = transport.post(b'{"id":1}')
        return status, bytes(body)
    finally:
        transport.close()


def failed_post(url: str, timeout: float = 5.0) -> TransientError:
    """Post once, failing in passing."""
    with pytest.raises(TransientError) as failed:
        post(url, timeout)
    return failed.value


def test_a_body_goes_out_whole_and_the_reply_comes_back_whole(serve: Serve) -> None:
    content = b"x" * 3_000_000
    server = serve(lambda handler: handler.answer(content=content))
    assert post(server.url) == (200, content)
    request = server.seen[0]
    assert (request.command, request.path, request.content) == ("POST", "/v2.0", b'{"id":1}')
    assert request.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert request.headers["User-Agent"] == "tap-callgear/1.2"


def test_connections_are_kept_for_the_next_request(serve: Serve) -> None:
    server = serve(Handler.answer)
    transport = HttpTransport(Endpoint.of(server.url), timeout=5, user_agent="x", now=FakeClock().now)
    for _ in range(3):
        transport.post(b"{}")
    transport.close()
    assert len({request.client_address for request in server.seen}) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_status_that_passes_is_a_passing_failure(serve: Serve, status: int) -> None:
    failure = failed_post(serve(lambda handler: handler.answer(status)).url)
    assert str(failure).startswith(f"HTTP {status} ")
    assert failure.retry_after is None


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 403, 404])
def test_any_other_answer_is_handed_on_and_redirects_are_not_followed(serve: Serve, status: int) -> None:
    elsewhere = serve(Handler.answer)
    server = serve(lambda handler: handler.answer(status, b"there", Location=elsewhere.url))
    assert post(server.url) == (status, b"there")
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("17", 17),
        ("1.5", 1.5),
        ("-3", 0),
        ("{:%a, %d %b %Y %H:%M:%S} GMT", 3600),
        ("{:%a, %d %b %Y %H:%M:%S}", 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("soon", None),
        ("inf", None),
    ],
    ids=["seconds", "fraction", "negative", "date", "date without a zone", "date that is past", "word", "for ever"],
)
def test_the_server_may_say_when_to_come_back_in_seconds_or_as_a_date(
    serve: Serve, header: str, seconds: float | None
) -> None:
    said = header.format(BEGAN + timedelta(hours=1))
    failure = failed_post(serve(lambda handler: handler.answer(429, Retry_After=said)).url)
    if seconds is None:
        assert failure.retry_after is None
    else:
        assert failure.retry_after == seconds


def test_a_body_that_is_cut_off_is_a_passing_failure(serve: Serve) -> None:
    server = serve(lambda handler: handler.answer(length=1000))
    assert "broke off" in str(failed_post(server.url))


@pytest.mark.parametrize("content", [b"small", b"x" * 3_000_000])
@pytest.mark.parametrize("length", ["", "-1", "\u00b2", "1e3"])
def test_a_length_that_is_none_is_not_gone_by(serve: Serve, content: bytes, length: str) -> None:
    def say_something_else(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", length)
        handler.end_headers()
        handler.wfile.write(content)
        handler.close_connection = True

    transport = HttpTransport(
        Endpoint.of(serve(say_something_else).url), timeout=5, user_agent="tap", now=FakeClock().now
    )
    try:
        _, body = transport.post(b"{}")
    except TransientError:
        return
    assert bytes(body) == content


def test_a_large_body_holds_nothing_of_the_one_before_it(serve: Serve) -> None:
    contents = [b"a" * 5_000_000, b"b" * 2_000_000, b"c" * 40_000_000, b"d" * 2_000_000, b"e" * 9_000_000]
    server = serve(lambda handler: handler.answer(content=contents[len(server.seen) - 1]))
    transport = HttpTransport(Endpoint.of(server.url), timeout=5, user_agent="tap", now=FakeClock().now)
    for content in contents:
        body = bytes(transport.post(b"{}")[1])
        assert len(body) == len(content)
        assert body == content


def test_a_large_body_that_is_cut_off_shows_nothing_of_the_one_before_it(serve: Serve) -> None:
    whole = b"a" * 5_000_000
    lengths = [None, len(whole)]
    server = serve(lambda handler: handler.answer(content=whole[:4_000_000], length=lengths[len(server.seen) - 1]))
    transport = HttpTransport(Endpoint.of(server.url), timeout=5, user_agent="tap", now=FakeClock().now)
    assert len(transport.post(b"{}")[1]) == 4_000_000
    with pytest.raises(TransientError):
        transport.post(b"{}")


def test_large_bodies_that_are_held_at_a_time_do_not_touch_each_other(serve: Serve) -> None:
    server = serve(lambda handler: handler.answer(content=handler.content * 2_000_000))
    transport = HttpTransport(Endpoint.of(server.url), timeout=5, user_agent="tap", now=FakeClock().now)
    held = [transport.post(letter)[1] for letter in (b"a", b"b", b"c")]
    part = memoryview(held.pop(0))[:10]
    held += [transport.post(letter)[1] for letter in (b"d", b"e")]
    assert [bytes(body) for body in held] == [letter * 2_000_000 for letter in (b"b", b"c", b"d", b"e")]
    assert bytes(part) == b"a" * 10


def test_a_connection_that_is_reset_is_a_passing_failure(serve: Serve) -> None:
    def reset(handler: Handler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        for part in (handler.rfile, handler.wfile, handler.connection):
            part.close()
        handler.close_connection = True

    assert not failed_post(serve(reset).url).is_heavy


def test_a_port_where_nobody_listens_is_a_passing_failure() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert "could not be reached" in str(failed_post(f"http://127.0.0.1:{unused.getsockname()[1]}/"))


def test_an_answer_that_never_begins_is_given_up_after_the_time_out(serve: Serve) -> None:
    done = threading.Event()

    def wait(_: Handler) -> None:
        done.wait(10)

    server = serve(wait)
    failure = failed_post(server.url, timeout=0.3)
    done.set()
    assert failure.is_heavy
    assert "request_timeout (0.3 s)" in str(failure)


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "of known length"])
@pytest.mark.parametrize("pause", [0.1, 2.0], ids=["in drips", "with a long silence"])
def test_a_body_that_takes_longer_than_the_time_out_is_given_up_then(
    serve: Serve,
    is_chunked: bool,  # noqa: FBT001 - a case of the test
    pause: float,
) -> None:
    done = threading.Event()

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        if is_chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        else:
            handler.send_header("Content-Length", "60")
        handler.end_headers()
        for _ in range(60):
            handler.wfile.write(b"1\r\nx\r\n" if is_chunked else b"x")
            if done.wait(pause):
                break
        handler.close_connection = True

    server = serve(drip)
    began = time.monotonic()
    failure = failed_post(server.url, timeout=0.5)
    took = time.monotonic() - began
    done.set()
    assert took < 2
    assert failure.is_heavy


@pytest.mark.parametrize("url", ["callgear", "ftp://example.com/v2.0", "http://", "https://[::1/v2.0"])
def test_an_address_that_cannot_be_posted_to_is_told(url: str) -> None:
    with pytest.raises(ConfigurationError, match="api_url"):
        post(url)


def test_a_host_that_does_not_speak_tls_is_told(serve: Serve) -> None:
    server = serve(Handler.answer)
    with pytest.raises(ConfigurationError, match=r"does not speak HTTPS.*api_url"):
        post(server.url.replace("http:", "https:"))


def test_a_host_that_hangs_up_before_showing_a_certificate_is_a_passing_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            connection, _ = listening.accept()
            connection.recv(10_000)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        failed_post(f"https://127.0.0.1:{listening.getsockname()[1]}/v2.0")
        thread.join()


def test_a_proxy_from_the_environment_is_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(Handler.answer)
    monkeypatch.setenv("http_proxy", proxy.url)
    assert post("http://dataapi.example.com/v2.0") == (200, BODY)
    assert proxy.seen[0].path == "http://dataapi.example.com/v2.0"


def test_a_host_that_the_environment_excludes_is_reached_without_the_proxy(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(Handler.answer), serve(Handler.answer)
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert post(server.url) == (200, BODY)
    assert (len(proxy.seen), len(server.seen)) == (0, 1)
