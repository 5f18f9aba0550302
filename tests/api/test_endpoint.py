"""The address is taken as people write it, the way there as the environment names it, or it is said what to fix."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.endpoint import Endpoint, proxy_for
from tap_callgear.api.errors import ConfigurationError, TransientError
from tap_callgear.api.transport import HttpTransport
from tests.fakes import FakeClock

from .peers import CERTIFICATE, peer, read_request, tls_context

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

URL = "https://dataapi.example.com/v2.0"
SAID = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\n{}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name neither proxies nor certificates."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def post(url: str) -> tuple[int, bytes]:
    """Post once."""
    transport = HttpTransport(Endpoint.of(url), timeout=5, user_agent="tap", now=FakeClock().now)
    try:
        status, body = transport.post(b"{}")
        return status, bytes(body)
    finally:
        transport.close()


def hearing(requests: list[bytes], said: bytes = SAID) -> Callable[[socket.socket], None]:
    """Return the ways of a peer that takes down requests and answers them all alike."""

    def talk(connection: socket.socket) -> None:
        requests.append(read_request(connection))
        connection.sendall(said)

    return talk


@pytest.mark.parametrize(
    "given",
    [
        URL,
        f" {URL}\n",
        f"{URL}/",
        f"{URL}//",
        f"{URL}#section",
        f"{URL}?method=get.account",
        f"{URL}/?method=get.account",
        "HTTPS://dataapi.example.com/v2.0",
        "https://me:password@dataapi.example.com/v2.0/",
    ],
)
def test_an_address_is_taken_as_people_write_it(given: str) -> None:
    assert Endpoint.of(given).url == URL


@pytest.mark.parametrize(
    "given", [f"{URL}?key=1", "http://[::1]:8080/v2.0", "https://example.com:8443/a/v2.0", "http://localhost"]
)
def test_what_an_address_means_is_left_as_it_is(given: str) -> None:
    assert Endpoint.of(given).url == given


@pytest.mark.parametrize(
    "given, says",
    [
        ("dataapi.example.com/v2.0", "begin with https://"),
        ("dataapi.example.com:443/v2.0", "begin with https://"),
        ("ftp://example.com/v2.0", "begin with https://"),
        ("//example.com/v2.0", "begin with https://"),
        ("https://", "no address"),
        ("https:///v2.0", "no address"),
        ("https://example.com:port/v2.0", "no address"),
        ("https://[::1/v2.0", "begin with https://"),
        ("https://data api/v2.0", "no address"),
        ("", "begin with https://"),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_told(given: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=f"api_url .*{says}"):
        Endpoint.of(given)


def test_an_address_is_never_told_with_its_password() -> None:
    with pytest.raises(ConfigurationError) as told:
        Endpoint.of("me:password@example.com/v2.0")
    assert "password" not in str(told.value)


@pytest.mark.parametrize(
    "url, is_overheard",
    [
        ("https://dataapi.example.com/v2.0", False),
        ("http://dataapi.example.com/v2.0", True),
        ("http://192.0.2.1:8765/v2.0", True),
        ("http://localhost:8765/v2.0", False),
        ("http://LocalHost.:8765/v2.0", False),
        ("http://127.0.0.2:8765/v2.0", False),
        ("http://[::1]:8765/v2.0", False),
        ("http://localhost.example.com/v2.0", True),
    ],
)
def test_clear_text_is_overheard_between_machines(url: str, *, is_overheard: bool) -> None:
    assert Endpoint.of(url).is_overheard == is_overheard


@pytest.mark.parametrize(
    "given, login",
    [
        ("https://token@example.com/v2.0", "token:"),
        ("https://token:@example.com/v2.0", "token:"),
        ("https://:password@example.com/v2.0", ":password"),
        ("https://%D0%B8%D0%BC%D1%8F:p%40ss@example.com/v2.0", "\u0438\u043c\u044f:p@ss"),
    ],
)
def test_who_asks_is_told_whole(given: str, login: str) -> None:
    told = Endpoint.of(given).headers["authorization"]
    assert base64.b64decode(told.removeprefix("Basic ")).decode() == login


def test_a_token_alone_is_told_to_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[bytes] = []
    with peer(hearing(requests)) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://token@127.0.0.1:{port}")
        assert post("http://dataapi.example.com/v2.0") == (200, b"{}")
    assert b"\r\nproxy-authorization: Basic " + base64.b64encode(b"token:") in requests[0]


def test_no_header_is_sent_and_no_cookie_kept_that_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password password-of-another-host\n")
    monkeypatch.setenv("NETRC", str(netrc))
    requests: list[bytes] = []
    with peer(hearing(requests)) as port:
        transport = HttpTransport(
            Endpoint.of(f"http://127.0.0.1:{port}/v2.0"), timeout=5, user_agent="tap", now=FakeClock().now
        )
        transport.post(b"{}")
        transport.post(b"{}")
    names = {line.partition(b":")[0].lower() for line in b"".join(requests).split(b"\r\n") if b": " in line}
    assert names == {
        b"host",
        b"content-type",
        b"content-length",
        b"user-agent",
        b"accept",
        b"accept-encoding",
    }


def test_who_asks_is_told_to_the_host_whose_address_says_so() -> None:
    requests: list[bytes] = []
    with peer(hearing(requests)) as port:
        post(f"http://me:p%40ss@127.0.0.1:{port}/v2.0")
    assert (
        b"authorization: basic " + base64.b64encode(b"me:p@ss")
        in requests[0].replace(b"A", b"a").replace(b"Basic", b"basic")
        or b"Basic " + base64.b64encode(b"me:p@ss") in requests[0]
    )


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_certificate_of_one_s_own_is_trusted_where_the_environment_names_it(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(hearing([]), tls=tls_context()) as port:
        with pytest.raises(ConfigurationError, match=r"no certificate that this machine trusts .*self.signed"):
            post(f"https://localhost:{port}/v2.0")
        monkeypatch.setenv(variable, str(CERTIFICATE))
        assert post(f"https://localhost:{port}/v2.0") == (200, b"{}")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"])
def test_certificates_that_cannot_be_used_are_told_at_once(
    variable: str, content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bundle.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    with pytest.raises(ConfigurationError, match=rf"{variable} names .*bundle\.pem"):
        post(URL)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "given, says",
    [
        ("http://me:secret-1@proxy.example.com:port", "no proxy"),
        ("http://", "no proxy"),
        ("ftp://me:secret-1@proxy.example.com", "no proxy"),
        ("nonsense://proxy", "no proxy"),
        ("socks5://me:secret-1@127.0.0.1:1", "package PySocks"),
        ("socks5h://127.0.0.1:1", "package PySocks"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_at_once(
    variable: str, given: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, given)
    with pytest.raises(ConfigurationError, match=rf"^{variable} names .*{says.rsplit(maxsplit=1)[-1]}") as told:
        post(URL)
    assert str(told.value).startswith(variable)
    assert "secret-1" not in str(told.value)


def test_a_proxy_may_be_named_without_a_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example.com:3128")
    proxy = proxy_for(URL)
    assert proxy is not None
    assert (proxy.url, proxy.variable) == ("http://proxy.example.com:3128", "HTTPS_PROXY")


@pytest.mark.parametrize("no_proxy", ["dataapi.example.com", "example.com", "*"])
def test_a_host_may_be_reached_without_the_proxy(no_proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_for(URL) is None


def test_a_proxy_is_told_who_asks_and_the_host_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[bytes] = []
    with peer(hearing(requests)) as port:
        monkeypatch.setenv("http_proxy", f"http://me:p%40ss@127.0.0.1:{port}")
        post("http://dataapi.example.com/v2.0")
    assert b"\r\nproxy-authorization: Basic " + base64.b64encode(b"me:p@ss") in requests[0]
    assert b"\r\nauthorization" not in requests[0].lower()


def connecting(said: bytes) -> Callable[[socket.socket], None]:
    """Return the ways of a proxy that answers CONNECT."""

    def talk(connection: socket.socket) -> None:
        connection.recv(10_000)
        connection.sendall(said)

    return talk


@pytest.mark.parametrize(
    "said, kind, says",
    [
        (b"HTTP/1.1 407 Who are you?\r\n\r\n", ConfigurationError, "asks for a login"),
        (b"HTTP/1.1 403 No\r\n\r\n", ConfigurationError, r"does not lead to dataapi\.example\.com .*NO_PROXY"),
        (b"HTTP/1.1 503 Later\r\n\r\n", TransientError, "HTTP 503"),
        (
            b"SSH-2.0-OpenSSH\r\n",
            TransientError,
            "by way of the proxy that HTTPS_PROXY names: what it answers is not HTTP",
        ),
        (b"", TransientError, "by way of the proxy that HTTPS_PROXY names: (closed without|connection reset)"),
    ],
)
def test_a_proxy_that_does_not_lead_on_is_named(
    said: bytes, kind: type[Exception], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(connecting(said)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret-1@127.0.0.1:{port}")
        with pytest.raises(kind, match=says) as told:
            post(URL)
    assert "HTTPS_PROXY" in str(told.value)
    assert "secret-1" not in str(told.value)


def test_a_proxy_where_nobody_listens_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(hearing([])) as port:
        pass
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
    with pytest.raises(TransientError, match="ALL_PROXY names could not be reached: connection refused"):
        post(URL)


def test_a_proxy_in_clear_text_that_is_written_as_one_over_tls_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(connecting(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{port}")
        with pytest.raises(ConfigurationError, match="HTTPS_PROXY names does not speak TLS"):
            post(URL)


@pytest.mark.parametrize("host", ["nosuchhost.invalid", "a..b", "x" * 70 + ".example.com"])
def test_a_name_that_is_not_known_is_told(host: str) -> None:
    with pytest.raises(TransientError, match=r"could not be reached: the name .* is not known") as told:
        post(f"https://{host}/v2.0")
    assert "api_url" in told.value.remedy
