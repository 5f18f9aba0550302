"""What the ready queries should answer, counted from the tap's own records without SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from tests.support import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.support import Json, Run

Rows = list[dict[str, Any]]

STREAMS = (
    *("communications", "visitor_sessions", "calls", "call_legs", "chats", "chat_messages", "campaign_daily_stats"),
    *("campaigns", "sites", "employees"),
)
"""The streams that the queries ask."""

_TYPES = {"calls": "call", "chats": "chat", "goals": "goal", "offline_messages": "offline_message"}


class Figures:
    """The records of some runs, of which the latest of a key counts, as it does in a warehouse."""

    def __init__(self, runs: Iterable[Run]) -> None:
        """Keep one record a key."""
        latest: dict[str, dict[Any, Json]] = {stream: {} for stream in STREAMS}
        for run in runs:
            for stream, records in latest.items():
                records.update((key_of(stream, record), record) for record in run.records(stream))
        self.records = {stream: list(records.values()) for stream, records in latest.items()}
        self.communications = self.records["communications"]
        self.sessions = self.records["visitor_sessions"]

    def calls_by_employee(self) -> Rows:
        """Count the incoming calls that rang every employee, and the talks."""
        names = self._names("employees", "full_name")
        incoming = {record["id"] for record in self.records["calls"] if record["direction"] == "in"}
        legs = [record for record in self.records["call_legs"] if record["call_session_id"] in incoming]
        rows = []
        for employee, group in _grouped(legs, lambda record: record["employee_id"]).items():
            if employee not in names:
                continue
            calls = {record["call_session_id"] for record in group}
            talks = {record["call_session_id"] for record in group if record["is_talked"]}
            rows.append(
                {
                    "employee": names[employee],
                    "calls": len(calls),
                    "talks": len(talks),
                    "percent": 100 * len(talks) / len(calls),
                    "seconds": sum(record["duration"] or 0 for record in group if record["is_talked"]),
                }
            )
        return rows

    def chats_by_channel(self) -> Rows:
        """Count the chats of every channel, and what was written in them."""
        messages = Counter(record["chat_id"] for record in self.records["chat_messages"])
        by_visitors = Counter(
            record["chat_id"] for record in self.records["chat_messages"] if record["source"] == "visitor"
        )
        rows = []
        for channel, group in _grouped(self.records["chats"], lambda record: record["chat_channel_type"]).items():
            answers = [record["answer_time"] for record in group if record["answer_time"] is not None]
            rows.append(
                {
                    "channel": channel,
                    "chats": len(group),
                    "lost": sum(record["status"] == "lost" for record in group),
                    "seconds_to_answer": sum(answers) / len(answers) if answers else None,
                    "messages": sum(messages[record["id"]] for record in group),
                    "by_visitors": sum(by_visitors[record["id"]] for record in group),
                }
            )
        return rows

    def cost_of_contacts(self) -> Rows:
        """Add up what the ads of every campaign cost on every site, and what they brought."""
        campaigns, sites = self._names("campaigns", "name"), self._names("sites", "domain_name")
        charged = [record for record in self.records["campaign_daily_stats"] if record["cost_sum"] is not None]

        def place(record: Json) -> tuple[Any, ...]:
            campaign = campaigns.get(record["campaign_id"]) or record["campaign_name"]
            return campaign, sites[record["site_id"]], record["currency"]

        rows = []
        for (campaign, site, currency), group in _grouped(charged, place).items():
            cost = float(sum(record["cost_sum"] for record in group))
            visits = sum(record["visits_count"] or 0 for record in group)
            contacts = sum(record["communications_count"] or 0 for record in group)
            rows.append(
                {
                    "campaign_name": campaign,
                    "domain_name": site,
                    "currency": currency,
                    "cost": cost,
                    "visits": visits,
                    "contacts": contacts,
                    "cost_of_visit": cost / visits if visits else None,
                    "cost_of_contact": cost / contacts if contacts else None,
                }
            )
        return rows

    def _names(self, stream: str, column: str) -> dict[Any, Any]:
        return {record["id"]: record[column] for record in self.records[stream]}

    def communications_by_day(self, day_of: Callable[[str], str] = lambda moment: moment[:10]) -> Rows:
        """Count the communications of every day and channel."""
        groups = _grouped(self.communications, lambda record: (day_of(record["date_time"]), record["channel"]))
        return [
            {"day": day, "channel": channel, "communications": len(group)}
            | {name: sum(record["communication_type"] == kind for record in group) for name, kind in _TYPES.items()}
            for (day, channel), group in groups.items()
        ]

    def conversion_by_campaign(self) -> Rows:
        """Count the sessions of every campaign, and what came of them."""
        contacts = Counter(record["visitor_session_id"] for record in self.communications)
        rows = []
        for (_, name), group in _grouped(self.sessions, _campaign).items():
            converted = sum(contacts[record["id"]] > 0 for record in group)
            rows.append(
                {
                    "campaign_name": name,
                    "sessions": len(group),
                    "converted": converted,
                    "percent": 100 * converted / len(group),
                    "communications": sum(contacts[record["id"]] for record in group),
                }
            )
        return rows

    def first_and_last_touch(self) -> Rows:
        """Count the contacts and sales of every campaign that was a first touch or a last one."""
        first = _grouped(
            self.communications,
            lambda record: (record["visitor_first_campaign_id"], record["visitor_first_campaign_name"]),
        )
        last = _grouped(self.communications, _campaign)
        return [
            {
                "campaign_name": campaign[1],
                "first_touches": len(first[campaign]),
                "last_touches": len(last[campaign]),
                "first_touch_sales": _sales(first[campaign]),
                "last_touch_sales": _sales(last[campaign]),
            }
            for campaign in {**first, **last}
        ]

    def lost_calls(self) -> Rows:
        """Count the calls of every channel, and those that were lost."""
        calls = [record for record in self.communications if record["communication_type"] == "call"]
        rows = []
        for channel, group in _grouped(calls, lambda record: record["channel"]).items():
            lost = [record["date_time"] for record in group if "lost" in record["attributes"]]
            rows.append(
                {
                    "channel": channel,
                    "calls": len(group),
                    "lost": len(lost),
                    "percent": 100 * len(lost) / len(group),
                    "last_lost": max(lost)[:19].replace("T", " ") if lost else None,
                }
            )
        return rows

    def tag_use(self) -> Rows:
        """Count the contacts that have every tag."""
        tagged: dict[tuple[Any, ...], list[Json]] = defaultdict(list)
        for record in self.communications:
            for tag in {(tag["tag_id"], tag["tag_name"], tag["tag_type"]) for tag in record["tags"]}:
                tagged[tag].append(record)
        return [
            {
                "tag_name": name,
                "tag_type": kind,
                "communications": len(group),
                "calls": sum(record["communication_type"] == "call" for record in group),
                "with_sale": sum(record["sale_date"] is not None for record in group),
            }
            for (_, name, kind), group in tagged.items()
        ]


def _grouped(records: Iterable[Json], key: Callable[[Json], Any]) -> dict[Any, list[Json]]:
    groups: dict[Any, list[Json]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return groups


def _campaign(record: Mapping[str, Any]) -> tuple[Any, Any]:
    return record["campaign_id"], record["campaign_name"]


def _sales(records: Iterable[Json]) -> float:
    return float(sum(record["sale_cost"] or 0 for record in records))
