"""The stream of how employees spent their days."""

from __future__ import annotations

from typing import ClassVar

from singer_sdk import typing as th

from tap_callgear.streams.daily import DailyReportStream
from tap_callgear.streams.lists.shared import PERSON_NAME
from tap_callgear.streams.shared import DATE, EMPLOYEE_GROUP
from tap_callgear.streams.types import counts, integer, objects


class EmployeeStats(DailyReportStream):
    """Each day of each employee: the seconds spent in each status."""

    name = "employee_stats"
    method = "get.employee_stat"
    primary_keys = ("date", "id")
    sorts_by = ("first_name",)
    requires = "Contact center (call_center)"

    # Else the API sums up the built-in statuses only, and leaves out the time spent in the account's own.
    params: ClassVar[dict[str, object]] = {"only_default_statuses_in_stats": False}

    schema = th.PropertiesList(
        DATE,
        integer("id", "Identifier of the employee: the id in employees.", key=True),
        *PERSON_NAME,
        objects("groups", "The groups that the employee is in.", *EMPLOYEE_GROUP),
        counts(
            "status_stats",
            "Seconds that the employee spent in each status, by its identifier: the id in employee_statuses.",
        ),
    ).to_dict()
