"""The time zones of the account and of an agent's customers: each asked for once a run, and only where it is needed."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from tap_callgear.api.background import await_result
from tap_callgear.api.errors import AccessDenied, ApiError, ConfigurationError
from tap_callgear.api.wording import one_line
from tap_callgear.customers import USER_ID, ZoneUnknown, bars_customer, is_customers_own
from tap_callgear.extraction.account_zone import AccountZone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_callgear.api.envelope import Reply

_MISSES_USER = "required_parameter_missed"
_LEAVES_ZONE_OPEN = frozenset({"forbidden", "method_not_found", "method_component_disabled", _MISSES_USER})
"""Refusals after which the zone is asked for in another way: the same key may well read the reports."""

_MOST_CUSTOMERS_ASKED = 3
"""Customers whose zone may stand for that of an agent's own account."""


class Zones:
    """Knows the zones; safe across threads."""

    def __init__(
        self,
        given: str | None,
        user_ids: Sequence[int],
        *,
        ask: Callable[[str, Mapping[str, object]], Reply],
        check: Callable[[], None],
    ) -> None:
        """Ask for nothing yet.

        Args:
            given: The zone of all accounts, where it is set.
            user_ids: The customers that an agent reads for.
            ask: Calls a method of the API.
            check: Raises where the run is to end.
        """
        self._given = given
        self._user_ids = user_ids
        self._ask = ask
        self._check = check
        self._zones: dict[int | None, Future[AccountZone]] = {}
        self._lock = threading.Lock()

    def zone(self, user_id: int | None = None) -> AccountZone:
        """Return the zone of the account, or of an agent's customer, asking for its zone the first time.

        Args:
            user_id: The customer user that an agent reads for.

        Returns:
            The zone.

        Raises:
            ZoneUnknown: The API does not tell the zone and the setting is empty; as often as it is asked for.
            ApiError: The API refuses the key, or the customer.
        """
        with self._lock:
            if is_first := user_id not in self._zones:
                self._zones[user_id] = Future()
            zone = self._zones[user_id]
        if is_first:
            try:
                zone.set_result(self._ask_zone(user_id))
            except BaseException as error:  # noqa: BLE001 - it is raised for whoever asks for this zone
                zone.set_exception(error)
        return await_result(zone, self._check)

    def known(self) -> list[str]:
        """Return the zones that are known by now, each once."""
        with self._lock:
            zones = [zone for zone in self._zones.values() if zone.done() and not zone.exception()]
        return list(dict.fromkeys(str(zone.result().zone) for zone in zones))

    def _ask_zone(self, user_id: int | None) -> AccountZone:
        if self._given is not None:
            return AccountZone(self._given)
        zone = self._zone_of(user_id)
        try:
            return AccountZone(zone)
        except ConfigurationError:
            whose = "the account" if user_id is None else f"user {user_id}"
            told = f"The zone of {whose}, {one_line(zone, 60)}, is not known to this machine"
            text = f"{told}: set timezone to an IANA name."
            raise ZoneUnknown(text) from None

    def _zone_of(self, user_id: int | None) -> str:
        refusals: list[ApiError] = []
        for method, params in self._questions(user_id):
            try:
                account = self._ask(method, params).first()
            except ApiError as refusal:
                if _is_final(refusal, user_id, by_customer=USER_ID in params):
                    raise
                refusals.append(refusal)
            else:
                if zone := account.get("timezone"):
                    return str(zone)
        raise self._unknown(user_id, refusals)

    def _unknown(self, user_id: int | None, refusals: Sequence[ApiError]) -> ApiError | ZoneUnknown:
        """Return what is to be said where nothing told the zone."""
        text = "The account's time zone is not known: set timezone to its IANA name, such as Asia/Dubai."
        if user_id is not None:
            if refusals and refusals[0].mnemonic not in _LEAVES_ZONE_OPEN:
                return refusals[0]
            text = text.replace("account's time zone", f"time zone of user {user_id}")
        if not self._user_ids:
            if by_agent := [refusal for refusal in refusals if refusal.mnemonic == _MISSES_USER]:
                return by_agent[0]
            text += " An agent's key needs user_ids, too."
        return ZoneUnknown(" ".join([text, *dict.fromkeys(map(str, refusals))]))

    def _questions(self, user_id: int | None) -> Iterator[tuple[str, dict[str, object]]]:
        """Yield the requests that may be answered with the zone, the likeliest first."""
        if user_id is not None:
            yield "getobj.account", {USER_ID: user_id}
            yield "get.account", {USER_ID: user_id}
        yield "get.account", {}
        if user_id is None:
            # An agent's own account answers neither; its customers' are taken to keep the same clocks.
            yield "getobj.account", {}
            for customer in self._user_ids[:_MOST_CUSTOMERS_ASKED]:
                yield "getobj.account", {USER_ID: customer}


def _is_final(refusal: ApiError, user_id: int | None, *, by_customer: bool) -> bool:
    """Whether nothing else need be asked after a refusal."""
    if by_customer:
        return not is_customers_own(refusal) or (user_id is not None and bars_customer(user_id, refusal))
    return isinstance(refusal, AccessDenied) and refusal.mnemonic not in _LEAVES_ZONE_OPEN
