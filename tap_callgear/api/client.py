"""The client: one method call in, rows out, with everything between that may fail and pass."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_callgear.api.deadline import within
from tap_callgear.api.endpoint import MOST_CONNECTIONS
from tap_callgear.api.envelope import Reply, decode_reply, encode_request
from tap_callgear.api.errors import (
    CallGearError,
    ConfigurationError,
    ErrorReply,
    PointsSpent,
    SessionEnded,
    TransientError,
    error_from,
)
from tap_callgear.api.retries import RetryPolicy, waits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_callgear.api.clock import Clock
    from tap_callgear.api.credentials import Credentials
    from tap_callgear.api.points import Points
    from tap_callgear.api.redaction import Secrets
    from tap_callgear.api.transport import Transport

_MOST_RENEWALS = 3
"""Sessions opened for one call before its refusal is believed."""

_LOGOUT_TIMEOUT = 5.0
"""Seconds that a log-out may take: a session that is left open ends by itself within the hour."""

_LONGEST_TEXT = 10_000
"""Characters of each text of an error that are looked at."""


@dataclass
class RequestStats:
    """What the calls for one stream took.

    Attributes:
        requests: Requests sent.
        points: Requests answered, each charged one point.
        retried: Requests that failed in passing and were sent again.
        refused: Requests refused for want of points.
    """

    requests: int = 0
    points: int = 0
    retried: int = 0
    refused: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, **counts: int) -> None:
        """Add to the counts; safe across threads."""
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)


class DataApi:
    """Calls methods of the Data API; safe across threads.

    This is the one place that knows the envelope, the check of the request id and the log-in.
    """

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        points: Points,
        secrets: Secrets,
        clock: Clock,
        say: Callable[[str], None],
        *,
        most_at_a_time: int = MOST_CONNECTIONS,
    ) -> None:
        """Put the client together; nothing is sent yet.

        Args:
            transport: Posts the bodies.
            credentials: Gives the token.
            points: The budget to take points from.
            secrets: What must not get into an error's text.
            clock: The clock and the sleep.
            say: Takes a line for people where a request is sent again.
            most_at_a_time: Calls that may be under way at a time; others wait for their turn.
        """
        self.points = points
        self._transport = transport
        self._credentials = credentials
        self._secrets = secrets
        self._clock = clock
        self._say = say
        self._retries = RetryPolicy()
        self._slots = threading.BoundedSemaphore(most_at_a_time)

    def call(self, method: str, params: Mapping[str, object], stats: RequestStats | None = None) -> Reply:
        """Call a method as the account's user.

        Args:
            method: The method's name, such as ``get.communications_report``.
            params: Its parameters without the token.
            stats: Where to count what the call takes.

        Returns:
            The rows of the answer.

        Raises:
            ApiError: The API refused the request; the kind says what to do.
            PointsSpent: The day's points are spent and the setting says to stop.
            TransientError: The API failed too often, or for too long.
            ConfigurationError: The user must fix something.
            Stopped: A signal asked the run to end.
        """
        stats = stats or RequestStats()
        with self._slots:
            return self._call_with_token(method, params, stats)

    def _call_with_token(self, method: str, params: Mapping[str, object], stats: RequestStats) -> Reply:
        renewals = 0
        while True:
            token = self._credentials.token(self._ask_for_object)
            try:
                return self._call_until_answered(method, {"access_token": token, **params}, stats)
            except SessionEnded:
                renewals += 1
                if renewals > _MOST_RENEWALS or not self._credentials.renew(token):
                    raise

    def close(self) -> None:
        """End the session, if one is open and the API answers soon; a failure harms nothing and is only told."""
        try:
            with within(_LOGOUT_TIMEOUT):
                self._credentials.close(self._ask_once)
        except CallGearError as error:
            self._say(f"The session was not closed: {self._secrets.one_line(error)}")

    def _ask_once(self, method: str, params: Mapping[str, str]) -> Mapping[str, object]:
        """Call a method that answers with nothing of interest, whatever points there are."""
        self._exchange(method, params, RequestStats())
        return {}

    def _ask_for_object(self, method: str, params: Mapping[str, str]) -> Mapping[str, object]:
        """Call a method that takes no token of its own and answers with one object."""
        return self._call_until_answered(method, params, RequestStats()).first()

    def _call_until_answered(self, method: str, params: Mapping[str, object], stats: RequestStats) -> Reply:
        """Send a request as often as it takes to get an answer that is meant."""
        began = self._clock.monotonic()
        pauses = waits()
        tries = 0
        while True:
            self.points.acquire()
            try:
                reply = self._exchange(method, params, stats)
            except PointsSpent as refusal:
                stats.add(refused=1)
                self.points.exhaust(refusal)
                began, tries = self._clock.monotonic(), 0
            except TransientError as failure:
                self.points.release()
                tries += 1
                said = self._secrets.one_line(failure)
                if self._retries.is_exhausted(failure, tries, self._clock.monotonic() - began):
                    raise self._retries.give_up(method, failure, tries, said) from None
                stats.add(retried=1)
                wait = next(pauses) if failure.retry_after is None else failure.retry_after
                self._say(f"{method}: {said}; trying again in {wait:.1f} s.")
                self._clock.sleep(wait)
            except CallGearError:
                self.points.release()
                raise
            else:
                self.points.update(reply.limits)
                stats.add(points=1)
                return reply

    def _exchange(self, method: str, params: Mapping[str, object], stats: RequestStats) -> Reply:
        """Send a request once."""
        request_id = uuid.uuid4().hex
        stats.add(requests=1)
        status, body = self._transport.post(encode_request(request_id, method, params))
        try:
            answer = decode_reply(body, request_id)
        except TransientError:
            if status >= HTTPStatus.MULTIPLE_CHOICES:
                text = f"api_url answers with HTTP {status}, not as the Data API does: check api_url and the proxy."
                raise ConfigurationError(text) from None
            raise
        self._retries.answered()
        if isinstance(answer, ErrorReply):
            raise error_from(self._without_secrets(answer), method)
        return answer

    def _without_secrets(self, answer: ErrorReply) -> ErrorReply:
        """Return an error whose texts may be shown; its value never is."""

        def hide(text: str) -> str:
            return self._secrets.hide(text[:_LONGEST_TEXT])

        return replace(
            answer,
            message=hide(answer.message),
            mnemonic=hide(answer.mnemonic),
            field=hide(answer.field),
            params={name: hide(value) if isinstance(value, str) else value for name, value in answer.params.items()},
        )
