"""All the data of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_callgear.sandbox.data.chance import mix
from tap_callgear.sandbox.data.communications import Communications
from tap_callgear.sandbox.data.quirks import Quirks
from tap_callgear.sandbox.data.sessions import Sessions
from tap_callgear.sandbox.data.timeline import beginnings
from tap_callgear.sandbox.data.visitors import Visitors
from tap_callgear.sandbox.data.wall import WallClock

if TYPE_CHECKING:
    from tap_callgear.sandbox.data.communications import Contact
    from tap_callgear.sandbox.data.report import Report
    from tap_callgear.sandbox.data.sessions import Visit
    from tap_callgear.sandbox.options import Options

_DAY = 86_400


class World:
    """The reports of an account, which agree with each other."""

    def __init__(self, options: Options, until: int, user_id: int | None = None) -> None:
        """Make up an account's data; every customer of an agent has data of its own."""
        seed = options.seed if user_id is None else mix(options.seed + user_id)
        self.clock = WallClock(options.zone)
        self.quirks = Quirks(seed) if options.quirks else None
        times = beginnings(
            rows=options.rows,
            start=until - int(options.days * _DAY),
            until=until,
            clock=self.clock,
            rhythm=options.rhythm,
            burst=options.burst,
            same_second=options.same_second,
            seed=seed,
        )
        visitors = Visitors(seed, options.rows, quirks=options.quirks)
        sessions = Sessions(times, visitors, self.clock, seed=seed, quirks=options.quirks)
        communications = Communications(
            sessions,
            self.clock,
            seed=seed,
            same_second=options.same_second,
            quirks=options.quirks,
        )
        sessions.own = (*sessions.own, communications.part_of_session())
        self.reports: dict[str, Report[Visit] | Report[Contact]] = {
            "visitor_sessions": sessions,
            "communications": communications,
        }


def ingredients(options: Options) -> tuple[object, ...]:
    """Return the options that data depends on: while they stay, so does the data."""
    return (
        options.rows,
        options.days,
        options.until,
        options.seed,
        options.zone,
        options.rhythm,
        options.burst,
        options.same_second,
        options.quirks,
    )
