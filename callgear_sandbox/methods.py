"""The methods that the sandbox plays: those that are documented, and those to log in with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from callgear_sandbox.documentation import DOCUMENTED, Documented
from callgear_sandbox.encoding import encoded
from callgear_sandbox.flat.answers import flat
from callgear_sandbox.lists import listed, whole
from callgear_sandbox.parameters import ACCESS_TOKEN, Parameter
from callgear_sandbox.question import Answer, Method, Question
from callgear_sandbox.reports import report, statistic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF_THE_ACCOUNT: Final = frozenset({"get.account", "getobj.account", "get.customers", "get.customer_users"})
"""Methods that need another right than to see reports."""


def played(documented: Documented) -> Method:
    """Play a method as its documentation describes it."""
    return Method(
        documented.method,
        documented.parameters,
        _answer(documented),
        documented.access,
        "account" if documented.method in _OF_THE_ACCOUNT else "report",
    )


def _answer(documented: Documented) -> Callable[[Question], Answer]:
    if documented.report_type is not None:
        return flat(documented)
    if documented.time is not None:
        return report(documented)
    if documented.takes("date_from"):
        return statistic(documented)
    return listed(documented) if documented.takes("limit") else whole(documented)


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
        *map(played, DOCUMENTED.values()),
    )
}
