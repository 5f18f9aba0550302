"""How flat reports are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.encoding import Json, encoded
from callgear_sandbox.flat.reports import check_doubtful, columns_of, find
from callgear_sandbox.flat.rows import Comparable, flat_rows
from callgear_sandbox.parameters import invalid
from callgear_sandbox.queries import Columns, Query
from callgear_sandbox.question import Answer, Question
from callgear_sandbox.selection import Selection, handed_out
from callgear_sandbox.window import asked_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from callgear_sandbox.documentation import Documented

_DEEPEST: Final = 2
"""Levels that a filter may have."""

_DOUBTFUL: Final = ("report_type", "is_realtime")


def flat(documented: Documented) -> Callable[[Question], Answer]:
    """Play a method that answers for the reports of a type, with the columns that are asked for and no others."""
    report_type = str(documented.report_type)
    declared = documented.columns
    doubtful = tuple(name for name in _DOUBTFUL if documented.takes(name))

    def answer(question: Question) -> Answer:
        params, options = question.params, question.options
        check_doubtful(options, params, doubtful)
        find(options, params, report_type)
        names = columns_of(report_type, options, params.get("user_id"))
        columns = Columns(names, (), declared.sortable, {*declared.filterable, *names}, declared.time)
        query = Query({"fields": [], **params}, columns, options)
        _check_depth(params.get("filter") or {})
        rows = flat_rows(question.world, report_type)
        selection = Selection(Comparable(rows), query, question.now, question.chance, options)
        first, last = asked_for(question, documented)
        passing = selection.passing(rows.between(first, min(last, question.now)))
        page = handed_out(selection.page(passing), options) if query.fields else []
        return Answer(encoded(list(rows.tell(page, query.fields, question.now))), len(page), len(passing))

    return answer


def _check_depth(given: object, depth: int = 1) -> None:
    """Refuse filters in filters in filters."""
    branches = cast("Json", given).get("filters", ()) if isinstance(given, dict) else ()
    for branch in cast("list[object]", branches):
        if depth > _DEEPEST:
            raise invalid(given, f"a filter has at most {_DEEPEST} levels", field="filter")
        _check_depth(branch, depth + 1)
