"""The methods that the sandbox plays: those of the streams, and those to log in with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.encoding import Json, encoded
from callgear_sandbox.listing import Columns
from callgear_sandbox.lists import listed, whole
from callgear_sandbox.parameters import ACCESS_TOKEN, Parameter
from callgear_sandbox.particulars import PARTICULARS, Particulars
from callgear_sandbox.question import Answer, Method, Question
from callgear_sandbox.reports import report, statistic
from tap_callgear.streams.day_report import DayReportStream
from tap_callgear.streams.entity import EntityStream
from tap_callgear.streams.every import STREAMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.streams.base import ApiStream
    from tap_callgear.streams.report import ReportStream


def played(stream: type[ApiStream]) -> Method:
    """Play a method as its stream declares it."""
    particulars = PARTICULARS.get(stream.name, Particulars())
    columns = _columns(stream, particulars)
    if issubclass(stream, EntityStream):
        return listed(stream, columns, particulars) if stream.takes_paging else whole(stream, particulars)
    if issubclass(stream, DayReportStream):
        return statistic(stream, columns, particulars)
    return report(cast("type[ReportStream]", stream), columns, particulars)


def _columns(stream: type[ApiStream], particulars: Particulars) -> Columns:
    declared = cast("Mapping[str, Json]", stream.schema)["properties"]
    fields = (*(name for name in declared if name not in unanswered(stream)), *particulars.secret)
    return Columns(fields, stream.default_fields, stream.sortable, stream.filterable)


def unanswered(stream: type[ApiStream]) -> frozenset[str]:
    """Return the declared fields that a method does not know, since who asks for them knows them."""
    if not issubclass(stream, DayReportStream) or stream.is_dated:
        return frozenset()
    return frozenset({stream.replication_key, stream.parent_param})


def _log_in(question: Question) -> Answer:
    return Answer(encoded(question.access.log_in(question.params, question.options)), rows=1)


def _log_out(question: Question) -> Answer:
    return Answer(encoded(question.access.log_out(cast("str", question.params["access_token"]))), rows=1)


_LOGIN: Final = (
    Parameter("login", "string", required=True),
    Parameter("password", "string", required=True),
)

METHODS: Final[Mapping[str, Method]] = {
    method.name: method
    for method in (
        Method("login.user", _LOGIN, _log_in, audience="anyone", cost=0),
        Method("logout.user", (ACCESS_TOKEN,), _log_out, cost=0),
        *map(played, STREAMS),
    )
}
