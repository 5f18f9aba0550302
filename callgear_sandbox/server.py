"""The sandbox as a server, in this process."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final

from callgear_sandbox.account import Account
from callgear_sandbox.exchange import Exchange
from callgear_sandbox.faults import HttpReply

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

PATH: Final = "/v2.0"
_RESET: Final = struct.pack("ii", 1, 0)
_POLL: Final = 0.02


class Sandbox(Account):
    """A stand-in for the Data API, from `start` to `stop` or as a context manager."""

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
        self.close()
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
