"""A key has no missing parts: what stands for them is no identifier, and no loader makes null of it."""

from __future__ import annotations

from tap_callgear.extraction.key_fillers import fill_in, fillers_of

PROPERTIES = {"id": {"type": ["integer"]}, "name": {"type": ["string", "null"]}, "cost": {"type": ["number", "null"]}}


def test_a_zero_stands_for_a_number_and_a_dash_for_a_text() -> None:
    assert fillers_of(PROPERTIES, ("id", "name", "cost")) == {"id": 0, "name": "-", "cost": 0}


def test_only_what_is_missing_is_filled_in_and_only_where_it_may_be_missing() -> None:
    fillers = fillers_of(PROPERTIES, ("id", "name"))
    records: list[dict[str, object]] = [{}, {"id": None, "name": "", "cost": None}, {"id": 0, "name": " ", "cost": 1}]
    for record in records:
        fill_in(record, fillers)
    filled = {"id": 0, "name": "-"}
    assert records == [filled, {**filled, "cost": None}, {"id": 0, "name": " ", "cost": 1}]
