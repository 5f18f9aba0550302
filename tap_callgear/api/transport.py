"""HTTP: one POST in, the body of the reply out. Knows nothing of what the bodies say."""

from __future__ import annotations

import email.utils
import math
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol, TypeAlias

import requests
import urllib3
from requests.adapters import HTTPAdapter

from tap_callgear.api.errors import CallGearError, ConfigurationError, TransientError
from tap_callgear.api.memory import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec

    from tap_callgear.api.timing import Timing

_CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection: a host that is up answers in much less."""

_LONGEST_RETRY_AFTER = 3600.0
"""Seconds that a server is obeyed at the most when it asks to be left alone."""

_CHUNK = 1 << 18
_LARGE = 1 << 20
"""Bytes from which on a body is read into memory that is used again."""

_LARGEST = 1 << 30
"""Bytes beyond which a server's word is not taken for how long a body is going to be."""

_MOST_CONNECTIONS = 16
_UNUSABLE_ADDRESSES = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


Body: TypeAlias = "bytes | msgspec.Raw"
"""A reply's body; whoever reads it does not care which it is."""


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

    Proxies and certificate bundles are taken from the environment (``HTTPS_PROXY``, ``REQUESTS_CA_BUNDLE``).
    """

    def __init__(self, url: str, *, timeout: float, user_agent: str, timing: Timing) -> None:
        """Prepare the session; nothing is sent yet.

        Args:
            url: The API's address, version included.
            timeout: Seconds that a whole reply may take.
            user_agent: The User-Agent header.
            timing: The clock that the time-out is measured on.
        """
        self._url = url
        self._timeout = timeout
        self._timing = timing
        self._blocks = Blocks()
        self._session = requests.Session()
        self._session.headers.update({"Content-Type": "application/json; charset=UTF-8", "User-Agent": user_agent})
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=_MOST_CONNECTIONS)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def post(self, body: bytes) -> tuple[int, Body]:
        """Send a body and read the whole reply within the time-out."""
        deadline = self._timing.monotonic() + self._timeout
        try:
            with self._session.post(
                self._url,
                data=body,
                stream=True,
                allow_redirects=False,
                timeout=(min(_CONNECT_TIMEOUT, self._timeout), self._timeout),
            ) as response:
                _raise_for_passing(response)
                # The body of a redirect, which is not followed, was read already.
                said: Body = response.content if response.is_redirect else self._read(response, deadline)
                return response.status_code, said
        except requests.exceptions.SSLError as error:
            raise _tls_failure(self._url, error) from error
        except _UNUSABLE_ADDRESSES:
            text = f"api_url is no address that can be posted to: {self._url}"
            raise ConfigurationError(text) from None
        except (requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError) as error:
            text = f"no reply within request_timeout ({self._timeout:g} s)"
            raise TransientError(text, is_heavy=True) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            text = f"{self._url} could not be reached or broke off ({type(error).__name__})"
            raise TransientError(text) from error

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def _read(self, response: requests.Response, deadline: float) -> Body:
        """Read the body."""
        length = _length(response)
        if not _LARGE <= length <= _LARGEST:
            return b"".join(self._chunks(response, deadline))
        block, size = self._blocks.take(length), 0
        for chunk in self._chunks(response, deadline):
            block[size : size + len(chunk)] = chunk
            size += len(chunk)
        return self._blocks.lend(block, size)

    def _chunks(self, response: requests.Response, deadline: float) -> Iterator[bytes]:
        """Read part by part: the connection's own time-out bounds only the silence between two of them."""
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            yield chunk
            if self._timing.monotonic() > deadline:
                raise requests.exceptions.ReadTimeout


def _tls_failure(url: str, error: requests.exceptions.SSLError) -> CallGearError:
    """Tell a certificate or a protocol that will never do from a handshake that broke off."""
    said = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        text = f"{url} has no certificate that this machine trusts; behind a proxy, set REQUESTS_CA_BUNDLE."
        return ConfigurationError(text)
    if "WRONG_VERSION_NUMBER" in said:
        text = f"{url} does not speak HTTPS, or a proxy comes between: mend api_url, or set REQUESTS_CA_BUNDLE."
        return ConfigurationError(text)
    return TransientError(f"{url} broke off the TLS handshake")


def _length(response: requests.Response) -> int:
    """Give how long the body is going to be; 0 where that is not known."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and "Content-Encoding" not in response.headers else 0


def _raise_for_passing(response: requests.Response) -> None:
    status = response.status_code
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        text = f"HTTP {status} {response.reason or ''}".strip()
        raise TransientError(text, retry_after=_retry_after(response.headers.get("Retry-After")))


def _retry_after(header: str | None) -> float | None:
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
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return min(max(0.0, (at - datetime.now(timezone.utc)).total_seconds()), _LONGEST_RETRY_AFTER)
