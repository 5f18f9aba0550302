"""A method is played as soon as it is documented, whether or not anybody has made data up for it."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest

from callgear_sandbox.access import Access
from callgear_sandbox.data.world import World
from callgear_sandbox.methods import played
from callgear_sandbox.options import Options
from callgear_sandbox.question import Question

from .conftest import COMMON

if TYPE_CHECKING:
    from callgear_sandbox.documentation import Documented

UNTIL = 1_795_000_000
OPTIONS = Options(rows=30, days=3, zone="UTC", bare_statistic=False)
WORLD = World(OPTIONS, UNTIL)
PAGED = [one for one in COMMON if one.takes("fields")]


@pytest.mark.parametrize("documented", PAGED, ids=lambda documented: documented.method)
def test_a_method_without_made_up_data_has_rows_that_fit_its_documentation(documented: Documented) -> None:
    unheard_of = replace(documented, method="get.unheard_of", name="unheard_of")
    window = {"date_from": "2026-11-01 00:00:00", "date_till": "2026-11-25 00:00:00", "site_id": 54101}
    params = {name: value for name, value in window.items() if documented.takes(name)}
    params["fields"] = list(documented.inner())
    question = Question(params, OPTIONS, UNTIL, Random(1), Access(), lambda _: WORLD)  # noqa: S311 - no secret
    answer = played(unheard_of).answer(question)
    rows = msgspec.json.decode(answer.data)
    assert answer.rows == len(rows) > 1
    assert all(row.keys() == set(documented.inner()) for row in rows)
    parts = [part for part in documented.key if part in documented.fields]
    assert len({tuple(row[part] for part in parts) for row in rows}) == len(rows)
    assert all(any(row[name] is not None for row in rows) for name in documented.inner())
