"""Which reports there are is asked once, and in as few requests as tell it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tap_callgear.api.envelope import Reply
from tap_callgear.api.errors import ConfigurationError, ErrorReply, error_from
from tap_callgear.inputs.wanted_reports import wanted_reports
from tap_callgear.reports.discovery import Discovery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_callgear.reports.discovery import FoundReports

COLUMNS = ("communication_id", "communication_date_time", "communication_type", "tags", "cc_14", "call_start_date_time")


class Account:
    """Answers as an account does, and counts what it is asked."""

    def __init__(self, lists: Mapping[int | None, Sequence[object]], **answers: object) -> None:
        """Have some reports; what else is answered by method, refusals as their mnemonics."""
        self.lists = lists
        self.answers: dict[str, object] = {
            "getobj.columns_tree": [{"columns": [{"id": name, "name": name.title()} for name in COLUMNS]}],
            "getobj.report_state": [{"columns": ["tags", "vanished"]}],
            **{method.replace("__", "."): answer for method, answer in answers.items()},
        }
        self.asked: list[tuple[str, object]] = []

    def __call__(self, method: str, params: Mapping[str, object]) -> Reply:
        """Answer."""
        user: Any = params.get("user_id")
        self.asked.append((method, user))
        answer = self.lists[user] if method == "get.reports_list" else self.answers.get(method, [])
        if isinstance(answer, str):
            raise error_from(ErrorReply(mnemonic=answer), method)
        return Reply([msgspec.Raw(json.dumps(row).encode()) for row in answer])  # type: ignore[attr-defined]

    def find(self, *wanted: object, selects_chosen_columns: bool = True) -> FoundReports:
        """Look for reports."""
        users = [user for user in self.lists if user is not None]
        now = datetime(2026, 11, 20, tzinfo=timezone.utc)
        return Discovery(self, user_ids=users, now=now, selects_chosen_columns=selects_chosen_columns).find(
            wanted_reports(wanted)
        )

    @property
    def methods(self) -> Counter[str]:
        """Return the methods that were asked, each with its number."""
        return Counter(method for method, _ in self.asked)


def listed(report_id: object, kind: str, name: str) -> dict[str, object]:
    """Return a report as the API lists it."""
    return {"id": report_id, "type": kind, "name": name, "is_system": False}


def test_a_report_is_found_with_its_columns_and_what_was_chosen() -> None:
    account = Account({None: [listed("7", "calls", "My calls"), listed(None, "calls", "odd"), "odd"]})
    (report,) = account.find("my CALLS").reports
    assert (report.id, report.kind.name, report.name, report.owners) == (7, "calls", "My calls", ())
    assert report.stream_name == "report_calls_7"
    assert report.chosen == ("tags",), "a column that is no more cannot be chosen"
    assert tuple(report.columns) == COLUMNS
    assert not report.is_numbered


def test_two_reports_of_a_type_share_the_requests_for_it_and_one_asked_for_twice_is_one() -> None:
    account = Account({None: [listed(7, "calls", "A"), listed(8, "calls", "B")]})
    found = account.find(7, "A", 8)
    assert [report.id for report in found.reports] == [7, 8]
    assert account.methods == {
        "get.reports_list": 1,
        "getobj.columns_tree": 1,
        "getobj.report_state": 2,
        "get.calls": 1,
    }


def test_where_a_catalog_says_what_to_read_no_choice_is_asked_for() -> None:
    account = Account({None: [listed(7, "calls", "A")]})
    (report,) = account.find(7, selects_chosen_columns=False).reports
    assert report.chosen is None
    assert "getobj.report_state" not in account.methods


def test_a_key_that_is_no_column_means_numbers_without_a_try() -> None:
    account = Account({None: [listed(7, "calls", "A")]}, getobj__columns_tree=[{"columns": [{"id": "tags"}]}])
    (report,) = account.find(7).reports
    assert report.is_numbered
    assert "get.calls" not in account.methods


@pytest.mark.parametrize("refusal", ["invalid_parameter_value", "forbidden"])
def test_a_choice_that_is_not_told_leaves_all_columns(refusal: str) -> None:
    account = Account({None: [listed(7, "calls", "A")]}, getobj__report_state=refusal)
    (report,) = account.find(7).reports
    assert report.chosen is None


@pytest.mark.parametrize(
    "kind, answers, why",
    [
        (
            "dash",
            {"get__report_types": [{"id": "dash", "configuration": "dashboard"}]},
            "which is dashboard: only flat",
        ),
        ("new", {"get__report_types": [{"id": "new", "configuration": "flat"}]}, "not known which method"),
        ("new", {}, "not known which method"),
        ("calls", {"getobj__columns_tree": []}, "tells no columns of reports of the type calls"),
        ("calls", {"getobj__columns_tree": [{"columns": "none"}]}, "tells no columns of reports of the type calls"),
        ("calls", {"getobj__columns_tree": "forbidden"}, "the key's user lacks the right"),
    ],
)
def test_why_a_report_cannot_be_read_is_said(kind: str, answers: dict[str, object], why: str) -> None:
    account = Account({None: [listed(7, kind, "A"), listed(8, kind, "B")]}, **answers)
    found = account.find("A", "B")
    assert found.reports == []
    assert all(why in text for text in found.missing.values())
    assert [*found.missing] == ["A", "B"]
    assert account.methods["get.report_types"] <= 1


@pytest.mark.parametrize("columns", [7, "tags", {"id": "tags"}, [7, None], []])
def test_columns_that_are_no_list_of_columns_are_told_as_none(columns: object) -> None:
    account = Account({None: [listed(7, "calls", "A")]}, getobj__columns_tree=[{"columns": columns}])
    assert "tells no columns" in account.find(7).missing["7"]


def test_customers_are_asked_until_all_ids_are_found_and_names_of_all() -> None:
    lists: dict[int | None, Any] = {user: [listed(user * 10, "calls", "Calls")] for user in (1, 2, 3)}
    account = Account(lists)
    (report,) = account.find(20, selects_chosen_columns=False).reports
    assert report.owners == (2,)
    assert [user for method, user in account.asked if method == "get.reports_list"] == [1, 2]
    by_name = Account(lists).find("calls").reports
    assert [(report.id, report.owners) for report in by_name] == [(10, (1,)), (20, (2,)), (30, (3,))]
    named = Account(lists)
    assert [report.id for report in named.find({"report_id": "calls", "user_id": 3}).reports] == [30]
    assert [user for method, user in named.asked if method == "get.reports_list"] == [3]


def test_a_customer_that_is_refused_leaves_the_others() -> None:
    lists: dict[int | None, Any] = {1: "account_inactive", 2: [listed(20, "calls", "Calls")]}
    found = Account(lists).find("calls", "Leads")
    assert [report.id for report in found.reports] == [20]
    assert "switched off" in found.missing["Leads"]


def test_a_refusal_of_the_key_ends_it_all() -> None:
    with pytest.raises(ConfigurationError, match="access_token"):
        Account({None: "access_token_invalid"}).find("calls")
