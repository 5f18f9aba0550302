"""Rows come in the order that is documented, and where none is, in another one every time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from .conftest import COMMUNICATIONS, SESSIONS, WINDOW

if TYPE_CHECKING:
    from .conftest import Client, Play

BY_TIME = [{"field": "date_time"}]
FIELDS = ["id", "date_time"]


def ids(client: Client, method: str, **params: object) -> list[int]:
    """Return the ids of a page, in the order of the page."""
    return [row["id"] for row in client.rows(method, fields=FIELDS, **params)]


def times(client: Client, method: str, **params: object) -> list[str]:
    """Return the times of a page, in the order of the page."""
    return [row["date_time"] for row in client.rows(method, fields=FIELDS, **params)]


def test_rows_without_a_sort_come_in_another_order_on_every_request(client: Client) -> None:
    first, second = (ids(client, SESSIONS) for _ in range(2))
    assert first != second
    assert sorted(first) == sorted(second)


def test_rows_with_a_sort_by_time_come_in_that_order(client: Client) -> None:
    ascending = times(client, COMMUNICATIONS, sort=BY_TIME)
    assert ascending == sorted(ascending)
    descending = times(client, COMMUNICATIONS, sort=[{"field": "date_time", "order": "desc"}])
    assert descending == ascending[::-1]


def test_pages_of_a_sort_follow_each_other(client: Client) -> None:
    whole = times(client, COMMUNICATIONS, sort=BY_TIME)
    pages = [times(client, COMMUNICATIONS, sort=BY_TIME, limit=80, offset=offset) for offset in range(0, 400, 80)]
    assert [len(page) for page in pages] == [80, 80, 80, 60, 0]
    assert [time for page in pages for time in page] == whole


def test_rows_that_are_equal_in_the_sort_are_in_no_order(play: Play) -> None:
    client = play(same_second=50)
    pages = [ids(client, COMMUNICATIONS, sort=BY_TIME, limit=20) for _ in range(4)]
    assert len({tuple(page) for page in pages}) == 4
    assert len({one for page in pages for one in page}) > 20
    whole = times(client, COMMUNICATIONS, sort=BY_TIME)
    assert whole == sorted(whole)


def test_rows_sort_by_other_fields_and_by_several(client: Client) -> None:
    sort = [{"field": "sale_cost", "order": "desc"}, {"field": "site_id"}]
    rows = client.rows(COMMUNICATIONS, fields=["sale_cost", "site_id"], sort=sort)
    sold = [row["sale_cost"] for row in rows if row["sale_cost"] is not None]
    assert sold == sorted(sold, reverse=True)
    sites = [row["site_id"] for row in rows if row["sale_cost"] is None]
    assert sites == sorted(sites)


def test_the_order_can_be_random_whatever_is_asked(play: Play) -> None:
    client = play(order="random")
    asked = times(client, COMMUNICATIONS, sort=BY_TIME)
    assert asked != sorted(asked)


def test_the_order_can_be_that_of_time_whatever_is_asked(play: Play) -> None:
    client = play(order="sorted")
    for method in (COMMUNICATIONS, SESSIONS):
        assert times(client, method) == sorted(times(client, method))


def test_pages_in_no_order_lose_and_repeat_rows(client: Client) -> None:
    paged = [one for offset in range(0, 300, 100) for one in ids(client, SESSIONS, limit=100, offset=offset)]
    assert len(paged) == 300
    assert len(set(paged)) < 300


def test_the_total_is_that_of_the_window_whatever_the_page(client: Client) -> None:
    metadata = client.call(SESSIONS, **WINDOW, limit=7)["result"]["metadata"]
    assert metadata["total_items"] == 300
    client.sandbox.options = replace(client.sandbox.options, total_items="absent")
    assert "total_items" not in client.call(SESSIONS, **WINDOW)["result"]["metadata"]


def test_a_page_has_a_thousand_rows_where_no_limit_is_given(play: Play) -> None:
    client = play(rows=1200)
    assert len(client.call(SESSIONS, **WINDOW)["result"]["data"]) == 1000


@pytest.mark.parametrize("bounds, rows", [("both", 150), ("from", 100), ("till", 100), ("none", 50)])
def test_rows_on_a_bound_of_a_window_belong_to_it_or_not(play: Play, bounds: str, rows: int) -> None:
    client = play(bounds=bounds, same_second=50)
    first, _, third = sorted(set(times(client, SESSIONS)))[:3]
    assert len(ids(client, SESSIONS, date_from=first, date_till=third)) == rows
    assert len(ids(client, SESSIONS, date_from=first, date_till=first)) == (50 if bounds == "both" else 0)
