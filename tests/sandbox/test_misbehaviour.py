"""The sandbox misbehaves in the ways in which live clients have seen the API misbehave, each by an option."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import COMMUNICATIONS, SESSIONS, UNTIL, WINDOW

if TYPE_CHECKING:
    from .conftest import Client, Play

BY_TIME = [{"field": "date_time"}]
FIELDS = ["id", "date_time"]
CALL = {"jsonrpc": "2.0", "id": 1, "method": "get.account"}


def page(client: Client, **params: object) -> list[str]:
    """Return the times of a page of communications that are asked for in order of time."""
    rows = client.rows(COMMUNICATIONS, fields=FIELDS, sort=BY_TIME, **params)
    return [row["date_time"] for row in rows]


def test_a_window_that_begins_too_late_is_refused(play: Play) -> None:
    client = play(recent_hours=6)
    client.sandbox.now = UNTIL
    window = {"date_from": "2026-11-20 06:00:00", "date_till": "2026-11-20 12:00:00"}
    assert client.rows(SESSIONS, **window)
    for method in (SESSIONS, "get.source_costs"):
        late = {**window, "date_from": "2026-11-20 06:00:01"}
        assert client.refusal(method, **late) == ("invalid_parameter_value", "date_from", "2026-11-20 06:00:01")
    client.sandbox.now = UNTIL + timedelta(seconds=1)
    assert client.rows(SESSIONS, **{**window, "date_from": "2026-11-20 06:00:01"})


@pytest.mark.parametrize(
    "named_in, field, value, message",
    [
        ("value", "fields", "ext_id", "Unexpected method parameter(s)"),
        ("list", "fields", ["id", "ext_id"], "Unexpected method parameter(s)"),
        ("message", None, None, "Unexpected method parameter(s): ext_id"),
        ("nowhere", None, None, "Unexpected method parameter(s)"),
    ],
)
def test_what_is_refused_is_named_or_not(play: Play, named_in: str, field: object, value: object, message: str) -> None:
    client = play(refused_fields=("ext_id", "component:segments"), named_in=named_in)
    error = client.call(SESSIONS, **WINDOW, fields=["id", "ext_id"])["error"]
    assert (error["data"]["field"], error["data"]["value"], error["message"]) == (field, value, message)
    bought = client.call(SESSIONS, **WINDOW, fields=["segments"])["error"]["data"]
    assert (bought["mnemonic"], bought["field"]) == ("parameter_component_disabled", field)
    assert bought["params"] == {"components": "call_tracking"}


def test_any_error_can_do_without_names_and_without_metadata(play: Play) -> None:
    client = play(recent_hours=1, named_in="nowhere", error_metadata=False)
    client.sandbox.now = UNTIL
    recent = {"date_from": "2026-11-20 11:30:00", "date_till": "2026-11-20 12:00:00"}
    for params in (recent, {**WINDOW, "colour": "red"}, {**WINDOW, "limit": "many"}):
        error = client.call(SESSIONS, **params)["error"]
        assert error["data"].keys() == {"mnemonic", "field", "value", "params", "extended_helper"}
        assert error["data"]["field"] is error["data"]["value"] is None
        assert not {"colour", "limit", "date_from"} & set(error["message"].split())


@pytest.mark.parametrize(
    "wish, told",
    [("text", "300"), ("+5", 305), ("-5", 295), ("=-1", -1), ("=null", None), ('="many"', "many"), ("=7", 7)],
)
def test_a_total_can_be_wrong(play: Play, wish: str, told: object) -> None:
    client = play(total_items=wish)
    assert client.call(SESSIONS, **WINDOW, limit=9)["result"]["metadata"]["total_items"] == told


def test_limits_can_be_anything(play: Play) -> None:
    limits = {"minute_reset": "1e400", "minute_limit": '"many"', "minute_remaining": ""}
    client = play(points_per_minute=9, limits=limits)
    body = client.http.post(client.sandbox.url, json=CALL | {"params": {"access_token": client.sandbox.options.token}})
    assert b'"minute_reset":1e400' in body.content
    told: dict[str, Any] = body.json()["result"]["meta_data"]["limits"]
    assert told["minute_limit"] == "many"
    assert "minute_remaining" not in told


def test_rows_can_come_twice_and_are_counted_twice(play: Play) -> None:
    client = play(doubled=0.2)
    for method, key in ((SESSIONS, ["id"]), (COMMUNICATIONS, ["communication_type", "id"])):
        reply = client.call(method, **WINDOW, limit=10_000, fields=key)["result"]
        times = Counter(tuple(row.values()) for row in reply["data"])
        assert len(times) == 300
        assert reply["metadata"]["total_items"] == times.total() > 330
        assert set(times.values()) == {1, 2}
    assert page(client) == sorted(page(client))


def test_rows_can_be_counted_and_never_handed_out(play: Play) -> None:
    client = play(hidden=0.2)
    reply = client.call(SESSIONS, **WINDOW, limit=10_000, fields=FIELDS)["result"]
    assert reply["metadata"]["total_items"] == 300 > len(reply["data"]) + 30
    assert {row["id"] for row in reply["data"]} == client.sandbox.keys("visitor_sessions")


def test_a_page_can_be_short_although_it_is_not_the_last_one(play: Play) -> None:
    client = play(short_pages=0.5)
    lengths = {len(page(client, limit=50, offset=200)) for _ in range(20)}
    assert {50} < lengths
    assert min(lengths) > 0
    assert len(page(client, limit=50, offset=250)) == 50
    read: list[str] = []
    while following := page(client, limit=50, offset=len(read)):
        read += following
    assert (len(read), read) == (300, sorted(read))


def test_a_sort_can_be_that_of_the_page_alone(play: Play) -> None:
    client = play(order="page")
    pages = [page(client, limit=100, offset=offset) for offset in (0, 100, 200)]
    assert all(times == sorted(times) for times in pages)
    assert pages[0][-1] > pages[1][0]
    assert sorted(time for times in pages for time in times) == page(client)


def test_a_sort_can_be_ignored_or_turned_round(play: Play) -> None:
    stable = play(order="stable")
    assert page(stable) == page(stable) != sorted(page(stable))
    falling = play(order="descending")
    assert page(falling) == sorted(page(falling), reverse=True)


def test_numbers_can_be_sorted_as_text(play: Play) -> None:
    client = play(order="text")
    rows = client.rows(COMMUNICATIONS, fields=["sale_cost"], sort=[{"field": "sale_cost"}])
    costs = [row["sale_cost"] for row in rows if row["sale_cost"] is not None]
    assert costs == sorted(costs, key=str) != sorted(costs)
