"""Ids and names lead to the reports of the account, or of an agent's customers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.wanted_reports import Wanted
from tap_callgear.reports.matching import Listed, meant_reports

if TYPE_CHECKING:
    from tap_callgear.reports.matching import Lists

LISTS: Lists = {
    None: [
        Listed(48401, "communications", "All contacts"),
        Listed(48402, "calls", "История звонков"),
        Listed(48403, "communications", "all  Contacts"),
        Listed(48404, "chats", "48402"),
    ]
}
OF_USERS: Lists = {
    11: [Listed(1, "calls", "Calls"), Listed(3, "leads", "Leads")],
    12: [Listed(2, "calls", "Calls"), Listed(3, "leads", "Leads")],
}


@pytest.mark.parametrize(
    "wanted, lists, ids",
    [
        (Wanted("48401"), LISTS, {48401: ()}),
        (Wanted("ИСТОРИЯ звонков"), LISTS, {48402: ()}),
        (Wanted("48402"), LISTS, {48402: ()}),
        (Wanted("99", "visits"), LISTS, {99: ()}),
        (Wanted("calls"), OF_USERS, {1: (11,), 2: (12,)}),
        (Wanted("calls", user_id=12), OF_USERS, {2: (12,)}),
        (Wanted("3"), OF_USERS, {3: (11, 12)}),
        (Wanted("99", "visits"), OF_USERS, {99: (11, 12)}),
    ],
)
def test_ids_and_names_lead_to_reports(wanted: Wanted, lists: Lists, ids: dict[int, tuple[int, ...]]) -> None:
    assert {meant.report.id: meant.owners for meant in meant_reports(wanted, lists)} == ids


@pytest.mark.parametrize(
    "wanted, complaint",
    [
        (Wanted("all contacts"), "there are 2 reports of that name: give the id of one, 48401 or 48403"),
        (Wanted("All contact"), "there is no report All contact (did you mean all  Contacts?)"),
        (Wanted("99"), "there is no report 99: it was deleted, or is another user's"),
    ],
)
def test_names_that_lead_nowhere_or_to_several_reports_are_told(wanted: Wanted, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(complaint)):
        meant_reports(wanted, LISTS)
