"""What the ready queries should answer, counted from the tap's own records without SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from tests.support import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.support import Json, Run

Rows = list[dict[str, Any]]

_TYPES = {"calls": "call", "chats": "chat", "goals": "goal", "offline_messages": "offline_message"}


class Figures:
    """The records of some runs, of which the latest of a key counts, as it does in a warehouse."""

    def __init__(self, runs: Iterable[Run]) -> None:
        """Keep one record a key."""
        latest: dict[str, dict[Any, Json]] = {"communications": {}, "visitor_sessions": {}}
        for run in runs:
            for stream, records in latest.items():
                records.update((key_of(stream, record), record) for record in run.records(stream))
        self.communications = list(latest["communications"].values())
        self.sessions = list(latest["visitor_sessions"].values())

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
