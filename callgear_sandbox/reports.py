"""Methods with a window of time: reports that have rows, and statistics that count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callgear_sandbox.data.days import Span
from callgear_sandbox.encoding import encoded
from callgear_sandbox.lists import page_of
from callgear_sandbox.queries import Query
from callgear_sandbox.question import Answer, Question
from callgear_sandbox.rows import of_report, of_statistic
from callgear_sandbox.selection import Selection, handed_out
from callgear_sandbox.window import asked_for, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from callgear_sandbox.documentation import Documented


def report(documented: Documented) -> Callable[[Question], Answer]:
    """Play a method that has rows of its own."""
    columns = documented.columns

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        world = question.world
        rows = of_report(world, documented)
        selection = Selection(rows, query, question.now, question.chance, question.options)
        first, last = asked_for(question, documented)
        served = rows.served(rows.between(first, min(last, question.now)), question.params, question.now)
        passing = selection.passing(served)
        page = handed_out(selection.page(passing), question.options)
        if world.quirks is None:
            data = rows.encode(page, query.fields, question.now)
        else:
            told = rows.tell(page, query.fields, question.now)
            data = encoded(list(map(world.quirks.spoil, page, told)))
        return Answer(data, len(page), len(passing))

    return answer


def statistic(documented: Documented) -> Callable[[Question], Answer]:
    """Play a method that counts what other methods have rows of."""
    columns = documented.columns

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        world = question.world
        first, last = window(question, documented.interval_days)
        span = Span(max(first, world.first), min(last, world.last, question.now), question.now, question.params)
        rows = of_statistic(world, documented, span, query.names)
        shape = documented.shape if question.options.bare_statistic else "data"
        return page_of(rows, query, question, documented, shape)

    return answer
