"""The partitions of a stream: one for each customer of an agent, and within it one for each entry of a parent list.

One that may not be read is skipped, where that leaves something else to read.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from tap_callgear.api.errors import AccessDenied, CallGearError, MethodRefused
from tap_callgear.background import await_result, side_by_side
from tap_callgear.customers import USER_ID, can_do_without, customer_of
from tap_callgear.streams.batched import BatchedStream

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from concurrent.futures import Future

    from singer_sdk.helpers.types import Context

    from tap_callgear.account import AccountTap
    from tap_callgear.extraction.list_reader import Keys
    from tap_callgear.streams.list import ListStream

_T = TypeVar("_T")


class PartitionedStream(BatchedStream):
    """A stream that may have partitions.

    Attributes:
        requires: What the account must have for it, in words for people; empty where every account has it.
        takes_user_id: Whether an agent reads it for each customer user; else it is read once.
        parent: The list whose every entry the method is asked for, if it does not answer for all at once.
        parent_param: The parameter, and the property of every record, that holds the key of that entry.
    """

    schema: ClassVar[dict[str, Any]]
    requires: ClassVar[str] = ""
    takes_user_id: ClassVar[bool] = True
    parent: ClassVar[type[ListStream] | None] = None
    parent_param: ClassVar[str] = ""

    user_ids: tuple[int, ...]
    """The customers of an agent that it is read for; empty where it is read for the account itself."""

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        self._account = tap
        super().__init__(tap)

    def label(self, context: Context | None) -> str:
        """Name a partition, for people."""
        return f"{self.name} ({self.words(context)})" if context else self.name

    @staticmethod
    def words(context: Context | None) -> str:
        """Name a partition in words, such as `user 11, site 3`; empty where there is only one."""
        return ", ".join(f"{name.removesuffix('_id')} {value}" for name, value in (context or {}).items())

    @property
    def partitions(self) -> list[dict[str, Any]] | None:
        """Return a partition for each customer user of an agent, and within it one for each entry of the parent."""
        return [dict(context) for context in self.contexts if context] or None

    @cached_property
    def contexts(self) -> Sequence[Context | None]:
        """Return the partitions to read; None alone where there is one and it has no name."""
        users: list[Context | None] = [{USER_ID: user_id} for user_id in self.user_ids] or [None]
        if self.parent is None:
            return users
        connection = self._account.connect()
        asked = side_by_side(self._entries_of, users, connection.settings.max_parallel_requests)
        return [context for user, entries in asked for context in self._contexts_of(user, self._settled(user, entries))]

    def _entries_of(self, user: Context | None) -> Keys:
        """Ask for the entries of the parent."""
        (parent,) = (stream for stream in self._tap.streams.values() if isinstance(stream, self.parent or ()))
        return parent.keys_of(user)

    def _contexts_of(self, user: Context | None, entries: Keys | None) -> list[Context]:
        """Return a partition for each entry; where some never came, the stream is incomplete."""
        if entries is None:
            return []
        if entries.loss is not None:
            self._account.skipped.add_incomplete(self, user, entries.loss)
        return [self._named(user, entry) for entry in entries.values]

    def _named(self, user: Context | None, entry: Hashable) -> Context:
        """Name a partition after an entry of the parent."""
        return {**(user or {}), self.parent_param: entry}

    def _settled(self, context: Context | None, work: Future[_T]) -> _T | None:
        """Wait for what was asked of a partition; where it may not be read, it is skipped."""
        try:
            return await_result(work, self._account.connect().clock.check)
        except CallGearError as error:
            self._skip_or_raise(context, error)
            return None

    def _is_barred(self, context: Context | None) -> bool:
        """Whether a partition is of a customer that is refused whatever is asked for; then it is skipped."""
        refusal = self._account.skipped.barred(context)
        if refusal is not None:
            self._skip_or_raise(context, refusal)
        return refusal is not None

    def _skip_or_raise(self, context: Context | None, error: CallGearError, *, has_answered: bool = False) -> None:
        """Do without what may not be read, where that leaves something else to read."""
        if has_answered and isinstance(error, MethodRefused):
            # What was read in part is not what the account is without.
            error = AccessDenied(str(error), error.reply)
        if not can_do_without(customer_of(context), error):
            raise error
        self._is_skipped = True
        self._account.skip(self, context, error)
