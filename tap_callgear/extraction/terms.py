"""What is asked for of each row, and what is no longer asked for because the API refused it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.api.errors import FieldRefused, SortRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tap_callgear.extraction.records import RecordType

Sort: TypeAlias = "list[dict[str, str]]"
"""The value of the parameter `sort`; empty where nothing is to be sorted."""


def sort_by(names: Iterable[str]) -> Sort:
    """Give the value of the parameter `sort` that sorts by some fields, the smallest first."""
    return [{"field": name, "order": "asc"} for name in names]


def stable_sort(keys: Iterable[str], sortable: Collection[str]) -> Sort:
    """Give the sort that tells rows apart best, so that offsets hold still as far as that can be had."""
    return sort_by([name for name in keys if name in sortable] or sorted(sortable)[:1])


@dataclass(frozen=True)
class Terms:
    """What a request asks for.

    Attributes:
        fields: The fields of each row.
        sort: The sort.
        params: Parameters that are the same in every request.
    """

    fields: tuple[str, ...]
    sort: Sort = field(default_factory=list)
    params: Mapping[str, object] = field(default_factory=dict)


class Negotiation:
    """Holds the terms of a stream's requests, which shrink where the API refuses a part of them; safe across threads.

    Attributes:
        terms: What to ask for from now on.
    """

    def __init__(
        self, terms: Terms, *, needed: Collection[str], records: RecordType, warn: Callable[[str], None]
    ) -> None:
        """Ask for all of it at first.

        Args:
            terms: What to ask for.
            needed: The fields without which no record can be built.
            records: Builds the records.
            warn: Takes a line for people.
        """
        self.terms = terms
        self._needed = frozenset(needed)
        self._records = records
        self._warn = warn
        self._left_out: list[str] = []
        self._lock = threading.Lock()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Give the fields that the API refused."""
        return tuple(self._left_out)

    def adapt(self, refusal: FieldRefused | SortRefused, asked: Terms) -> None:
        """Ask without what the API refuses from now on.

        Args:
            refusal: What it said.
            asked: The terms of the request that it refused.

        Raises:
            ApiError: It refuses something that cannot be done without.
        """
        with self._lock:
            if isinstance(refusal, SortRefused) or (asked.sort and refusal.culprits(["sort"])):
                self._drop_sort(refusal, asked)
            else:
                self._drop_names(refusal, refusal.culprits([*asked.fields, *asked.params]))

    def _drop_sort(self, refusal: FieldRefused | SortRefused, asked: Terms) -> None:
        if not asked.sort:
            raise refusal
        if self.terms.sort:
            self.terms = replace(self.terms, sort=[])
            self._warn(f"{refusal} Going on without the sort.")

    def _drop_names(self, refusal: FieldRefused | SortRefused, culprits: Sequence[str]) -> None:
        if not culprits or self._needed & set(culprits):
            raise refusal
        fields = [name for name in culprits if name in self.terms.fields]
        params = [name for name in culprits if name in self.terms.params]
        self.terms = replace(
            self.terms,
            fields=tuple(name for name in self.terms.fields if name not in culprits),
            params={name: value for name, value in self.terms.params.items() if name not in culprits},
        )
        self._records.leave_out(fields)
        self._left_out.extend(fields)
        for kind, names in (("field", fields), ("parameter", params)):
            if names:
                self._warn(f"The {kind} {', '.join(names)} is left out: {refusal}")
