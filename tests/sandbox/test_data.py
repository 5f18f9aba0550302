"""The data is made up, agrees with itself, and changes as real data does."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest

from callgear_sandbox.data.world import World
from callgear_sandbox.documentation import DOCUMENTED
from callgear_sandbox.options import Options

from .conftest import COMMUNICATIONS, SESSIONS, UNTIL

if TYPE_CHECKING:
    from callgear_sandbox.data.report import Own, Shared

    from .conftest import Client, Json, Play

DOCUMENTATION = [
    ip_network(network) for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def everything(client: Client, method: str) -> list[Json]:
    """Return all rows with all fields."""
    return client.rows(method, fields=DOCUMENTED[method].inner())


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 777])
def test_every_stream_has_exactly_the_rows_that_were_asked_for(play: Play, rows: int) -> None:
    client = play(rows=rows, days=3)
    for name, method in (("communications", COMMUNICATIONS), ("visitor_sessions", SESSIONS)):
        assert len(client.rows(method)) == rows
        instants = client.sandbox.instants(name)
        assert len(instants) == rows
        assert all(UNTIL - timedelta(days=3) <= instant <= UNTIL for instant in instants.values())
        assert rows == 0 or max(instants.values()) == UNTIL


def test_the_truth_is_what_is_served(client: Client) -> None:
    rows = client.rows(COMMUNICATIONS, fields=["communication_type", "id", "date_time"])
    served = {
        (row["communication_type"], row["id"]): datetime.fromisoformat(f"{row['date_time']}+00:00") for row in rows
    }
    assert served == client.sandbox.instants("communications")


def test_the_same_seed_makes_the_same_data_and_another_seed_other_data(play: Play) -> None:
    one, same, other = (
        sorted(everything(play(seed=seed), SESSIONS), key=lambda row: str(row["id"])) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_communications_and_sessions_refer_to_each_other(client: Client) -> None:
    sessions = {row["id"]: row for row in everything(client, SESSIONS)}
    communications = everything(client, COMMUNICATIONS)
    shared = ("visitor_id", "person_id", "campaign_id", "site_id", "visitor_city", "gclid")
    told = Counter()  # type: Counter[tuple[int, str, int, str]]
    for row in communications:
        session = sessions[row["visitor_session_id"]]
        assert {name: row[name] for name in shared} == {name: session[name] for name in shared}
        began, spoke = (datetime.fromisoformat(one["date_time"]) for one in (session, row))
        assert timedelta(0) <= spoke - began <= timedelta(seconds=session["duration"])
        assert row["communication_page_url"] in {hit["hit_url"] for hit in session["hits"]}
        told[session["id"], row["communication_type"], row["id"], row["date_time"]] += 1
    listed = Counter(
        (
            session["id"],
            one["communication_type"],
            one["communication_id"],
            one["communication_date_time"],
        )
        for session in sessions.values()
        for one in session["communications"]
    )
    assert listed == told


def test_type_and_id_are_unique_together_and_the_id_alone_is_not(client: Client) -> None:
    rows = client.rows(COMMUNICATIONS)
    assert len({(row["communication_type"], row["id"]) for row in rows}) == len(rows)
    assert len({row["id"] for row in rows}) < len(rows)


def test_visitors_come_back_and_are_new_only_once(client: Client) -> None:
    sessions = sorted(everything(client, SESSIONS), key=lambda row: str(row["date_time"]))
    seen = set()
    for row in sessions:
        assert row["visitor_type"] == ("Returned" if row["visitor_id"] in seen else "New")
        seen.add(row["visitor_id"])
    assert len(seen) < len(sessions)


def test_visitors_are_of_many_countries_and_alphabets(client: Client) -> None:
    cities = "".join({row["visitor_city"] for row in everything(client, SESSIONS)})
    for letters in ("[a-z]", "[\u0430-\u044f]", "[\u0621-\u064a]", "[一-龥]", "[É-ž]", "[가-힣]"):
        assert re.search(letters, cities)


def test_nothing_points_to_anybody_real(client: Client) -> None:
    for stream in (SESSIONS, COMMUNICATIONS):
        for row in everything(client, stream):
            for host in re.findall(r"(?:https?://|@)([^/\"'?#]+)", str(row)):
                assert re.search(r"(^|\.)example\.(com|net|org)$", host)
            for name in ("site_domain_name", "referrer_domain"):
                assert row[name] is None or re.search(r"example\.(com|net|org)$", row[name])
            if "visitor_ip_address" in row:
                address = ip_address(row["visitor_ip_address"])
                assert any(address in network for network in DOCUMENTATION)


def test_utm_tags_fit_the_channel(client: Client) -> None:
    rows = everything(client, COMMUNICATIONS)
    media = {row["channel"]: row["utm_medium"] for row in rows}
    assert media["paid"] == "cpc"
    assert media["direct"] is None
    assert all(row["gclid"] is None or row["utm_source"] == "google" for row in rows)


def test_ids_are_beyond_32_bits(client: Client) -> None:
    assert all(row["visitor_id"] > 10**10 for row in client.rows(COMMUNICATIONS))


def test_rows_after_now_are_not_served_yet(client: Client) -> None:
    before = len(client.rows(SESSIONS))
    client.sandbox.now = UNTIL - timedelta(days=10)
    after = client.rows(SESSIONS, fields=["date_time"])
    assert 0 < len(after) < before
    assert len(client.sandbox.instants("visitor_sessions")) == len(after)
    assert max(row["date_time"] for row in after) <= "2026-11-10 12:00:00"


def test_tags_and_sales_appear_later(client: Client) -> None:
    fields = ["id", "tags", "sale_date", "sale_cost", "attributes"]
    window = {"date_from": "2026-11-01 00:00:00", "date_till": "2026-11-10 00:00:00"}
    known = []
    for day in (10, 13, 30):
        now = client.sandbox.now = datetime(2026, 11, day, tzinfo=timezone.utc)
        rows = client.rows(COMMUNICATIONS, fields=fields, **window)
        changes = [tag["tag_change_time"] for row in rows for tag in row["tags"]]
        sales = [row["sale_date"] for row in rows if row["sale_date"]]
        assert all(time <= f"{now:%Y-%m-%d %H:%M:%S}" for time in changes + sales)
        known.append((len(rows), len(changes), len(sales)))
    assert known == sorted(known)
    assert known[0][0] == known[2][0]
    assert known[0][1] < known[1][1] < known[2][1]
    assert known[0][2] < known[2][2]


def test_some_calls_are_lost_and_nothing_but_calls(client: Client) -> None:
    rows = client.rows(COMMUNICATIONS, fields=["communication_type", "attributes", "tags"])
    lost = [row for row in rows if "lost" in row["attributes"]]
    calls = [row for row in rows if row["communication_type"] == "call"]
    assert 0 < len(lost) < len(calls) / 4
    assert all(row["communication_type"] == "call" and not row["tags"] for row in lost)


def test_a_session_grows_while_it_goes_on(client: Client) -> None:
    fields = ["id", "duration", "hits", "hits_count", "communications"]
    moment = {"date_from": "2026-11-20 12:00:00", "date_till": "2026-11-20 12:00:00"}
    grown = []
    for seconds in (0, 60, 86_400):
        client.sandbox.now = UNTIL + timedelta(seconds=seconds)
        (row,) = client.rows(SESSIONS, fields=fields, **moment)
        assert len(row["hits"]) == row["hits_count"]
        grown.append((row["duration"], row["hits_count"], len(row["communications"])))
    assert grown[0][0] == 0
    assert grown == sorted(grown)
    assert grown[0] < grown[2]


def test_nights_and_weekends_are_quiet_in_the_weekly_rhythm() -> None:
    world = World(Options(rows=20_000, days=28, zone="America/New_York", rhythm="weekly"), until=1_795_000_000)
    hours = Counter(
        (time.weekday() < 5, 8 <= time.hour < 20)
        for time in map(world.zone.local_time, world.reports["visitor_sessions"].times)
    )
    busy = hours[True, True] / (20 * 12)
    quiet = (20_000 - hours[True, True]) / (28 * 24 - 20 * 12)
    assert quiet / busy == pytest.approx(0.2, abs=0.02)


def test_a_burst_falls_into_one_hour() -> None:
    world = World(Options(rows=5000, days=30, burst=0.2), until=1_795_000_000)
    hours = Counter(time // 3600 for time in world.reports["visitor_sessions"].times)
    assert 1000 <= hours.most_common(1)[0][1] < 1050


def test_rows_come_in_clumps_of_one_second() -> None:
    world = World(Options(rows=1000, days=30, same_second=7), until=1_795_000_000)
    for report in map(world.reports.__getitem__, ("communications", "visitor_sessions")):
        assert Counter(report.times).most_common()[1][1] >= 7
        assert len(set(report.times)) <= 1000 // 7 + 1


def test_every_documented_field_of_a_report_is_told_by_one_part_only() -> None:
    reports = World(Options(rows=10), until=1_795_000_000).reports
    for documented in DOCUMENTED.values():
        if documented.name in reports:
            report = reports[documented.name]
            parts: list[Own[Any] | Shared[Any]] = [*report.own, *report.shared]
            told = Counter(field for part in parts for field in part.tell(report.draw(0), 1_796_000_000))
            assert {name: told[name] for name in documented.inner() if told[name] != 1} == {}, documented.name
