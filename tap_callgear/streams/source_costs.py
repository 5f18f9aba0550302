"""The stream of costs that were entered by hand."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.daily import DailyReportStream
from tap_callgear.streams.lists.shared import CHILD_CUSTOMER_ID, CONFIGURATION
from tap_callgear.streams.shared import DATE, NO_ID, SITE_DOMAIN_NAME, SITE_ID, SOURCE_ID, SOURCE_NAME
from tap_callgear.streams.types import as_key, number


class SourceCosts(DailyReportStream):
    """Each day of each traffic source and site: what was entered by hand as its cost."""

    name = "source_costs"
    method = "get.source_costs"
    primary_keys = ("date", "source_id", "site_id")
    sorts_by = ("source_id", "site_id")
    nullable_keys = frozenset({"site_id"})
    requires = CONFIGURATION

    schema = th.PropertiesList(
        DATE,
        as_key(SOURCE_ID),
        as_key(SITE_ID, NO_ID),
        SOURCE_NAME,
        SITE_DOMAIN_NAME,
        CHILD_CUSTOMER_ID,
        number("cost", "What was entered as the cost of the day."),
    ).to_dict()
