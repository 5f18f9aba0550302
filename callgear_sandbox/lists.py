"""Methods without times: lists of what there is in an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callgear_sandbox.encoding import encoded
from callgear_sandbox.queries import Query, Table
from callgear_sandbox.question import Answer, Question
from callgear_sandbox.rows import Asked, of_list
from callgear_sandbox.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from callgear_sandbox.documentation import Documented
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.question import Shape


def whole(documented: Documented) -> Callable[[Question], Answer]:
    """Play a method that answers with everything at once."""

    def answer(question: Question) -> Answer:
        rows = _rows(documented, question)
        if documented.shape == "object":
            return Answer(encoded(rows[0]), rows=1)
        return Answer(encoded(rows), len(rows), len(rows), documented.shape)

    return answer


def listed(documented: Documented) -> Callable[[Question], Answer]:
    """Play a method that answers page by page."""
    columns = documented.columns

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        return page_of(_rows(documented, question), query, question, documented, documented.shape)

    return answer


def page_of(rows: Sequence[Json], query: Query, question: Question, documented: Documented, shape: Shape) -> Answer:
    """Return the page that a query chooses out of rows that are all told already."""
    table = Table(rows)
    selection = Selection(table, query, question.now, question.chance, question.options)
    passing = selection.passing(range(len(rows)))
    page = selection.page(passing)
    told = table.tell(page, query.fields, question.now)
    quirks = question.world.quirks
    if quirks is not None:
        told = (quirks.spoil(number, row, documented.examples_say) for number, row in zip(page, told, strict=True))
    return Answer(encoded(list(told)), len(page), len(passing), shape)


def _rows(documented: Documented, question: Question) -> Sequence[Json]:
    return of_list(documented, Asked(question.world, question.options, question.now, question.params))
