"""Peers that speak as a test says, byte by byte, in clear text or over TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CERTIFICATE = Path(__file__).parent / "localhost.pem"
"""A certificate for localhost that nobody trusts, with its key."""

PATIENCE = 10.0
"""Seconds that a peer waits for its client."""


def tls_context() -> ssl.SSLContext:
    """Return what a peer needs to speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@contextmanager
def peer(talk: Callable[[socket.socket], None], *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Talk to whoever connects, for as long as the test lasts.

    Args:
        talk: Is handed each connection.
        tls: How to speak TLS, if at all.

    Yields:
        The port.
    """
    threads: list[threading.Thread] = []

    def welcome(connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError), connection:
            if tls is None:
                talk(connection)
            else:
                with tls.wrap_socket(connection, server_side=True) as wrapped:
                    talk(wrapped)

    def listen() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=welcome, args=(connection,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=listen)
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
    for thread in threads:
        thread.join()


def read_request(connection: socket.socket) -> bytes:
    """Return a request, head and body."""
    with connection.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n"))
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        return head + b"\r\n" + file.read(int(length.partition(b":")[2]))
