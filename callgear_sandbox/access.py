"""Who may call: keys, login sessions, addresses and rights."""

from __future__ import annotations

from collections import Counter
from secrets import token_hex
from threading import Lock
from time import monotonic, time
from typing import TYPE_CHECKING, Final

from callgear_sandbox.errors import (
    AUTH_ERROR,
    IP_NOT_WHITELISTED,
    KEY_BLOCKED,
    KEY_EXPIRED,
    KEY_INVALID,
    ApiError,
)

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options

APP_ID: Final = 10_203
_REFUSED: Final = {"expired": KEY_EXPIRED, "blocked": KEY_BLOCKED}


class Access:
    """The sessions that are open, and the rules of entry."""

    def __init__(self) -> None:
        """Begin with no session."""
        self._sessions: dict[str, float] = {}
        self._requests: Counter[str] = Counter()
        self._lock = Lock()

    def log_in(self, params: Json, options: Options) -> Json:
        """Open a session for the right login and password."""
        if (params["login"], params["password"]) != (options.login, options.password):
            raise ApiError(AUTH_ERROR, "Login or password is wrong")
        token = token_hex(16)
        with self._lock:
            self._sessions[token] = monotonic() + options.session_seconds
        return {
            "access_token": token,
            "expire_at": int(time() + options.session_seconds),
            "app_id": APP_ID,
        }

    def log_out(self, token: str) -> Json:
        """Close a session; a key that lasts has none to close."""
        with self._lock:
            self._sessions.pop(token, None)
        return {}

    def check_address(self, address: str, options: Options) -> None:
        """Refuse callers from elsewhere."""
        if not options.allowed_ip:
            raise ApiError(
                IP_NOT_WHITELISTED,
                f"Your IP {address} is not in the list of allowed addresses",
                params={"ip": address},
            )

    def check_token(self, token: str, options: Options) -> None:
        """Refuse any key but the account's own and those of living sessions.

        The refused key comes back in the error, as with the real API.
        """
        if token == options.token:
            if options.key_state == "valid":
                return
            state = options.key_state
            raise ApiError(
                _REFUSED[state],
                f"Access token has been {state}",
                field="access_token",
                value=token,
            )
        with self._lock:
            self._requests[token] += 1
            is_new = self._requests[token] <= options.session_requests
            alive = is_new and self._sessions.get(token, 0) > monotonic()
        if not alive:
            raise ApiError(
                KEY_INVALID,
                "Access token is invalid",
                field="access_token",
                value=token,
            )
