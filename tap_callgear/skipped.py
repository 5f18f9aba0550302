"""What becomes of a run where the account, or some of an agent's customers, do not let some streams be read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from tap_callgear.api.errors import ConfigurationError, MethodRefused
from tap_callgear.customers import bars_customer, named

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_callgear.api.errors import CallGearError, RowsMissing

_LACKS_PRODUCT = frozenset({"method_component_disabled", "method_not_found"})
"""Refusals of what a customer did not buy, so that there is nothing to read."""


class Partition(NamedTuple):
    """A partition of a stream, as far as it matters to what is skipped.

    Attributes:
        stream: The stream's name.
        customer: The customer of an agent whose it is; None where it is the account's own.
        label: Its name, for people.
        requires: What the account must have for the stream, in words for people; empty where every account has it.
    """

    stream: str
    customer: int | None
    label: str
    requires: str


class SkippedStreams:
    """Holds what was skipped: an account seldom has every product, and some customer may be refused."""

    def __init__(self, logger: logging.Logger) -> None:
        """Start with nothing skipped.

        Args:
            logger: Where what is skipped is told.
        """
        self._logger = logger
        self._skipped: dict[str, dict[int | None, CallGearError]] = {}
        self._read: dict[str, set[int | None]] = {}
        self._barred: dict[int, CallGearError] = {}
        self._said: set[tuple[int | None, str]] = set()
        self._incomplete: dict[str, RowsMissing] = {}
        self._missing: dict[str, str] = {}

    def add_missing(self, report: str, why: str) -> None:
        """Learn that a report of the account's own cannot be read, and warn of it.

        Args:
            report: The report, as it was asked for.
            why: The reason.
        """
        self._missing[report] = why
        self._logger.warning("The report %s is skipped: %s.", report, why.rstrip("."))

    def add(self, partition: Partition, refusal: CallGearError) -> None:
        """Learn that a partition is skipped, and warn of it; once is enough where all customers lack the stream.

        Args:
            partition: The partition.
            refusal: What the API said.
        """
        stream, customer, label, requires = partition
        is_first = stream not in self._skipped
        self._skipped.setdefault(stream, {}).setdefault(customer, refusal)
        if customer is not None and bars_customer(customer, refusal):
            if customer not in self._barred:
                self._barred[customer] = refusal
                self._logger.warning("User %d is skipped. %s", customer, refusal)
            return
        is_new = (customer, str(refusal)) not in self._said and (is_first or stream in self._read)
        self._said.add((customer, str(refusal)))
        is_product = isinstance(refusal, MethodRefused) and requires
        self._logger.log(
            logging.WARNING if is_new else logging.INFO,
            "The stream %s is skipped. %s%s",
            label,
            refusal,
            f" It needs: {requires}." if is_product else "",
        )

    def add_read(self, partition: Partition) -> None:
        """Learn that a partition was read."""
        self._read.setdefault(partition.stream, set()).add(partition.customer)

    def add_incomplete(self, partition: Partition, loss: RowsMissing) -> None:
        """Learn that rows of a partition are missing, and warn of it; all that came was read.

        Args:
            partition: The partition.
            loss: What was counted and never came.
        """
        self.add_read(partition)
        self._incomplete.setdefault(partition.stream, loss)
        self._logger.warning("The stream %s is incomplete. %s", partition.label, loss)

    def barred(self, customer: int | None) -> CallGearError | None:
        """Return the refusal that holds for all of a customer, so that nothing more need be asked of it."""
        return None if customer is None else self._barred.get(customer)

    def failure_of(self, stream: str) -> CallGearError | None:
        """Return what is to be said of one stream that somebody asked for; None where all there is was read.

        Args:
            stream: The stream's name.
        """
        refusals = self._skipped.get(stream, {})
        missed = {customer: refusal for customer, refusal in refusals.items() if self._is_missed(stream, refusal)}
        if not missed:
            return self._incomplete.get(stream)
        first = next(iter(missed.values()))
        customers = [customer for customer in missed if customer is not None]
        if not customers or (stream not in self._read and isinstance(first, MethodRefused)):
            return first
        return ConfigurationError(f"{stream} was not read of these users of user_ids: {named(customers)}. {first}")

    def raise_if_required(self, selected: Sequence[str], *, are_named: bool, reports: Collection[str] = ()) -> None:
        """Decide in the end whether the run did what it was to do.

        Args:
            selected: The streams that were to be read.
            are_named: Whether somebody asked for them by name.
            reports: Those that are read since a setting names them.

        Raises:
            ConfigurationError: A stream was skipped that somebody asked for, a customer was refused, or nothing could
                be read.
            RowsMissing: The API counted rows that never came.
        """
        if self._skipped:
            self._raise_if_none(selected)
        if self._skipped or self._missing:
            self._raise_if_missed(are_named=are_named, reports=reports)
        if self._incomplete:
            raise next(iter(self._incomplete.values()))

    def _raise_if_none(self, selected: Sequence[str]) -> None:
        """Decide whether nothing could be read."""
        if self._read.keys() & set(selected):
            return
        first = next(iter(next(iter(self._skipped.values())).values()))
        text = f"No stream can be read: {', '.join(self._skipped)}. {first}"
        if refused := self._refused_customers():
            text = f"Nothing can be read of any of the users of user_ids ({named(list(refused))}). {first}"
        raise ConfigurationError(text)

    def _raise_if_missed(self, *, are_named: bool, reports: Collection[str]) -> None:
        """Decide whether what was skipped had to be read."""
        refused = self._refused_customers()
        texts = []
        if refused:
            whose = named(list(refused))
            first = next(iter(refused.values()))
            texts.append(
                f"Not all was read of these users of user_ids: {whose}; do as the warnings above say, or leave them "
                f"out. {first}"
            )
        unread = [stream for stream, refusals in self._skipped.items() if stream not in self._read or None in refusals]
        if missed := [*self._missing, *(stream for stream in unread if stream in reports)]:
            texts.append(
                f"Not every report of the setting reports was read: leave out {', '.join(missed)}, or do as the "
                "warnings above say."
            )
        elif are_named and unread:
            names = ", ".join(unread)
            texts.append(
                f"Not all that the catalog asks for was read: deselect {names}, or do as the warnings above say."
            )
        if texts:
            raise ConfigurationError(" ".join(texts))

    def _refused_customers(self) -> dict[int, CallGearError]:
        """Return the customers whose data is missed, with a refusal each: in all streams, or where others were read."""
        read = set().union(*self._read.values())
        refused: dict[int, CallGearError] = {}
        for stream, refusals in self._skipped.items():
            for customer, refusal in refusals.items():
                is_missed = self._is_missed(stream, refusal) and not self._is_lacked_by_all(stream, refusal)
                if customer is not None and (customer not in read or is_missed):
                    refused.setdefault(customer, refusal)
        return refused

    def _is_missed(self, stream: str, refusal: CallGearError) -> bool:
        """Whether there may be something to read: a customer that lacks a product which others have holds nothing."""
        return not (isinstance(refusal, MethodRefused) and refusal.mnemonic in _LACKS_PRODUCT and stream in self._read)

    def _is_lacked_by_all(self, stream: str, refusal: CallGearError) -> bool:
        """Whether a stream was refused as one that the account, not some customer of it, is without."""
        return isinstance(refusal, MethodRefused) and stream not in self._read
