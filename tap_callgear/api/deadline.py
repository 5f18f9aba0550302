"""A deadline for a whole exchange, which its sockets keep to: a peer that drips gains no time by any of its bytes."""

from __future__ import annotations

import math
import socket
import ssl
import time
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from urllib3.connection import HTTPConnection

from tap_callgear.api.background import in_background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from typing_extensions import Buffer
    from urllib3.connectionpool import HTTPConnectionPool

_DEADLINE = ContextVar("deadline", default=math.inf)
"""When what the running thread is at has to be done, on the monotonic clock."""

_LONGEST_WAIT = 86_400.0
"""Seconds beyond which no socket can be told to wait on every system."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit what runs in the block to some seconds, or to what an outer deadline leaves.

    Args:
        seconds: How many.
    """
    token = _DEADLINE.set(min(_DEADLINE.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def time_left(at_most: float = _LONGEST_WAIT) -> float:
    """Return the seconds until the deadline.

    Args:
        at_most: What to return where more is left.

    Raises:
        TimeoutError: There are none.
    """
    left = _DEADLINE.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, at_most)


def bounded(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """Return a kind of connection pool whose sockets keep to the deadline.

    Args:
        pool: A kind of pool whose sockets do not.
    """
    connection = type(pool.ConnectionCls.__name__, (_BoundedConnection, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class BoundedTlsSocket(ssl.SSLSocket):
    """A socket over TLS that waits for its peer until the deadline, and no longer."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive what is there."""
        self.settimeout(time_left())
        return super().recv(buflen, flags)

    def recv_into(self, buffer: Buffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive what is there into a buffer."""
        self.settimeout(time_left())
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: Buffer, flags: int = 0) -> int:
        """Send as much as the peer takes."""
        self.settimeout(time_left())
        return super().send(data, flags)


class _BoundedSocket(socket.socket):
    """A socket that waits for its peer until the deadline, and no longer."""

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        self.settimeout(time_left())
        return super().recv(bufsize, flags)

    def recv_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(time_left())
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        self.settimeout(time_left())
        super().sendall(data, flags)


class _BoundedConnection(HTTPConnection):
    """A connection whose socket keeps to the deadline from the first byte on, be it to a proxy or for a handshake."""

    def _new_conn(self) -> socket.socket:
        # What urllib3's own connection by way of SOCKS overrides, too: the one place where the socket comes from.
        plain = _in_time(super()._new_conn)
        bounded = _BoundedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
        bounded.settimeout(self.timeout)
        return bounded


def _in_time(connect: Callable[[], socket.socket]) -> socket.socket:
    """Return a connected socket by the deadline, however long the system looks up names or a proxy negotiates."""
    try:
        connected = in_background(connect)
    except RuntimeError:  # the interpreter is about to end, and starts no thread any more
        return connect()
    try:
        return connected.result(time_left())
    except FutureTimeoutError:
        if connected.done():
            raise
        connected.add_done_callback(_close)
        raise TimeoutError from None


def _close(late: Future[socket.socket]) -> None:
    if late.exception() is None:
        late.result().close()
