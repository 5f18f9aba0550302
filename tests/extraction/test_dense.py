"""One second that holds more than a page is read whole by offset, although no order is promised."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.dense import read_dense

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(
    rows: int, limit: int, *, is_shuffled: bool, has_total: bool, asked: list[int]
) -> Callable[[int], tuple[list[int], int | None]]:
    """Return what serves pages of so many rows, in another order each time or always in the same."""
    chance = random.Random(rows)  # noqa: S311 - no secret
    keys = list(range(rows))

    def fetch(offset: int) -> tuple[list[int], int | None]:
        asked.append(offset)
        if is_shuffled:
            chance.shuffle(keys)
        return keys[offset : offset + limit], rows if has_total else None

    return fetch


@given(rows=st.integers(0, 120), limit=st.integers(1, 50), has_total=st.booleans())
def test_rows_in_a_lasting_order_are_read_with_hardly_a_request_too_many(
    rows: int,
    limit: int,
    has_total: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    asked: list[int] = []
    fetch = serve(rows, limit, is_shuffled=False, has_total=has_total, asked=asked)
    assert sorted(read_dense(fetch, lambda key: key, limit)) == list(range(rows))
    pages = rows // limit + 1
    assert len(asked) <= (pages if has_total else 4 * pages)


@given(rows=st.integers(0, 120), limit=st.integers(5, 50), has_total=st.booleans())
def test_rows_in_another_order_on_every_request_are_all_found(
    rows: int,
    limit: int,
    has_total: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    asked: list[int] = []
    fetch = serve(rows, limit, is_shuffled=True, has_total=has_total, asked=asked)
    assert sorted(read_dense(fetch, lambda key: key, limit)) == list(range(rows))
    assert len(asked) <= 60 * (rows // limit + 1)


def test_rows_that_the_api_keeps_to_itself_are_told() -> None:
    with pytest.raises(TransientError, match="counts 9 rows in one second but hands out only 4"):
        read_dense(lambda offset: (["a", "b", "c", "d"][offset : offset + 2], 9), lambda key: key, 2)
