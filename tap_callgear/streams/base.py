"""What all streams share: what is declared of a method, and what follows from that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from singer_sdk import typing as th

from tap_callgear.customers import USER_ID
from tap_callgear.extraction.records import RecordType
from tap_callgear.inputs.catalogs import complete
from tap_callgear.streams.partitions import Parent, Partitions
from tap_callgear.streams.side_by_side import SideBySideStream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import Catalog

    from tap_callgear.account import AccountTap
    from tap_callgear.extraction.account_zone import AccountZone
    from tap_callgear.extraction.list_reader import Keys

_USER_ID_SAYS = "Customer user whose data the record is part of."


class ParentList(Protocol):
    """A list whose every entry another method is asked for."""

    name: str

    def keys_of(self, context: Context | None) -> Keys:
        """Return the key of every entry of a customer."""


class ApiStream(SideBySideStream):
    """Rows of one method of the API.

    Attributes:
        method: The API's method.
        selected_by_default: Whether it is read where no catalog says what to read.
        takes_fields: Whether the method takes the parameter `fields`.
        params: Parameters of every request, which it can do without.
        sorts_by: Fields that the tap has the API sort by, where it can.
        nullable_keys: Key parts that the API may leave empty; they become 0 or a dash.
        field_aliases: Names that the API uses by mistake, with the declared names they stand for.
        maybe_datetimes: Texts that may hold a full time.
        requires: What the account must have for it, in words for people; empty where every account has it.
        takes_user_id: Whether an agent reads it for each customer user; else it is read once.
        parent: The list whose every entry the method is asked for, if it does not answer for all at once.
        parent_param: The parameter, and the property of every record, that holds the key of that entry.
        key_is_per_user: Whether two customers of an agent may have rows of the same key, such as built-in ones.
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
    nullable_keys: ClassVar[frozenset[str]] = frozenset()
    field_aliases: ClassVar[Mapping[str, str]] = {}
    maybe_datetimes: ClassVar[frozenset[str]] = frozenset()
    requires: ClassVar[str] = ""
    takes_user_id: ClassVar[bool] = True
    parent: ClassVar[type[ParentList] | None] = None
    parent_param: ClassVar[str] = ""
    key_is_per_user: ClassVar[bool] = False

    user_ids: tuple[int, ...]
    """The customers of an agent that it is read for; empty where it is read for the account itself."""

    def __init__(self, tap: AccountTap) -> None:
        """Declare the stream to the SDK.

        Args:
            tap: The tap, which reaches the account.
        """
        user_ids = tap.config.get("user_ids") if self.takes_user_id else None
        self.user_ids = self._customers(tuple(dict.fromkeys(user_ids)) if isinstance(user_ids, list) else ())
        if self.user_ids:
            self._declare_user()
        self._warned: set[str] = set()
        parent = Parent(self.parent_param, self._entries_of) if self.parent else None
        super().__init__(tap, Partitions(self.name, tap, self.user_ids, parent, requires=self.requires))

    def _entries_of(self, user: Context | None) -> Keys:
        """Ask for the entries of the parent."""
        (parent,) = (stream for stream in self._account.streams.values() if isinstance(stream, self.parent or ()))
        return parent.keys_of(user)

    def _customers(self, user_ids: tuple[int, ...]) -> tuple[int, ...]:
        """Return the customers of an agent that have what the stream holds: all, unless it says otherwise."""
        return user_ids

    def _declare_user(self) -> None:
        """Have every record say whose it is."""
        declared = type(self).schema
        is_key = self.key_is_per_user
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
            automatic = self.needed | self.stamped | ({USER_ID} if self.user_ids else frozenset())
            complete(entry, self, sorted(automatic), self.logger.warning)
        super().apply_catalog(catalog)

    @property
    def needed(self) -> frozenset[str]:
        """Return the properties without which there is no record."""
        return frozenset(type(self).primary_keys)

    @property
    def stamped(self) -> frozenset[str]:
        """Return the declared properties that the request knows and the reply does not hold."""
        return frozenset({self.parent_param} if self.parent else ())

    def fields(self) -> list[str]:
        """Return the fields to ask for: those selected, and those that are needed."""
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

    def _records(self, zone: AccountZone, context: Context | None, *, time: str | None = None) -> RecordType:
        """Compile the records.

        Args:
            zone: Reads the account's local time.
            context: The partition, which every record names.
            time: The property that holds a record's time, if there is one.
        """
        names = [name for name in self.fields() if name not in (context or {})]
        return RecordType(
            type(self).schema,
            names if time is None or time in names else [time, *names],
            time=time,
            constants=context or {},
            nullable_keys=self.nullable_keys,
            field_aliases=self.field_aliases,
            maybe_datetimes=self.maybe_datetimes,
            zone=zone,
            warn=self._warn_once,
        )
