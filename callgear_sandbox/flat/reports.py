"""The reports themselves: which there are, whose they are, and which columns somebody chose for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from callgear_sandbox.errors import REQUIRED_PARAMETER_MISSED, UNEXPECTED_PARAMETERS, ApiError
from callgear_sandbox.flat.columns import COLUMNS
from callgear_sandbox.parameters import invalid

if TYPE_CHECKING:
    from callgear_sandbox.data.asked import Asked
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options

_FIRST_ID: Final = 48_401
_IDS_OF_USER: Final = 100
_TYPES: Final = {
    "summary_analytics": "aggregated",
    "marketer_dashboard": "dashboard",
    "call_tracking_monitoring": "monitoring",
    **dict.fromkeys(("communications", "calls", "mgf_calls", "chats", "deals", "leads"), "flat"),
}
"""Types of reports that are listed, and how they are built. There are others, which are not."""

_SHAPES: Final = {"communication_date_time": "datetime", "tags": "tag_json_object", "employees": "employee_list"}


class SavedReport(NamedTuple):
    """A report as somebody saved it."""

    id: int
    type: str
    name: str
    columns: tuple[str, ...]


_SAVED: Final = (
    ("communications", "All contacts", ("communication_type", "visitor_id", "tags", "communication_kinds")),
    ("calls", "Звонки за неделю", ("call_status", "contact_phone_number", "call_talk_duration", "employees", "tags")),
    ("communications", "Contacts for the CRM", ("communication_type", "cc_14", "cf_14", "cf_15", "segments")),
    ("chats", "محادثات", ("chat_status", "chat_initiator", "chat_messages_count", "employees")),
    ("deals", "Deals", ("deal_revenue", "deal_close_date_time", "communication_type", "campaign_name")),
    ("leads", "Leads", ("communication_type", "visitor_type", "utm_source")),
    ("visits", "Visits", ("visitor_type", "visit_duration", "hits_count", "communications", "utm_source")),
    ("tags_history", "Tags", ("tag_name", "tag_type", "employee_full_name")),
    ("mgf_calls", "История звонков", ("call_direction", "call_status", "employees", "is_blacklisted_phone")),
    ("summary_analytics", "Summary", ()),
)
_OF_THE_SECOND: Final = 3
"""Another user has made the first few of these reports only, and has no custom columns."""


def saved(options: Options, user_id: object) -> tuple[SavedReport, ...]:
    """Return the reports of a user; no two users' reports share an id."""
    place = options.user_ids.index(user_id) if isinstance(user_id, int) and user_id in options.user_ids else 0
    first = _FIRST_ID + place * _IDS_OF_USER
    made = _SAVED[:_OF_THE_SECOND] if place else _SAVED
    return tuple(
        SavedReport(first + nth, kind, name, tuple(column for column in columns if not place or not is_custom(column)))
        for nth, (kind, name, columns) in enumerate(made)
    )


def is_custom(column: str) -> bool:
    """Whether somebody made a column for the account."""
    return column.startswith(("cc_", "cf_"))


def columns_of(report_type: str, options: Options, user_id: object) -> tuple[str, ...]:
    """Return the columns that a user can choose for a type of report."""
    chosen = {column for one in saved(options, user_id) for column in one.columns}
    return tuple(name for name in COLUMNS[report_type] if not is_custom(name) or name in chosen)


def find(options: Options, params: Json, report_type: str | None = None) -> SavedReport:
    """Return the report that is asked for, of a type if that matters."""
    report_id = params["report_id"]
    for one in saved(options, params.get("user_id")):
        if one.id == report_id and report_type in {None, one.type}:
            return one
    raise invalid(report_id, "there is no such report", field="report_id")


def check_doubtful(options: Options, params: Json, names: tuple[str, ...]) -> None:
    """Require or refuse parameters that the documentation requires, and leaves out of its own examples."""
    for name in names:
        if options.doubtful_parameters == "required" and name not in params:
            raise ApiError(REQUIRED_PARAMETER_MISSED, "The required parameter has been missed", field=name)
        if options.doubtful_parameters == "refused" and name in params:
            raise ApiError(UNEXPECTED_PARAMETERS, "Unexpected method parameter(s)", field=name)


def listed(asked: Asked) -> list[Json]:
    """Tell the reports of a user."""
    return [
        {
            "id": one.id,
            "type": one.type,
            "name": one.name,
            "description": None,
            "group_id": 9,
            "sort": 100 * place,
            "is_mobile": False,
            "is_editable": True,
            "is_favorite": place == 0,
            "date_time_added_to_favorite": None if place else "2026-03-01 10:00:00",
        }
        for place, one in enumerate(saved(asked.options, asked.params.get("user_id")))
    ]


def types(_: Asked) -> list[Json]:
    """Tell the types of reports."""
    return [
        {"id": kind, "name": kind.replace("_", " ").capitalize(), "configuration": built}
        for kind, built in _TYPES.items()
    ]


def tree(asked: Asked) -> list[Json]:
    """Tell the columns of a type of report, and their groups."""
    kind = str(asked.params["report_type"])
    if kind not in COLUMNS:
        raise invalid(kind, "there is no such type", field="report_type")
    columns = columns_of(kind, asked.options, asked.params.get("user_id"))
    groups: list[Json] = [
        {"id": 4, "name": "Contact", "description": None, "parent_group_id": None, "sort": 100},
        {"id": 9, "name": "Метки", "description": "UTM", "parent_group_id": 4, "sort": 200},
    ]
    return [{"columns_groups": groups, "columns": [_column(name, place) for place, name in enumerate(columns)]}]


def _column(name: str, place: int) -> Json:
    return {
        "id": name,
        "name": name.replace("_", " ").capitalize(),
        "description": None,
        "group_id": 9 if "utm" in name else 4,
        "sort": 100 * place,
        "is_custom": is_custom(name),
        "type": "formula" if name.startswith("cf_") else "metric" if name.startswith("cc_") else "base",
        "expression": None,
        "data_type": _data_type(name),
        "multichannel_model": None,
        "is_transferable": False,
        "is_pie_chart_available": None,
    }


def _data_type(name: str) -> str:
    """Return the hint at what a column holds, which is not always what it holds."""
    if name.endswith("_date_time"):
        return "datetime"
    return _SHAPES.get(name, "time" if name.endswith("_duration") else "string")


def state(asked: Asked) -> list[Json]:
    """Tell how somebody left a report: above all its columns."""
    report = find(asked.options, asked.params)
    return [
        {
            "limit": 50,
            "offset": 0,
            "date_from": "2026-05-01 00:00:00",
            "date_till": "2026-05-07 23:59:59",
            "dimensions": [],
            "columns": list(report.columns),
            "filter": None,
            "rapid_filter": None,
            "sort": [],
        }
    ]
