"""A stream is played as soon as it is declared, whether or not anybody has made data up for it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from callgear_sandbox.access import Access
from callgear_sandbox.data.world import World
from callgear_sandbox.methods import played
from callgear_sandbox.options import Options
from callgear_sandbox.question import Question
from tap_callgear.streams.every import STREAMS

if TYPE_CHECKING:
    from tap_callgear.streams.base import ApiStream

UNTIL = 1_795_000_000
OPTIONS = Options(rows=30, days=3, zone="UTC")
WORLD = World(OPTIONS, UNTIL)


@pytest.mark.parametrize("declared", STREAMS, ids=lambda stream: stream.name)
def test_a_stream_without_made_up_data_has_rows_that_fit_its_declaration(declared: type[ApiStream]) -> None:
    stream: Any = type("Unheard", (declared,), {"name": "unheard_of"})
    method = played(stream)
    takes = {parameter.name for parameter in method.parameters}
    properties = stream.schema["properties"]
    asked = [name for name in properties if name not in {"date", stream.parent_param}]
    window = {"date_from": "2026-11-01 00:00:00", "date_till": "2026-11-25 00:00:00", "site_id": 54101}
    params = {name: value for name, value in {**window, "fields": asked}.items() if name in takes}
    question = Question(params, OPTIONS, UNTIL, Random(1), Access(), lambda _: WORLD)  # noqa: S311 - no secret
    answer = method.answer(question)
    rows = msgspec.json.decode(answer.data)
    assert answer.rows == len(rows) > 1
    assert all(set(asked) <= row.keys() <= properties.keys() for row in rows)
    parts = [part for part in stream.primary_keys if part in asked]
    assert len({tuple(row[part] for part in parts) for row in rows}) == len(rows)
    for name in asked:
        assert any(row[name] is not None for row in rows)
