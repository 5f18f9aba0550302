"""The sandbox as a server, in this process."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Event, Lock, Thread
from time import time
from typing import TYPE_CHECKING, Final

from callgear_sandbox.access import Access
from callgear_sandbox.data.world import World, ingredients
from callgear_sandbox.exchange import Exchange, Record
from callgear_sandbox.faults import HttpReply
from callgear_sandbox.options import Options
from callgear_sandbox.points import Points
from callgear_sandbox.truth import instants, keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from callgear_sandbox.data.report import Key

PATH: Final = "/v2.0"
_RESET: Final = struct.pack("ii", 1, 0)
_POLL: Final = 0.02


class Sandbox:
    """A stand-in for the Data API, from `start` to `stop` or as a context manager.

    Attributes:
        options: May be replaced while the sandbox runs; the next request finds the new ones.
        now: The clock of the data, or None for the real one. Later rows are not served yet.
        requests: What was asked so far, and what came of it.
        most_at_a_time: The most requests that were under way at any time.
    """

    def __init__(self, options: Options | None = None) -> None:
        """Settle the options; nothing is made up, and nothing listens, before the start."""
        self.options = options or Options()
        self.now: datetime | None = None
        self.requests: list[Record] = []
        self.most_at_a_time = 0
        self._at_a_time = 0
        self.access = Access()
        self.points = Points()
        self._started = int(time())
        self._worlds: dict[tuple[object, ...], World] = {}
        self._lock = Lock()
        self._closing = Event()
        self._chances = 0

    def start(self) -> Self:
        """Make up the data, and then listen."""
        for user_id in self.options.user_ids or (None,):
            self.world(user_id, self.options)
        self._server = _Server((self.options.host, self.options.port), self)
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, and hang up on whoever is still there."""
        self._closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, whatever happened."""
        self.stop()

    @property
    def url(self) -> str:
        """Return the address of the API."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}{PATH}"

    def instants(self, name: str, user_id: int | None = None) -> dict[Key, datetime]:
        """Return the instant of every row of a report that there is now, by primary key: the truth."""
        return instants(self.world(user_id, self.options), self.options, name, self.instant())

    def keys(self, name: str, user_id: int | None = None) -> set[Key]:
        """Return the keys of every row of that name in `methods.json` that there is now."""
        return keys(self.world(user_id, self.options), self.options, name, self.instant())

    def world(self, user_id: int | None, options: Options) -> World:
        """Return the data of the account, or of an agent's customer."""
        wanted = (user_id, *ingredients(options))
        with self._lock:
            if wanted not in self._worlds:
                until = int(options.until.timestamp()) if options.until else self._started
                self._worlds[wanted] = World(options, until, user_id)
            return self._worlds[wanted]

    def instant(self) -> int:
        """Return what time it is for the data."""
        return int(time() if self.now is None else self.now.timestamp())

    def chance(self) -> Random:
        """Return the chance of one request: another one every time, the same in every run."""
        with self._lock:
            self._chances += 1
            return Random(f"{self.options.seed} {self._chances}")  # noqa: S311 - no secret

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a request as under way."""
        with self._lock:
            self._at_a_time += 1
            self.most_at_a_time = max(self.most_at_a_time, self._at_a_time)
        try:
            yield
        finally:
            with self._lock:
                self._at_a_time -= 1

    def pause(self, seconds: float) -> None:
        """Let time pass, unless the sandbox is closing."""
        if seconds > 0:
            self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: Sandbox) -> None:
        super().__init__(address, _Handler)
        self.sandbox = sandbox
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Let a client that hung up go in peace; anything else is a fault of the sandbox."""
        if not isinstance(_raised(), OSError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """End the connections that clients keep alive."""
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _raised() -> BaseException | None:
    return sys.exc_info()[1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        """Answer a call."""
        length = self.headers.get("Content-Length")
        if length is None or not length.isdecimal():
            self._refuse(411)
            return
        body = self.rfile.read(int(length))
        if self.path.partition("?")[0].rstrip("/") != PATH:
            self._refuse(404)
        else:
            self._send(Exchange(self.server.sandbox, self.client_address[0]).reply(body))

    def do_GET(self) -> None:
        """Refuse: the API is for POST."""
        self._refuse(405)

    do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names that the base class calls

    def _refuse(self, status: int) -> None:
        self._send(HttpReply(b"", status, "text/plain", {"Connection": "close"}))

    def _send(self, reply: HttpReply) -> None:
        if reply.sent == "not at all":
            self._reset()
            return
        body, encoding = self._encoded(reply.body)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in {**reply.headers, **encoding}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.sent == "cut":
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)
        self.wfile.flush()

    def _encoded(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (self.server.sandbox.options.compress and accepted):
            return body, {}
        return gzip.compress(body, compresslevel=1), {"Content-Encoding": "gzip"}

    def _reset(self) -> None:
        """Drop the connection: no farewell, but a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: what is asked stands in `Sandbox.requests`."""
