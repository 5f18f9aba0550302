"""What became of an exchange that gave no reply: which of the many ways to fail it was, and what to do about it."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from typing import TYPE_CHECKING

from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as UrllibTimeout

from tap_callgear.api.errors import CallGearError, ConfigurationError, TransientError, Unreachable
from tap_callgear.api.hosts import HOSTS_IN_WORDS

if TYPE_CHECKING:
    from tap_callgear.api.endpoint import Endpoint, Proxy

EXPECTED = (HTTPError, http.client.HTTPException, OSError, UnicodeError)
"""What an exchange that is cut short raises; anything else is a fault of ours."""

_NO_ROUTE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}

_NO_TLS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
}

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")

_PLACEHOLDER = ".invalid"
"""How names end that are written to be replaced: they can never be known (RFC 2606)."""

_NOT_HTTP = "what it answers is not HTTP"

_PROXY_LOGIN = 407
_SERVER_ERRORS = 500


class Failures:
    """Explains what an exchange with one endpoint raises."""

    def __init__(self, endpoint: Endpoint, proxy: Proxy | None) -> None:
        """Hold what the user can fix: the address, and what names the proxy before it.

        Args:
            endpoint: Where requests go.
            proxy: What stands before it.
        """
        self._endpoint = endpoint
        self._proxy = proxy

    def explain(self, error: BaseException) -> CallGearError:
        """Return what is to be raised in place of what urllib3 and the system raise.

        Args:
            error: What they raised.
        """
        if isinstance(error, ProxyError):
            return self._of_proxy(error.original_error)
        if tls := _tls_error(error):
            return self._of_tls(tls)
        if reason := _why_not_connected(error, self._endpoint.host):
            return self._of_connecting(error, reason)
        if isinstance(error, DecodeError):
            return TransientError("the reply cannot be unpacked: its compression is broken")
        check = f"{self._variable} and api_url" if self._proxy else "api_url"
        is_foreign = _why_broken(error) == _NOT_HTTP
        return Unreachable(
            f"{self._endpoint.url} broke off the exchange{self._by_way}: {_why_broken(error)}",
            remedy=f"Check {check}" if is_foreign else f"Try again later; check {check}",
            is_lasting=is_foreign,
        )

    def wants_a_login(self) -> ConfigurationError:
        """Return what is to be raised where the proxy does not know who asks."""
        text = f"The proxy that {self._variable} names asks for a login: write it like http://user:password@host:3128."
        return ConfigurationError(text)

    @property
    def _variable(self) -> str:
        return self._proxy.variable if self._proxy else "the environment"

    @property
    def _by_way(self) -> str:
        return f" by way of the proxy that {self._variable} names" if self._proxy else ""

    @property
    def _proxy_remedy(self) -> str:
        return f"Correct or unset {self._variable}, or name {self._endpoint.host} in NO_PROXY"

    def _of_connecting(self, error: BaseException, reason: str) -> CallGearError:
        is_unknown = _is_unknown_name(error)
        remedy = "Check api_url and the network, or try again later"
        if self._proxy:  # by way of SOCKS, where its failures are not told from those of the host behind it
            remedy = self._proxy_remedy
        elif self._endpoint.host.rstrip(".").lower().endswith(_PLACEHOLDER):
            remedy = f"It is a placeholder: set api_url to the host of your brand ({HOSTS_IN_WORDS})"
        elif is_unknown:
            remedy = "Check that api_url names the right host, and that this machine can look up names"
        return Unreachable(
            f"{self._endpoint.url} could not be reached{self._by_way}: {reason}",
            remedy=remedy,
            is_lasting=is_unknown or self._proxy is not None,
        )

    def _of_proxy(self, error: Exception) -> CallGearError:
        if found := _TUNNEL.search(str(error)):
            status = int(found[1])
            if status == _PROXY_LOGIN:
                return self.wants_a_login()
            text = f"the proxy that {self._variable} names does not lead to {self._endpoint.host} (HTTP {status})"
            if status < _SERVER_ERRORS:
                return ConfigurationError(f"{text}: have it allowed there, or name the host in NO_PROXY.")
            return Unreachable(text, remedy=f"Check {self._variable} and api_url, or try again later")
        tls = _tls_error(error)
        if tls is not None and not isinstance(tls, ssl.SSLCertVerificationError):
            text = f"The proxy that {self._variable} names does not speak TLS: write http:// before its address."
            return ConfigurationError(text)
        reason = f"its certificate is not trusted ({tls.verify_message})" if tls else _why_not_connected(error, "of it")
        return Unreachable(
            f"the proxy that {self._variable} names could not be reached: {reason or _why_broken(error)}",
            remedy=self._proxy_remedy,
            is_lasting=True,
        )

    def _of_tls(self, error: ssl.SSLError) -> CallGearError:
        """Tell a certificate or a protocol that will never do from a handshake that broke off."""
        url = self._endpoint.url
        if isinstance(error, ssl.SSLCertVerificationError):
            text = (
                f"{url} has no certificate that this machine trusts ({error.verify_message}): check api_url and the "
                "machine's clock; behind a proxy that opens TLS, set REQUESTS_CA_BUNDLE to its certificates."
            )
            return ConfigurationError(text)
        if error.reason in _NO_TLS:
            text = f"{url} does not speak HTTPS, or a proxy comes between: correct api_url, or set HTTPS_PROXY."
            return ConfigurationError(text)
        reason = error.reason or ""
        return Unreachable(
            f"{url} broke off the exchange: TLS failed ({reason.replace('_', ' ').lower() or 'no reason was given'})",
            remedy="Try again later; check api_url and the proxy",
            is_lasting="ALERT" in reason or "PROTOCOL" in reason,
        )


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """Return what TLS itself complained of, however it was wrapped."""
    if isinstance(error, ssl.SSLError):
        return error
    if isinstance(error, SSLError):
        return next((part for part in error.args if isinstance(part, ssl.SSLError)), ssl.SSLError())
    return None


def _is_unknown_name(error: BaseException) -> bool:
    return isinstance(error, (NameResolutionError, LocationValueError, UnicodeError))


def _why_not_connected(error: BaseException, host: str) -> str | None:
    """Say why no connection came about; None where one did."""
    if _is_unknown_name(error):
        cause = error.__cause__
        is_unanswered = isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN
        return f"the name {host} is not known" + (", or no name server answers" if is_unanswered else "")
    if isinstance(error, NewConnectionError):  # which urllib3 takes for a kind of the next
        return _said(error.__cause__)
    if isinstance(error, ConnectTimeoutError):
        return "the connection timed out"
    return None


def _said(error: BaseException | None) -> str:
    """Say what the system said of a connection."""
    if isinstance(error, ConnectionRefusedError):
        return "connection refused, nothing listens there"
    if isinstance(error, OSError) and error.errno in _NO_ROUTE:
        return "no route to the host"
    if isinstance(error, TimeoutError):
        return "the connection timed out"
    return (isinstance(error, OSError) and error.strerror) or "no connection"


def _why_broken(error: BaseException) -> str:
    """Say how a connection that did come about ended."""
    parts = [error, *error.args, error.__cause__] if isinstance(error, ProtocolError) else [error]
    for part in parts:
        if isinstance(part, (IncompleteRead, http.client.IncompleteRead)):
            return "the reply is cut off"
        if isinstance(part, ConnectionResetError):
            return "connection reset"
        if isinstance(part, http.client.RemoteDisconnected):
            return "closed without an answer"
        if isinstance(part, http.client.HTTPException):
            return _NOT_HTTP
        if isinstance(part, (UrllibTimeout, TimeoutError)):
            return "it timed out"
    return type(error).__name__
