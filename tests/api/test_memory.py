"""Buffers come back once nobody holds any of them, and not a moment before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from tap_callgear.api.memory import BufferPool

if TYPE_CHECKING:
    from collections.abc import Callable

    Part = msgspec.Raw | memoryview


def test_a_buffer_is_used_again_once_nobody_holds_what_was_in_it() -> None:
    pool = BufferPool()
    buffer = pool.take(100)
    buffer[:5] = b"[1,2]"
    content = pool.lend(buffer, 5)
    assert bytes(content) == b"[1,2]"
    assert pool.take(100) is not buffer
    del content
    assert pool.take(100) is buffer


def _rows(content: msgspec.Raw) -> Part:
    return msgspec.json.decode(content, type=list[msgspec.Raw])[0]


def _nested(content: msgspec.Raw) -> Part:
    return msgspec.json.decode(msgspec.json.decode(content, type=msgspec.Raw), type=list[msgspec.Raw])[0]


def _view(content: msgspec.Raw) -> Part:
    return memoryview(memoryview(content)[1:])[:7]


@pytest.mark.parametrize("part_of", [_rows, _nested, _view])
def test_a_buffer_is_not_used_again_while_a_part_of_it_is_held(
    part_of: Callable[[msgspec.Raw], Part],
) -> None:
    pool = BufferPool()
    buffer = pool.take(100)
    buffer[:13] = b'[{"a":1},"b"]'
    part = part_of(pool.lend(buffer, 13))
    assert pool.take(100) is not buffer
    assert bytes(part) == b'{"a":1}'
    del part
    assert pool.take(100) is buffer


@pytest.mark.parametrize("size", [1, (1 << 25) - 1, 1 << 25, (1 << 25) + 1])
def test_a_buffer_is_long_enough(size: int) -> None:
    assert len(BufferPool().take(size)) >= size


def test_a_buffer_that_is_too_small_makes_room_for_one_that_is_not() -> None:
    pool = BufferPool()
    small = pool.take(1)
    pool.lend(small, 1)
    large = pool.take(len(small) + 1)
    assert len(large) > len(small)
    pool.lend(large, 1)
    assert pool.take(1) is large
    assert pool.take(1) is not small


def test_what_is_in_a_buffer_that_is_too_small_goes_on_in_a_larger_one() -> None:
    pool = BufferPool()
    small = pool.take(1)
    small[:5] = b"[1,2]"
    large = pool.larger(small, 5)
    assert len(large) == 2 * len(small)
    assert bytes(pool.lend(large, 5)) == b"[1,2]"
    assert {id(pool.take(1)), id(pool.take(1))} == {id(small), id(large)}
