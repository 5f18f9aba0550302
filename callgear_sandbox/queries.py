"""Lists of rows: which fields, which rows, in which order, how many of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

from callgear_sandbox.errors import (
    PARAMETER_COMPONENT_DISABLED,
    SORT_PROHIBITED,
    UNEXPECTED_PARAMETERS,
    ApiError,
)
from callgear_sandbox.filters import Filter
from callgear_sandbox.parameters import invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from callgear_sandbox.encoding import Json
    from callgear_sandbox.options import Options

_COMPONENT: Final = "component:"
_LIMIT: Final = 1000


class Rows(Protocol):
    """Rows that can be told by number; numbers are in order of time where there are times."""

    @property
    def times(self) -> Sequence[int]:
        """Return the instant of every row; empty where rows have none."""

    def tell(self, numbers: Iterable[int], fields: Sequence[str], now: int) -> Iterator[Json]:
        """Tell the asked fields of rows, as they are at an instant."""


@dataclass(frozen=True)
class Table:
    """A few rows without times."""

    contents: Sequence[Json]
    times: Sequence[int] = ()

    def tell(self, numbers: Iterable[int], fields: Sequence[str], _: int) -> Iterator[Json]:
        """Tell the asked fields of rows."""
        return ({name: self.contents[number][name] for name in fields} for number in numbers)


@dataclass(frozen=True)
class Columns:
    """What can be asked about the fields of a list."""

    fields: Collection[str]
    default_fields: Collection[str]
    sortable: Collection[str]
    filterable: Collection[str]
    time: str | None = None
    """The field that rows are in order of."""


@dataclass(frozen=True)
class Order:
    """One field to sort by."""

    field: str
    descending: bool


class Query:
    """The parameters that every list takes, read and checked."""

    def __init__(self, params: Json, columns: Columns, options: Options) -> None:
        """Read and check the parameters."""
        self.limit = _within(params, "limit", _LIMIT, options.limit_maximum, least=1)
        self.offset = _within(params, "offset", 0, options.offset_maximum, least=0)
        self.fields = _fields(params, columns, options)
        self.sort = _sort(params, columns)
        self.time = columns.time
        given = cast("Json", params.get("filter") or {})
        self.filter = Filter(given, columns.filterable) if given else None

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all fields that are needed for an answer."""
        filtered = self.filter.fields if self.filter else ()
        return frozenset((*self.fields, *filtered, *(one.field for one in self.sort)))


def _within(params: Json, name: str, default: int, most: int, *, least: int) -> int:
    value = cast("int", params.get(name, default))
    if not least <= value <= most and name in params:
        raise invalid(value, f"must be between {least} and {most}", field=name)
    return min(value, most)


def _fields(params: Json, columns: Columns, options: Options) -> list[str]:
    if "fields" not in params:  # where no default is documented, everything comes
        return [name for name in columns.fields if name in columns.default_fields or not columns.default_fields]
    names = cast("list[object]", params["fields"])
    for name in names:
        if name not in columns.fields or name in options.refused_fields:
            message = "Unexpected method parameter(s)"
            raise ApiError(UNEXPECTED_PARAMETERS, message, field="fields", value=name, among=names)
        if f"{_COMPONENT}{name}" in options.refused_fields:
            raise ApiError(
                PARAMETER_COMPONENT_DISABLED,
                "The component that the parameter belongs to is disabled",
                field="fields",
                value=name,
                among=names,
                params={"components": "call_tracking"},
            )
    return list(dict.fromkeys(cast("list[str]", names)))


def _sort(params: Json, columns: Columns) -> tuple[Order, ...]:
    orders = []
    for given in cast("list[object]", params.get("sort", [])):
        if not isinstance(given, dict) or given.keys() - {"field", "order"}:
            raise invalid(given, "must be an object with field and order", field="sort")
        name, direction = given.get("field"), given.get("order", "asc")
        if not isinstance(name, str) or name not in columns.sortable:
            message = "Sorting by the field is prohibited"
            raise ApiError(SORT_PROHIBITED, message, field="sort", value=name)
        if direction not in {"asc", "desc"}:
            raise invalid(direction, "order must be asc or desc", field="sort")
        orders.append(Order(name, descending=direction == "desc"))
    return tuple(orders)
