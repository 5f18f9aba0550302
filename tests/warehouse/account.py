"""What an account of the sandbox holds, as it answers by itself: without the tap."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callgear_sandbox import Sandbox
    from tests.support import Json

ASKED: Final = {
    "sites": ("get.sites", "id domain_name"),
    "campaigns": ("get.campaigns", "id name"),
    "employees": ("get.employees", "id full_name"),
    "communications": (
        "get.communications_report",
        """communication_type id date_time sale_date sale_cost attributes tags visitor_session_id visitor_id site_id
        campaign_id visitor_first_campaign_id channel""",
    ),
    "visitor_sessions": (
        "get.visitor_sessions_report",
        "id date_time duration visitor_id site_id campaign_id channel hits_count",
    ),
    "calls": ("get.calls_report", "id start_time direction is_lost"),
    "call_legs": (
        "get.call_legs_report",
        "id start_time connect_time call_session_id employee_id is_talked duration",
    ),
    "chats": (
        "get.chats_report",
        "id date_time status chat_channel_type answer_time messages_count employee_messages_count",
    ),
    "chat_messages": ("get.chat_messages_report", "id chat_id source"),
    "campaign_daily_stats": (
        "get.campaign_daily_stat",
        "date site_id campaign_id cost_sum currency shows_count clicks_count",
    ),
}
"""The method and the fields of each stream that the marts are made of."""

LISTS: Final = ("sites", "campaigns", "employees")


class Account:
    """What an account holds at some time.

    Attributes:
        rows: The rows of each stream as the API tells them, in the account's own time.
    """

    def __init__(self, rows: Mapping[str, list[Json]]) -> None:
        """Look at what was told."""
        self.rows = rows
        self.contacts = rows["communications"]
        self.sessions = {session["id"]: session for session in rows["visitor_sessions"]}
        self.campaigns = {campaign["id"]: campaign["name"] for campaign in rows["campaigns"]}

    @classmethod
    def of(cls, sandbox: Sandbox, first: date, last: date, **user: int) -> Account:
        """Ask a sandbox for everything, in one request a stream and, for the statistics, a website.

        Args:
            sandbox: The sandbox.
            first: The first day of its history.
            last: The last day.
            user: The user_id of an agent's customer, where the sandbox plays an agent's account.

        Returns:
            The account.
        """
        rows: dict[str, list[Json]] = {}
        for stream, (method, fields) in ASKED.items():
            span = {} if stream in LISTS else {"date_from": f"{first} 00:00:00", "date_till": f"{last} 23:59:59"}
            params: Json = {"limit": 10_000, "fields": fields.split(), **span, **user}
            sites = rows["sites"] if stream == "campaign_daily_stats" else ()
            each = [{"site_id": site["id"]} for site in sites] or [{}]
            rows[stream] = [row for site in each for row in asked(sandbox, method, {**params, **site})]
        return cls(rows)

    @classmethod
    def read(cls, rows: Mapping[str, list[Json]], zone: str) -> Account:
        """Take what the tap has read of the core streams."""
        names = {row["campaign_id"]: row["campaign_name"] for stream in rows for row in rows[stream]}
        local = {stream: [at_home(row, zone) for row in told] for stream, told in rows.items()}
        return cls({**local, "campaigns": [{"id": number, "name": name} for number, name in names.items()]})

    def tags(self) -> Counter[tuple[str, str]]:
        """Return how many contacts have each tag, by its name and by whether a rule or a person gave it."""
        return Counter(
            tag
            for contact in self.contacts
            for tag in {(each["tag_name"], each["tag_type"]) for each in contact["tags"] or ()}
        )


def at_home(row: Json, zone: str) -> Json:
    """Return a row of the tap's with its times by the account's clocks."""
    times = {name: value for name, value in row.items() if name in {"date_time", "sale_date"} and value}
    local = {name: datetime.fromisoformat(value).astimezone(ZoneInfo(zone)) for name, value in times.items()}
    return {**row, **{name: f"{moment:%Y-%m-%d %H:%M:%S}" for name, moment in local.items()}}


def asked(sandbox: Sandbox, method: str, params: Mapping[str, object]) -> list[Json]:
    """Ask the sandbox as any client does, and return the rows."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"access_token": sandbox.options.token, **params}}
    told = requests.post(sandbox.url, json=body, timeout=30).json()["result"]
    rows: list[Json] = told if isinstance(told, list) else told["data"]
    return rows
