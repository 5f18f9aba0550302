"""A client that knows nothing of the tap: it sends what a test says, and shows what came."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import requests

from callgear_sandbox import Options, Sandbox
from callgear_sandbox.data.catalogue import SITES
from callgear_sandbox.documentation import DOCUMENTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.documentation import Documented

Json = dict[str, Any]

GIVEN = {"access_token", "date_from", "date_till", "site_id"}
COMMON = [
    one
    for one in DOCUMENTED.values()
    if {parameter.name for parameter in one.parameters if parameter.required} <= GIVEN
]
"""The methods that need nothing but a window or a website to answer."""

UNTIL = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
COMMUNICATIONS = "get.communications_report"
SESSIONS = "get.visitor_sessions_report"
WINDOW = {"date_from": "2026-10-20 00:00:00", "date_till": "2026-11-30 00:00:00"}


@dataclass
class Client:
    """Talks to one sandbox."""

    sandbox: Sandbox
    http: requests.Session

    def post(self, body: bytes | str, **headers: str) -> requests.Response:
        """Send any body."""
        sent = {"Content-Type": "application/json; charset=UTF-8", **headers}
        return self.http.post(self.sandbox.url, data=body, headers=sent, timeout=30)

    def call(self, method: str, **params: object) -> Json:
        """Call a method with the right key, unless the test has its own."""
        params = {"access_token": self.sandbox.options.token, **params}
        return self.call_without_key(method, **params)

    def call_without_key(self, method: str, **params: object) -> Json:
        """Call a method with these parameters only."""
        body = {"jsonrpc": "2.0", "id": "a", "method": method, "params": params}
        reply = self.http.post(self.sandbox.url, json=body, timeout=30)
        reply.raise_for_status()
        content: Json = reply.json()
        return content

    def rows(self, method: str, **params: object) -> list[Json]:
        """Return the rows of a report; the window is everything unless the test says otherwise."""
        return rows_of(self.call(method, **{**WINDOW, "limit": 10_000, **params}))

    def everything(self, documented: Documented) -> list[Json]:
        """Return all rows of a method with all its fields; the history ends at UNTIL in Dubai."""
        params: Json = {"limit": 10_000} if documented.takes("limit") else {}
        if documented.takes("fields"):
            params["fields"] = documented.inner()
        if documented.takes("date_from"):
            params |= {"date_from": "2026-10-21 16:00:00", "date_till": "2026-11-20 16:00:00"}
        sites: list[Json] = [{"site_id": site.id} for site in SITES] if documented.takes("site_id") else [{}]
        return [row for site in sites for row in rows_of(self.call(documented.method, **params, **site))]

    def refusal(self, method: str, **params: object) -> tuple[str, object, object]:
        """Return mnemonic, field and value of the error that a call meets."""
        data: Json = self.call(method, **params)["error"]["data"]
        return data["mnemonic"], data["field"], data["value"]


def rows_of(reply: Json) -> list[Json]:
    """Return the rows of a reply, whatever its shape."""
    result = reply["result"]
    rows = result if isinstance(result, list) else result["data"]
    return rows if isinstance(rows, list) else [rows]


class Play(Protocol):
    """Starts a sandbox for the length of a test."""

    def __call__(self, **options: Any) -> Client:  # noqa: ANN401
        """Return a client of a sandbox with these options."""


@pytest.fixture
def play() -> Iterator[Play]:
    """Start sandboxes with a fixed end of history, and stop them at the end of the test."""
    with ExitStack() as running:

        def start(**options: Any) -> Client:  # noqa: ANN401
            chosen = Options(**{"rows": 300, "days": 30, "until": UNTIL, "zone": "UTC", **options})
            sandbox = running.enter_context(Sandbox(chosen))
            sandbox.now = UNTIL + timedelta(days=30)
            return Client(sandbox, running.enter_context(requests.Session()))

        yield start


@pytest.fixture
def client(play: Play) -> Client:
    """Return a client of a sandbox as it is by default."""
    return play()
