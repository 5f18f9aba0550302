"""What a report or a list is asked with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tap_callgear.extraction.planner import LONGEST
from tap_callgear.extraction.times import api_form

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping
    from datetime import timedelta

    from tap_callgear.extraction.pages import Window

Sort: TypeAlias = "list[dict[str, str]]"
"""The value of the parameter `sort`; empty where nothing is to be sorted."""

_TIE_BREAK = "visitor_id"
"""A field that the reports sort by and that few rows of one second share."""


def sort_by(names: Iterable[str]) -> Sort:
    """Return the value of the parameter `sort` that sorts by some fields, the smallest first."""
    return [{"field": name, "order": "asc"} for name in names]


def stable_sort(keys: Iterable[str], sortable: Collection[str]) -> Sort:
    """Return the sort that tells rows apart best, so that offsets hold still as far as that can be had."""
    return sort_by([name for name in keys if name in sortable] or sorted(sortable)[:1])


@dataclass(frozen=True)
class RequestOptions:
    """What a request asks for of each row, and how; all of it but the key can be done without.

    Attributes:
        fields: The fields of each row.
        sort: The sort.
        params: Parameters that are the same in every request.
    """

    fields: tuple[str, ...]
    sort: Sort = field(default_factory=list)
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportRequest:
    """One report of the API, as one sync asks for it.

    Attributes:
        method: The API's method.
        keys: The primary key's properties.
        replication_key: The property that holds a row's time.
        sortable: The fields that the API is documented to sort by.
        params: Parameters of every request, such as an agent's ``user_id``.
        options: Parameters that a request can do without.
        longest: The longest time that the API answers for at once.
        key_fields: The fields that the primary key is read from; None where they are called as its properties are.
    """

    method: str
    keys: tuple[str, ...]
    replication_key: str
    sortable: frozenset[str]
    params: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    longest: timedelta = LONGEST
    key_fields: tuple[str, ...] | None = None

    @property
    def needed_fields(self) -> tuple[str, ...]:
        """Return the fields without which no record can be built."""
        keys = self.keys if self.key_fields is None else self.key_fields
        return tuple(dict.fromkeys((self.replication_key, *keys)))

    @property
    def is_sortable(self) -> bool:
        """Whether the API sorts by the replication key."""
        return self.replication_key in self.sortable

    def sort(self, *, breaks_ties: bool = False) -> Sort:
        """Return the sort to ask for.

        Args:
            breaks_ties: Whether rows of one and the same second are to be told apart, so that offsets hold still.

        Returns:
            The value of the parameter ``sort``; empty where the API does not sort by anything that helps.
        """
        fields = [self.replication_key] if self.is_sortable else []
        if breaks_ties and _TIE_BREAK in self.sortable:
            fields.append(_TIE_BREAK)
        return sort_by(fields)

    def params_for(self, window: Window, options: RequestOptions, *, limit: int, offset: int = 0) -> dict[str, object]:
        """Return the parameters that ask for a window.

        Args:
            window: The range of local time.
            options: What to ask for.
            limit: Rows at the most.
            offset: Rows to skip.

        Returns:
            The parameters, without the token.
        """
        params: dict[str, object] = {
            **self.params,
            **options.params,
            "date_from": api_form(window.date_from),
            "date_till": api_form(window.end),
            "limit": limit,
            "fields": list(options.fields),
        }
        if options.sort:
            params["sort"] = options.sort
        if offset:
            params["offset"] = offset
        return params


@dataclass(frozen=True)
class ListRequest:
    """One list of the API, as one sync asks for it.

    Attributes:
        method: The API's method.
        keys: The primary key's properties.
        sortable: The fields that the API is documented to sort by.
        filterable: The fields that the API is documented to filter by.
        takes_paging: Whether the method takes limit, offset, sort and filter.
        takes_fields: Whether it takes fields.
        params: Parameters of every request, such as an agent's ``user_id``.
        options: Parameters that a request can do without.
        variants: Extra parameters, each of which makes a list of its own.
    """

    method: str
    keys: tuple[str, ...]
    sortable: frozenset[str] = frozenset()
    filterable: frozenset[str] = frozenset()
    takes_paging: bool = True
    takes_fields: bool = True
    params: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    variants: tuple[Mapping[str, object], ...] = ({},)

    def params_for(
        self,
        variant: Mapping[str, object],
        options: RequestOptions,
        *,
        limit: int,
        after: Hashable = None,
        offset: int = 0,
    ) -> dict[str, object]:
        """Return the parameters that ask for a page.

        Args:
            variant: The list's extra parameters.
            options: What to ask for.
            limit: Rows at the most.
            after: The key after which the page begins, if it does not begin at the first.
            offset: Rows to skip.

        Returns:
            The parameters, without the token.
        """
        params: dict[str, object] = {**self.params, **options.params, **variant}
        if self.takes_fields:
            params["fields"] = list(options.fields)
        if self.takes_paging:
            params["limit"] = limit
            if options.sort:
                params["sort"] = options.sort
            if offset:
                params["offset"] = offset
            if after is not None:
                params["filter"] = {"field": self.keys[0], "operator": ">", "value": after}
        return params
