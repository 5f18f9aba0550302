"""The partitions of a stream: one for each customer of an agent, and within it one for each entry of a parent list.

One that may not be read is skipped, where that leaves something else to read.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tap_callgear.api.background import await_result, side_by_side
from tap_callgear.api.errors import AccessDenied, CallGearError, MethodRefused
from tap_callgear.customers import can_do_without, context_of, customer_of
from tap_callgear.skipped import Partition

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from concurrent.futures import Future

    from singer_sdk.helpers.types import Context

    from tap_callgear.account import AccountTap
    from tap_callgear.api.errors import RowsMissing
    from tap_callgear.extraction.list_reader import Keys

_T = TypeVar("_T")


class Parent(NamedTuple):
    """The list whose every entry a method is asked for.

    Attributes:
        param: The parameter, and the property of every record, that holds the key of an entry.
        entries_of: Asks for the keys of a customer's entries.
    """

    param: str
    entries_of: Callable[[Context | None], Keys]


class Partitions:
    """What of one stream is read by itself.

    Attributes:
        parent: The list whose every entry there is a partition for; None where the method answers for all at once.
        are_incomplete: Whether one of them was skipped, or lacks rows.
    """

    def __init__(
        self, stream: str, account: AccountTap, user_ids: Sequence[int], parent: Parent | None, *, requires: str
    ) -> None:
        """Ask nothing yet.

        Args:
            stream: The stream's name.
            account: Reaches the account, and holds what is skipped.
            user_ids: The customers of an agent that the stream is read for; empty where it is read for the account.
            parent: The list whose every entry there is a partition for, if there is one.
            requires: What the account must have for the stream, in words for people.
        """
        self.parent = parent
        self.are_incomplete = False
        self._stream = stream
        self._account = account
        self._user_ids = user_ids
        self._requires = requires

    @cached_property
    def contexts(self) -> Sequence[Context | None]:
        """Return the partitions to read; None alone where there is one and it has no name."""
        users = [context_of(user_id) for user_id in self._user_ids or (None,)]
        if self.parent is None:
            return users
        most = self._account.connect().settings.max_parallel_requests
        asked = side_by_side(self.parent.entries_of, users, most)
        return [context for user, keys in asked for context in self._of_entries(user, self.settled(user, keys))]

    def sample(self, customer: int | None) -> Sequence[Context | None]:
        """Return the first partition of a customer; none where its parent has no entries.

        Args:
            customer: The customer; None for the account itself.
        """
        user = context_of(customer)
        if self.parent is None:
            return [user]
        return [self._of_entry(user, entry) for entry in self.parent.entries_of(user).values[:1]]

    def settled(self, context: Context | None, work: Future[_T]) -> _T | None:
        """Wait for what was asked of a partition; where it may not be read, it is skipped."""
        try:
            return await_result(work, self._account.connect().clock.check)
        except CallGearError as error:
            self.skip_or_raise(context, error)
            return None

    def is_barred(self, context: Context | None) -> bool:
        """Whether a partition is of a customer that is refused whatever is asked for; then it is skipped."""
        refusal = self._account.skipped.barred(customer_of(context))
        if refusal is not None:
            self.skip_or_raise(context, refusal)
        return refusal is not None

    def skip_or_raise(self, context: Context | None, error: CallGearError, *, has_answered: bool = False) -> None:
        """Do without what may not be read, where that leaves something else to read."""
        if has_answered and isinstance(error, MethodRefused):
            # What was read in part is not what the account is without.
            error = AccessDenied(str(error), error.reply)
        if not can_do_without(customer_of(context), error):
            raise error
        self.are_incomplete = True
        self._account.skip(self.named(context), error)

    def were_read(self, context: Context | None) -> None:
        """Learn that a partition was read."""
        self._account.skipped.add_read(self.named(context))

    def lack_rows(self, context: Context | None, loss: RowsMissing) -> None:
        """Learn that rows of a partition never came; all that came was read."""
        self.are_incomplete = True
        self._account.skipped.add_incomplete(self.named(context), loss)

    def named(self, context: Context | None) -> Partition:
        """Name a partition for what is skipped."""
        return Partition(self._stream, customer_of(context), label(self._stream, context), self._requires)

    def _of_entries(self, user: Context | None, keys: Keys | None) -> list[Context]:
        """Return a partition for each entry; where some never came, the stream is incomplete."""
        if keys is None:
            return []
        if keys.loss is not None:
            self.lack_rows(user, keys.loss)
        return [self._of_entry(user, entry) for entry in keys.values]

    def _of_entry(self, user: Context | None, entry: Hashable) -> Context:
        """Name a partition after an entry of the parent."""
        return {**(user or {}), **({self.parent.param: entry} if self.parent else {})}


def label(stream: str, context: Context | None) -> str:
    """Name a partition, for people."""
    return f"{stream} ({words(context)})" if context else stream


def words(context: Context | None) -> str:
    """Name a partition in words, such as `user 11, site 3`; empty where there is only one."""
    return ", ".join(f"{name.removesuffix('_id')} {value}" for name, value in (context or {}).items())
