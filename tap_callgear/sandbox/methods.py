"""The methods that the sandbox plays: one entry each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from tap_callgear.sandbox.access import APP_ID, Access
from tap_callgear.sandbox.encoding import Json, encoded
from tap_callgear.sandbox.errors import DATE_INTERVAL_LIMIT_REACHED, ApiError
from tap_callgear.sandbox.listing import Columns, Query, Rows, Selection
from tap_callgear.sandbox.parameters import (
    ACCESS_TOKEN,
    DATES,
    LISTING,
    USER_ID,
    Parameter,
    invalid,
)
from tap_callgear.streams.communications import Communications
from tap_callgear.streams.visitor_sessions import VisitorSessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from random import Random

    from tap_callgear.sandbox.data.world import World
    from tap_callgear.sandbox.options import Options
    from tap_callgear.streams.report import ReportStream

_DAY = 86_400


@dataclass(frozen=True)
class Question:
    """All that a method may look at to answer a call."""

    params: Json
    options: Options
    now: int
    chance: Random
    access: Access
    world: Callable[[int | None], World]


@dataclass(frozen=True)
class Answer:
    """What a method answers: encoded data and, of lists, how many rows there are."""

    data: bytes
    rows: int = 0
    total: int | None = None


@dataclass(frozen=True)
class Method:
    """A method of the Data API, as its documentation page describes it."""

    name: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Question], Answer]
    audience: Literal["anyone", "client", "agent", "both"] = "both"
    right: Literal["account", "report"] | None = None
    cost: int = 1
    metadata_key: str = "metadata"


def _object(fields: Json) -> Answer:
    return Answer(encoded(fields), rows=1)


# --- Reports ---------------------------------------------------------------------------------


def _report(name: str, stream: type[ReportStream]) -> Method:
    """Play a report as its stream declares it."""
    columns = Columns(
        fields=tuple(cast("Mapping[str, Json]", stream.schema)["properties"]),
        default_fields=stream.default_fields,
        sortable=stream.sortable,
        filterable=stream.filterable,
    )

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        world = question.world(cast("int | None", question.params.get("user_id")))
        rows = world.reports[name]
        selection = Selection(rows, query, question.now, question.chance)
        first, last = _window(question, world)
        passing = selection.passing(rows.between(first, min(last, question.now)))
        page = selection.page(passing, question.options.order)
        if world.quirks is None:
            data = rows.encode(page, query.fields, question.now)
        else:
            told = rows.tell(page, query.fields, question.now)
            data = encoded(list(map(world.quirks.spoil, page, told)))
        return Answer(data, len(page), len(passing))

    parameters = (ACCESS_TOKEN, USER_ID, *LISTING, *DATES)
    return Method(stream.method, parameters, answer, right="report")


def _window(question: Question, world: World) -> tuple[int, int]:
    """Return the first and the last instant that are asked for."""
    first, till = (_instant(question, world, name) for name in ("date_from", "date_till"))
    options = question.options
    if till < first:
        raise invalid(question.params["date_till"], "must not be before date_from", field="date_till")
    if till - first > options.interval_days * _DAY:
        raise _interval_limit(question, "date_till", options.interval_days)
    if options.history_days is not None and first < question.now - options.history_days * _DAY:
        raise _interval_limit(question, "date_from", options.history_days)
    return first, till if options.till == "inclusive" else till - 1


def _instant(question: Question, world: World, name: str) -> int:
    value = cast("str", question.params[name])
    try:
        return world.clock.instant(value)
    except ValueError as error:
        raise invalid(value, "must be a date of the form YYYY-MM-DD hh:mm:ss", field=name) from error


def _interval_limit(question: Question, field: str, days: float) -> ApiError:
    return ApiError(
        DATE_INTERVAL_LIMIT_REACHED,
        f"The date interval exceeds the limit of {days:g} days",
        field=field,
        value=question.params[field],
        params={"days": days},
    )


# --- Account and customers ---------------------------------------------------------------------


def _account(question: Question) -> Answer:
    row: Json = {"app_id": APP_ID, "name": "Sandbox", "timezone": question.options.zone}
    return Answer(encoded([row]), rows=1, total=1)


def _account_details(question: Question) -> Answer:
    user_id = question.params.get("user_id", 40_001)
    return _object(
        {
            "app_id": APP_ID,
            "app_state": "active",
            "app_name": "Sandbox",
            "is_agent_app": False,
            "customer_id": 30_001,
            "user_id": user_id,
            "user_type": "customer",
            "user_login": question.options.login,
            "user_name": "Sandbox manager",
            "tp_id": 12,
            "tp_name": "Sandbox plan",
            "crm_type": None,
            "lang": "en",
            "project": "callgear",
            "timezone": question.options.zone,
            "permissions": [
                {
                    "unit_id": "call_tracking",
                    "is_delete": False,
                    "is_insert": False,
                    "is_select": True,
                    "is_update": False,
                }
            ],
            "components": ["call_tracking", "consultant", "lead"],
            "is_bi_available": False,
            "report_currency": "AED",
            "is_agent": False,
            "agent_type": None,
        }
    )


@dataclass(frozen=True)
class Table:
    """A few rows without times."""

    contents: Sequence[Json]
    times: Sequence[int] = ()

    def tell(self, numbers: Iterable[int], fields: Sequence[str], _: int) -> Iterator[Json]:
        """Tell the asked fields of rows."""
        return ({name: self.contents[number][name] for name in fields} for number in numbers)


def _table(name: str, columns: Columns, contents: Callable[[Question], list[Json]]) -> Method:
    """Play a list that has no dates."""

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        table: Rows = Table(contents(question))
        selection = Selection(table, query, question.now, question.chance)
        passing = selection.passing(range(len(contents(question))))
        page = selection.page(passing, question.options.order)
        told = table.tell(page, query.fields, question.now)
        return Answer(encoded(list(told)), len(page), len(passing))

    return Method(name, (ACCESS_TOKEN, *LISTING), answer, audience="agent", right="account")


def _customer_users(question: Question) -> list[Json]:
    return [
        {
            "id": user_id,
            "login": f"customer{number}@example.com",
            "description": None,
            "name": f"Customer {number}",
            "customer_id": 30_000 + number,
        }
        for number, user_id in enumerate(question.options.user_ids, start=1)
    ]


_CUSTOMER_USERS: Final = Columns(
    fields=("id", "login", "description", "name", "customer_id"),
    default_fields=("id", "login", "description", "name", "customer_id"),
    sortable=("name", "customer_id"),
    filterable=("id", "name", "customer_id"),
)


# --- Sessions of login -------------------------------------------------------------------------


def _log_in(question: Question) -> Answer:
    return _object(question.access.log_in(question.params, question.options))


def _log_out(question: Question) -> Answer:
    return _object(question.access.log_out(cast("str", question.params["access_token"])))


_LOGIN: Final = (
    Parameter("login", "string", required=True),
    Parameter("password", "string", required=True),
)

METHODS: Final[Mapping[str, Method]] = {
    method.name: method
    for method in (
        Method("login.user", _LOGIN, _log_in, audience="anyone", cost=0),
        Method("logout.user", (ACCESS_TOKEN,), _log_out, cost=0),
        Method(
            "get.account",
            (ACCESS_TOKEN,),
            _account,
            audience="client",
            right="account",
            metadata_key="meta_data",
        ),
        Method("getobj.account", (ACCESS_TOKEN, USER_ID), _account_details, right="account"),
        _table("get.customer_users", _CUSTOMER_USERS, _customer_users),
        _report("communications", Communications),
        _report("visitor_sessions", VisitorSessions),
    )
}
