"""Any row of any stream becomes the same valid record, whichever way it is read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_callgear.extraction.records import as_dictionary
from tap_callgear.extraction.schemas import type_of, values_of
from tap_callgear.streams import STREAMS
from tests.extraction.both_ways import EXACT, TIME, leniently, raw, record_type, time_of

if TYPE_CHECKING:
    from tap_callgear.streams.base import ApiStream

MOMENT = "2026-11-20 12:00:00"

ODD_TEXTS = (
    *("", "0", "-0", "-0.00", "12", "2.0", "12.50", "-1", "2.5e1", "1e5", "1e999", "1 234,5", "\u00a0", "\u0661\u0662"),
    *("nan", "inf", "NULL", "1_000", "5.00000000000000000001", "9007199254740993.0", "9223372036854775808", "9" * 5000),
    *("01:02:03", "2:03", "1:\u00b2", "true", "no", "2026-11-20 12:00:00.5", "2026-11-20", "0000-00-00 00:00:00"),
    *("2022-10-19T23:12:09+03:00", "2026-11-20 24:00:00", "2026-11-20T23:59:60Z", "9999-12-31 23:59:59", "0001-01-01"),
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(ODD_TEXTS)
    | st.sampled_from([Decimal(text) for text in ("2.0", "2.5e1", "-0.00", "1e400", "9" * 30, "9" * 5000)])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


UNDECLARED = (
    "not_declared",
    "utm-id",
    "a.b",
    "2nd_visit",
    "",
    "class",
    "__class__",
    'a"b',
    "\\",
    "\n",
    "имя",
    "x" * 300,
)

PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-9, 9),
    "number": st.decimals(-9, 9, places=2),
    "boolean": st.booleans(),
    "string": st.sampled_from(["", "a", MOMENT]),
}

FEW = min(15, settings().max_examples // 4)
"""Examples a stream, since there are many streams."""


def documented(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Draw values as they are documented, any of which may be null."""
    kind = type_of(schema)
    if kind == "array":
        return st.lists(documented(schema["items"]), max_size=3)
    if values := values_of(schema):
        return st.none() | st.dictionaries(st.text(max_size=4), documented(dict(values)), max_size=3)
    if kind == "object":
        inner = {name: documented(part) for name, part in schema["properties"].items()}
        return st.none() | st.fixed_dictionaries({}, optional=inner)
    return st.none() | PLAIN[kind]


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Draw values that have the declared shape, or at any depth anything else."""
    kind = type_of(schema)
    if kind == "array":
        items = shaped(schema["items"])
        return st.lists(items, max_size=3) | items | values
    if values_of(schema):
        return st.dictionaries(st.text(max_size=4), scalars, max_size=3) | values
    if kind == "object":
        declared = {name: shaped(inner) for name, inner in schema["properties"].items()}
        others = st.dictionaries(st.sampled_from(UNDECLARED), scalars, max_size=1)
        drawn = st.fixed_dictionaries({}, optional=declared)
        return st.builds(dict[str, Any].__or__, drawn, others) | values
    return scalars | values


def keys_of(stream: type[ApiStream]) -> dict[str, Any]:
    """Return the fields that no row lacks."""
    plain: dict[str, object] = {"integer": 7, "string": MOMENT}
    names = [*stream.primary_keys, time_of(stream)]
    return {name: plain[type_of(stream.schema["properties"][name])] for name in names if name}


def rows_of(stream: type[ApiStream]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw rows with anything in a few of their fields."""
    keys = keys_of(stream)
    declared: dict[str, dict[str, Any]] = stream.schema["properties"]
    free = [name for name in declared if name not in keys]
    nested = [name for name in free if type_of(declared[name]) in {"array", "object"}]
    names = st.sampled_from([*free, *UNDECLARED, *stream.field_aliases])
    fields = st.lists(st.sampled_from(nested) | names if nested else names, max_size=5, unique=True)

    def fill(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        schemas = {name: declared.get(name, {"type": ["string"]}) for name in names}
        ways = [
            st.fixed_dictionaries({name: draw(each) for name, each in schemas.items()}) for draw in (documented, shaped)
        ]
        return st.one_of(ways).map(lambda row: {**keys, **row})

    return fields.flatmap(fill)


@pytest.mark.repeats
@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_any_row_becomes_the_same_valid_record_both_ways(stream: type[ApiStream]) -> None:
    valid = jsonschema.Draft202012Validator(stream.schema)

    @settings(max_examples=FEW)
    @given(rows=st.lists(rows_of(stream), min_size=1, max_size=3))
    def check(rows: list[dict[str, Any]]) -> None:
        records = record_type(stream)
        told = [EXACT.encode(leniently(record_type(stream), raw(row))) for row in rows]
        for sent in told:
            assert list(json.loads(sent)) == list(stream.schema["properties"])
            valid.validate(json.loads(sent))
        # What a row teaches, the next one is read by; a row that was met is read by it too.
        for row, sent in [*zip(rows, told, strict=True)] * 2:
            record = records.read(raw(row), TIME)
            assert EXACT.encode(record) == EXACT.encode(as_dictionary(record)) == sent

    check()
