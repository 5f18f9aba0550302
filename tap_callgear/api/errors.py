"""What can go wrong when the Data API is asked, each with the one thing to do about it.

    CallGearError
     ├─ ConfigurationError    the user fixes a setting, a key, a right
     ├─ TransientError        ask again later
     │   ├─ Unreachable       check the way there, where nothing has come from there yet
     │   └─ InternalError     the API itself fails: of one customer, the others can be read
     ├─ RowsMissing           what came is good, but more was counted
     │   └─ RowsUnreadable    what else came is good
     ├─ PointsSpent           the plan's points are used up for now
     ├─ Stopped               a signal asked the run to end
     └─ ApiError              the API refused the request
         ├─ SessionEnded      log in again
         ├─ FieldRefused      leave the field out
         ├─ SortRefused       ask without the sort
         ├─ FilterRefused     ask without the filter
         ├─ IntervalTooLong   ask for a shorter window
         └─ AccessDenied      the user fixes a key, a right, an address list
             └─ MethodRefused do without the stream

The API answers errors with HTTP 200 and names them by ``error.data.mnemonic``; code and text are for people.
"""

from __future__ import annotations

import dataclasses
import re
import signal
from typing import TYPE_CHECKING, Any

from tap_callgear.api.hosts import HOSTS_IN_WORDS, PATH
from tap_callgear.api.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


PERIODS = {"day": 86_400, "hour": 3600, "minute": 60}
"""The periods that an account's points are counted in, the longest first, with their seconds."""


class CallGearError(Exception):
    """Any failure that the tap explains in one plain line."""


class ConfigurationError(CallGearError):
    """Something only the user can fix; the text names the setting and the remedy."""


class Stopped(CallGearError):
    """A signal asked the run to end.

    Attributes:
        signal_number: The signal that came.
    """

    def __init__(self, signal_number: int) -> None:
        """Remember which signal ended the run."""
        name = "Ctrl-C" if signal_number == signal.SIGINT else signal.Signals(signal_number).name
        super().__init__(
            f"Stopped by {name}; what was read so far was written, and the next run goes on from the last state."
        )
        self.signal_number = signal_number


class TransientError(CallGearError):
    """A failure that passes: the same request may succeed a little later.

    Attributes:
        remedy: What to do where it does not pass.
        retry_after: Seconds the server asked to wait, if it did.
        is_heavy: Whether a smaller request may fare better (a time-out, an internal error).
        most_tries: How often the same request is worth sending, where time will not help; None where it may.
    """

    def __init__(
        self,
        text: str,
        *,
        remedy: str = "Try again later; check api_url",
        retry_after: float | None = None,
        is_heavy: bool = False,
        most_tries: int | None = None,
    ) -> None:
        """Say what failed, and how long the server wants to be left alone."""
        super().__init__(text)
        self.remedy = remedy
        self.retry_after = retry_after
        self.is_heavy = is_heavy
        self.most_tries = most_tries


class InternalError(TransientError):
    """The API answers that it failed, so it can be reached; what fails may be this one request."""

    def __init__(self, text: str) -> None:
        """Say what it said."""
        super().__init__(text, remedy="Try again later; if that does not help, tell CallGear", is_heavy=True)


class Unreachable(TransientError):
    """The host did not come to answer.

    Attributes:
        is_lasting: Whether that is more likely a wrong setting than bad luck, as long as nothing was ever reached.
    """

    def __init__(self, text: str, *, remedy: str, is_lasting: bool = False) -> None:
        """Say why, and what to do about it."""
        super().__init__(text, remedy=remedy)
        self.is_lasting = is_lasting


def _row(number: int) -> str:
    return "row" if number == 1 else "rows"


def _again(since: date | None) -> str:
    return f"read once without the state, with start_date {since:%Y-%m-%d}" if since else "run again"


class RowsMissing(CallGearError):
    """The API counts rows that it does not hand out; all that it does was read."""

    def __init__(self, method: str, rows: int, since: date | None = None) -> None:
        """Say of which method, how many, and where to read again: the bookmark is past them.

        Args:
            method: The method.
            rows: How many rows are missing.
            since: A day of the account's that is no later than any of them; None where all is read in every run.
        """
        super().__init__(
            f"{method} counts {rows} more {_row(rows)} than it hands out: not all was read. What came is "
            f"written; {_again(since)}, and if the number stays, tell CallGear."
        )


