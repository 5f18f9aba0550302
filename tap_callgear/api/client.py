"""The client: one method call in, rows out, with everything between that may fail and pass."""

from __future__ import annotations

import math
import threading
import uuid
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import backoff

from tap_callgear.api.deadline import within
from tap_callgear.api.envelope import Reply, decode_reply, encode_request
from tap_callgear.api.errors import (
    CallGearError,
    ConfigurationError,
    ErrorReply,
    PointsSpent,
    SessionEnded,
    TransientError,
    Unreachable,
    error_from,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tap_callgear.api.clock import Clock
    from tap_callgear.api.credentials import Credentials
    from tap_callgear.api.points import Points
    from tap_callgear.api.redaction import Secrets
    from tap_callgear.api.transport import Transport

_MOST_RENEWALS = 3
"""Sessions opened for one call before its refusal is believed."""

_MOST_AT_A_TIME = 16
"""Calls under way at a time, where nobody says how many."""

_HEAVY_TRIES = 6
"""Tries of a request that a smaller one may replace."""

_HEAVY_TRIES_UNANSWERED = 2
"""The same once such a request was given up at a host that has never answered: weight is hardly what it lacks."""

_LOGOUT_TIMEOUT = 5.0
"""Seconds that a log-out may take: a session that is left open ends by itself within the hour."""

_LASTING_TRIES = 3
"""Tries after which a host or a proxy that was never reached is taken to be a wrong setting."""

_RETRY_SECONDS_UNANSWERED = 60.0
"""Seconds of failures after which a host that has never answered is given up."""

_RETRY_SECONDS = 300.0
"""Seconds of failures after which a host that did answer is given up."""

_LONGEST_TEXT = 10_000
"""Characters of each text of an error that are looked at."""

_LEAST_TRIES = 5
_LEAST_OBEYED = 2
"""Tries at the least where the server says when to come back: it may say an hour each time."""

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0


@dataclass
class RequestStats:
    """What the calls for one stream took.

    Attributes:
        requests: Requests sent.
        points: Requests answered, each charged one point.
        retried: Requests that failed in passing and were sent again.
        refused: Requests refused for want of points.
        waited: Seconds waited for points.
    """

    requests: int = 0
    points: int = 0
    retried: int = 0
    refused: int = 0
    waited: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, **counts: float) -> None:
        """Add to the counts; safe across threads."""
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)


class DataApi:
    """Calls methods of the Data API; safe across threads.

    This is the one place that knows the envelope, the retries, the check of the request id and the log-in.
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
        most_at_a_time: int = _MOST_AT_A_TIME,
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
        self._has_answered = False
        self._gave_up_unanswered = False
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
            TransientError: The API failed for longer than the client's retry_seconds.
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
        waits = _waits()
        tries = 0
        while True:
            stats.add(waited=self.points.acquire())
            try:
                reply = self._exchange(method, params, stats)
            except PointsSpent as refusal:
                stats.add(refused=1)
                self.points.exhaust(refusal)
                began, tries = self._clock.monotonic(), 0
            except TransientError as failure:
                self.points.release()
                tries += 1
                if self._is_out_of_patience(failure, tries, self._clock.monotonic() - began):
                    raise self._final_error(method, failure, tries) from None
                stats.add(retried=1)
                wait = next(waits) if failure.retry_after is None else failure.retry_after
                self._say(f"{method}: {self._secrets.one_line(failure)}; trying again in {wait:.1f} s.")
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
            if status != HTTPStatus.OK:
                text = f"api_url answers with HTTP {status}, not as the Data API does: check api_url and the proxy."
                raise ConfigurationError(text) from None
            raise
        self._has_answered, self._gave_up_unanswered = True, False
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

    def _final_error(self, method: str, failure: TransientError, tries: int) -> CallGearError:
        """Return what is to be raised once a failure is believed."""
        self._gave_up_unanswered = not self._has_answered
        said = self._secrets.one_line(failure)
        how_often = f" failed {tries} times, the last time" if tries > 1 else ""
        text = f"{method}{how_often}: {said}. {failure.remedy}."
        if self._is_lasting(failure):
            return ConfigurationError(text)
        return TransientError(text, is_heavy=failure.is_heavy)

    def _is_lasting(self, failure: TransientError) -> bool:
        return isinstance(failure, Unreachable) and failure.is_lasting and not self._has_answered

    def _is_out_of_patience(self, failure: TransientError, tries: int, elapsed: float) -> bool:
        if failure.is_heavy and tries >= (_HEAVY_TRIES_UNANSWERED if self._gave_up_unanswered else _HEAVY_TRIES):
            return True
        if tries >= (failure.most_tries or math.inf) or (tries >= _LASTING_TRIES and self._is_lasting(failure)):
            return True
        retry_seconds = _RETRY_SECONDS if self._has_answered else _RETRY_SECONDS_UNANSWERED
        least = _LEAST_TRIES if failure.retry_after is None else _LEAST_OBEYED
        return tries >= least and elapsed >= retry_seconds


def _waits() -> Iterator[float]:
    """Return the seconds to wait before each new try: longer each time, and never in step with other clients."""
    waits: Any = backoff.expo(factor=_FIRST_WAIT, max_value=_LONGEST_WAIT)
    next(waits)
    for wait in waits:
        yield backoff.full_jitter(wait)
