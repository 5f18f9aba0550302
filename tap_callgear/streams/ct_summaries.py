"""The stream of how call tracking covers the sites."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.day_report import DayReportStream
from tap_callgear.streams.kinds import as_key, integer, text
from tap_callgear.streams.properties import COVERAGE, DATE, SITE_ID


class CtSummaries(DayReportStream):
    """Each day of each site with call tracking: its numbers, and the visits and calls that they covered."""

    name = "ct_summaries"
    method = "get.ct_summary_report"
    primary_keys = ("date", "site_id")
    sorts_by = ("site_id",)
    product = "Call tracking (call_tracking)"

    schema = th.PropertiesList(
        DATE,
        as_key(SITE_ID),
        text("site_domain", "Domain of the tracked website, such as shop.example.com."),
        integer("reserve_numbers_count", "How many virtual numbers stood in reserve."),
        *COVERAGE,
    ).to_dict()