class RowsUnreadable(RowsMissing):
    """Rows came without what no record can do without, and were left out; what else came was read."""

    def __init__(self, method: str, rows: int, missing: int = 0, since: date | None = None) -> None:
        """Say of which method, how many, and where to read again once that is mended.

        Args:
            method: The method.
            rows: How many rows were left out.
            missing: How many more are counted than came, which may be the same.
            since: A day of the account's that is no later than any of them; None where all is read in every run.
        """
        more = f", and it counts {missing} more than it hands out, which may be the same" if missing else ""
        CallGearError.__init__(
            self,
            f"{rows} {_row(rows)} of {method} came without a readable time or key, however often asked for, and had to "
            f"be left out{more}. What else came is written. Tell CallGear, and once it is mended, {_again(since)}.",
        )


class PointsSpent(CallGearError):
    """No points are left for now.

    Attributes:
        period: ``minute``, ``hour`` or ``day``.
        limits: What the reply said about the account's limits.
    """

    def __init__(self, text: str, *, period: str, limits: Mapping[str, float]) -> None:
        """Say which of the account's limits was reached."""
        super().__init__(text)
        self.period = period
        self.limits = limits


@dataclasses.dataclass
class ErrorReply:
    """The ``error`` part of a reply, with missing and null keys filled in."""

    code: int = 0
    message: str = ""
    mnemonic: str = ""
    field: str = ""
    value: Any = None
    params: dict[str, Any] = dataclasses.field(default_factory=dict)
    limits: dict[str, float] = dataclasses.field(default_factory=dict)


class ApiError(CallGearError):
    """The API refused the request for good.

    Attributes:
        mnemonic: The API's own name of the error.
        reply: The error as the API sent it, but for a mnemonic that only its code tells.
    """

    def __init__(self, text: str, reply: ErrorReply) -> None:
        """Keep the machine's name of the error beside the text for people."""
        super().__init__(text)
        self.mnemonic = reply.mnemonic
        self.reply = reply


class AccessDenied(ApiError, ConfigurationError):
    """The key, its rights, its address list or the account does not allow the request."""


class SessionEnded(AccessDenied):
    """The key or session is expired or unknown: a login can be renewed, a fixed key cannot."""


class MethodRefused(AccessDenied):
    """The account's products or the rights of the key's user do not include the method; others may still work."""


class FieldRefused(ApiError):
    """The API does not know a parameter or field, or the account's products do not include it."""

    def culprits(self, names: Sequence[str]) -> list[str]:
        """Find which of the requested names the API objects to.

        The API puts the name into ``field`` (dots for nesting) or into ``value``, where ``field`` says ``fields``; a
        place in the list, such as ``fields.3``, is understood too.

        Args:
            names: The names that the request held.

        Returns:
            The refused names, in no particular order; empty if none of them is meant.
        """
        for said in (self.reply.field, self.reply.value, list(self.reply.params.values())):
            words = set(re.findall(r"\w+", str(said)))
            if meant := [name for name in names if name in words]:
                return meant
        places = [int(word) for word in re.findall(r"\d+", self.reply.field) if int(word) < len(names)]
        return [names[place] for place in places]


class SortRefused(ApiError):
    """The API does not sort by the requested field."""


class FilterRefused(ApiError):
    """The API does not filter by the requested field."""


class IntervalTooLong(ApiError):
    """The time from ``date_from`` to ``date_till`` is longer than the API, or the account's history, allows."""


_NEW_KEY = "make a new one in the client area under the user's settings, and set access_token"
_WHERE_KEYS_ARE = "keys are made in the client area under the user's settings"
_HOST = f"each brand has a host of its own ({HOSTS_IN_WORDS})"
_PRODUCT = "the account's plan lacks the product: ask CallGear to switch it on, or deselect"
_BUG = "this is a fault of the tap; please report it with this line"
_RANGE = "check the settings start_date, end_date, page_size and user_ids"

