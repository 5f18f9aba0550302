"""Lists: what an account consists of, read whole in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tap_callgear.extraction.account_zone import AccountZone
from tap_callgear.extraction.estimate import estimate_list
from tap_callgear.extraction.list_reader import ListReader
from tap_callgear.extraction.requests import ListRequest
from tap_callgear.streams.base import ApiStream
from tap_callgear.streams.partitions import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_sdk.helpers.types import Context

    from tap_callgear.account import AccountTap
    from tap_callgear.extraction.estimate import Estimate
    from tap_callgear.extraction.list_reader import Keys
    from tap_callgear.extraction.reading import ReaderResources, RecordReader
    from tap_callgear.session import ApiSession

_ANY_ZONE = "UTC"
"""For lists without times, so that they can be read where the account does not tell its zone."""


class ListStream(ApiStream):
    """A list of the API without times: a full refresh, each entry once, in the order of its key.

    Attributes:
        takes_paging: Whether the method takes limit, offset, sort and filter; else it answers with all there is.
        seeks_by_key: Whether the API sorts and filters by the key, so that each page begins after the last entry of the
            one before; else pages are counted, in the order of `sorts_by`.
        variants: Extra parameters, each of which makes a list of its own; together they are all there is.
    """

    key_is_per_user = True
    takes_paging: ClassVar[bool] = True
    seeks_by_key: ClassVar[bool] = False
    variants: ClassVar[tuple[Mapping[str, object], ...]] = ({},)

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        super().__init__(tap)
        self._keys: dict[object, Keys] = {}

    def keys_of(self, context: Context | None) -> Keys:
        """Return the key of every entry, for streams that this one is the parent of; asked for once a run."""
        user_id = context["user_id"] if context and self.takes_user_id else None
        if user_id not in self._keys:
            session = self._account.connect()
            progress = session.progress.stream(self.logger).part(words(context))
            resources = session.reader_resources(session.key_requests, progress)
            reader = self._list_reader(session, context, resources, fields=type(self).primary_keys)
            self._keys[user_id] = reader.keys()
        return self._keys[user_id]

    def estimate(self, context: Context | None) -> Estimate:
        """Count the entries, with a request.

        Args:
            context: The partition, where there are any.

        Returns:
            The records and the points that they cost.
        """
        session = self._account.connect()
        return estimate_list(self._list(context), ask=session.ask, page_size=session.settings.page_size)

    def _reader(self, session: ApiSession, context: Context | None, resources: ReaderResources) -> RecordReader:
        return self._list_reader(session, context, resources, fields=self.fields())

    def _list_reader(
        self, session: ApiSession, context: Context | None, resources: ReaderResources, *, fields: Sequence[str]
    ) -> ListReader:
        has_date_times = self.maybe_datetimes or _holds_date_time(type(self).schema)
        user_id = context.get("user_id") if context else None
        zone = session.zone(user_id) if has_date_times else AccountZone(_ANY_ZONE)
        return ListReader(self._list(context), self._records(zone, context), fields, resources)

    def _list(self, context: Context | None) -> ListRequest:
        """Return what the engine needs to know of the list."""
        keys = tuple(type(self).primary_keys)
        return ListRequest(
            method=self.method,
            keys=keys,
            sortable=frozenset(keys if self.seeks_by_key else self.sorts_by),
            filterable=frozenset(keys if self.seeks_by_key else ()),
            takes_paging=self.takes_paging,
            takes_fields=self.takes_fields,
            params=dict(context or {}),
            options=self.params,
            variants=self.variants,
        )


def _holds_date_time(schema: Mapping[str, Any]) -> bool:
    """Whether a schema declares a date-time at any depth."""
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return schema.get("format") == "date-time" or any(map(_holds_date_time, inner))
