"""One second that holds more than a page is read whole by offset, although no order is promised."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_callgear.api.errors import TransientError
from tap_callgear.extraction.offset_scan import scan_by_offset

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(
    rows: int, limit: int, *, is_shuffled: bool, total: int | None, asked: list[int]
) -> Callable[[int], tuple[list[int], int | None]]:
    """Return what serves pages of so many rows, in another order each time or always in the same.

    It counts so many more rows than there are, or says no count.
    """
    chance = random.Random(rows)  # noqa: S311 - no secret
    keys = list(range(rows))

    def fetch(offset: int) -> tuple[list[int], int | None]:
        asked.append(offset)
        if is_shuffled:
            chance.shuffle(keys)
        return keys[offset : offset + limit], None if total is None else rows + total

    return fetch


@given(rows=st.integers(0, 120), limit=st.integers(1, 50), has_total=st.booleans())
def test_rows_in_a_lasting_order_are_read_with_hardly_a_request_too_many(
    rows: int,
    limit: int,
    has_total: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    asked: list[int] = []
    fetch = serve(rows, limit, is_shuffled=False, total=0 if has_total else None, asked=asked)
    assert sorted(scan_by_offset(fetch, lambda key: key, limit).rows) == list(range(rows))
    # Each page but the first begins with the last row of the one before it.
    pages = rows // max(1, limit - 1) + 1
    assert len(asked) <= (pages if has_total else 4 * pages)


@given(rows=st.integers(0, 120), limit=st.integers(5, 50), total=st.sampled_from([None, 0, -5]))
def test_rows_in_another_order_on_every_request_are_all_found(rows: int, limit: int, total: int | None) -> None:
    asked: list[int] = []
    fetch = serve(rows, limit, is_shuffled=True, total=total, asked=asked)
    assert sorted(scan_by_offset(fetch, lambda key: key, limit).rows) == list(range(rows))
    assert len(asked) <= 60 * (rows // limit + 1)


def test_rows_that_the_api_keeps_to_itself_are_counted() -> None:
    scan = scan_by_offset(lambda offset: (["a", "b", "c", "d"][offset : offset + 2], 9), lambda key: key, 2)
    assert (scan.rows, scan.missing) == (["a", "b", "c", "d"], 5)


@given(rows=st.integers(0, 60), limit=st.integers(2, 50), is_shuffled=st.booleans())
def test_rows_that_are_doubled_and_counted_twice_are_not_missing(
    rows: int,
    limit: int,
    is_shuffled: bool,  # noqa: FBT001 - a habit of the API
) -> None:
    chance = random.Random(rows)  # noqa: S311 - no secret
    keys = [*range(rows), *range(0, rows, 2)]

    def fetch(offset: int) -> tuple[list[int], int | None]:
        if is_shuffled:
            chance.shuffle(keys)
        return keys[offset : offset + limit], len(keys)

    scan = scan_by_offset(fetch, lambda key: key, limit)
    assert sorted(scan.rows) == list(range(rows))
    assert scan.missing == 0 or is_shuffled
    assert scan.missing <= rows // 2


def test_a_page_that_ends_early_is_not_the_last_while_more_rows_are_counted() -> None:
    keys = list(range(23))
    scan = scan_by_offset(lambda offset: (keys[offset : offset + 5], 23), lambda key: key, 10)
    assert (scan.rows, scan.missing) == (keys, 0)


def test_an_api_that_takes_no_notice_of_offsets_is_missing_what_it_counts() -> None:
    scan = scan_by_offset(lambda _: (list("abcdefgh"), 11), lambda key: key, 8)
    assert (scan.rows, scan.missing, scan.doubled) == (list("abcdefgh"), 3, 0)


@pytest.mark.parametrize("gone", [[0], [0, 1], [0, 3, 7]])
@pytest.mark.parametrize("has_total", [True, False])
def test_rows_that_slide_to_a_page_that_came_before_are_found(gone: list[int], *, has_total: bool) -> None:
    keys = list(range(25))

    def fetch(offset: int) -> tuple[list[int], int | None]:
        if offset and gone[0] in keys:
            keys[:] = [*(key for key in keys if key not in gone), *(100 + key for key in gone)]
        return keys[offset : offset + 10], len(keys) if has_total else None

    scan = scan_by_offset(fetch, lambda key: key, 10)
    assert set(range(25)) <= {*scan.rows, *gone}
    assert scan.missing == 0


@given(seed=st.integers(0, 10**6), at=st.integers(2, 12))
def test_a_row_that_goes_while_rows_in_no_order_are_read_hides_no_other(seed: int, at: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    keys = list(range(60))
    asked = 0

    def fetch(offset: int) -> tuple[list[int], int]:
        nonlocal asked
        asked += 1
        if asked == at:
            keys.remove(0)
        chance.shuffle(keys)
        return keys[offset : offset + 25], len(keys)

    scan = scan_by_offset(fetch, lambda key: key, 25)
    assert set(range(1, 60)) <= {*scan.rows}
    assert scan.missing == 0


@pytest.mark.parametrize("limit", [2, 5, 7])
def test_small_pages_that_are_always_the_first_one_are_missing_what_is_counted(limit: int) -> None:
    scan = scan_by_offset(lambda _: (list(range(limit)), 20), lambda key: key, limit)
    assert (scan.missing, scan.doubled) == (20 - limit, 0)


def test_a_count_that_is_the_length_of_each_page_ends_no_scan() -> None:
    rows = list(range(95))

    def fetch(offset: int) -> tuple[list[int], int | None]:
        page = rows[offset : offset + 10]
        return page, len(page)

    scan = scan_by_offset(fetch, lambda key: key, 50)
    assert (sorted(scan.rows), scan.missing) == (rows, 0)


@pytest.mark.parametrize("total, missing", [(None, 1), (25, 15)])
def test_a_full_page_that_comes_again_whatever_the_offset_is_no_whole(total: int | None, missing: int) -> None:
    scan = scan_by_offset(lambda _: (list(range(10)), total), lambda key: key, 10)
    assert (len(scan.rows), scan.missing) == (10, missing)


@pytest.mark.parametrize("total", [None, 30])
def test_rows_that_differ_from_reply_to_reply_end_the_scan(total: int | None) -> None:
    serial = iter(range(1_000_000))
    rows = [next(serial) for _ in range(30)]

    def fetch(offset: int) -> tuple[list[int], int | None]:
        return [next(serial) for _ in rows[offset : offset + 10]], total

    with pytest.raises(TransientError, match="changes from reply to reply"):
        scan_by_offset(fetch, lambda key: key, 10)
