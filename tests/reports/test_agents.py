"""Reports belong to users: an agent reads those of each customer, with the customer's own columns and bookmarks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support import play, run_tap

from .account import CONTACTS, LEADS, asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox import Sandbox

USERS = (7001, 7002)
OF_OTHER = "report_communications_48501"
CONFIG = {"user_ids": [*USERS], "reports": ["All contacts"]}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return an agent with two customers."""
    with play(rows=120, user_ids=USERS) as of_agent:
        yield of_agent


def test_a_name_leads_to_the_report_of_each_customer_and_each_is_read_for_its_own(sandbox: Sandbox) -> None:
    sandbox.requests.clear()
    run = run_tap(sandbox, config=CONFIG)
    assert run.exit_code == 0, run.stderr
    assert run.warnings == []
    for stream, user in ((CONTACTS, USERS[0]), (OF_OTHER, USERS[1])):
        records = run.records(stream)
        assert {record["user_id"] for record in records} == {user}
        keys = {(record["communication_type_id"], int(record["communication_id"])) for record in records}
        assert keys == set(sandbox.keys("communications", user))
        (part,) = run.state["bookmarks"][stream]["partitions"]
        assert part["context"] == {"user_id": user}
    of_reports = [request for request in sandbox.requests if "report_id" in request.params]
    assert {(request.params["report_id"], request.params["user_id"]) for request in of_reports} == {
        (48401, USERS[0]),
        (48501, USERS[1]),
    }


def test_columns_are_those_that_the_customer_has(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, "--discover", config=CONFIG)
    streams = {entry["tap_stream_id"]: entry["schema"]["properties"] for entry in json.loads(run.stdout)["streams"]}
    assert {"cc_14", "user_id"} <= streams[CONTACTS].keys()
    assert "cc_14" not in streams[OF_OTHER]


def test_an_id_is_one_customers_and_numbers_are_counted_for_each_customer(sandbox: Sandbox) -> None:
    sandbox.requests.clear()
    run = run_tap(sandbox, config={**CONFIG, "reports": [{"report_id": "Leads", "user_id": USERS[0]}]})
    assert run.exit_code == 0, run.stderr
    (told,) = (message for message in run.of_type("SCHEMA") if message["stream"] == LEADS)
    assert told["key_properties"] == ["lead_date_time", "row_number", "user_id"]
    assert {record["user_id"] for record in run.records(LEADS)} == {USERS[0]}
    assert asked(sandbox)["get.reports_list"] == 1


def test_a_test_asks_for_the_reports_of_the_customers_that_have_them(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, "--test", config=CONFIG)
    assert run.exit_code == 0, run.stderr
    assert len(run.records(CONTACTS)) == len(run.records(OF_OTHER)) == 1
    assert run.warnings == []


def test_an_estimate_counts_for_the_owner_alone(sandbox: Sandbox) -> None:
    run = run_tap(sandbox, "--estimate", config=CONFIG)
    rows = {line.split()[0]: line.split()[1:] for line in run.stdout.decode().splitlines()}
    assert rows[OF_OTHER] == [f"{len(sandbox.keys('communications', USERS[1]))}", "1", "1"]


def test_a_customer_that_is_refused_costs_its_reports_alone() -> None:
    with play(rows=60, user_ids=USERS, refused_users={f"{USERS[1]}": "account_inactive"}) as sandbox:
        run = run_tap(sandbox, config={**CONFIG, "reports": ["All contacts", 48501]})
    assert run.exit_code == 1
    assert run.records(CONTACTS)
    assert any("The report 48501 is skipped" in line and "switched off" in line for line in run.warnings)
    assert "leave out 48501" in run.complaints[-1]
