"""Plays an API from memory: a request that was seen before is answered at once, any other is asked on and remembered.

    python player.py ADDRESS

So a benchmark measures who asks, not who answers. It prints its own address.
"""

from __future__ import annotations

import json
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_ID = "the-id-of-the-request"


class Player(ThreadingHTTPServer):
    """Answers from memory, or else from another server."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        """Remember nothing yet.

        Args:
            address: Where to ask what was not asked before.
        """
        super().__init__(("127.0.0.1", 0), _Handler)
        self.path = urlsplit(address).path
        self._address = address
        self._known: dict[str, tuple[bytes, bytes]] = {}
        self._asking = threading.Lock()

    @property
    def url(self) -> str:
        """Give the address to ask."""
        return f"http://127.0.0.1:{self.server_address[1]}{self.path}"

    def reply(self, body: bytes) -> tuple[bytes, bytes, bytes]:
        """Give the parts of the reply to a request: its id stands in the middle one."""
        request = json.loads(body)
        request_id = json.dumps(request.pop("id")).encode()
        asked = json.dumps(request, sort_keys=True)
        with self._asking:
            if asked not in self._known:
                self._known[asked] = self._ask({**request, "id": _ID})
        before, after = self._known[asked]
        return before, request_id, after

    def _ask(self, request: dict[str, object]) -> tuple[bytes, bytes]:
        body = json.dumps(request).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self._address, body, headers)) as reply:  # noqa: S310
            before, _, after = reply.read().partition(json.dumps(_ID).encode())
        return before, after


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Player

    def do_POST(self) -> None:
        """Answer a request."""
        parts = self.server.reply(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(sum(map(len, parts))))
        self.end_headers()
        for part in parts:
            self.wfile.write(part)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


if __name__ == "__main__":
    player = Player(sys.argv[1])
    print(f"listening on {player.url}", flush=True)
    player.serve_forever()
