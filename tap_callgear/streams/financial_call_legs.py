"""The stream of charges for calls."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_callgear.streams.report import ReportStream
from tap_callgear.streams.telephony import CALL_ORIGINS, CALL_SESSION_ID, DIRECTION, PHONE_NUMBERS, START_TIME
from tap_callgear.streams.types import enum, integer, number


class FinancialCallLegs(ReportStream):
    """What every leg of every call cost."""

    name = "financial_call_legs"
    method = "get.financial_call_legs_report"
    primary_keys = ("leg_id",)
    replication_key = "start_time"
    sorts_by = ("start_time",)
    requires = "the right to see the account's finances (account_access)"

    schema = th.PropertiesList(
        integer("leg_id", "Identifier of the leg that was charged: the id in call_legs.", key=True),
        START_TIME,
        CALL_SESSION_ID,
        DIRECTION,
        enum("source", "What made the call.", *CALL_ORIGINS, "consultant"),
        *PHONE_NUMBERS,
        integer("duration", "Seconds that the leg lasted."),
        integer("chargeable_duration", "Seconds that were charged."),
        enum(
            "direction_type",
            "How far the call went, by the price list.",
            "international",
            "national",
            "local",
            "mobile",
        ),
        number("cost_per_minute", "Price of a minute."),
        number("total_charge", "What the leg cost in all."),
        number("bonuses_charge", "The part of it that bonuses paid."),
    ).to_dict()