REMEDIES: dict[str, tuple[type[ApiError], str]] = {
    "access_token_expired": (SessionEnded, f"the key has expired: {_NEW_KEY}"),
    "access_token_invalid": (
        SessionEnded,
        f"this host does not know the key: check api_url first, since {_HOST}, then access_token; {_WHERE_KEYS_ARE}",
    ),
    "access_token_blocked": (AccessDenied, f"the key is blocked: unblock it in the client area; or {_NEW_KEY}"),
    "auth_error": (
        AccessDenied,
        f"the login or the password is wrong: check the settings login and password, and api_url, since {_HOST}",
    ),
    "ip_not_whitelisted": (
        AccessDenied,
        "this machine's IP address is not on the account's list: add it in the client area under the API settings",
    ),
    "forbidden": (
        MethodRefused,
        "the key's user lacks the right to read this: grant it in the client area, or deselect the stream",
    ),
    "account_inactive": (AccessDenied, "the account is switched off: settle it with CallGear"),
    "method_component_disabled": (MethodRefused, f"{_PRODUCT} the stream"),
    "method_not_found": (
        MethodRefused,
        f"this host does not know the method: check that api_url ends in {PATH}, or deselect the stream",
    ),
    "required_parameter_missed": (
        AccessDenied,
        "a required parameter is missing: an agent's key needs user_ids, the customer users to read for",
    ),
    "parameter_component_disabled": (FieldRefused, f"{_PRODUCT} the field"),
    "unexpected_parameters": (FieldRefused, _BUG),
    "sort_prohibited": (SortRefused, _BUG),
    "filter_prohibited": (FilterRefused, _BUG),
    "date_interval_limit_reached": (
        IntervalTooLong,
        "the window is too long: try a later start_date",
    ),
    "invalid_parameter_value": (ApiError, _RANGE),
    "data_type_error": (ApiError, _RANGE),
    "invalid_parameters_combination": (ApiError, _BUG),
    "parse_error": (ApiError, _BUG),
    "invalid_request": (ApiError, _BUG),
    "batch_operations_not_supported": (ApiError, _BUG),
    "batch_opreations_not_supported": (ApiError, _BUG),
    "notifications_not_supported": (ApiError, _BUG),
}

_OF_PARAMETERS = {
    "required_parameter_missed": {"user_id": REMEDIES["required_parameter_missed"][1], "": _BUG},
    "unexpected_parameters": {"user_id": "only an agent's key reads for others: leave out the setting user_ids"},
    "invalid_parameter_value": {
        "user_id": "check the setting user_ids: the key reads for its own customers only",
        "date_from": "check the settings start_date and end_date",
        "date_till": "check the settings start_date and end_date",
        "limit": "lower the setting page_size, to 1000 for example",
        "access_token": "check the setting access_token",
    },
}
"""Better remedies where the API names a parameter; that of all others stands under the empty name."""

_BY_CODE: dict[int, str] = {
    -32001: "access_token_invalid",
    -32003: "forbidden",
    -32008: "method_component_disabled",
    -32009: "account_inactive",
    -32029: "limit_exceeded",
    -32601: "method_not_found",
    -32603: "internal_error",
}


def error_from(reply: ErrorReply, method: str) -> CallGearError:
    """Turn an error reply into the exception that says what to do about it.

    Args:
        reply: The error part of the reply; its ``value`` may echo the key and never gets into the text.
        method: The method that was asked.

    Returns:
        The exception to raise. Unknown mnemonics fall back on the group that the code stands for.
    """
    mnemonic = reply.mnemonic
    if mnemonic not in REMEDIES and mnemonic not in {"limit_exceeded", "internal_error"}:
        mnemonic = _BY_CODE.get(reply.code, mnemonic)
    said = f"{method}: {one_line(reply.message or 'no message')} ({one_line(reply.mnemonic, 60) or reply.code})"
    if mnemonic == "limit_exceeded":
        return PointsSpent(said, period=_period(reply), limits=reply.limits)
    if mnemonic == "internal_error":
        return InternalError(said)
    kind, remedy = REMEDIES.get(mnemonic, (ApiError, "the API refused the request; ask CallGear why, with this line"))
    where = f" [{one_line(reply.field, 100)}]" if reply.field else ""
    details = "".join(
        f" ({name}: {one_line(reply.params[param], 100)})"
        for param, name in _DETAILS.items()
        if reply.params.get(param)
    )
    text = f"{said}{where}: {_remedy_of(mnemonic, reply.field) or remedy}{details}."
    return kind(text, dataclasses.replace(reply, mnemonic=mnemonic))


_DETAILS = {"ip": "address", "components": "product"}
"""The variables of a message that people need, and what they are."""


def _remedy_of(mnemonic: str, field: str) -> str | None:
    """Return the remedy for the parameter that the API names, if there is a better one than for the error itself."""
    remedies = _OF_PARAMETERS.get(mnemonic)
    if not field or remedies is None:
        return None
    named = field.rpartition(".")[2]
    return remedies.get(named, remedies.get(""))


_LIMIT_TYPES = {**{period: period for period in PERIODS}, "daily": "day"}
"""What a message may call a limit, or begin with."""


def _period(reply: ErrorReply) -> str:
    """Tell which limit a ``limit_exceeded`` speaks of; a minute unless the reply says more."""
    named = str(reply.params.get("limit_type", "")).lower()
    spent = [period for period in PERIODS if reply.limits.get(f"{period}_remaining", 1) <= 0]
    told = next((period for word, period in _LIMIT_TYPES.items() if named.startswith(word)), None)
    return told or (spent[0] if spent else "minute")
