"""Methods without times: lists of what there is in an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callgear_sandbox.data.lists import Asked
from callgear_sandbox.encoding import encoded
from callgear_sandbox.listing import Query, Table
from callgear_sandbox.parameters import ACCESS_TOKEN, LISTING, USER_ID
from callgear_sandbox.question import Answer, Method, Question
from callgear_sandbox.rows import of_list
from callgear_sandbox.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callgear_sandbox.encoding import Json
    from callgear_sandbox.listing import Columns
    from callgear_sandbox.parameters import Parameter
    from callgear_sandbox.particulars import Particulars
    from callgear_sandbox.question import Shape
    from tap_callgear.streams.entity import EntityStream


def whole(stream: type[EntityStream], particulars: Particulars) -> Method:
    """Play a method that answers with everything at once."""

    def answer(question: Question) -> Answer:
        rows = _rows(stream, question)
        data = encoded(rows[0] if particulars.is_object else rows)
        return Answer(data, len(rows), None if particulars.is_object else len(rows), particulars.shape)

    parameters = (ACCESS_TOKEN, *_user(stream), *particulars.parameters)
    return Method(stream.method, parameters, answer, particulars.audience, particulars.right)


def listed(stream: type[EntityStream], columns: Columns, particulars: Particulars) -> Method:
    """Play a method that answers page by page."""

    def answer(question: Question) -> Answer:
        query = Query(question.params, columns, question.options)
        return page_of(_rows(stream, question), query, question, particulars, particulars.shape)

    parameters = (ACCESS_TOKEN, *_user(stream), *LISTING, *particulars.parameters)
    return Method(stream.method, parameters, answer, particulars.audience, particulars.right)


def page_of(rows: Sequence[Json], query: Query, question: Question, particulars: Particulars, shape: Shape) -> Answer:
    """Return the page that a query chooses out of rows that are all told already."""
    table = Table(rows)
    selection = Selection(table, query, question.now, question.chance, question.options)
    passing = selection.passing(range(len(rows)))
    page = selection.page(passing)
    told = table.tell(page, query.fields, question.now)
    quirks = question.world.quirks
    if quirks is not None:
        told = (quirks.spoil(number, row, particulars.spelling) for number, row in zip(page, told, strict=True))
    return Answer(encoded(list(told)), len(page), len(passing), shape)


def _rows(stream: type[EntityStream], question: Question) -> list[Json]:
    return of_list(stream, Asked(question.world, question.options, question.now, question.params))


def _user(stream: type[EntityStream]) -> tuple[Parameter, ...]:
    return (USER_ID,) if stream.takes_user_id else ()
