"""The settings: their schema, and one frozen object that holds them checked. Both faces of the engine use these."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Literal

from singer_sdk import typing as th

from tap_callgear.api.endpoint import MOST_CONNECTIONS, Endpoint
from tap_callgear.api.errors import ConfigurationError
from tap_callgear.api.hosts import ADDRESSES, HOSTS_IN_WORDS
from tap_callgear.api.redaction import LONGEST_SECRET
from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.inputs.instants import instant_of
from tap_callgear.inputs.wanted_reports import wanted_reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_callgear.api.redaction import Secrets
    from tap_callgear.inputs.wanted_reports import Wanted

_NO_START_OF_A_KEY = ('"', "'", "$", "{")
"""What a key begins with where the name of a variable, or more than the key, was given."""

_NO_PART_OF_A_KEY = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of control characters, halves of characters, and line breaks."""

_PLACEHOLDERS = {"your key", "your password", "..."}
"""What stands in the examples where a secret goes."""

SECRET_SETTINGS = ("access_token", "password")
"""What no log may show. A login is a name, maybe a word such as `admin`, which would be masked wherever it stands."""

CONFIG_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "access_token",
        th.StringType,
        secret=True,
        title="Access key",
        description="Key of the account, made in the client area. Give this, or login and password.",
    ),
    th.Property(
        "login",
        th.StringType,
        secret=True,
        title="Login",
        description="Login of a user, in place of a key. The tap opens a session and closes it at the end.",
    ),
    th.Property(
        "password",
        th.StringType,
        secret=True,
        title="Password",
        description="Password that goes with the login.",
    ),
    th.Property(
        "api_url",
        th.URIType,
        default=ADDRESSES[0],
        title="API address",
        description=f"Address of the Data API. Each brand has its own host: {HOSTS_IN_WORDS}.",
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        required=True,
        title="Start date",
        description="First day to read. A time without an offset is UTC.",
    ),
    th.Property(
        "end_date",
        th.DateTimeType,
        title="End date",
        description="Where to stop; this moment itself is not read. Now, if left out. A time without an offset is UTC.",
    ),
    th.Property(
        "lookback_days",
        th.NumberType(minimum=0),
        default=7,
        title="Lookback",
        description="Days before the bookmark that each run reads again, since records change after they appear.",
    ),
    th.Property(
        "timezone",
        th.StringType,
        title="Time zone",
        description="The account's time zone, an IANA name such as Asia/Dubai. The API is asked, if left out.",
    ),
    th.Property(
        "user_ids",
        th.ArrayType(th.IntegerType),
        title="Customer users",
        description="For agents: ids of the customer users to read for. Each has its own bookmark. user_id becomes "
        "part of the key of lists and day reports.",
    ),
    th.Property(
        "reports",
        th.ArrayType(
            th.CustomType({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "object"}]}),
        ),
        title="Reports",
        description="The account's own reports to read as streams, by id or name: those built in the client area, with "
        "the columns chosen there.",
    ),
    th.Property(
        "page_size",
        th.IntegerType(minimum=1, maximum=10_000),
        default=10_000,
        title="Page size",
        description="Rows per request, at most 10,000.",
    ),
    th.Property(
        "max_parallel_requests",
        th.IntegerType(minimum=1, maximum=MOST_CONNECTIONS),
        default=4,
        title="Parallel requests",
        description="How many requests run at the same time, for windows of time and for customers. "
        f"At most {MOST_CONNECTIONS}.",
    ),
    th.Property(
        "request_timeout",
        th.NumberType(exclusive_minimum=0),
        default=300,
        title="Request time-out",
        description="Seconds that a request may take.",
    ),
    th.Property(
        "on_day_limit",
        th.StringType(allowed_values=["stop", "wait"]),
        default="stop",
        title="When the day's points are spent",
        description="Stop, and continue in the next run; or wait until the points come back.",
    ),
    th.Property(
        "user_agent",
        th.StringType,
        title="User-Agent",
        description="User-Agent header of the requests. tap-callgear and its version, if left out.",
    ),
).to_dict()


