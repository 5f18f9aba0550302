"""A page that holds every oddity of a value at once, each row with what it means."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .impostor import Answer, impostor
from .support import catalog_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from .support import Json

DAY = "2026-11-20"
STREAMS = ("communications", "employee_stats")
CONFIG = {"start_date": DAY, "end_date": "2026-11-21", "timezone": "UTC"}

DIGITS = "9" * 5000
THIRDS = "3" * 50
LONG = "long " * 20_000
ROWS_OF_NAMES = 20

_CONTACTS: list[tuple[str, Json]] = [
    # U+0000 in texts, at any depth; names that are no identifiers, at any depth; more than 64 bits.
    (
        (
            r'"id": 1, "utm_term": "a\u0000b", "utm_content": "\\u0000", "visitor_id": 18446744073709551615, '
            r'"tags": [{"tag_id": 1, "tag_name": "x\u0000", "tag-color": "red", "a.b": 1, "": 2, "2nd": 3}]'
        ),
        {"id": 1, "utm_term": "a\ufffdb", "utm_content": r"\u0000", "tags": [{"tag_id": 1, "tag_name": "x\ufffd"}]},
    ),
    # Whole numbers in every form.
    (
        (
            '"id": 2.0, "visits_count": 2.5e1, "visitor_id": "2.0", "person_id": " 12 ", "visitor_session_id": 2e0, '
            '"site_id": "", "campaign_id": {}, "source_id": "9007199254740993.0", "sale_cost": "1 234.50", '
            '"tags": {"tag_id": "9e0", "tag_user_id": -0.0}'
        ),
        {
            "id": 2,
            "visits_count": 25,
            "visitor_id": 2,
            "person_id": 12,
            "visitor_session_id": 2,
            "source_id": 9007199254740993,
            "sale_cost": Decimal("1234.50"),
            "tags": [{"tag_id": 9, "tag_user_id": 0}],
        },
    ),
    # Thousands of digits, and numbers that are none.
    (
        f'"id": "3e0", "visitor_id": {DIGITS}, "person_id": "{DIGITS}", "sale_cost": {DIGITS}, "utm_source": {DIGITS}',
        {"id": 3, "utm_source": DIGITS},
    ),
    (
        f'"id": " 4 ", "sale_cost": 0.{THIRDS}, "visits_count": 1e400',
        {"id": 4, "sale_cost": Decimal(f"0.{THIRDS}")},
    ),
    (
        f'"id": {2**63 - 1}, "sale_cost": "inf", "visitor_id": {-(2**63)}',
        {"id": 2**63 - 1, "visitor_id": -(2**63)},
    ),
    ('"id": -1, "sale_cost": 1e300, "visits_count": 12.5', {"id": -1, "sale_cost": Decimal("1e300")}),
    ('"id": 5, "sale_cost": "-0", "visits_count": [3]', {"id": 5, "sale_cost": Decimal(0)}),
    # Times in other forms.
    ('"id": 6, "sale_date": "2022-10-19T23:12:09+03:00"', {"id": 6, "sale_date": "2022-10-19T20:12:09+00:00"}),
    ('"id": 7, "sale_date": "2022-10-19 23:12:09.987"', {"id": 7, "sale_date": "2022-10-19T23:12:09+00:00"}),
    ('"id": 8, "sale_date": "2022-10-19"', {"id": 8, "sale_date": "2022-10-19T00:00:00+00:00"}),
    ('"id": 9, "sale_date": "2022-10-19 24:00:00"', {"id": 9, "sale_date": "2022-10-20T00:00:00+00:00"}),
    ('"id": 10, "sale_date": "2016-12-31T23:59:60Z"', {"id": 10, "sale_date": "2017-01-01T00:00:00+00:00"}),
    ('"id": 11, "sale_date": "0000-00-00 00:00:00"', {"id": 11}),
    ('"id": 12, "sale_date": "0001-01-01 00:00:00"', {"id": 12, "sale_date": "0001-01-01T00:00:00+00:00"}),
    ('"id": 13, "sale_date": "9999-12-31T23:59:59-12:00"', {"id": 13, "sale_date": "9999-12-31T23:59:59+00:00"}),
    ('"id": 14, "sale_date": ""', {"id": 14}),
    # Texts that are something else, and what is something else as a text.
    (
        (
            r'"id": 15, "utm_source": {"a": [1, "\u0000"]}, "utm_medium": [], "utm_campaign": 1.50, '
            r'"utm_content": true, "utm_term": "\ud83d\ude00 \udc00", "attributes": "first", '
            r'"visit_other_campaign": "yes"'
        ),
        {
            "id": 15,
            "utm_source": '{"a":[1,"\ufffd"]}',
            "utm_campaign": "1.50",
            "utm_content": "true",
            "utm_term": "\U0001f600 \ufffd",
            "attributes": ["first"],
            "visit_other_campaign": True,
        },
    ),
    (
        (
            r'"id": 16, "attributes": [["first"], null, 1, true, "a\tb\nc\\d\"e", "{x,y}", "NULL", ""], '
            r'"visit_other_campaign": 0, "segments": {"segment_id": "7", "segment_name": 5}, '
            r'"utm_term": "\t\r\n\\.\n\\N"'
        ),
        {
            "id": 16,
            "attributes": ['["first"]', "1", "true", 'a\tb\nc\\d"e', "{x,y}", "NULL", ""],
            "visit_other_campaign": False,
            "segments": [{"segment_id": 7, "segment_name": "5"}],
            "utm_term": "\t\r\n\\.\n\\N",
        },
    ),
    # A name twice, other names, and many that nobody declared.
    (
        (
            f'"id": 17, "utm_source": "first", "utm_source": "last", "utm_term": "{LONG}", '
            r'"tags": [{"tag_employee_full": "Ann"}, "odd", {}, null], "segments": "none", '
            r'"utm-id": "x", "a.b": 1, "2nd_visit": 1, "": 1, "class": 1, "__class__": {"a": 1}, "имя": [1]'
        ),
        {"id": 17, "utm_source": "last", "utm_term": LONG, "tags": [{"tag_employee_full_name": "Ann"}]},
    ),
    (r'"id": 18, "a\"b": 1, "\\": 2, "x\ny": 1, "utm_source": "after"', {"id": 18, "utm_source": "after"}),
    *(
        (
            f'"id": {100 + row}, ' + ", ".join(f'"{row}-{name}": 1' for name in range(500)) + f', "site_id": "{row}"',
            {"id": 100 + row, "site_id": row},
        )
        for row in range(ROWS_OF_NAMES)
    ),
]

_DAY_OF_EMPLOYEE = (
    r'{"id": "5.0", "first_name": "A\u0000", "groups": {"group_id": "1", "group_name": null}, "status_stats": '
    r'{"1\u0000": "60", "1": "1:00", "2": 2.0, "": 5, "a\"b": 1, "__class__": 2, "x.y": null, "z": 9e99}}'
)


def _page_of(method: str, first_day: str) -> list[str]:
    if method == "get.communications_report":
        head = f'"communication_type": "call", "date_time": "{DAY} 12:00:00"'
        return [f"{{{head}, {fields}}}" for fields, _ in _CONTACTS]
    return [_DAY_OF_EMPLOYEE] if first_day.startswith(DAY) else []


def _answer(request: Json) -> Answer:
    rows = _page_of(request["method"], request["params"]["date_from"])
    result = f'{{"data": [{", ".join(rows)}], "metadata": {{"total_items": {len(rows)}}}}}'
    return Answer(f'{{"jsonrpc": "2.0", "id": {json.dumps(request["id"])}, "result": {result}}}'.encode())


def odd_api() -> AbstractContextManager[str]:
    """Serve the page for as long as the test lasts."""
    return impostor(_answer)


def catalog() -> Json:
    """Return a catalog that selects the streams that it is of."""
    return catalog_of("http://127.0.0.1:1", STREAMS)


def meant(stream: str) -> dict[int, Json]:
    """Return what the rows of a stream mean, by id: the properties that hold something."""
    if stream == "communications":
        return {
            record["id"]: {"communication_type": "call", "date_time": f"{DAY}T12:00:00+00:00", **record}
            for _, record in _CONTACTS
        }
    statuses = {"1\ufffd": 60, "1": 60, "2": 2, "": 5, 'a"b': 1, "__class__": 2}
    day = {"date": DAY, "id": 5, "first_name": "A\ufffd", "groups": [{"group_id": 1}], "status_stats": statuses}
    return {5: day}


def held(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what of a value is not null and not an empty list, at any depth."""
    if isinstance(value, dict):
        return {name: held(part) for name, part in value.items() if part is not None and part != []}
    return [held(part) for part in value] if isinstance(value, list) else value
