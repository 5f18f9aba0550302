"""What the Singer SDK makes of the same streams by itself: RESTStream, its own typing, its own writer, offset paging.

It is here to be measured beside the tap. Against an account it would lose rows wherever the API does not sort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import OffsetPaginator

from tap_callgear.streams.communications import Communications
from tap_callgear.streams.visitor_sessions import VisitorSessions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import requests
    from singer_sdk.helpers.types import Context

_PAGE = 10_000


class _Paginator(OffsetPaginator):
    def has_more(self, response: requests.Response) -> bool:
        """Go on until a page is not full."""
        return len(response.json()["result"]["data"]) == self._page_size


class _StockStream(RESTStream[int]):
    http_method = "POST"
    path = ""
    records_jsonpath = "$.result.data[*]"
    method = ""
    field_aliases: ClassVar[Mapping[str, str]] = {}

    @property
    def url_base(self) -> str:
        """Return the API's address."""
        return str(self.config["api_url"])

    def get_new_paginator(self) -> OffsetPaginator:
        """Page by offset."""
        return _Paginator(start_value=0, page_size=_PAGE)

    def prepare_request_payload(self, context: Context | None, next_page_token: int | None) -> dict[str, Any]:  # noqa: ARG002
        """Ask for a page of all fields."""
        params = {
            "access_token": self.config["access_token"],
            "date_from": self.config["start_date"].replace("T", " "),
            "date_till": self.config["end_date"].replace("T", " "),
            "limit": _PAGE,
            "offset": next_page_token or 0,
            "fields": list(self.schema["properties"]),
        }
        return {"jsonrpc": "2.0", "id": "1", "method": self.method, "params": params}

    def post_process(self, row: dict[str, Any], context: Context | None = None) -> dict[str, Any]:  # noqa: ARG002 - the SDK's
        """Keep the columns that come under another name, or the SDK would drop them, and be measured on less."""
        for other, name in self.field_aliases.items():
            if other in row:
                row[name] = row.pop(other)
        return row


class _StockCommunications(_StockStream):
    name = "communications"
    method = Communications.method
    schema = Communications.schema
    primary_keys = ("communication_type", "id")


class _StockVisitorSessions(_StockStream):
    name = "visitor_sessions"
    method = VisitorSessions.method
    schema = VisitorSessions.schema
    primary_keys = ("id",)
    field_aliases = VisitorSessions.field_aliases


class StockTap(Tap):
    """The same two streams, as the SDK's template would have them."""

    name = "tap-stock"
    config_jsonschema = th.PropertiesList(
        th.Property("access_token", th.StringType, required=True),
        th.Property("api_url", th.StringType, required=True),
        th.Property("start_date", th.StringType, required=True),
        th.Property("end_date", th.StringType, required=True),
    ).to_dict()

    def discover_streams(self) -> Sequence[_StockStream]:
        """Return the two streams."""
        return [_StockCommunications(self), _StockVisitorSessions(self)]


if __name__ == "__main__":
    StockTap.cli()
