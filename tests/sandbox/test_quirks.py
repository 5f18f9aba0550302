"""Oddities change how a row is spelled, not what it means."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from callgear_sandbox.documentation import DOCUMENTED

from .conftest import COMMUNICATIONS, SESSIONS, WINDOW

if TYPE_CHECKING:
    from .conftest import Client, Json, Play


@pytest.fixture
def odd(play: Play) -> Client:
    """Return a client of a sandbox that is odd."""
    return play(quirks=True)


def rows(client: Client, method: str) -> list[Json]:
    """Return all rows with all fields."""
    return client.rows(method, fields=DOCUMENTED[method].inner())


def kinds(rows: list[Json], field: str) -> set[type]:
    """Return the types in which a field comes."""
    return {type(row[field]) for row in rows if field in row}


def test_numbers_come_as_text_too(odd: Client) -> None:
    communications = rows(odd, COMMUNICATIONS)
    assert kinds(communications, "id") == kinds(communications, "visits_count") == {int, str}


def test_ids_are_greater_than_floating_point_can_tell_apart(odd: Client) -> None:
    served = {(row["communication_type"], int(row["id"])) for row in rows(odd, COMMUNICATIONS)}
    assert served == odd.sandbox.instants("communications").keys()
    assert all(key > 2**53 for _, key in served)


def test_dates_come_as_empty_text(odd: Client) -> None:
    assert {"", None} < {row["sale_date"] for row in rows(odd, COMMUNICATIONS)}


def test_collections_come_as_null(odd: Client) -> None:
    assert kinds(rows(odd, COMMUNICATIONS), "tags") == {list, type(None)}
    sessions = rows(odd, SESSIONS)
    assert kinds(sessions, "integrated_campaign_data") == {dict, type(None)}


def test_values_come_that_no_documentation_names(odd: Client) -> None:
    communications = rows(odd, COMMUNICATIONS)
    assert "glasses" in {row["visitor_device"] for row in communications}
    assert "video_call" in {row["communication_type"] for row in communications}
    assert any("undeclared_field" in row for row in communications)


def test_money_has_two_decimals_and_more_digits_than_floating_point(odd: Client) -> None:
    fields = {"fields": ["sale_cost"], "limit": 10_000}
    call = {"access_token": odd.sandbox.options.token, **WINDOW, **fields}
    body = {"jsonrpc": "2.0", "id": 1, "method": COMMUNICATIONS, "params": call}
    reply = odd.http.post(odd.sandbox.url, json=body, timeout=9)
    costs = re.findall(r'"sale_cost":"?([0-9.]+)', reply.text)
    assert costs
    assert all(re.fullmatch(r"\d{17}\.\d\d", cost) for cost in costs)
    assert any(Decimal(float(cost)) != Decimal(cost) for cost in costs)


def test_hits_come_as_one_object_and_under_another_name(odd: Client) -> None:
    sessions = rows(odd, SESSIONS)
    assert kinds(sessions, "hits") == {list, dict}
    assert any("hist" in row and "hits" not in row for row in sessions)


def test_durations_come_as_text_of_two_forms(odd: Client) -> None:
    durations = {str(row["duration"]) for row in rows(odd, SESSIONS)}
    assert any(re.fullmatch(r"\d+", one) for one in durations)
    assert any(re.fullmatch(r"\d\d:\d\d:\d\d", one) for one in durations)


def test_fields_come_under_the_names_of_the_examples(odd: Client) -> None:
    tags = [tag for row in rows(odd, COMMUNICATIONS) for tag in row["tags"] or ()]
    assert any("tag_employee_full" in tag for tag in tags)
    assert any("tag_employee_full_name" in tag for tag in tags)
    banners = [row["integrated_campaign_data"] or {} for row in rows(odd, SESSIONS)]
    assert any("banner_id" in one for one in banners)
    assert any("current_banner_id" in one for one in banners)
