"""Puts the parts of the engine together from the settings: one client, one budget and one clock for a whole run."""

from __future__ import annotations

import atexit
import os
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING

from tap_callgear.api.background import awaited
from tap_callgear.api.client import DataApi, RequestStats
from tap_callgear.api.credentials import AccessKey, Login
from tap_callgear.api.endpoint import Endpoint
from tap_callgear.api.points import Points
from tap_callgear.api.transport import HttpTransport
from tap_callgear.extraction.reading import ReaderResources
from tap_callgear.progress import RunProgress
from tap_callgear.zones import Zones

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from tap_callgear.api.clock import Clock
    from tap_callgear.api.envelope import Reply
    from tap_callgear.api.redaction import Secrets
    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.reading import ProgressListener
    from tap_callgear.settings import Settings


class ApiSession:
    """The account, as the settings reach it. Nothing is asked before it is needed.

    Attributes:
        settings: The checked settings.
        clock: The clock and the sleep.
        points: The budget.
        api: The client.
        zone_requests: What requests for zones took.
        key_requests: What requests took for the keys of entries that something else is asked for by.
        saved_report_requests: What requests took to find the account's own reports.
        zones: The time zones of the account and of an agent's customers.
        progress: What a person sees of the run.
        now: When the run began.
    """

    def __init__(self, settings: Settings, secrets: Secrets, clock: Clock, logger: logging.Logger) -> None:
        """Put the client together.

        Args:
            settings: The checked settings.
            secrets: What no log may show; a session's key is added to it.
            clock: The clock and the sleep.
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
        for name, value in os.environ.items():
            if name.lower().endswith("_proxy"):
                secrets.add_address(value)
        self._transport = HttpTransport(
            Endpoint.of(settings.api_url),
            timeout=settings.request_timeout,
            user_agent=settings.user_agent or f"tap-callgear/{metadata.version('tap-callgear')}",
            now=clock.now,
        )
        self.settings = settings
        self.clock = clock
        self.points = Points(clock, say, on_day_limit=settings.on_day_limit)
        most = settings.max_parallel_requests
        self.api = DataApi(self._transport, credentials, self.points, secrets, clock, warn, most_at_a_time=most)
        self.zone_requests, self.key_requests = RequestStats(), RequestStats()
        self.saved_report_requests = RequestStats()
        ask = partial(self.ask, stats=self.zone_requests)
        self.zones = Zones(settings.timezone, settings.user_ids, ask=ask, check=clock.check)
        self.progress = RunProgress(logger, self.points, clock)
        self.now = clock.now()
        # A session of a log-in stays open until somebody ends it.
        atexit.register(self.close)

    def zone(self, user_id: int | None = None) -> AccountZone:
        """Return the time zone of the account, or of an agent's customer; see `Zones.zone`."""
        return self.zones.zone(user_id)

    def reader_resources(
        self, stats: RequestStats, listener: ProgressListener, *, is_due: Callable[[], bool] = lambda: True
    ) -> ReaderResources:
        """Return what a reader works with.

        Args:
            stats: Where to count what it takes.
            listener: Is told of its progress.
            is_due: Whether the records are taken as they come, not read ahead of their turn.

        Returns:
            The resources.
        """
        return ReaderResources(
            self.api,
            self.clock,
            stats,
            listener,
            page_size=self.settings.page_size,
            windows_ahead=self.settings.max_parallel_requests,
            is_due=is_due,
        )

    def ask(self, method: str, params: Mapping[str, object], stats: RequestStats | None = None) -> Reply:
        """Call a method, ready to end the run while its reply is awaited; see `DataApi.call`."""
        return awaited(partial(self.api.call, method, params, stats), self.clock.check)

    def close(self) -> None:
        """Sum up the run, end the session, if one is open and the API answers soon, and let go of the connections."""
        atexit.unregister(self.close)
        self.progress.finish(self.zone_requests, self.key_requests, self.saved_report_requests)
        self.api.close()
        self._transport.close()
