"""The stream of how call tracking covers the campaigns."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.day_report import DayReportStream
from tap_callgear.streams.entities.sites import Sites
from tap_callgear.streams.kinds import as_key, flag, integer, text
from tap_callgear.streams.properties import COVERAGE, DATE, SITE_ID


class CtAcSummaries(DayReportStream):
    """Each day of each campaign with call tracking: its numbers, and the visits and calls that they covered."""

    name = "ct_ac_summaries"
    method = "get.ct_ac_summary_report"
    primary_keys = ("date", "site_id", "ac_id")
    sorts_by = ("ac_name",)
    product = "Call tracking (call_tracking)"
    parent = Sites
    parent_param = "site_id"

    schema = th.PropertiesList(
        DATE,
        as_key(SITE_ID),
        integer("ac_id", "Identifier of the campaign: the id in campaigns.", key=True),
        text("ac_name", "Name of the campaign."),
        flag("is_reserve_pool", "Whether the campaign stands for the numbers in reserve."),
        flag("is_dynamic", "Whether each visitor is shown a number of their own."),
        flag("is_static", "Whether all visitors are shown the same number."),
        *COVERAGE,
    ).to_dict()
