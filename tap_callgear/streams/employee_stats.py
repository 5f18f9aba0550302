"""The stream of how employees spent their days."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.day_report import DayReportStream
from tap_callgear.streams.entities.properties import PERSON_NAME
from tap_callgear.streams.kinds import counts, integer, structures
from tap_callgear.streams.properties import DATE, EMPLOYEE_GROUP


class EmployeeStats(DayReportStream):
    """Each day of each employee: the seconds spent in each status."""

    name = "employee_stats"
    method = "get.employee_stat"
    primary_keys = ("date", "id")
    sorts_by = ("first_name",)
    product = "Contact center (call_center)"

    # Else the API sums up the built-in statuses only, and leaves out the time spent in the account's own.
    params: ClassVar[dict[str, object]] = {"only_default_statuses_in_stats": False}

    schema = th.PropertiesList(
        DATE,
        integer("id", "Identifier of the employee: the id in employees.", key=True),
        *PERSON_NAME,
        structures("groups", "The groups that the employee is in.", *EMPLOYEE_GROUP),
        counts(
            "status_stats",
            "Seconds that the employee spent in each status, by its identifier: the id in employee_statuses.",
        ),
    ).to_dict()
