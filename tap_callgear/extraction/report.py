"""What the extraction needs to know of a report, and the requests that ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_callgear.extraction.clock import api_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_callgear.extraction.pages import Window

_TIE_BREAK = "visitor_id"
"""A field that the reports sort by and that few rows of one second share."""


@dataclass(frozen=True)
class Report:
    """One report of the API, as one sync asks for it.

    Attributes:
        name: The stream's name, for people.
        method: The API's method.
        keys: The primary key's properties.
        replication_key: The property that holds a row's time.
        sortable: The fields that the API is documented to sort by.
        params: Parameters of every request, such as an agent's ``user_id``.
    """

    name: str
    method: str
    keys: tuple[str, ...]
    replication_key: str
    sortable: frozenset[str]
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_sortable(self) -> bool:
        """Tell whether the API sorts by the replication key."""
        return self.replication_key in self.sortable

    def sort(self, *, is_dense: bool = False) -> list[dict[str, str]]:
        """Give the sort to ask for.

        Args:
            is_dense: Whether rows of one and the same second are to be told apart, so that offsets hold still.

        Returns:
            The value of the parameter ``sort``; empty where the API does not sort by anything that helps.
        """
        fields = [self.replication_key] if self.is_sortable else []
        if is_dense and _TIE_BREAK in self.sortable:
            fields.append(_TIE_BREAK)
        return [{"field": name, "order": "asc"} for name in fields]

    def request(
        self,
        window: Window,
        *,
        fields: tuple[str, ...],
        limit: int,
        sort: list[dict[str, str]],
        offset: int = 0,
    ) -> dict[str, object]:
        """Give the parameters that ask for a window.

        Args:
            window: The range of wall time.
            fields: The fields to send back.
            limit: Rows at the most.
            sort: As `sort` gives it.
            offset: Rows to skip.

        Returns:
            The parameters, without the token.
        """
        params: dict[str, object] = {
            **self.params,
            "date_from": api_form(window.start),
            "date_till": api_form(window.end),
            "limit": limit,
            "fields": list(fields),
        }
        if sort:
            params["sort"] = sort
        if offset:
            params["offset"] = offset
        return params
