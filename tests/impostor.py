"""Hosts that are not the Data API, or that the sandbox would not play: a function answers every request."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a host answers."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def page(status: int, **headers: str) -> Callable[[Json], Answer]:
    """Return the ways of a host that shows people a page, whatever it is asked."""
    body = f"<html><body><h1>{status}</h1></body></html>".encode()
    return lambda _: Answer(body, status, {"Content-Type": "text/html", **headers})


def result(request: Json, data: object) -> Answer:
    """Return a success of the API."""
    return Answer(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"data": data}}).encode())


def error(request: Json, mnemonic: str, message: str, **data: object) -> Answer:
    """Return an error of the API."""
    told = {"code": -32001, "message": message, "data": {"mnemonic": mnemonic, **data}}
    return Answer(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": told}).encode())


@contextmanager
def impostor(answer: Callable[[Json], Answer]) -> Iterator[str]:
    """Serve for as long as the test lasts.

    Args:
        answer: Takes a request's JSON and says what to answer.

    Yields:
        The address.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = answer(request)
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v2.0"
        finally:
            server.shutdown()
            thread.join()
