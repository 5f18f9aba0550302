"""JSON that is nearly JSON, made whole: what programs write that put texts together by hand."""

from __future__ import annotations

import json
import re

LARGEST = 1 << 26
"""Bytes beyond which nothing is repaired: no page is that long, and a copy or two of it would be."""

_ESCAPE = re.compile(
    rb"""\\(?:
        (?P<fine>[\\/bfnrt] | u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})
        | (?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})
        | (?P<code>u[0-9a-fA-F]{4})
        | (?P<quote>")
        | (?P<apostrophe>')
        |
    )""",
    re.VERBOSE,
)
"""A backslash in a JSON text, with what makes an escape of it; half of a pair of surrogates is none."""

_SUSPECT = re.compile(rb"[\x00-\x1f]|NaN|-?Infinity|,(?=[\s\x00]*[]}])")
"""What may stand either within a text or without, but not both."""

_BLANKS = b" \t\r\n\0"

_NUL, _SHOWN = rb"\u0000", rb"\ufffd"

_LONGEST_CUT = len(_NUL) - 1
"""Bytes of it that may stand before or after a cut."""

_FEW_ESCAPES = 100
"""Backslashes that are looked at one by one: there are few, or so many that they are not worth it."""


def has_nul(text: bytes) -> bool:
    """Whether U+0000, which no database takes, is in a JSON text; now and then it is only a backslash before a `u0000`.

    Single bytes are looked for ten times as fast as a pattern, so this hardly takes time.

    Args:
        text: The text.
    """
    place = text.find(b"\\")
    for _ in range(_FEW_ESCAPES):
        if place < 0:
            return False
        if text.startswith(_NUL, place):
            return True
        place = text.find(b"\\", place + 1)
    return text.find(_NUL, place) >= 0


class NulWatch:
    """Looks for U+0000 in a JSON text that comes in parts, cut anywhere."""

    def __init__(self) -> None:
        """Have seen nothing yet."""
        self.has_seen = False
        self._end = b""

    def look(self, part: bytes) -> None:
        """Look at the next part."""
        self.has_seen = self.has_seen or has_nul(part) or has_nul(self._end + part[:_LONGEST_CUT])
        self._end = (self._end + part[-_LONGEST_CUT:])[-_LONGEST_CUT:]


def without_nul(text: bytes) -> bytes:
    """Return a JSON text in which U+0000 is the character for what cannot be shown.

    Args:
        text: The text.
    """
    *pieces, last = text.split(_NUL)
    return b"".join([*(piece + (_NUL if _ends_in_half_an_escape(piece) else _SHOWN) for piece in pieces), last])


def _ends_in_half_an_escape(text: bytes) -> bool:
    """Whether a text ends in a backslash that makes plain text of what looks like an escape behind it."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1


def repaired(body: bytes) -> bytes:
    r"""Return a JSON text with what can be read in one way only put right.

    These are: a byte order mark, other encodings of Unicode, bytes that are no UTF-8, half characters, backslashes
    that begin no escape, control characters within a text, ``NaN`` and infinities, which become null, commas before a
    closing bracket, and zero bytes around it all.

    Args:
        body: The text, in UTF-8 or so.
    """
    text = body.decode(json.detect_encoding(body), errors="replace").encode(errors="replace").strip(_BLANKS)
    return _without_suspects(_ESCAPE.sub(_whole_escape, text))


def _whole_escape(escape: re.Match[bytes]) -> bytes:
    if escape["half"] or escape[0] == _NUL:
        return _SHOWN
    if escape["quote"]:
        return rb"\u0022"  # so that every other quote begins or ends a text
    if escape["apostrophe"]:
        return b"'"
    return escape[0] if escape["fine"] or escape["code"] else rb"\\"


def _without_suspects(text: bytes) -> bytes:
    pieces: list[bytes] = []
    done = counted = quotes = 0
    for suspect in _SUSPECT.finditer(text):
        start, end = suspect.span()
        quotes += text.count(b'"', counted, start)
        counted = start
        instead = _within(suspect[0]) if quotes % 2 else _without(suspect[0])
        if instead is not None:
            pieces += (text[done:start], instead)
            done = end
    return b"".join((*pieces, text[done:]))


def _within(suspect: bytes) -> bytes | None:
    """Return what stands for a suspect within a text; None where it may stay."""
    if suspect == b"\0":
        return _SHOWN
    return b"\\u%04x" % ord(suspect) if suspect < b" " else None


def _without(suspect: bytes) -> bytes | None:
    """Return what stands for a suspect outside of texts; None where it may stay."""
    if suspect in b"\t\r\n":
        return None
    return b" " if suspect < b" " or suspect == b"," else b"null"
