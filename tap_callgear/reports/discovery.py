"""Asks the account for the reports that somebody wants: which there are, and what columns they have; once a run.

That takes a request for the list of reports (one for each customer of an agent), one for the columns of each type, one
to see whether the API hands out the key of each type, and, where no catalog says what to read, one for each report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from tap_callgear.api.errors import ApiError, ConfigurationError, FieldRefused
from tap_callgear.customers import USER_ID, can_do_without
from tap_callgear.extraction.times import api_form
from tap_callgear.report_types import REPORT_TYPES
from tap_callgear.reports.matching import Listed, meant_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from tap_callgear.api.envelope import Reply
    from tap_callgear.inputs.wanted_reports import Wanted
    from tap_callgear.report_types import ReportType
    from tap_callgear.reports.matching import Meant

    Ask: TypeAlias = Callable[[str, Mapping[str, object]], Reply]

_MOST_REPORTS: Final = 10_000
_DOUBTED: Final = "communication_id"
"""A key that some accounts are said to be refused."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FoundReport:
    """A report that can be read.

    Attributes:
        id: Its id.
        kind: Its type.
        name: What its owner calls it; empty where that is not told.
        owners: The customers of an agent whose report it is; empty where the account is the key's own.
        columns: The columns that it may have, each with what people call it.
        chosen: The columns that its owner chose; None where that was not asked, or is not told.
        is_numbered: Whether no columns tell its rows apart.
    """

    id: int
    kind: ReportType
    name: str
    owners: tuple[int, ...]
    columns: Mapping[str, str]
    chosen: tuple[str, ...] | None
    is_numbered: bool

    @property
    def stream_name(self) -> str:
        """Return the name of the stream: names of reports change, ids do not."""
        return f"report_{self.kind.name}_{self.id}"


@dataclass(frozen=True)
class FoundReports:
    """What was found of all that was asked for.

    Attributes:
        reports: The reports that can be read.
        missing: Those that cannot, as they were asked for, each with the reason.
    """

    reports: Sequence[FoundReport] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


