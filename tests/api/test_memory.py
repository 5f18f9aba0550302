"""Blocks of memory come back once nobody holds any of them, and not a moment before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from tap_callgear.api.memory import Blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    Part = msgspec.Raw | memoryview


def test_a_block_is_used_again_once_nobody_holds_what_was_in_it() -> None:
    blocks = Blocks()
    block = blocks.take(100)
    block[:5] = b"[1,2]"
    content = blocks.lend(block, 5)
    assert bytes(content) == b"[1,2]"
    assert blocks.take(100) is not block
    del content
    assert blocks.take(100) is block


def _rows(content: msgspec.Raw) -> Part:
    return msgspec.json.decode(content, type=list[msgspec.Raw])[0]


def _nested(content: msgspec.Raw) -> Part:
    return msgspec.json.decode(msgspec.json.decode(content, type=msgspec.Raw), type=list[msgspec.Raw])[0]


def _view(content: msgspec.Raw) -> Part:
    return memoryview(memoryview(content)[1:])[:7]


@pytest.mark.parametrize("part_of", [_rows, _nested, _view])
def test_a_block_is_not_used_again_while_a_part_of_it_is_held(
    part_of: Callable[[msgspec.Raw], Part],
) -> None:
    blocks = Blocks()
    block = blocks.take(100)
    block[:13] = b'[{"a":1},"b"]'
    part = part_of(blocks.lend(block, 13))
    assert blocks.take(100) is not block
    assert bytes(part) == b'{"a":1}'
    del part
    assert blocks.take(100) is block


@pytest.mark.parametrize("size", [1, (1 << 25) - 1, 1 << 25, (1 << 25) + 1])
def test_a_block_is_long_enough(size: int) -> None:
    assert len(Blocks().take(size)) >= size


def test_a_block_that_is_too_small_makes_room_for_one_that_is_not() -> None:
    blocks = Blocks()
    small = blocks.take(1)
    blocks.lend(small, 1)
    large = blocks.take(len(small) + 1)
    assert len(large) > len(small)
    blocks.lend(large, 1)
    assert blocks.take(1) is large
    assert blocks.take(1) is not small


def test_what_is_in_a_block_that_is_too_small_goes_on_in_a_larger_one() -> None:
    blocks = Blocks()
    small = blocks.take(1)
    small[:5] = b"[1,2]"
    large = blocks.larger(small, 5)
    assert len(large) == 2 * len(small)
    assert bytes(blocks.lend(large, 5)) == b"[1,2]"
    assert {id(blocks.take(1)), id(blocks.take(1))} == {id(small), id(large)}
