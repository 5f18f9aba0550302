"""What the marts should hold, counted in plain Python from what the account holds: without SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support import Json

    from .account import Account

Rows = dict[tuple[Any, ...], dict[str, Any]]
"""What some columns of a mart should hold, by the columns of its key."""

KINDS: Final = {"calls": "call", "chats": "chat", "goals": "goal", "offline_messages": "offline_message"}
LOOKBACK: Final = timedelta(days=7)
POSITION_SHARE: Final = 0.4


CALLS: Final = ("calls", "answered_calls", "missed_calls", "lost_calls", "talk_seconds")

KEYS: Final = {
    "contacts": ("communication_type", "communication_id"),
    "sessions": ("visitor_session_id",),
    "journeys": ("visitor_id",),
    "attribution": ("day", "campaign_id", "channel"),
    "channels_daily": ("day", "site_id", "channel"),
    "employee_calls": ("day", "direction", "employee_id"),
    "chats_daily": ("day", "chat_channel_type"),
    "campaigns_daily": ("day", "site_id", "campaign_id"),
    "late_sales": ("communication_type", "communication_id"),
}
"""The columns that tell the rows of a mart apart, for an account of one's own."""


def moment(row: Json, name: str = "date_time") -> datetime:
    """Return a time of a row, in the account's own time as it is told."""
    return datetime.fromisoformat(row[name])


def day(row: Json, name: str = "date_time") -> date:
    """Return the day of a time of a row, by the account's calendar."""
    return moment(row, name).date()


def contact_key(contact: Json) -> tuple[Any, ...]:
    """Return the key of a contact."""
    return contact["communication_type"], contact["id"]


def contacts(account: Account) -> Rows:
    """Return each contact, with what it is called and what it sold."""
    return {
        contact_key(contact): {
            "day": str(day(contact)),
            "campaign_name": account.campaigns[contact["campaign_id"]],
            "visitor_first_campaign_name": account.campaigns[contact["visitor_first_campaign_id"]],
            "is_first": "first" in (contact["attributes"] or ()),
            "is_lost": "lost" in (contact["attributes"] or ()),
            "is_target": "target" in (contact["attributes"] or ()),
            "sale_day": str(day(contact, "sale_date")) if contact["sale_date"] else None,
            "sale_cost": contact["sale_cost"] or 0,
        }
        for contact in account.contacts
    }


def sessions(account: Account) -> Rows:
    """Return each visit, with what came of it."""
    contacts = grouped(account.contacts, "visitor_session_id")
    return {
        (number,): {
            "day": str(day(session)),
            "duration": session["duration"],
            "campaign_name": account.campaigns[session["campaign_id"]],
            "is_converted": number in contacts,
            **counted(contacts.get(number, ())),
        }
        for number, session in account.sessions.items()
    }


def journeys(account: Account) -> Rows:
    """Return the way of each visitor."""
    contacts = grouped(account.contacts, "visitor_session_id")
    rows: Rows = {}
    for visitor, sessions in grouped(account.sessions.values(), "visitor_id").items():
        visits = sorted(sessions, key=lambda session: (moment(session), session["id"]))
        converted = [place for place, visit in enumerate(visits, 1) if visit["id"] in contacts]
        told = counted(contact for visit in visits for contact in contacts.get(visit["id"], ()))
        rows[visitor,] = {
            "first_visit_day": str(day(visits[0])),
            "first_campaign_id": visits[0]["campaign_id"],
            "last_campaign_name": account.campaigns[visits[-1]["campaign_id"]],
            "channels": " > ".join(visit["channel"] for visit in visits),
            "visits": len(visits),
            "hits": sum(visit["hits_count"] for visit in visits),
            **{name: told[name] for name in ("contacts", "sales", "revenue")},
            "visits_until_contact": converted[0] if converted else None,
            "days_until_contact": (day(visits[converted[0] - 1]) - day(visits[0])).days if converted else None,
        }
    return rows


def attribution(account: Account) -> Rows:
    """Share each contact among the visits that led to it."""
    visits = grouped(account.sessions.values(), "visitor_id")
    rows: Rows = defaultdict(Counter)
    for contact in account.contacts:
        own = account.sessions[contact["visitor_session_id"]]
        before = (visit for visit in visits[contact["visitor_id"]] if moment(visit) < moment(own))
        path = [*sorted(before, key=lambda visit: (moment(visit), visit["id"])), own]
        for visit, shares in zip(path, shares_of(len(path)), strict=True):
            row = rows[str(day(contact)), visit["campaign_id"], visit["channel"]]
            for name, share in shares.items():
                row[f"{name}_contacts"] += share
                row[f"{name}_sales"] += share if contact["sale_date"] else 0
                row[f"{name}_revenue"] += share * float(contact["sale_cost"] or 0)
    return dict(rows)


def channels_daily(account: Account) -> Rows:
    """Count visits and contacts by day, website and channel."""

    def place(row: Json) -> tuple[Any, ...]:
        return str(day(row)), row["site_id"], row["channel"]

    sessions, contacts = placed(account.sessions.values(), place), placed(account.contacts, place)
    with_contacts = {contact["visitor_session_id"] for contact in account.contacts}
    return {
        key: {
            "sessions": len(sessions[key]),
            "converted_sessions": sum(session["id"] in with_contacts for session in sessions[key]),
            "lost_calls": sum(
                contact["communication_type"] == "call" and "lost" in (contact["attributes"] or ())
                for contact in contacts[key]
            ),
            **counted(contacts[key]),
        }
        for key in sessions.keys() | contacts.keys()
    }


