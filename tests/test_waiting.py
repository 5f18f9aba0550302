"""What was read is with its reader before anything else is waited for."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from tests.impostor import Answer, impostor, result
from tests.support import catalog_of, started

PATIENCE = 20.0
"""Seconds after which the API answers although nobody has seen the rows before."""

MAPPED = {"stream_maps": {"tags": {"name": "name.upper()"}}}


@pytest.mark.parametrize("settings", [{}, MAPPED], ids=["as they are", "through a stream map"])
def test_records_of_a_list_leave_before_its_next_page_is_waited_for(settings: dict[str, Any]) -> None:
    seen = Event()
    waits: list[bool] = []

    def answer(request: dict[str, Any]) -> Answer:
        if request["method"] == "get.account":
            return result(request, [{"timezone": "UTC"}])
        if "filter" in request["params"] or request["params"].get("offset"):
            waits.append(seen.wait(PATIENCE))
            return result(request, [])
        return result(request, [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])

    with (
        impostor(answer) as url,
        started(url, catalog=catalog_of(url, ["tags"]), config={"page_size": 2, **settings}) as run,
    ):
        run.await_records(2)
        seen.set()
        ended = run.finish()
    assert ended.exit_code == 0
    assert len(ended.records("tags")) == 2
    assert waits
    assert all(waits)
