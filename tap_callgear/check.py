"""Finds out whether the settings work, for `--test` and for Airbyte's `check`, in few requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_callgear.api.background import await_result, side_by_side
from tap_callgear.api.errors import CallGearError
from tap_callgear.customers import can_do_without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_callgear.session import ApiSession
    from tap_callgear.skipped import SkippedStreams
    from tap_callgear.streams.base import ApiStream

_MOST_CUSTOMERS = 20
"""Customers of an agent that are asked: a sample of them tells as much as all."""


@dataclass
class Findings:
    """What the account answered.

    Attributes:
        samples: The streams that can be read, each with a record where there is any.
        zones: The zones of the accounts that were asked.
        asked: How many customers of an agent were asked.
        customers: How many there are.
    """

    samples: dict[ApiStream, list[dict[str, Any]]] = field(default_factory=dict)
    zones: list[str] = field(default_factory=list)
    asked: int = 0
    customers: int = 0

    def __str__(self) -> str:
        """Return what can be read, for people."""
        zones = f"zone{'s' if len(self.zones) > 1 else ''} {', '.join(self.zones)}, " if self.zones else ""
        streams = f"{len(self.samples)} stream{'s' if len(self.samples) != 1 else ''} can be read"
        of = f"a sample of {self.asked} of the {self.customers}" if self.asked < self.customers else f"{self.customers}"
        users = f"; {of} users of user_ids were asked for" if self.customers else ""
        return f"{zones}{streams}{users}."


def check(streams: Sequence[ApiStream], session: ApiSession, skipped: SkippedStreams) -> Findings:
    """Ask for a row of each stream, and at least once for each customer of a sample of an agent's customers.

    Args:
        streams: The streams to ask for.
        session: The session of the run.
        skipped: Takes in what cannot be read where others can.

    Returns:
        What was found.

    Raises:
        CallGearError: Nothing can be read with these settings.
    """
    sample = _spread(session.settings.user_ids)
    findings = Findings(asked=len(sample), customers=len(session.settings.user_ids))
    readable: list[int] = []
    for stream in streams:
        customers: list[int | None] = [None]
        if sample and stream.takes_user_id:
            of_stream = [each for each in sample if each in stream.user_ids] or stream.user_ids[:1]
            unproven = (each for each in of_stream if each not in readable and not skipped.barred(each))
            proven = [each for each in readable if each in of_stream]
            customers = [*proven[:1], *unproven]
        for customer, asked in side_by_side(stream.sample, customers, session.settings.max_parallel_requests):
            partition = stream.partition_of(customer)
            try:
                records = await_result(asked, session.clock.check)
            except CallGearError as error:
                if not can_do_without(customer, error):
                    raise
                skipped.add(partition, error)
                continue
            skipped.add_read(partition)
            findings.samples.setdefault(stream, records)
            if customer is not None and customer not in readable:
                readable.append(customer)
    findings.zones = session.zones.known()
    return findings


def _spread(user_ids: Sequence[int]) -> Sequence[int]:
    """Return a sample of customers: the first, the last, and some from all over the list."""
    if len(user_ids) <= _MOST_CUSTOMERS:
        return user_ids
    step = (len(user_ids) - 1) / (_MOST_CUSTOMERS - 1)
    return [user_ids[round(step * place)] for place in range(_MOST_CUSTOMERS)]
