"""Who puts ``access_token`` into a call: a fixed key, or a login whose session lives an hour."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from tap_callgear.api.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_callgear.api.redaction import Secrets

    Ask = Callable[[str, Mapping[str, str]], Mapping[str, object]]
    """Asks a method without a token and gives the object it answers with."""


_LOGIN_TIMEOUT = 5.0
"""Seconds to wait for a log-in that is under way when the session is to be closed."""


class Credentials(Protocol):
    """What the client needs of a way to log in."""

    def token(self, ask: Ask) -> str:
        """Return the token to send with the next request."""

    def renew(self, stale: str) -> bool:
        """Drop a token that the API no longer takes.

        Returns:
            Whether another one can be had.
        """

    def close(self, ask: Ask) -> None:
        """End the session, if one was opened."""


class AccessKey:
    """A fixed key, made in the client area."""

    def __init__(self, key: str) -> None:
        """Hold the key."""
        self._key = key

    def token(self, ask: Ask) -> str:  # noqa: ARG002 - a key needs no request
        """Return the key."""
        return self._key

    def renew(self, stale: str) -> bool:  # noqa: ARG002 - there is only the one key
        """Tell that no other key can be had."""
        return False

    def close(self, ask: Ask) -> None:
        """Leave the key as it is: it was not opened here."""


class Login:
    """A session that ``login.user`` opens and ``logout.user`` ends; safe across threads."""

    def __init__(self, login: str, password: str, secrets: Secrets) -> None:
        """Hold the login; nothing is asked yet.

        Args:
            login: The user's login.
            password: The user's password.
            secrets: Where a session's key is registered, so that no log shows it.
        """
        self._login = login
        self._password = password
        self._secrets = secrets
        self._lock = threading.Lock()
        self._session: str | None = None

    def token(self, ask: Ask) -> str:
        """Return the session's key, logging in where there is none."""
        with self._lock:
            if self._session is None:
                answer = ask("login.user", {"login": self._login, "password": self._password})
                if not (session := answer.get("access_token")):
                    text = "login.user gave no session: check the settings login and password, or use access_token."
                    raise ConfigurationError(text)
                self._session = str(session)
                self._secrets.add(self._session)
            return self._session

    def renew(self, stale: str) -> bool:
        """Drop a session that has ended, unless another thread has opened a new one already."""
        with self._lock:
            if self._session == stale:
                self._session = None
        return True

    def close(self, ask: Ask) -> None:
        """Log out, where a session is open."""
        # A log-in that nobody waits for any more may still be under way.
        if not self._lock.acquire(timeout=_LOGIN_TIMEOUT):
            return
        session, self._session = self._session, None
        self._lock.release()
        if session is not None:
            ask("logout.user", {"access_token": session})
