"""What all streams share: what is declared of a method, and what follows from that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import typing as th

from tap_callgear.catalogs import complete
from tap_callgear.customers import USER_ID
from tap_callgear.extraction.records import RecordType
from tap_callgear.streams.partitioned import AccountTap, PartitionedStream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import Catalog

    from tap_callgear.extraction.clock import Clock

_USER_ID_SAYS = "Customer user whose data the record is part of."


class ApiStream(PartitionedStream):
    """Rows of one method of the API.

    Attributes:
        method: The API's method.
        selected_by_default: Whether it is read where no catalog says what to read.
        takes_fields: Whether the method takes the parameter `fields`.
        params: Parameters of every request, which it can do without.
        sorts_by: Fields that the tap has the API sort by, where it can.
        optional_keys: Key parts that the API may leave empty; they become 0 or an empty text.
        other_names: Names that the API uses by mistake, with the declared names they stand for.
        loose_moments: Texts that may hold a full time.
        keys_repeat: Whether two customers of an agent may have rows of the same key, such as built-in ones.
    """

    # The SDK declares properties here, and its taps class attributes, as these are.
    name: str
    primary_keys: ClassVar[tuple[str, ...]]
    schema: ClassVar[dict[str, Any]]
    selected_by_default: bool = False

    method: ClassVar[str]
    takes_fields: ClassVar[bool] = True
    params: ClassVar[Mapping[str, object]] = {}
    sorts_by: ClassVar[tuple[str, ...]] = ()
    optional_keys: ClassVar[frozenset[str]] = frozenset()
    other_names: ClassVar[Mapping[str, str]] = {}
    loose_moments: ClassVar[frozenset[str]] = frozenset()
    keys_repeat: ClassVar[bool] = False

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        user_ids = tap.config.get("user_ids") if self.takes_user_id else None
        self._user_ids = tuple(dict.fromkeys(user_ids)) if isinstance(user_ids, list) else ()
        if self._user_ids:
            self._declare_user()
        self._warned: set[str] = set()
        super().__init__(tap)

    def _declare_user(self) -> None:
        """Have every record say whose it is."""
        declared = type(self).schema
        is_key = self.keys_repeat
        user_id = th.Property(USER_ID, th.IntegerType, required=is_key, description=_USER_ID_SAYS)
        self.schema = {  # type: ignore[misc]
            **declared,
            "properties": {**declared["properties"], **user_id.to_dict()},
        }
        if is_key:
            self.schema["required"] = [*declared["required"], USER_ID]
            self.primary_keys = (*type(self).primary_keys, USER_ID)  # type: ignore[misc]

    def apply_catalog(self, catalog: Catalog) -> None:
        """Go by a catalog, as far as it can be gone by: keys and the like are always there.

        Args:
            catalog: The catalog.
        """
        if (entry := catalog.get_stream(self.name)) is not None:
            automatic = self.needed | self.stamped | ({USER_ID} if self._user_ids else frozenset())
            complete(entry, self, sorted(automatic), self.logger.warning)
        super().apply_catalog(catalog)

    @property
    def needed(self) -> frozenset[str]:
        """Give the properties without which there is no record."""
        return frozenset(type(self).primary_keys)

    @property
    def stamped(self) -> frozenset[str]:
        """Give the declared properties that the request knows and the reply does not hold."""
        return frozenset({self.parent_param} if self.parent else ())

    def fields(self) -> list[str]:
        """Give the fields to ask for: those selected, and those that are needed."""
        known = self.effective_schema["properties"].keys()
        return [
            name
            for name in type(self).schema["properties"]
            if name not in self.stamped and (name in self.needed or (name in known and self.mask["properties", name]))
        ]

    def _warn_once(self, text: str) -> None:
        """Warn of what is the same in all partitions."""
        if text not in self._warned:
            self._warned.add(text)
            self.logger.warning("%s", text)

    def _records(self, clock: Clock, context: Context | None, *, time: str | None = None) -> RecordType:
        """Compile the records.

        Args:
            clock: Reads the account's wall time.
            context: The partition, which every record names.
            time: The property that holds a record's time, if there is one.
        """
        names = [name for name in self.fields() if name not in (context or {})]
        return RecordType(
            type(self).schema,
            names if time is None or time in names else [time, *names],
            time=time,
            constants=context or {},
            optional_keys=self.optional_keys,
            other_names=self.other_names,
            loose_moments=self.loose_moments,
            clock=clock,
            warn=self._warn_once,
        )
