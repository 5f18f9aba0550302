"""Failures of the way, not of the call: what proxies, networks and overload do to a reply."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from callgear_sandbox.options import FaultKind


@dataclass(frozen=True)
class HttpReply:
    """A reply on its way out."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: Literal["whole", "cut", "not at all"] = "whole"


def _page(status: int, **headers: str) -> HttpReply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = f"<html><body><h1>{status}</h1></body></html>".encode()
    return HttpReply(body, status, "text/html", named)


UNHEARD: Final[Mapping[FaultKind, HttpReply]] = {
    "500": _page(500),
    "502": _page(502),
    "503": _page(503),
    "429": _page(429),
    "429-retry-after": _page(429, Retry_After="1"),
    "reset": HttpReply(b"", sent="not at all"),
    "html": _page(200),
    "empty": HttpReply(b""),
}
"""What is sent although the call was never heard, and so costs nothing."""


def spoilt(reply: HttpReply, kind: FaultKind) -> HttpReply:
    """Return what becomes of a reply on its way."""
    if kind == "cut":
        return replace(reply, sent="cut")
    return UNHEARD.get(kind, reply)


def drawn(faults: Mapping[FaultKind, float], chance: Random) -> FaultKind | None:
    """Draw at most one fault, each with its own probability."""
    lot = chance.random()
    for kind, probability in faults.items():
        lot -= probability
        if lot < 0:
            return kind
    return None
