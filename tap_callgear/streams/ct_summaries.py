"""The stream of how call tracking covers the sites."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.daily import DailyReportStream
from tap_callgear.streams.shared import COVERAGE, DATE, SITE_ID
from tap_callgear.streams.types import as_key, integer, string


class CtSummaries(DailyReportStream):
    """Each day of each site with call tracking: its numbers, and the visits and calls that they covered."""

    name = "ct_summaries"
    method = "get.ct_summary_report"
    primary_keys = ("date", "site_id")
    sorts_by = ("site_id",)
    requires = "Call tracking (call_tracking)"

    schema = th.PropertiesList(
        DATE,
        as_key(SITE_ID),
        string("site_domain", "Domain of the tracked website, such as shop.example.com."),
        integer("reserve_numbers_count", "How many virtual numbers stood in reserve."),
        *COVERAGE,
    ).to_dict()
