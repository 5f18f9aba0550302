"""What is no longer asked for because the API refused it: named in the refusal, or found by asking for half of it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from tap_callgear.api.errors import SortRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tap_callgear.api.errors import FieldRefused
    from tap_callgear.extraction.records import RecordType
    from tap_callgear.extraction.requests import RequestOptions

_SORT = "sort"


class RejectedFields:
    """Holds the options of a stream's requests, which shrink where the API refuses a part of them; safe across threads.

    Attributes:
        options: What to ask for from now on.
    """

    def __init__(
        self, options: RequestOptions, *, needed: Collection[str], records: RecordType, warn: Callable[[str], None]
    ) -> None:
        """Ask for all of it at first.

        Args:
            options: What to ask for.
            needed: The fields without which no record can be built.
            records: Builds the records.
            warn: Takes a line for people.
        """
        self.options = options
        self._needed = frozenset(needed)
        self._records = records
        self._warn = warn
        self._left_out: list[str] = []
        self._lock = threading.Lock()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the fields that the API refused."""
        return tuple(self._left_out)

    def drop(
        self,
        refusal: FieldRefused | SortRefused,
        asked: RequestOptions,
        is_accepted: Callable[[RequestOptions], bool],
    ) -> None:
        """Ask without what the API refuses from now on.

        Args:
            refusal: What it said.
            asked: The options of the request that it refused.
            is_accepted: Asks for a single row with other options; tells whether the API takes them.

        Raises:
            ApiError: It refuses something that cannot be done without.
        """
        with self._lock:
            if asked != self.options:
                return  # another request was refused first: this one is asked again without what that one named
            names = self._named(refusal, asked)
            self._leave_out(names or [self._find(refusal, asked, is_accepted)], refusal)

    def _named(self, refusal: FieldRefused | SortRefused, asked: RequestOptions) -> list[str]:
        """Return what a refusal names; nothing where it names no part of the request, or all that was asked for."""
        if isinstance(refusal, SortRefused):
            return [_SORT]
        if self._needed & set(refusal.culprits(asked.fields)):
            return []
        return refusal.culprits(self._droppable(asked))

    def _droppable(self, options: RequestOptions) -> list[str]:
        """Return the names of all parts of a request that it can do without."""
        fields = [name for name in options.fields if name not in self._needed]
        return [*([_SORT] if options.sort else []), *options.params, *fields]

    def _without(self, options: RequestOptions, names: Collection[str]) -> RequestOptions:
        return replace(
            options,
            fields=tuple(name for name in options.fields if name not in names),
            sort=[] if _SORT in names else options.sort,
            params={name: value for name, value in options.params.items() if name not in names},
        )

    def _find(
        self, refusal: FieldRefused | SortRefused, asked: RequestOptions, is_accepted: Callable[[RequestOptions], bool]
    ) -> str:
        """Find one part that is refused, by asking for ever fewer of them; a refused request costs no point."""
        parts = self._droppable(asked)
        if not parts or not is_accepted(self._without(asked, parts)):
            raise refusal
        accepted, refused = 0, len(parts)
        while refused - accepted > 1:
            middle = (accepted + refused) // 2
            if is_accepted(self._without(asked, parts[middle:])):
                accepted = middle
            else:
                refused = middle
        return parts[accepted]

    def _leave_out(self, names: Sequence[str], refusal: FieldRefused | SortRefused) -> None:
        if _SORT in names:
            if not self.options.sort:
                raise refusal
            self.options = self._without(self.options, [_SORT])
            self._warn(f"{refusal} Going on without the sort.")
            return
        fields = [name for name in names if name in self.options.fields]
        params = [name for name in names if name in self.options.params]
        self.options = self._without(self.options, names)
        self._records.leave_out(fields)
        self._left_out.extend(fields)
        for kind, left_out in (("field", fields), ("parameter", params)):
            if left_out:
                self._warn(f"The {kind} {', '.join(left_out)} is left out: {refusal}")
