"""Every method that is documented is played, and what the methods tell fits together."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from callgear_sandbox import Options, Sandbox

from .conftest import COMMON, UNTIL, Client, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Json, Play

CORE_KINDS = {"calls": "call", "chats": "chat", "goals": "goal", "offline_messages": "offline_message"}
SITE = 54101


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Return a client of a sandbox that all these tests ask."""
    options = Options(rows=600, days=30, until=UNTIL, zone="Asia/Dubai")
    with Sandbox(options) as sandbox, requests.Session() as http:
        sandbox.now = UNTIL + timedelta(days=30)
        yield Client(sandbox, http)


@pytest.fixture(scope="module")
def agent() -> Iterator[Client]:
    """Return a client of an agent's sandbox."""
    with Sandbox(Options(rows=40, days=3, until=UNTIL, user_ids=(11, 12))) as sandbox, requests.Session() as http:
        yield Client(sandbox, http)


@pytest.fixture(scope="module")
def rows(client: Client) -> dict[str, list[Json]]:
    """Return everything there is, by name."""
    return {one.name: client.everything(one) for one in COMMON if one.access != "agent"}


def by(name: str, rows: list[Json]) -> dict[Any, Json]:
    """Return rows by the value of a field, which no two of them share."""
    found = {row[name]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_method_has_rows_and_they_have_the_keys_that_the_truth_knows(
    client: Client, rows: dict[str, list[Json]]
) -> None:
    for documented in COMMON:
        name, parts = documented.name, documented.key
        if documented.access == "agent" or "date" in parts:
            continue
        found = Counter(tuple(row[part] for part in parts) for row in rows[name])
        truth = {key if isinstance(key, tuple) else (key,) for key in client.sandbox.keys(name)}
        if name == "employee_statuses":
            truth -= {(53_021,)}
        assert found == Counter(truth), name


def test_the_kinds_of_communications_are_communications(rows: dict[str, list[Json]]) -> None:
    communications = {(row["communication_type"], row["id"]): row for row in rows["communications"]}
    shared = ("visitor_session_id", "visitor_id", "person_id", "site_id", "campaign_id", "tags", "sale_date")
    told = 0
    for name, kind in CORE_KINDS.items():
        for row in rows[name]:
            of = communications[kind, row["communication_id"]]
            assert row["communication_type"] == kind
            assert row["start_time" if name == "calls" else "date_time"] == of["date_time"]
            assert {one: row[one] for one in shared} == {one: of[one] for one in shared}
            told += 1
    assert told == len(communications)


def test_legs_belong_to_calls_and_messages_to_chats(rows: dict[str, list[Json]]) -> None:
    calls, chats = by("id", rows["calls"]), by("id", rows["chats"])
    assert {row["id"] for row in rows["calls"]} == {row["communication_id"] for row in rows["calls"]}
    legs = by("id", rows["call_legs"])
    assert {leg["call_session_id"] for leg in legs.values()} == set(calls)
    for leg in legs.values():
        call = calls[leg["call_session_id"]]
        assert call["start_time"] <= leg["start_time"]
        assert leg["scenario_id"] == call["scenario_id"]
        assert leg["employee_id"] in {None, *(one["employee_id"] for one in call["employees"])}
    assert {row["leg_id"]: row["call_session_id"] for row in rows["financial_call_legs"]} == {
        key: leg["call_session_id"] for key, leg in legs.items()
    }
    uploaded = by("ext_id", rows["uploaded_calls"])
    assert set(uploaded) == {row["ext_id"] for row in calls.values() if row["source"] == "upload_calls"}
    for ext_id, row in uploaded.items():
        assert calls[row["call_session_id"]]["ext_id"] == ext_id
    messages = Counter(row["chat_id"] for row in rows["chat_messages"])
    assert messages == Counter({key: chat["messages_count"] for key, chat in chats.items()})


@pytest.mark.parametrize(
    "stream, field, listed, key",
    [
        ("calls", "last_answered_employee_id", "employees", "id"),
        ("calls", "last_answered_employee_full_name", "employees", "full_name"),
        ("calls", "contact_id", "contacts", "id"),
        ("calls", "scenario_id", "scenarios", "id"),
        ("calls", "virtual_phone_number", "virtual_numbers", "virtual_phone_number"),
        ("calls", "auto_call_campaign_name", "auto_call_campaigns", "name"),
        ("calls", "cpn_region_id", "geolocations", "id"),
        ("call_legs", "group_id", "employee_groups", "id"),
        ("chats", "chat_channel_id", "chat_channels", "id"),
        ("chats", "employee_id", "employees", "id"),
        ("chat_messages", "channel_id", "chat_channels", "id"),
        ("goals", "id", "events", "id"),
        ("offline_messages", "employee_id", "employees", "id"),
        ("communications", "site_id", "sites", "id"),
        ("communications", "campaign_id", "campaigns", "id"),
        ("communications", "source_id", "sources", "id"),
        ("communications", "source_new", "source_groups", "name"),
        ("communications", "channel_code", "source_channels", "mnemonic"),
        ("campaign_daily_stats", "campaign_id", "campaigns", "id"),
        ("campaign_daily_stats", "engine", "ad_engines", "id"),
        ("ct_summaries", "site_id", "sites", "id"),
        ("ct_ac_summaries", "ac_id", "campaigns", "id"),
        ("employee_stats", "id", "employees", "id"),
        ("source_costs", "source_id", "sources", "id"),
        ("deals_history", "sales_funnel_ext_id", "sales_funnels", "ext_id"),
        ("deals_history", "employee_ext_id", "deal_employees", "ext_id"),
        ("deals_history", "main_contact_ext_id", "deal_contacts", "ext_id"),
        ("employees", "status_id", "employee_statuses", "id"),
    ],
)
def test_what_a_row_refers_to_is_in_its_list(
    rows: dict[str, list[Json]], stream: str, field: str, listed: str, key: str
) -> None:
    known = {row[key] for row in rows[listed]}
    referred = {row[field] for row in rows[stream]} - {None}
    assert referred
    assert referred <= known


@pytest.mark.parametrize("parts, inner, listed", [("tags", "tag_id", "tags"), ("segments", "segment_id", "segments")])
def test_marks_of_communications_are_in_their_lists(
    rows: dict[str, list[Json]], parts: str, inner: str, listed: str
) -> None:
    known = {row["id"] for row in rows[listed]}
    assert {one[inner] for row in rows["communications"] for one in row[parts]} <= known


def test_deals_come_from_communications(rows: dict[str, list[Json]]) -> None:
    sold = {(row["communication_type"], row["id"]) for row in rows["communications"] if row["sale_date"]}
    assert {(row["communication_type"], row["communication_id"]) for row in rows["deals_history"]} == sold


def test_statistics_add_up_from_the_rows(rows: dict[str, list[Json]]) -> None:
    stats = rows["campaign_daily_stats"]
    for counted, kind in (("visits_count", None), ("calls_count", "call"), ("goals_count", "goal")):
        told = rows["communications" if kind else "visitor_sessions"]
        of_rows = Counter(
            (row["date_time"][:10], row["site_id"], row["campaign_id"])
            for row in told
            if kind is None or row["communication_type"] == kind
        )
        of_stats: Counter[tuple[str, int, int]] = Counter()
        for row in stats:
            of_stats[row["date"], row["site_id"], row["campaign_id"]] += row[counted]
        assert +of_stats == of_rows
    assert sorted(key for row in stats for key in row["session_ids"]) == sorted(
        row["id"] for row in rows["visitor_sessions"]
    )
    incoming = Counter(
        row["site_id"] for row in rows["calls"] if row["source"] == "dynamic_call_tracking" and row["direction"] == "in"
    )
    assert {row["site_id"]: row["calls_count"] for row in rows["ct_summaries"]} == incoming
    assert sum(row["calls_count"] for row in rows["ct_ac_summaries"]) == incoming.total()


def test_sums_of_days_are_the_sum_of_the_window(client: Client) -> None:
    costs: dict[tuple[int, int | None], float] = defaultdict(float)
    first = datetime(2026, 11, 2)  # noqa: DTZ001 - local time
    for day in (first + timedelta(days=number) for number in range(5)):
        window = {"date_from": f"{day:%F} 00:00:00", "date_till": f"{day:%F} 23:59:59"}
        for row in client.rows("get.source_costs", **window):
            costs[row["source_id"], row["site_id"]] += row["cost"]
        for row in client.rows("get.employee_stat", **window, only_default_statuses_in_stats=False):
            assert sum(row["status_stats"].values()) == 86_400
    window = {"date_from": "2026-11-02 00:00:00", "date_till": "2026-11-06 23:59:59"}
    whole = client.rows("get.source_costs", **window)
    assert {(row["source_id"], row["site_id"]): row["cost"] for row in whole} == pytest.approx(costs)
    by_mnemonic = client.rows("get.employee_stat", **window)
    assert {name for row in by_mnemonic for name in row["status_stats"]} <= {
        row["mnemonic"] for row in rows_of(client.call("get.statuses"))
    }


def test_the_statistic_that_is_drawn_without_metadata_can_have_it(client: Client) -> None:
    window = {"date_from": "2026-11-02 00:00:00", "date_till": "2026-11-02 23:59:59", "site_id": SITE}
    bare = client.call("get.campaign_daily_stat", **window)["result"]
    options = client.sandbox.options
    client.sandbox.options = replace(options, bare_statistic=False)
    wrapped = client.call("get.campaign_daily_stat", **window)["result"]
    client.sandbox.options = options
    assert wrapped["metadata"]["total_items"] == len(wrapped["data"]) == len(bare)


def test_replies_have_the_shapes_that_the_documentation_draws(client: Client) -> None:
    window = {"date_from": "2026-11-02 00:00:00", "date_till": "2026-11-02 23:59:59"}
    assert isinstance(client.call("get.campaign_daily_stat", **window, site_id=SITE)["result"], list)
    assert client.call("getobj.account")["result"]["data"]["timezone"] == "Asia/Dubai"
    for method in ("get.account", "get.crm_accounts"):
        assert client.call(method)["result"]["meta_data"]["total_items"] == 1
    assert all("password" in row for row in rows_of(client.call("get.sip_lines")))


def test_parameters_of_one_method_do_what_they_say(client: Client, rows: dict[str, list[Json]]) -> None:
    chats = [row["id"] for row in rows["chats"][:3]]
    for params in ({"chat_ids": chats}, {"chat_id": chats[0], "chat_ids": chats[1:]}):
        assert {row["chat_id"] for row in rows_of(client.call("get.chat_messages_report", **params))} == set(chats)
    assert [row["id"] for row in rows_of(client.call("get.geolocations", ids=[1_001]))] == [1_001]
    (deleted,) = rows_of(client.call("get.statuses", is_deleted=True))
    assert deleted["is_deleted"]
    rated, plain = (client.call("get.tags", fields=["rating"], **asked) for asked in ({"is_include_rating": True}, {}))
    assert {row["rating"] for row in rows_of(plain)} == {None} != {row["rating"] for row in rows_of(rated)}


@pytest.mark.parametrize(
    "method, params, refusal",
    [
        ("get.campaign_daily_stat", {}, ("required_parameter_missed", "site_id", None)),
        ("get.ct_ac_summary_report", {}, ("required_parameter_missed", "site_id", None)),
        ("get.chat_messages_report", None, ("required_parameter_missed", "date_from", None)),
        ("get.chat_messages_report", {}, ("date_interval_limit_reached", "date_till", "2026-11-30 00:00:00")),
        (
            "get.campaign_daily_stat",
            {"site_id": SITE, "date_from": "2026-08-31 23:59:59"},
            ("date_interval_limit_reached", "date_till", "2026-11-30 00:00:00"),
        ),
        ("get.customers", None, ("forbidden", None, None)),
        ("get.employees", {"sort": [{"field": "id"}]}, ("unexpected_parameters", "date_from", None)),
    ],
)
def test_what_a_method_does_not_take_is_refused(
    client: Client, method: str, params: Json | None, refusal: tuple[str, object, object]
) -> None:
    window = {"date_from": "2026-10-20 00:00:00", "date_till": "2026-11-30 00:00:00"}
    assert client.refusal(method, **({} if params is None else {**window, **params})) == refusal


def test_a_call_that_goes_on_is_left_out_unless_it_is_asked_for(play: Play) -> None:
    client = play(rows=90, days=1)
    start, end = next(
        (row["start_time"], row["finish_time"])
        for row in client.rows("get.calls_report")
        if row["finish_time"] > row["start_time"]
    )
    began, ended = (datetime.fromisoformat(f"{text}+00:00") for text in (start, end))
    for now, served in ((began, False), (ended - timedelta(seconds=1), False), (ended, True)):
        client.sandbox.now = now
        moment = {"date_from": start, "date_till": start}
        assert bool(client.rows("get.calls_report", **moment)) is served
        (ongoing,) = client.rows("get.calls_report", **moment, include_ongoing_calls=True)
        assert (ongoing["finish_time"] is not None) is served


def test_an_agent_asks_for_a_customer_where_the_method_takes_one(agent: Client) -> None:
    assert {row["id"] for row in rows_of(agent.call("get.customer_users"))} == {11, 12}
    assert len(rows_of(agent.call("get.customers"))) == 2
    assert rows_of(agent.call("get.chat_channels"))
    assert agent.refusal("get.sites") == ("required_parameter_missed", "user_id", None)
    assert rows_of(agent.call("get.sites", user_id=12))
    for method in ("get.account", "get.crm_accounts"):
        assert agent.refusal(method)[0] == "forbidden"
    for stream in ("visitor_sessions", "communications", "call_legs", "chats", "chat_messages", "offline_messages"):
        assert agent.sandbox.keys(stream, 11).isdisjoint(agent.sandbox.keys(stream, 12))


def test_a_method_that_the_account_does_not_have_is_refused_and_costs_nothing(play: Play) -> None:
    client = play(
        points_per_day=1,
        refused_methods={"get.chats_report": "method_component_disabled:consultant", "get.contacts": "forbidden"},
        refused_fields=("is_include_rating",),
    )
    error = client.call("get.chats_report")["error"]
    assert (error["code"], error["data"]["mnemonic"]) == (-32008, "method_component_disabled")
    assert error["data"]["params"] == {"components": "consultant"}
    assert client.refusal("get.contacts")[0] == "forbidden"
    assert client.refusal("get.tags", is_include_rating=True)[:2] == ("unexpected_parameters", "is_include_rating")
    assert rows_of(client.call("get.sites"))


def test_oddities_come_in_the_new_methods_too(play: Play) -> None:
    client = play(quirks=True, rows=200)
    window = {"date_from": "2026-11-01 00:00:00", "date_till": "2026-11-20 23:59:59"}
    stats = rows_of(client.call("get.campaign_daily_stat", **window, site_id=SITE))
    assert {"campain_id", "campaign_id"} <= {name for row in stats for name in row}
    assert {int, str} == {type(row["id"]) for row in client.rows("get.calls_report")}
    assert {int, str} == {type(row["ext_id"]) for row in client.rows("get.goals_report") if row["ext_id"]}
