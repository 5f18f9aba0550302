"""The `filter` parameter: a small subset of its operators, over a flat row."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final, cast

from callgear_sandbox.errors import FILTER_PROHIBITED, ApiError
from callgear_sandbox.parameters import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from callgear_sandbox.encoding import Json

_ORDERED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class Filter:
    """A filter that was read: which fields it needs, and which rows pass it."""

    def __init__(self, given: Json, filterable: Collection[str]) -> None:
        """Read and check a filter."""
        self.fields: set[str] = set()
        self._filterable = filterable
        self.passes: Callable[[Json], bool] = self._read(given)

    def _read(self, given: Json) -> Callable[[Json], bool]:
        return self._read_tree(given) if "filters" in given else self._read_simple(given)

    def _read_tree(self, given: Json) -> Callable[[Json], bool]:
        condition = given.get("condition", "and")
        branches = given["filters"]
        if condition not in {"and", "or"} or given.keys() - {"filters", "condition"}:
            raise invalid(given, "a tree has filters, and a condition and or or", field="filter")
        if not isinstance(branches, list) or not all(isinstance(one, dict) for one in branches):
            raise invalid(given, "filters must be an array of objects", field="filter")
        parts = [self._read(cast("Json", one)) for one in branches]
        combine = all if condition == "and" else any
        return lambda row: combine(part(row) for part in parts)

    def _read_simple(self, given: Json) -> Callable[[Json], bool]:
        if given.keys() - {"field", "operator", "value"} or "field" not in given:
            raise invalid(given, "a filter has field, operator and value", field="filter")
        field, sign, value = given["field"], given.get("operator"), given.get("value")
        if not isinstance(field, str) or field not in self._filterable:
            raise ApiError(FILTER_PROHIBITED, "Filtering by the field is prohibited", field="filter", value=field)
        self.fields.add(field)
        if sign == "=":
            return lambda row: row[field] == value
        if sign == "!=":
            return lambda row: row[field] != value
        if sign == "in" and isinstance(value, list):
            return lambda row: row[field] in value
        if isinstance(sign, str) and sign in _ORDERED:
            return lambda row: _compares(_ORDERED[sign], row[field], value)
        raise invalid(given, f"operator {sign} does not fit", field="filter")


def _compares(compare: Callable[[Any, Any], bool], own: object, value: object) -> bool:
    """Compare like a database: with nothing, or with another type, no row passes."""
    try:
        return compare(own, value)
    except TypeError:
        return False
