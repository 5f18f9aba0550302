"""What is known of each type of report agrees with what the documentation says of its method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from callgear_sandbox.documentation import DOCUMENTED
from tap_callgear.extraction.schemas import type_of
from tap_callgear.report_types import REPORT_TYPES
from tap_callgear.reports.columns import form_of

if TYPE_CHECKING:
    from tap_callgear.report_types import ReportType

PLAYED = [kind for kind in REPORT_TYPES.values() if kind.method in DOCUMENTED]

every_kind = pytest.mark.parametrize("kind", PLAYED, ids=lambda kind: kind.name)


def test_every_documented_type_is_known() -> None:
    assert {one.report_type for one in DOCUMENTED.values() if one.report_type} == {kind.name for kind in PLAYED}


@every_kind
def test_time_key_and_window_are_those_of_the_documentation(kind: ReportType) -> None:
    documented = DOCUMENTED[kind.method]
    assert documented.time == kind.cursor
    assert kind.cursor in documented.columns.sortable
    assert (documented.key == kind.identity) or not kind.has_key
    assert documented.interval_days is not None
    assert kind.longest.days == documented.interval_days - 1
    assert all(documented.takes(name) for name in kind.options)
    assert set(kind.columns) <= set(documented.inner())


@every_kind
def test_every_documented_column_has_a_form_of_its_documented_type(kind: ReportType) -> None:
    documented = DOCUMENTED[kind.method]
    fits = {"number": {"integer", "number"}, "string": {"string", "object"}, "iso8601": {"string"}}
    for column in documented.inner():
        said = documented.fields[column].kind
        schema = form_of(column).properties[""]
        assert type_of(schema) in fits.get(said, {"string", "object", "array"}), column
        if said == "iso8601" and not column.endswith(("_duration", "_start_time")):
            assert schema["format"] in {"date", "date-time"}, column
