"""Stands in front of the sandbox and answers what was asked before from memory.

    python player.py ADDRESS

The sandbox makes up its rows as it goes, some 25,000 a second at the most, so a quick tap would wait for it. What is
measured against the player is the tap, not the server. The first part of the path says how the rows are written: see
`odd_rows`.
"""

from __future__ import annotations

import json
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import odd_rows

_MARK = "id-of-the-one-who-asks"


class Memory:
    """Replies by what was asked, each in two parts: what goes before the id, and what goes after it."""

    def __init__(self, url: str) -> None:
        """Remember nothing yet.

        Args:
            url: The address of the server behind.
        """
        self._url = url
        self._replies: dict[str, tuple[bytes, bytes]] = {}
        self._lock = threading.Lock()

    def reply(self, body: bytes, kind: str) -> list[bytes]:
        """Answer a request, asking the server behind where it is new.

        Args:
            body: The request.
            kind: How the rows are to be written.

        Returns:
            The parts of the reply.
        """
        request = json.loads(body)
        asked = {name: value for name, value in request["params"].items() if name != "access_token"}
        key = json.dumps([kind, request["method"], asked], sort_keys=True)
        with self._lock:
            if key not in self._replies:
                self._replies[key] = self._ask(request, kind)
        before, after = self._replies[key]
        return [before, json.dumps(request["id"]).encode(), after]

    def _ask(self, request: dict[str, object], kind: str) -> tuple[bytes, bytes]:
        body = json.dumps({**request, "id": _MARK}).encode()
        asked = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310 - the sandbox
        with urllib.request.urlopen(asked) as reply:  # noqa: S310 - the sandbox
            content = reply.read()
        before, _, after = _written(content, kind).partition(json.dumps(_MARK).encode())
        return before, after


class Handler(BaseHTTPRequestHandler):
    """Answers calls."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    memory: Memory

    def do_POST(self) -> None:
        """Answer a call."""
        parts = self.memory.reply(self.rfile.read(int(self.headers["Content-Length"])), self.path.split("/")[1])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(sum(map(len, parts))))
        self.end_headers()
        for part in parts:
            self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _written(content: bytes, kind: str) -> bytes:
    """Return a reply with its rows as they are to be written."""
    reply = json.loads(content)
    odd_rows.spoil_page(reply["result"]["data"], kind)
    return json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode()


def main() -> None:
    """Serve until ended."""
    Handler.memory = Memory(sys.argv[1])
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        print(f"player listening on http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
