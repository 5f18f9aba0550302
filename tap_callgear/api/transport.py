"""HTTP: one POST in, the body of the reply out. Knows nothing of what the bodies say."""

from __future__ import annotations

import email.utils
import logging
import math
from datetime import timezone
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from urllib3 import Timeout

from tap_callgear.api.deadline import time_left, within
from tap_callgear.api.endpoint import Endpoint, connections_to, proxy_for
from tap_callgear.api.errors import TransientError
from tap_callgear.api.failures import EXPECTED, Failures
from tap_callgear.api.replies import ENCODINGS, read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from urllib3 import BaseHTTPResponse

    from tap_callgear.api.replies import Body

_CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection: a host that is up answers in much less."""

_LONGEST_TIMEOUT = 86_400.0
"""Seconds after which no reply comes any more, however long the setting would wait."""

_LONGEST_RETRY_AFTER = 3600.0
"""Seconds that a server is obeyed at the most when it asks to be left alone."""

_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class Transport(Protocol):
    """What the client needs of HTTP."""

    def post(self, body: bytes) -> tuple[int, Body]:
        """Send a body.

        Args:
            body: A JSON text in UTF-8.

        Returns:
            The HTTP status and the body of the reply.

        Raises:
            TransientError: The exchange failed in a way that may pass.
            ConfigurationError: The address cannot be used at all.
        """


class HttpTransport:
    """Posts to the API's one address; safe across threads.

    Proxies and certificate bundles are taken from the environment (``HTTPS_PROXY``, ``REQUESTS_CA_BUNDLE``), but
    nothing else: no header is sent but those of this class, and no cookie is kept.
    """

    def __init__(self, endpoint: Endpoint, *, timeout: float, user_agent: str, now: Callable[[], datetime]) -> None:
        """Prepare the connections; nothing is sent yet.

        Args:
            endpoint: The API's address.
            timeout: Seconds that a whole exchange may take, from the connection to the last byte of the reply.
            user_agent: The User-Agent header.
            now: Returns the present instant, which a server may name a later one to come back at.

        Raises:
            ConfigurationError: The proxy or the certificates that the environment names cannot be used.
        """
        proxy = proxy_for(endpoint.url)
        self._url = endpoint.url
        self._timeout = min(timeout, _LONGEST_TIMEOUT)
        self._headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": user_agent,
            "Accept": "*/*",
            "Accept-Encoding": ", ".join(ENCODINGS),
            **endpoint.headers,
        }
        self._now = now
        self._connections = connections_to(endpoint, proxy)
        self._failures = Failures(endpoint, proxy)
        # It repeats all of a head that it cannot read, with a traceback.
        logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

    def post(self, body: bytes) -> tuple[int, Body]:
        """Send a body and read the whole reply within the time-out."""
        with within(self._timeout):
            try:
                response = self._connections.urlopen(
                    "POST",
                    self._url,
                    body=body,
                    headers=self._headers,
                    timeout=Timeout(connect=time_left(at_most=_CONNECT_TIMEOUT), read=time_left()),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                try:
                    self._raise_for_status(response)
                    return response.status, read_body(response)
                finally:
                    response.close()
            except EXPECTED as error:
                raise self._explained(error) from error

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._connections.clear()

    def _explained(self, error: BaseException) -> Exception:
        try:
            time_left()
        except TimeoutError:
            text = f"no reply within request_timeout ({self._timeout:g} s)"
            return TransientError(text, remedy="Raise request_timeout, or lower page_size", is_heavy=True)
        return self._failures.explain(error)

    def _raise_for_status(self, response: BaseHTTPResponse) -> None:
        status = response.status
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise self._failures.wants_a_login()
        if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            text = f"HTTP {status} {response.reason or ''}".strip()
            raise TransientError(text, retry_after=_retry_after(response.headers.get("Retry-After"), self._now()))


def _retry_after(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    if not header:
        return None
    try:
        seconds = float(header)
        return min(max(0.0, seconds), _LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        at = email.utils.parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return min(max(0.0, (at - now).total_seconds()), _LONGEST_RETRY_AFTER)