_EARLIEST = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""No account is as old; an earlier start would only take requests."""


@dataclass(frozen=True)
class Settings:
    """The settings, checked. Instants are aware and in UTC.

    Attributes:
        access_token: The account's key, or empty.
        login: The login to use where there is no key.
        password: The password that goes with it.
        api_url: The API's address.
        start: The first instant to read.
        end: The instant after the last, or None for now.
        lookback: How much to read again before the bookmark.
        timezone: The account's zone, or None to ask for it.
        user_ids: The customer users that an agent reads for; empty for a customer's own account.
        reports: The account's own reports to read as streams.
        page_size: Rows a request.
        max_parallel_requests: Windows asked for at a time.
        request_timeout: Seconds that a request may take.
        on_day_limit: What to do once the day's points are spent.
        user_agent: The User-Agent header, or None for the default.
    """

    access_token: str = field(repr=False)
    login: str
    password: str = field(repr=False)
    api_url: str = field(repr=False)
    start: datetime
    end: datetime | None
    lookback: timedelta
    timezone: str | None
    user_ids: tuple[int, ...]
    reports: tuple[Wanted, ...]
    page_size: int
    max_parallel_requests: int
    request_timeout: float
    on_day_limit: Literal["stop", "wait"]
    user_agent: str | None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Check a configuration that its schema has let through.

        Args:
            config: The settings as the user gave them, with the schema's defaults filled in.

        Returns:
            The settings.

        Raises:
            ConfigurationError: A setting is missing or cannot be; the text names it and the remedy.
        """
        settings = cls(
            access_token=config.get("access_token") or "",
            login=config.get("login") or "",
            password=config.get("password") or "",
            api_url=config["api_url"],
            start=max(instant_of("start_date", config["start_date"]), _EARLIEST),
            end=instant_of("end_date", config["end_date"]) if config.get("end_date") else None,
            lookback=_days(_finite("lookback_days", config["lookback_days"])),
            timezone=config.get("timezone") or None,
            user_ids=tuple(dict.fromkeys(config.get("user_ids") or ())),
            reports=wanted_reports(config.get("reports") or ()),
            page_size=config["page_size"],
            max_parallel_requests=config["max_parallel_requests"],
            request_timeout=_finite("request_timeout", config["request_timeout"]),
            on_day_limit=config["on_day_limit"],
            user_agent=config.get("user_agent") or None,
        )
        settings._check()
        return settings

    def doubts(self, now: datetime) -> list[str]:
        """Say what can hardly be meant.

        Args:
            now: The present instant.
        """
        doubts = []
        if self.start >= now:
            start = f"{self.start:%Y-%m-%d %H:%M} UTC"
            doubts.append(f"start_date ({start}) lies in the future: no report is read before then.")
        key = self.access_token
        if key.startswith(_NO_START_OF_A_KEY) or key.lower().startswith("bearer "):
            doubts.append("access_token begins with a quotation mark, a $ or the word Bearer: give the key alone.")
        endpoint = Endpoint.of(self.api_url)
        if endpoint.is_overheard:
            doubts.append(
                f"api_url begins with http://, so the key and all data travel to {endpoint.host} in clear text, for "
                "anyone on the way to read: use https://."
            )
        return doubts

    def _check(self) -> None:
        Endpoint.of(self.api_url)
        for name, secret in (("access_token", self.access_token), ("login", self.login), ("password", self.password)):
            if secret.strip().lower() in _PLACEHOLDERS:
                text = f"{name} is still the placeholder of an example: put in your own."
                raise ConfigurationError(text)
            if len(secret) > LONGEST_SECRET:
                text = f"{name} has {len(secret):,} characters, which no key has: copy it once more."
                raise ConfigurationError(text)
            if any(unicodedata.category(letter) in _NO_PART_OF_A_KEY for letter in secret):
                text = f"{name} holds a line break or another character that no key has: copy it once more."
                raise ConfigurationError(text)
        if not self.access_token and not (self.login and self.password):
            text = "There are no credentials: set access_token, or both login and password."
            raise ConfigurationError(text)
        if self.end is not None and self.end <= self.start:
            start, end = f"{self.start:%Y-%m-%d %H:%M}", f"{self.end:%Y-%m-%d %H:%M}"
            text = f"end_date ({end}) is not after start_date ({start}): correct one of them."
            raise ConfigurationError(text)
        if self.timezone is not None:
            AccountZone(self.timezone)
        if self.user_agent is not None and not (self.user_agent.isascii() and self.user_agent.isprintable()):
            text = "user_agent holds characters that no HTTP header may hold: use plain ASCII on one line."
            raise ConfigurationError(text)


def hide_settings(config: Mapping[str, Any], secrets: Secrets) -> None:
    """Have no log show what of the settings is secret.

    Args:
        config: The settings as the user gave them.
        secrets: What no log may show.
    """
    for name in SECRET_SETTINGS:
        secrets.add(config.get(name))
    for text in (*_texts_in(config.get("api_url")), *_texts_in(config.get("batch_config"))):
        secrets.add_address(text)


def _texts_in(value: object) -> Iterator[str]:
    """Yield the texts that a value holds, at any depth."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts_in(part)


def _finite(name: str, number: float) -> float:
    try:
        if math.isfinite(number):
            return float(number)
    except OverflowError:  # a whole number of hundreds of digits
        pass
    message = f"{name} is no number that can be meant: {str(number)[:20]}."
    raise ConfigurationError(message)


def _days(days: float) -> timedelta:
    """Return some days; more than there can be are as many as there can be."""
    return timedelta(days=min(days, timedelta.max.days))
