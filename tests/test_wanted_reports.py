"""People write as they like which reports they want: ids or names, lists or text, with a method where need be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.wanted_reports import Wanted, wanted_reports
from tap_callgear.reports.saved import SavedReports
from tap_callgear.settings import Settings
from tap_callgear.tap import TapCallGear
from tests.signals import signals_kept

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put back the signal handlers that making a tap replaces."""
    with signals_kept():
        yield


@pytest.mark.parametrize(
    "written, meant",
    [
        ([48401, "48401", 48401.0], [Wanted("48401")]),
        ([" Contacts for the CRM "], [Wanted("Contacts for the CRM")]),
        ([{"report_id": 48407, "method": "get.visits"}], [Wanted("48407", "visits")]),
        ([{"report_id": "48407", "method": "visits", "user_id": "11"}], [Wanted("48407", "visits", 11)]),
        (['{"report_id": 48407, "method": "get.visits"}', ""], [Wanted("48407", "visits")]),
    ],
)
def test_a_report_can_be_asked_for_in_many_ways(written: list[object], meant: list[Wanted]) -> None:
    assert wanted_reports(written) == tuple(meant)


@pytest.mark.parametrize(
    "written, complaint",
    [
        (True, "true cannot be read: write the id or the name"),
        ({"method": "get.visits"}, '{"method": "get.visits"} cannot be read'),
        ({"report_id": 7, "methods": "get.visits"}, "there is no methods (did you mean method?)"),
        ({"report_id": 7, "user_id": "me"}, "user_id is no number"),
        ({"report_id": 7, "method": "get.weather"}, "get.weather is no method that reads reports"),
        ("{7", "{7 cannot be read"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line_that_shows_it(written: object, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(complaint)):
        wanted_reports([written])


@pytest.mark.parametrize(
    "text, meant",
    [
        ("48401", [Wanted("48401")]),
        ("48401, All contacts", [Wanted("48401"), Wanted("All contacts")]),
        ('[48401, "One, two"]', [Wanted("48401"), Wanted("One, two")]),
        ('{"report_id": 48407, "method": "get.visits"}', [Wanted("48407", "visits")]),
    ],
)
def test_an_environment_variable_holds_one_report_or_a_list(
    text: str, meant: list[Wanted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAP_CALLGEAR_REPORTS", text)
    given = {"access_token": "key-1234567890", "start_date": "2026-01-31"}
    tap = TapCallGear(config=given, parse_env_config=True, reports=SavedReports())
    assert Settings.from_config(tap.config).reports == tuple(meant)
