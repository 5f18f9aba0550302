"""Parameters of which the documentation says two things: tried, and what came of it remembered for a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tap_callgear.api.errors import AccessDenied, ApiError, FieldRefused, MethodRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.api.client import RequestStats
    from tap_callgear.api.envelope import Reply
    from tap_callgear.extraction.reading import Api

_TYPE, _REALTIME = "report_type", "is_realtime"
_MISSED: Final = "required_parameter_missed"
_OF_A_WINDOW: Final = ("date_from", "date_till", "limit", "offset")


class Quirks:
    """What was learned of the methods by now; safe across threads."""

    def __init__(self) -> None:
        """Have learned nothing."""
        self._needs_type: set[str] = set()
        self._refuses_realtime: set[str] = set()

    def adapted(self, method: str, params: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters that a method takes.

        Args:
            method: The method.
            params: The parameters that are meant.
        """
        adapted = dict(params)
        if method in self._needs_type:
            adapted[_TYPE] = method.removeprefix("get.")
        if method in self._refuses_realtime:
            adapted.pop(_REALTIME, None)
        return adapted

    def learn(self, method: str, asked: Mapping[str, object], refusal: ApiError) -> bool:
        """Learn from a refusal.

        Args:
            method: The method.
            asked: The parameters that it refused.
            refusal: What it said.

        Returns:
            Whether it is worth asking again.
        """
        said = f"{refusal.reply.field} {refusal.reply.message}"
        if refusal.mnemonic == _MISSED and _TYPE in said and _TYPE not in asked:
            self._needs_type.add(method)
            return True
        if isinstance(refusal, FieldRefused) and _REALTIME in asked and refusal.culprits([_REALTIME]):
            self._refuses_realtime.add(method)
            return True
        return False


class ReportApi:
    """The API as methods of reports want it to be asked."""

    def __init__(self, api: Api, quirks: Quirks) -> None:
        """Ask through a client.

        Args:
            api: The client.
            quirks: What is known of the methods.
        """
        self._api = api
        self._quirks = quirks

    def call(self, method: str, params: Mapping[str, object], stats: RequestStats | None = None) -> Reply:
        """Call a method; see `DataApi.call`.

        Raises:
            MethodRefused: There is no such report, or not for this user.
            ApiError: It is refused for something else.
        """
        while True:
            asked = self._quirks.adapted(method, params)
            try:
                return self._api.call(method, asked, stats)
            except ApiError as refusal:
                if self._quirks.learn(method, asked, refusal):
                    continue
                if _is_of_report(refusal):
                    text = (
                        f"{method}: the report {params.get('report_id')} cannot be read "
                        f"({refusal.mnemonic or refusal.reply.code}): it was deleted, or is another user's; check the "
                        "setting reports."
                    )
                    raise MethodRefused(text, refusal.reply) from None
                raise


def _is_of_report(refusal: ApiError) -> bool:
    """Whether it is the report that is refused, not how it is asked for."""
    if isinstance(refusal, AccessDenied) or type(refusal) is not ApiError:
        return False
    reply = refusal.reply
    is_of_window = any(name in reply.field for name in _OF_A_WINDOW)
    return not is_of_window and "report" in f"{refusal.mnemonic} {reply.field} {reply.message}".lower()
