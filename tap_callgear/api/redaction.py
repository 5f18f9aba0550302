"""Keeps secrets out of everything a person or a log collector may see: by value, wherever they turn up."""

from __future__ import annotations

import html.entities
import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tap_callgear.api.wording import escaped, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

_MASK = "*****"

_LONGEST_MESSAGE = 20_000
"""Characters of a log message that are shown."""

_MASKED_BEFORE_THE_CUT = 30
"""How many times as much is looked through as is shown, so that no cut leaves the first half of a secret."""

_SCHEME = "[a-z][a-z0-9+.-]*://"
_USERINFO = re.compile(
    rf"\A(?P<scheme>{_SCHEME}|(?!{_SCHEME}))(?P<userinfo>[^/]*|[^/@]*:.*)@", re.IGNORECASE | re.DOTALL
)
"""The beginning of an address that says who asks; a password may hold a slash."""

LONGEST_SECRET = 1_000
"""Characters of a secret at the most. More are a file that got into a setting; to look for them in every way to write
them takes seconds, so they are looked for in the usual ones alone."""

_MOST_BACKSLASHES = 16
"""Backslashes that stand for one, where escapes were escaped a few times over."""

_ESCAPE = rf"\\{{1,{_MOST_BACKSLASHES}}}"

_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f", "\v": "v", "\a": "a", "\0": "0"}


class Secrets:
    """The values that must never be shown, in whatever way they are written."""

    def __init__(self) -> None:
        """Start with none."""
        self._patterns: dict[str, re.Pattern[str]] = {}

    def add(self, value: object) -> None:
        """Register a value; empty ones are no secrets.

        Args:
            value: The secret, without blanks around it; whoever shows it may leave out line breaks within it.
        """
        text = "" if value is None else str(value)
        values = {text.strip(), "".join(text.split())} - {"", *self._patterns}
        # Each by itself: a run may open many sessions, and to compile a pattern takes long.
        patterns = self._patterns | {value: re.compile(_pattern(value)) for value in values}
        # The longest first: one may hold another.
        self._patterns = dict(sorted(patterns.items(), key=lambda item: len(item[0]), reverse=True))

    def add_address(self, url: str) -> None:
        """Register what an address says of who asks: the password, or the name where that stands alone.

        Args:
            url: The address.
        """
        if found := _USERINFO.match(url):
            name, _, password = found["userinfo"].partition(":")
            self.add(password or name)
            self.add(unquote(password or name))

    def hide(self, text: str) -> str:
        """Return the text with every secret in it masked."""
        for pattern in self._patterns.values():
            text = pattern.sub(_MASK, text)
        return text

    def one_line(self, words: object, at_most: int = 300) -> str:
        """Return somebody else's words with every secret in them masked, on one line of bounded length.

        Args:
            words: What was said.
            at_most: Characters to keep.
        """
        return one_line(self.hide(str(words)[: at_most * _MASKED_BEFORE_THE_CUT]), at_most)


def without_userinfo(url: str) -> str:
    """Return an address as it may be shown: without a name and a password.

    Args:
        url: The address.
    """
    return _USERINFO.sub(r"\g<scheme>", url)


def redact_logs(secrets: Secrets) -> None:
    """Mask secrets in every log record where it is made, so that no handler of any logger can get around it.

    A message stays one line, whoever's words are in it.

    Args:
        secrets: What to mask; it may be added to later.
    """
    make: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()

    def make_redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - logging's signature
        record = make(*args, **kwargs)
        _redact(record, secrets)
        return record

    logging.setLogRecordFactory(make_redacted)


def _redact(record: logging.LogRecord, secrets: Secrets) -> None:
    """Mask the message and the traceback of a record, where they hold a secret."""
    try:
        message = record.getMessage()
    except (TypeError, ValueError):  # logging itself reports a message that does not fit its arguments
        message = str((record.msg, record.args))
    if (shown := secrets.one_line(message, _LONGEST_MESSAGE)) != message:
        record.msg, record.args = shown, ()
    if record.exc_info and record.exc_info[0] is not None:
        traceback = logging.Formatter().formatException(record.exc_info)
        if (shown := escaped(secrets.hide(traceback), keep="\n")) != traceback:
            # A formatter would write the traceback from exc_info once more, or leave out what only exc_text holds.
            record.msg, record.args, record.exc_info = f"{record.getMessage()}\n{shown}", (), None


def _pattern(value: str) -> str:
    """Return a pattern that finds a secret as it is and as JSON, Python, an address or a web page would write it."""
    if len(value) > LONGEST_SECRET:
        return "|".join(re.escape(way) for way in {value, json.dumps(value)[1:-1]})
    parts = re.findall(r"\\+|[^\\]", value, re.DOTALL)
    return "".join(f"(?:{'|'.join(_ways_to_write(part))})" for part in parts)


def _ways_to_write(part: str) -> list[str]:
    """Return a pattern for each way to write a letter, or a run of backslashes; escapes may be escaped once more."""
    letter = part[0]
    code, octets = ord(letter), letter.encode("utf-8", "surrogatepass")
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    ways = [
        "".join(rf"{_ESCAPE}u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4)),
        rf"{_ESCAPE}U(?i:{code:08x})",
        rf"{_ESCAPE}x(?i:{code:02x})",
        "".join(rf"{_ESCAPE}x(?i:{octet:02x})" for octet in octets),
        "".join(rf"(?i:%{octet:02x})" for octet in octets),
        rf"&#(?:0{{0,8}}{code}|[xX]0{{0,8}}(?i:{code:x}));",
    ]
    if name := html.entities.codepoint2name.get(code):
        ways.append(rf"&{name};")
    if letter in _SHORT_ESCAPES:
        ways.append(rf"{_ESCAPE}{_SHORT_ESCAPES[letter]}")
    if letter == " ":
        ways.append(r"\+")
    if letter == "\\":
        return [rf"(?:{way}){{{len(part)}}}" for way in ways] + [rf"\\{{1,{_MOST_BACKSLASHES * len(part)}}}"]
    # What is shorter comes last: a part of what was written would be left.
    return [*ways, rf"\\{{0,{_MOST_BACKSLASHES}}}{re.escape(letter)}"]
