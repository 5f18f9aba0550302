"""What no database takes is found in a JSON text wherever it stands, and nothing else is touched."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.repair import NulWatch, has_nul, without_nul

PIECES = ["\\", r"\\", r"\u0000", r"\u", "u0000", r"\u00001", "0", r"\u0430", r"\"", "a" * 20, r"\n" * 120]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.data())
def test_no_zero_character_hides_where_a_text_is_cut(told: str, data: st.DataObject) -> None:
    text = told.encode()
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=9))
    watch = NulWatch()
    for start, end in pairwise([0, *sorted(cuts), len(text)]):
        watch.look(text[start:end])
    assert watch.has_seen == has_nul(text) == (rb"\u0000" in text)


@pytest.mark.parametrize("text", [b"", b"[]", rb'"\n"', rb'"%s"' % (rb"\u0430" * 500), b"u0000"])
def test_a_text_without_a_zero_character_is_left_alone(text: bytes) -> None:
    assert not has_nul(text)


def held(text: str) -> dict[str, object]:
    """Return an object that holds a text as a name and as a value, at several depths."""
    return {text: {"names": [text, {f"{text}!": text}]}}


def told_of(text: str) -> bytes:
    """Return such an object as JSON."""
    return json.dumps(held(text)).encode()


@given(st.text(st.sampled_from("\0\\u01") | st.characters(codec="utf-8")))
def test_zero_characters_are_replaced_and_nothing_else_changes(text: str) -> None:
    assert json.loads(without_nul(told_of(text))) == held(text.replace("\0", "\ufffd"))


@pytest.mark.parametrize(
    "text",
    ["\0", "a\0b", "\0\0", "\\u0000", "\\\0", "\\\\\0\\u0000\0", "\0001", "\\", "\\\\u0000", "u0000", "\U0001f600\0"],
)
def test_no_zero_character_passes_and_nothing_else_changes(text: str) -> None:
    told = told_of(text)
    seen = json.loads(without_nul(told) if has_nul(told) else told)
    assert seen == held(text.replace("\0", "\ufffd"))
