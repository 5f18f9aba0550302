"""Other people's words stay on one line of bounded length, and no terminal obeys them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.wording import escaped, one_line


@pytest.mark.parametrize(
    "words, told",
    [
        ("Wrong key", "Wrong key"),
        ("Неверный ключ: 😀", "Неверный ключ: 😀"),
        ("a\nERROR: forged", "a\\nERROR: forged"),
        ("\x1b[2J\x9b31m\r\x07", "\\x1b[2J\\x9b31m\\r\\x07"),
        ("\u2028\u202egnp.exe", "\\u2028\\u202egnp.exe"),
        ("half \ud83d", "half \\ud83d"),
        ("1\u00a0000", "1 000"),
        (7, "7"),
        ("x" * 400, "x" * 300 + "..."),
    ],
)
def test_words_are_told_on_one_line(words: object, told: str) -> None:
    assert one_line(words) == told


@given(st.text())
def test_whatever_is_said_can_be_printed(words: str) -> None:
    assert one_line(words).isprintable()


def test_line_breaks_may_stay_where_they_are_meant() -> None:
    assert escaped("a\n\tb\x1b", keep="\n\t") == "a\n\tb\\x1b"
