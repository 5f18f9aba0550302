"""The address that requests are posted to, and the way there: proxies and certificates that the environment names."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import ssl
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url
from urllib3.util.ssl_ import create_urllib3_context

from tap_callgear.api.deadline import BoundedTlsSocket, bounded
from tap_callgear.api.errors import ConfigurationError
from tap_callgear.api.hosts import ADDRESSES
from tap_callgear.api.redaction import without_userinfo

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CONNECTIONS = 16
"""Requests at a time, each of which has a connection that is kept open."""

_CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Endpoint:
    """An address that requests are posted to.

    Attributes:
        url: The address, without whoever asks.
        host: Its host.
        headers: The headers that say who asks, where the address did.
        is_overheard: Whether what is sent there travels in clear text between machines.
    """

    url: str
    host: str
    headers: Mapping[str, str]
    is_overheard: bool

    @classmethod
    def of(cls, api_url: str) -> Endpoint:
        """Read the setting.

        Args:
            api_url: The address as it was given. A slash, a fragment or the name of a method at its end is dropped.

        Raises:
            ConfigurationError: It cannot be posted to.
        """
        shown = without_userinfo(api_url)
        scheme, _, path, query, _ = _parts(api_url.strip())
        if scheme not in {"http", "https"}:
            text = f"api_url must begin with https://, such as {ADDRESSES[0]}; it is {shown}."
            raise ConfigurationError(text)
        kept = "&".join(part for part in query.split("&") if part and not part.startswith("method="))
        parsed = _parsed(api_url.strip())
        if parsed is None or not parsed.host:
            text = f"api_url is no address that can be posted to, such as {ADDRESSES[0]}; it is {shown}."
            raise ConfigurationError(text)
        url = urlunsplit((scheme, parsed.netloc or "", path.rstrip("/"), kept, ""))
        login = _login_of(api_url.strip())
        headers = {"authorization": login.as_header()} if login else {}
        return cls(url, parsed.host, headers, is_overheard=scheme == "http" and not _is_this_machine(parsed.host))


@dataclass(frozen=True)
class Proxy:
    """A proxy that the environment puts before an address.

    Attributes:
        url: Its address.
        variable: What names it.
    """

    url: str
    variable: str


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy that the environment puts before an address, if there is one.

    Args:
        url: The address.

    Raises:
        ConfigurationError: What names it is no address of a proxy, or it needs a package that is not there.
    """
    proxies: dict[str, str] = _environment(url)["proxies"]
    given = select_proxy(url, proxies)
    if not given:
        return None
    names = {f"{urlsplit(url).scheme}_proxy", "all_proxy"}
    matching = (name for name, value in os.environ.items() if name.lower() in names and value == given)
    variable = next(matching, "the system's settings of proxies")
    try:
        address = given.strip() if "://" in given else f"http://{given.strip()}"
        parsed = parse_url(address)
    except LocationParseError:
        parsed = Url()
    if not parsed.host or parsed.scheme not in {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}:
        text = f"{variable} names no proxy: write it like http://proxy.example.com:3128, or unset it."
        raise ConfigurationError(text)
    if parsed.scheme.startswith("socks") and importlib.util.find_spec("socks") is None:
        text = (
            f"{variable} names a SOCKS proxy, which needs the package PySocks beside the tap: "
            "install it (pip install PySocks), name an HTTP proxy, or unset it."
        )
        raise ConfigurationError(text)
    return Proxy(address, variable)


def connections_to(endpoint: Endpoint, proxy: Proxy | None) -> urllib3.PoolManager:
    """Return what opens and keeps the connections, each of which keeps to the deadline of its exchange.

    Args:
        endpoint: Where requests go.
        proxy: What stands before it.

    Raises:
        ConfigurationError: The certificates that the environment names cannot be used.
    """
    options: dict[str, Any] = {"num_pools": 1, "maxsize": MOST_CONNECTIONS}
    if "https" in {urlsplit(endpoint.url).scheme, urlsplit(proxy.url).scheme if proxy else ""}:
        options["ssl_context"] = _tls_context(endpoint.url)
    manager = _manager(proxy, options)
    manager.pool_classes_by_scheme = {scheme: bounded(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}
    return manager


def _manager(proxy: Proxy | None, options: dict[str, Any]) -> urllib3.PoolManager:
    if proxy is None:
        return urllib3.PoolManager(**options)
    login = _login_of(proxy.url)
    if proxy.url.startswith("socks"):
        from urllib3.contrib.socks import SOCKSProxyManager  # noqa: PLC0415 - needs a package of its own

        name, password = login or (None, None)
        return SOCKSProxyManager(proxy.url, username=name, password=password, **options)
    headers = {"proxy-authorization": login.as_header()} if login else {}
    return urllib3.ProxyManager(
        proxy.url, proxy_headers=headers, proxy_ssl_context=options.get("ssl_context"), **options
    )


def _tls_context(url: str) -> ssl.SSLContext:
    """Return what a peer's certificate is held against: the bundle that the environment names, or the usual one."""
    verify = _environment(url)["verify"]
    path = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    variable = next((name for name in _CERTIFICATE_VARIABLES if os.environ.get(name) == path), "The bundle")
    try:
        context = create_urllib3_context()
    except OSError as error:
        keys = os.environ.get("SSLKEYLOGFILE")
        text = f"SSLKEYLOGFILE names {keys}, which cannot be written to ({error.strerror}): correct or unset it."
        raise ConfigurationError(text) from None
    context.sslsocket_class = BoundedTlsSocket
    try:
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        text = f"{variable} names {path}, which holds no certificates in PEM form: correct or unset it."
        raise ConfigurationError(text) from None
    except OSError as error:
        text = f"{variable} names {path}, which cannot be read ({error.strerror}): correct or unset it."
        raise ConfigurationError(text) from None
    return context


def _environment(url: str) -> Mapping[str, Any]:
    return requests.Session().merge_environment_settings(url, {}, None, None, None)


class _Login(NamedTuple):
    """Who asks, as an address says."""

    name: str
    password: str

    def as_header(self) -> str:
        """Return the value of a header that says so, in UTF-8 (RFC 7617)."""
        return f"Basic {b64encode(':'.join(self).encode()).decode()}"


def _login_of(url: str) -> _Login | None:
    """Return who asks, if an address says so; a token may stand alone, before or after the colon."""
    parts = urlsplit(url)
    login = _Login(*(unquote(part or "") for part in (parts.username, parts.password)))
    return login if any(login) else None


def _parts(url: str) -> tuple[str, str, str, str, str]:
    try:
        return urlsplit(url)
    except ValueError:
        return "", "", "", "", ""


def _parsed(url: str) -> Url | None:
    try:
        return parse_url(url)
    except LocationParseError:
        return None


def _is_this_machine(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
