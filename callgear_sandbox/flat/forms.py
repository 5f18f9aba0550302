"""How flat reports draw the values of the fixed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from callgear_sandbox.encoding import Json

    Form = Callable[[object, Json], object]
    """Draws a value; the row that it is of may say more."""

_NAMES: Final[Mapping[object, str]] = {
    "call": "Calls",
    "chat": "Chats",
    "goal": "Goals",
    "offline_message": "Заявки",
    "in": "Incoming call",
    "out": "Outgoing call",
    "visitor": "Visitor",
    "operator": "Сотрудник",
    False: "No",
    True: "Yes",
}
"""How some values are called in the client area; the others are called what they are."""


def plain(value: object, _: Json) -> object:
    """Draw a value as it is."""
    return value


def pair(value: object, _: Json) -> Json:
    """Draw a value beside its name, and nothing as two nothings."""
    named = None if value is None else _NAMES.get(value, str(value).replace("_", " ").capitalize())
    return {"value": named, "value_id": value}


def status(is_lost: object, _: Json) -> Json:
    """Draw whether a call was lost as its status."""
    return {"value": "Missed", "value_id": "lost"} if is_lost else {"value": "Answered", "value_id": "accepted"}


def outside(_value: object, _row: Json) -> Json:
    """Draw that a call goes from or to somebody outside."""
    return {"value": "External", "value_id": "external"}


def no(_value: object, row: Json) -> Json:
    """Draw that something is not so."""
    return pair(False, row)  # noqa: FBT003 - the value that is drawn


def nothing(_value: object, _row: Json) -> None:
    """Draw that there is nothing."""


def text(value: object, _: Json) -> str | None:
    """Draw a number as text."""
    return None if value is None else str(value)


def duration(value: object, _: Json) -> str | None:
    """Draw seconds as `hh:mm:ss`."""
    if value is None:
        return None
    seconds = int(cast("int | str", value))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def day(value: object, _: Json) -> str:
    """Draw the day of a time."""
    return str(value)[:10]


def hour(value: object, _: Json) -> str:
    """Draw the time of day of a time."""
    return str(value)[11:]


def phone(value: object, row: Json) -> Json:
    """Draw the number of somebody outside, with what became of the call."""
    extra = {"call_status": "lost" if row["is_lost"] else "accepted", "call_direction": row["direction"]}
    return {"value": value, "extra": extra}


def tags(value: object, row: Json) -> Json:
    """Draw the tags of a communication, with a colour now and then."""
    given = cast("list[Json]", value)
    items = [{"id": tag["tag_id"], "name": tag["tag_name"]} for tag in given]
    return {"items": [{**item, "color": "color2"} if nth else item for nth, item in enumerate(items)], **_whose(row)}


def comment(value: object, row: Json) -> Json:
    """Draw what somebody noted of a communication."""
    return {"comment": value, **_whose(row)}


def names(value: object, _: Json) -> list[object]:
    """Draw employees as their names."""
    return [one["employee_full_name"] for one in cast("list[Json]", value)]


def persons(value: object, _: Json) -> list[Json]:
    """Draw employees as objects that hold their names."""
    return [{"employee_full_name": one["employee_full_name"]} for one in cast("list[Json]", value)]


def one_person(value: object, _: Json) -> list[Json] | None:
    """Draw an employee as a list of one."""
    return None if value is None else [{"employee_full_name": value}]


def odd(told: Json, lot: int) -> Json:
    """Draw a row in other forms that were seen: ids as text, names alone, nothing for a pair or a list of nothing."""
    row = dict(told)
    for name, value in told.items():
        if lot & 1 and name.endswith("_id") and value is not None:
            row[name] = str(value)
        elif lot & 2 and (value == [] or (isinstance(value, dict) and value.get("value_id", "") is None)):
            row[name] = None
        elif lot & 4 and name == "employees" and isinstance(value, list):
            row[name] = [one["employee_full_name"] if isinstance(one, dict) else one for one in value]
        elif lot & 8 and name == "communication_comment" and isinstance(value, dict):
            row[name] = value["comment"]
    return row


def comparable(value: object) -> object:
    """Return what a value is sorted and filtered by."""
    if isinstance(value, dict):
        value = value.get("value_id", value.get("value"))
    return str(value) if isinstance(value, (bool, list, dict)) else value


def _whose(row: Json) -> Json:
    return {
        "communication_id": row.get("communication_id", row.get("id")),
        "communication_type": row["communication_type"],
    }
