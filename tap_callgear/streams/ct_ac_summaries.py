"""The stream of how call tracking covers the campaigns."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.daily import DailyReportStream
from tap_callgear.streams.lists.sites import Sites
from tap_callgear.streams.shared import COVERAGE, DATE, SITE_ID
from tap_callgear.streams.types import as_key, boolean, integer, string


class CtAcSummaries(DailyReportStream):
    """Each day of each campaign with call tracking: its numbers, and the visits and calls that they covered."""

    name = "ct_ac_summaries"
    method = "get.ct_ac_summary_report"
    primary_keys = ("date", "site_id", "ac_id")
    sorts_by = ("ac_name",)
    requires = "Call tracking (call_tracking)"
    parent = Sites
    parent_param = "site_id"

    schema = th.PropertiesList(
        DATE,
        as_key(SITE_ID),
        integer("ac_id", "Identifier of the campaign: the id in campaigns.", key=True),
        string("ac_name", "Name of the campaign."),
        boolean("is_reserve_pool", "Whether the campaign stands for the numbers in reserve."),
        boolean("is_dynamic", "Whether each visitor is shown a number of their own."),
        boolean("is_static", "Whether all visitors are shown the same number."),
        *COVERAGE,
    ).to_dict()
