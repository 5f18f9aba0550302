"""Methods with a window of time: reports that have rows, and statistics that count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callgear_sandbox.data.days import Span
from callgear_sandbox.encoding import encoded
from callgear_sandbox.listing import Query
from callgear_sandbox.lists import page_of
from callgear_sandbox.parameters import ACCESS_TOKEN, DATES, LISTING, USER_ID, Parameter
from callgear_sandbox.question import Answer, Method, Question
from callgear_sandbox.rows import of_report, of_statistic
from callgear_sandbox.selection import Selection, handed_out
from callgear_sandbox.window import window

if TYPE_CHECKING:
    from callgear_sandbox.listing import Columns
    from callgear_sandbox.particulars import Particulars
    from tap_callgear.streams.report import ReportStream

_OPTIONAL_DATES = tuple(Parameter(date.name, date.kind) for date in DATES)


def report(stream: type[ReportStream], columns: Columns, particulars: Particulars) -> Method:
    """Play a method that has rows of its own."""

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        world = question.world
        rows = of_report(world, stream)
        selection = Selection(rows, query, question.now, question.chance, question.options)
        first, last = _asked_for(question, particulars)
        served = rows.served(rows.between(first, min(last, question.now)), question.params, question.now)
        passing = selection.passing(served)
        page = handed_out(selection.page(passing), question.options)
        if world.quirks is None:
            data = rows.encode(page, query.fields, question.now)
        else:
            told = rows.tell(page, query.fields, question.now)
            data = encoded(list(map(world.quirks.spoil, page, told)))
        return Answer(data, len(page), len(passing))

    dates = _OPTIONAL_DATES if particulars.instead_of_dates else DATES
    parameters = (ACCESS_TOKEN, USER_ID, *LISTING, *dates, *particulars.parameters)
    return Method(stream.method, parameters, answer, right="report")


def statistic(stream: type[ReportStream], columns: Columns, particulars: Particulars) -> Method:
    """Play a method that counts what other methods have rows of."""

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        world = question.world
        first, last = window(question, particulars.longest)
        span = Span(max(first, world.first), min(last, world.last, question.now), question.now, question.params)
        rows = of_statistic(world, stream, span, query.names)
        shape = particulars.shape if question.options.bare_statistic else "data"
        return page_of(rows, query, question, particulars, shape)

    parent = (Parameter(stream.parent_param, "number", required=True),) if stream.parent else ()
    parameters = (ACCESS_TOKEN, USER_ID, *LISTING, *DATES, *parent, *particulars.parameters)
    return Method(stream.method, parameters, answer, right="report")


def _asked_for(question: Question, particulars: Particulars) -> tuple[int, int]:
    """Return the first and the last instant that rows may have: all times where a method can do without a window."""
    if particulars.instead_of_dates.isdisjoint(question.params) or "date_from" in question.params:
        first, last = window(question, particulars.longest)
        bounds = question.options.bounds
        return first + (bounds in {"till", "none"}), last - (bounds in {"from", "none"})
    return 0, question.now
