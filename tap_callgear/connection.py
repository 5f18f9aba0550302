"""Puts the parts of the engine together from the settings: one client, one budget and one clock for a whole run."""

from __future__ import annotations

import os
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING

import msgspec

from tap_callgear.api.client import DataApi
from tap_callgear.api.credentials import AccessKey, Login
from tap_callgear.api.endpoint import Endpoint
from tap_callgear.api.errors import AccessDenied, ApiError, ConfigurationError, SessionEnded
from tap_callgear.api.points import Points
from tap_callgear.api.transport import HttpTransport
from tap_callgear.extraction.background import await_result, in_background
from tap_callgear.extraction.clock import Clock
from tap_callgear.extraction.reading import Tools

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping

    from tap_callgear.api.client import Tally
    from tap_callgear.api.envelope import Reply
    from tap_callgear.api.redaction import Secrets
    from tap_callgear.api.timing import SystemTiming
    from tap_callgear.extraction.reading import Watcher
    from tap_callgear.settings import Settings


class Connection:
    """The account, as the settings reach it. Nothing is asked before it is needed."""

    def __init__(self, settings: Settings, secrets: Secrets, timing: SystemTiming, logger: logging.Logger) -> None:
        """Put the client together.

        Args:
            settings: The checked settings.
            secrets: What no log may show; a session's key is added to it.
            timing: The clock and the sleep.
            logger: Where waiting and retrying is told.
        """

        def say(text: str) -> None:
            logger.info("%s", text)

        def warn(text: str) -> None:
            logger.warning("%s", text)

        credentials = (
            AccessKey(settings.access_token)
            if settings.access_token
            else Login(settings.login, settings.password, secrets)
        )
        secrets.add_address(settings.api_url)
        for name, value in os.environ.items():
            if name.lower().endswith("_proxy"):
                secrets.add_address(value)
        endpoint = Endpoint.of(settings.api_url)
        if endpoint.is_overheard:
            warn(
                f"api_url begins with http://: the key and the data travel to {endpoint.host} unprotected; use https://."
            )
        self._transport = HttpTransport(
            endpoint,
            timeout=settings.request_timeout,
            user_agent=settings.user_agent or f"tap-callgear/{metadata.version('tap-callgear')}",
        )
        self._zone = settings.timezone
        self._clocks: dict[int | None, Clock] = {}
        self.settings = settings
        self.timing = timing
        self.points = Points(timing, say, on_day_limit=settings.on_day_limit)
        self.api = DataApi(self._transport, credentials, self.points, secrets, timing, warn)
        self.now = timing.now()

    def clock(self, user_id: int | None = None) -> Clock:
        """Give the clock of the account, or of an agent's customer; asks for its zone once, unless that is set.

        Args:
            user_id: The customer user that an agent reads for.

        Returns:
            The clock.

        Raises:
            ConfigurationError: The API does not tell the zone and the setting is empty.
        """
        if user_id not in self._clocks:
            self._clocks[user_id] = Clock(self._zone or self._ask_for_zone(user_id))
        return self._clocks[user_id]

    def tools(self, tally: Tally, watcher: Watcher) -> Tools:
        """Give what a reading works with.

        Args:
            tally: Where to count what it takes.
            watcher: Is told of its progress.

        Returns:
            The tools.
        """
        return Tools(
            self.api,
            self.timing,
            tally,
            watcher,
            page_size=self.settings.page_size,
            windows_ahead=self.settings.max_parallel_requests,
        )

    def ask(self, method: str, params: Mapping[str, object]) -> Reply:
        """Call a method, ready to end the run while its reply is awaited; see `DataApi.call`."""
        return await_result(in_background(partial(self.api.call, method, params)), self.timing.check)

    def close(self) -> None:
        """End the session, if one is open and the API answers soon, and let go of the connections."""
        self.api.close()
        self._transport.close()

    def _ask_for_zone(self, user_id: int | None) -> str:
        """Ask an account for its zone; an agent's customer is asked through `getobj.account`."""
        asks: list[tuple[str, dict[str, object]]] = [("get.account", {})]
        if user_id is None and (users := self.settings.user_ids):
            # An agent's own account; where that is not told, its customers' are taken to keep the same clocks.
            asks += [("getobj.account", {}), ("getobj.account", {"user_id": users[0]})]
        elif user_id is not None:
            asks = [("getobj.account", {"user_id": user_id}), ("get.account", {"user_id": user_id}), *asks]
        refusals = []
        for method, params in asks:
            try:
                rows = self.ask(method, params).rows
            except (SessionEnded, AccessDenied) as refusal:
                if refusal.mnemonic not in _REFUSALS_OF_A_METHOD:
                    raise
                refusals.append(str(refusal))
            except ApiError as refusal:
                refusals.append(str(refusal))
            else:
                account = msgspec.json.decode(rows[0]) if rows else None
                if isinstance(account, dict) and account.get("timezone"):
                    return str(account["timezone"])
        text = "The account's time zone is not known: set timezone to its IANA name, such as Asia/Dubai."
        raise ConfigurationError(" ".join([text, *refusals]))


_REFUSALS_OF_A_METHOD = frozenset(
    {"forbidden", "method_not_found", "method_component_disabled", "required_parameter_missed"}
)
"""Refusals that leave the zone open: the same key may well read the reports."""
