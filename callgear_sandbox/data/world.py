"""All the data of one account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from callgear_sandbox.data.account_zone import AccountZone
from callgear_sandbox.data.calls import Calls
from callgear_sandbox.data.chance import mix
from callgear_sandbox.data.chats import Chats, Messages
from callgear_sandbox.data.communications import Communications
from callgear_sandbox.data.days import CampaignDays, Span
from callgear_sandbox.data.goals import Goals
from callgear_sandbox.data.legs import Charges, Legs
from callgear_sandbox.data.offline_messages import OfflineMessages
from callgear_sandbox.data.quirks import Quirks
from callgear_sandbox.data.report import Report
from callgear_sandbox.data.sessions import Sessions
from callgear_sandbox.data.statistics import CallTracking, HandEntered, Presence
from callgear_sandbox.data.timeline import beginnings
from callgear_sandbox.data.uploads import Uploads
from callgear_sandbox.data.visitors import Visitors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options

_DAY = 86_400
_IDS_OF_CUSTOMER = 100_000_000
"""How far the ids of one customer of an agent are from those of the next one: no two rows share an id."""

Statistic = Callable[[Span, "Collection[str]"], "list[Json]"]
"""Gives the rows of a statistic, with at least the fields that are named."""


class World:
    """The reports of an account, which agree with each other.

    Attributes:
        reports: By name; made up when they are first asked for, but for the two that all come from.
        statistics: What is counted over those reports, by name.
    """

    def __init__(self, options: Options, until: int, user_id: int | None = None) -> None:
        """Make up an account's data; every customer of an agent has data of its own."""
        seed = options.seed if user_id is None else mix(options.seed + user_id)
        self.zone = AccountZone(options.zone)
        self.quirks = Quirks(seed) if options.quirks else None
        self.first, self.last = until - int(options.days * _DAY), until
        times = beginnings(
            rows=options.rows,
            start=self.first,
            until=until,
            zone=self.zone,
            rhythm=options.rhythm,
            burst=options.burst,
            same_second=options.same_second,
            seed=seed,
        )
        beyond = (user_id or 0) * _IDS_OF_CUSTOMER + (1 << 53 if options.quirks else 0)
        visitors = Visitors(seed, options.rows, beyond=beyond)
        sessions = Sessions(times, visitors, self.zone, seed=seed, beyond=beyond)
        self.communications = Communications(
            sessions,
            self.zone,
            seed=seed,
            same_second=options.same_second,
            quirks=options.quirks,
            beyond=beyond,
        )
        sessions.own = (*sessions.own, self.communications.part_of_session())
        self.reports = _Reports(visitor_sessions=sessions, communications=self.communications)
        self.statistics = self._counted(seed)

    def _counted(self, seed: int) -> Mapping[str, Statistic]:
        presence, hand_entered = Presence(seed), HandEntered(self.zone, seed)
        return {
            "campaign_daily_stats": CampaignDays(self.communications, self.zone, seed).rows,
            "ct_summaries": lambda span, _: CallTracking(self.reports["calls"]).of_sites(span),
            "ct_ac_summaries": lambda span, _: CallTracking(self.reports["calls"]).of_campaigns(span),
            "employee_stats": lambda span, _: presence.of_employees(span),
            "source_costs": lambda span, _: hand_entered.of_sources(span),
        }


_DERIVED: Final[Mapping[str, Callable[[Mapping[str, Any]], Report[Any]]]] = {
    "calls": lambda reports: Calls(reports["communications"]),
    "call_legs": lambda reports: Legs(reports["calls"]),
    "financial_call_legs": lambda reports: Charges(reports["call_legs"]),
    "uploaded_calls": lambda reports: Uploads(reports["calls"]),
    "chats": lambda reports: Chats(reports["communications"]),
    "chat_messages": lambda reports: Messages(reports["chats"]),
    "goals": lambda reports: Goals(reports["communications"]),
    "offline_messages": lambda reports: OfflineMessages(reports["communications"]),
}
"""How reports are made up out of others."""


class _Reports(Mapping[str, Report[Any]]):
    """The reports by name, each made up when it is first asked for."""

    def __init__(self, **core: Report[Any]) -> None:
        self._made = core
        self._lock = RLock()

    @override
    def __getitem__(self, name: str) -> Report[Any]:
        with self._lock:
            if name not in self._made:
                self._made[name] = _DERIVED[name](self)
            return self._made[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter({**self._made, **_DERIVED})

    @override
    def __len__(self) -> int:
        return len({**self._made, **_DERIVED})


ingredients = attrgetter("rows", "days", "until", "seed", "zone", "rhythm", "burst", "same_second", "quirks")
"""Returns the options that data depends on: while they stay, so does the data."""
