"""Other people's words, told so that they can do no harm where they are shown."""

from __future__ import annotations

import unicodedata


def one_line(words: object, at_most: int = 300) -> str:
    """Return words on one line of bounded length, with characters that a terminal would obey written as escapes.

    Args:
        words: What somebody else said.
        at_most: Characters to keep.
    """
    text = str(words)
    return escaped(text if len(text) <= at_most else f"{text[:at_most]}...")


def escaped(words: str, *, keep: str = "") -> str:
    r"""Return a text with characters that are no part of a line written as in Python, such as ``\n`` and ``\x1b``.

    Args:
        words: The text.
        keep: Such characters that may stay.
    """
    if words.isprintable():
        return words
    return "".join(letter if letter.isprintable() or letter in keep else _escape(letter) for letter in words)


def _escape(letter: str) -> str:
    return " " if unicodedata.category(letter) == "Zs" else letter.encode("unicode_escape").decode()
