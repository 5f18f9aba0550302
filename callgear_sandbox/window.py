"""The window of time that a report is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from callgear_sandbox.errors import DATE_INTERVAL_LIMIT_REACHED, ApiError
from callgear_sandbox.parameters import DATES, invalid, missed

if TYPE_CHECKING:
    from callgear_sandbox.documentation import Documented
    from callgear_sandbox.question import Question

_HOUR, _DAY = 3600, 86_400
_THREE_MONTHS = 92


def window(question: Question, longest: float | None) -> tuple[int, int]:
    """Return the first and the last instant that are asked for, at most so many days apart."""
    for parameter in DATES:
        if parameter.name not in question.params:
            raise missed(parameter)
    first, till = (_instant(question, parameter.name) for parameter in DATES)
    options = question.options
    days = _longest(options.interval_days, longest)
    if till < first:
        raise invalid(question.params["date_till"], "must not be before date_from", field="date_till")
    begin, end = (datetime.fromisoformat(cast("str", question.params[parameter.name])) for parameter in DATES)
    if end - begin > timedelta(days):
        raise _interval_limit(question, "date_till", days)
    if options.history_days is not None and first < question.now - options.history_days * _DAY:
        raise _interval_limit(question, "date_from", options.history_days)
    if options.recent_hours and first > question.now - options.recent_hours * _HOUR:
        raise invalid(question.params["date_from"], "the date is too recent", field="date_from")
    return first, till


def asked_for(question: Question, documented: Documented) -> tuple[int, int]:
    """Return the first and the last instant that rows may have: all times where a method can do without a window."""
    if documented.instead_of_dates.isdisjoint(question.params) or "date_from" in question.params:
        first, last = window(question, documented.interval_days)
        bounds = question.options.bounds
        return first + (bounds in {"till", "none"}), last - (bounds in {"from", "none"})
    return 0, question.now


def _longest(wanted: float, documented: float | None) -> float:
    """Return the days that a window may have: what is documented of the method, unless fewer are wanted of all."""
    if documented is None:
        return wanted
    return min(documented, wanted) if wanted < _THREE_MONTHS else documented


def _instant(question: Question, name: str) -> int:
    value = cast("str", question.params[name])
    try:
        return question.world.zone.instant(value)
    except ValueError as error:
        raise invalid(value, "must be a date of the form YYYY-MM-DD hh:mm:ss or YYYY-MM-DD", field=name) from error


def _interval_limit(question: Question, field: str, days: float) -> ApiError:
    return ApiError(
        DATE_INTERVAL_LIMIT_REACHED,
        f"Max value of requested date interval is {'3 months' if days == _THREE_MONTHS else f'{days:g} days'}",
        field=field,
        value=question.params[field],
        params={"days": days},
    )