def employee_calls(account: Account) -> Rows:
    """Count the calls that rang each employee, by day and direction."""
    calls = {call["id"]: call for call in account.rows["calls"]}
    names = {employee["id"]: employee["full_name"] for employee in account.rows["employees"]}
    rung = placed(
        (leg for leg in account.rows["call_legs"] if leg["employee_id"] is not None),
        lambda leg: (leg["employee_id"], leg["call_session_id"]),
    )
    rows: Rows = {}
    for (employee, number), legs in rung.items():
        call, talks = calls[number], [leg for leg in legs if leg["is_talked"]]
        waits = [(moment(leg, "connect_time") - moment(leg, "start_time")).seconds for leg in talks]
        key = str(day(call, "start_time")), call["direction"], employee
        start = {"employee_full_name": names[employee], **dict.fromkeys(CALLS, 0), "seconds_to_answer": None}
        row = rows.setdefault(key, start)
        row["calls"] += 1
        row["answered_calls"] += bool(talks)
        row["missed_calls"] += not talks
        row["lost_calls"] += call["is_lost"]
        row["talk_seconds"] += sum(leg["duration"] for leg in talks)
        if waits:
            row["seconds_to_answer"] = (row["seconds_to_answer"] or 0) + min(waits)
    return rows


def chats_daily(account: Account) -> Rows:
    """Count chats by day and messenger."""
    by_visitors = Counter(each["chat_id"] for each in account.rows["chat_messages"] if each["source"] == "visitor")
    return {
        key: {
            "chats": len(chats),
            "answered_chats": sum(chat["answer_time"] is not None for chat in chats),
            "lost_chats": sum(chat["status"] == "lost" for chat in chats),
            "seconds_to_answer": added(chat["answer_time"] for chat in chats),
            "messages": sum(chat["messages_count"] for chat in chats),
            "employee_messages": sum(chat["employee_messages_count"] for chat in chats),
            "visitor_messages": sum(by_visitors[chat["id"]] for chat in chats),
        }
        for key, chats in placed(
            account.rows["chats"], lambda chat: (str(day(chat)), chat["chat_channel_type"])
        ).items()
    }


def campaigns_daily(account: Account) -> Rows:
    """Add up cost and return by day, website and campaign."""

    def place(row: Json) -> tuple[Any, ...]:
        return (
            str(date.fromisoformat((row.get("date") or row["date_time"])[:10])),
            row["site_id"],
            row["campaign_id"],
        )

    sessions, contacts = placed(account.sessions.values(), place), placed(account.contacts, place)
    ads = placed(account.rows["campaign_daily_stats"], place)
    return {
        key: {
            "campaign_name": account.campaigns[key[2]],
            "currency": max((ad["currency"] for ad in ads[key] if ad["currency"]), default=None),
            "cost": added(ad["cost_sum"] for ad in ads[key]),
            "shows": added(ad["shows_count"] for ad in ads[key]),
            "clicks": added(ad["clicks_count"] for ad in ads[key]),
            "sessions": len(sessions[key]),
            **{name: counted(contacts[key])[name] for name in ("contacts", "sales", "revenue")},
        }
        for key in sessions.keys() | contacts.keys() | ads.keys()
    }


def late_sales(account: Account) -> Rows:
    """Return each sale that came on a later day than its contact."""
    return {
        contact_key(contact): {
            "days_until_sale": (day(contact, "sale_date") - day(contact)).days,
            "is_beyond_lookback": moment(contact, "sale_date") > moment(contact) + LOOKBACK,
            "sale_cost": contact["sale_cost"],
        }
        for contact in account.contacts
        if contact["sale_date"] and day(contact, "sale_date") > day(contact)
    }


CORE_MARTS: Final[dict[str, Callable[[Account], Rows]]] = {
    "contacts": contacts,
    "sessions": sessions,
    "journeys": journeys,
    "attribution": attribution,
    "channels_daily": channels_daily,
    "late_sales": late_sales,
}
"""The marts of contacts and visits."""

MARTS: Final = {
    **CORE_MARTS,
    "employee_calls": employee_calls,
    "chats_daily": chats_daily,
    "campaigns_daily": campaigns_daily,
}
"""All marts."""


def shares_of(places: int) -> list[dict[str, float]]:
    """Return the shares of each of so many visits in a contact, in their order."""
    between = (1 - 2 * POSITION_SHARE) / (places - 2) if places > 2 else 0
    ends = POSITION_SHARE if places > 2 else 1 / places
    return [
        {
            "first_touch": float(place == 0),
            "last_touch": float(place == places - 1),
            "linear": 1 / places,
            "position_based": ends if place in {0, places - 1} else between,
        }
        for place in range(places)
    ]


def counted(contacts: Iterable[Json]) -> dict[str, Any]:
    """Count contacts, the kinds of them, and what they sold."""
    every = list(contacts)
    return {
        "contacts": len(every),
        **{name: sum(each["communication_type"] == kind for each in every) for name, kind in KINDS.items()},
        "sales": sum(each["sale_date"] is not None for each in every),
        "revenue": sum(each["sale_cost"] or 0 for each in every),
    }


def added(numbers: Iterable[str | float | None]) -> float | None:
    """Add up the numbers that are there, some of which are told as text; of none, there is no sum."""
    there = [float(number) for number in numbers if number is not None]
    return sum(there) if there else None


def grouped(rows: Iterable[Json], name: str) -> dict[Any, list[Json]]:
    """Return rows by what they have of a name."""
    return placed(rows, lambda row: row[name])


def placed(rows: Iterable[Json], key: Any) -> dict[Any, list[Json]]:  # noqa: ANN401
    """Return rows by a key that is made of them."""
    groups: dict[Any, list[Json]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