class Discovery:
    """Finds reports; nothing is asked twice."""

    def __init__(self, ask: Ask, *, user_ids: Sequence[int], now: datetime, selects_chosen_columns: bool) -> None:
        """Ask for nothing yet.

        Args:
            ask: Calls a method of the API.
            user_ids: The customers of an agent; empty for a customer's own account.
            now: The present instant.
            selects_chosen_columns: Whether to ask which columns the owners chose.
        """
        self._ask = ask
        self._users: Sequence[int | None] = user_ids or (None,)
        self._now = now
        self._needs_choice = selects_chosen_columns
        self._columns: dict[tuple[str, int | None], Mapping[str, str]] = {}
        self._numbered: dict[tuple[str, int | None], bool] = {}
        self._built: Mapping[str, str] | None = None

    def find(self, wanted: Sequence[Wanted]) -> FoundReports:
        """Find what somebody asks for.

        Args:
            wanted: What is asked for.

        Returns:
            The reports, each once, and what is not among them.

        Raises:
            CallGearError: The API does not answer, or refuses the key.
        """
        lists, refusals = self._lists(wanted)
        found: dict[Listed, FoundReport] = {}
        missing: dict[str, str] = {}
        for each in wanted:
            try:
                for meant in meant_reports(each, lists):
                    if meant.report not in found:
                        found[meant.report] = self._found(meant)
            except ConfigurationError as reason:
                why = next((refusal for user, refusal in refusals.items() if each.user_id in (None, user)), reason)
                missing[each.report] = str(why)
        return FoundReports(list(found.values()), missing)

    def _lists(self, wanted: Sequence[Wanted]) -> tuple[dict[int | None, list[Listed]], dict[int | None, ApiError]]:
        """Ask for the reports of each user, as long as some that is wanted may still be among them."""
        lists: dict[int | None, list[Listed]] = {}
        refusals: dict[int | None, ApiError] = {}
        for user in self._users:
            open_ids = {each.id for each in wanted if each.user_id in (None, user)}
            known = {report.id for listed in lists.values() for report in listed}
            if not open_ids or (None not in open_ids and open_ids <= known):
                continue
            try:
                lists[user] = self._list(user)
            except ApiError as refusal:
                if not can_do_without(user, refusal):
                    raise
                lists[user], refusals[user] = [], refusal
        return lists, refusals

    def _list(self, user: int | None) -> list[Listed]:
        params = {"fields": ["id", "type", "name"], "limit": _MOST_REPORTS}
        rows = self._call("get.reports_list", user, params).objects()
        whole = (row for row in rows if str(row.get("id")).isdecimal())
        return [Listed(int(str(row["id"])), str(row.get("type")), str(row.get("name") or "")) for row in whole]

    def _found(self, meant: Meant) -> FoundReport:
        """Ask what there is to know of a report.

        Raises:
            ConfigurationError: It cannot be read.
        """
        report, user = meant.report, next(iter(meant.owners), None)
        if report.kind not in REPORT_TYPES:
            raise ConfigurationError(self._why_not(report.kind, user))
        kind = REPORT_TYPES[report.kind]
        try:
            columns = self._columns_of(kind, user)
            chosen = self._chosen(report, user, columns) if self._needs_choice else None
            is_numbered = self._is_numbered(kind, report.id, user, columns)
        except ApiError as refusal:
            if not can_do_without(user, refusal):
                raise
            raise ConfigurationError(str(refusal)) from None
        return FoundReport(report.id, kind, report.name, meant.owners, columns, chosen, is_numbered)

    def _why_not(self, kind: str, user: int | None) -> str:
        """Say why reports of a type are not read."""
        if self._built is None:
            rows = self._call("get.report_types", user, {"fields": ["id", "configuration"]}).objects()
            self._built = {str(row.get("id")): str(row.get("configuration")) for row in rows}
        built = self._built.get(kind)
        if built not in (None, "flat"):
            return f"its type is {kind}, which is {built}: only flat reports, which are lists of rows, can be read"
        methods = ", ".join(each.method for each in REPORT_TYPES.values())
        return (
            f"it is not known which method reads reports of the type {kind}: if it is one of {methods}, name it in the "
            "setting, as report_id and method"
        )

    def _columns_of(self, kind: ReportType, user: int | None) -> Mapping[str, str]:
        if (kind.name, user) not in self._columns:
            tree = self._call("getobj.columns_tree", user, {"report_type": kind.name}).first()
            told = tree.get("columns")
            listed = told if isinstance(told, list) else []
            columns = [each for each in listed if isinstance(each, dict) and each.get("id")]
            if not columns:
                text = f"the API tells no columns of reports of the type {kind.name}"
                raise ConfigurationError(text)
            self._columns[kind.name, user] = {str(each["id"]): str(each.get("name") or "") for each in columns}
        return self._columns[kind.name, user]

    def _chosen(self, report: Listed, user: int | None, columns: Mapping[str, str]) -> tuple[str, ...] | None:
        """Return the columns that the owner chose; None where that is not told."""
        try:
            chosen = self._call("getobj.report_state", user, {"report_id": report.id}).first().get("columns")
        except ApiError as refusal:
            if not can_do_without(user, refusal) and type(refusal) is not ApiError:
                raise
            return None
        picked = tuple(name for name in columns if name in chosen) if isinstance(chosen, list) else ()
        return picked or None

    def _is_numbered(self, kind: ReportType, report_id: int, user: int | None, columns: Mapping[str, str]) -> bool:
        """Whether rows of a type must be numbered, since the API does not hand out their key."""
        if not kind.has_key or not set(kind.columns) <= columns.keys() | {kind.cursor}:
            return True
        if _DOUBTED not in kind.identity:
            return False
        if (kind.name, user) not in self._numbered:
            is_refused = not self._answers(kind, report_id, user, kind.columns) and self._answers(
                kind, report_id, user, [name for name in kind.columns if name != _DOUBTED]
            )
            self._numbered[kind.name, user] = is_refused
        return self._numbered[kind.name, user]

    def _answers(self, kind: ReportType, report_id: int, user: int | None, fields: Sequence[str]) -> bool:
        """Whether the API hands out some fields; what else it may refuse is for the reading to tell."""
        # A day of UTC that is over: whatever the account's zone, it is no window that is too recent.
        end = self._now.replace(tzinfo=None) - _DAY
        window = {"date_from": api_form(end - _DAY), "date_till": api_form(end)}
        params = {**kind.options, **window, "report_id": report_id, "fields": [*fields], "limit": 1}
        try:
            self._call(kind.method, user, params)
        except FieldRefused:
            return False
        except ApiError:
            return True
        return True

    def _call(self, method: str, user: int | None, params: Mapping[str, object]) -> Reply:
        return self._ask(method, params if user is None else {USER_ID: user, **params})
