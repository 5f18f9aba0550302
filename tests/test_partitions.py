"""A stream is read customer by customer, and entry by entry of a parent list where the method wants it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.errors import RowsMissing
from tap_callgear.extraction.list_reader import Keys
from tap_callgear.streams.partitions import Parent, Partitions, label
from tap_callgear.tap import TapCallGear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.helpers.types import Context

CONFIG = {"access_token": "some-key-1234567890", "start_date": "2025-01-01"}


def partitions_of(user_ids: Sequence[int], parent: Parent | None) -> Partitions:
    return Partitions("ct_ac_summaries", TapCallGear(config=CONFIG), user_ids, parent, requires="")


def sites_of(user: Context | None) -> Keys:
    return Keys((1, 2), RowsMissing("get.sites", 3)) if user == {"user_id": 12} else Keys((3,), None)


SITES = Parent("site_id", sites_of)


@pytest.mark.parametrize(
    "user_ids, parent, contexts",
    [
        ((), None, [None]),
        ((11, 12), None, [{"user_id": 11}, {"user_id": 12}]),
        ((), SITES, [{"site_id": 3}]),
        (
            (11, 12),
            SITES,
            [{"user_id": 11, "site_id": 3}, {"user_id": 12, "site_id": 1}, {"user_id": 12, "site_id": 2}],
        ),
    ],
)
def test_there_is_a_partition_for_each_customer_and_each_entry_of_the_parent(
    user_ids: Sequence[int], parent: Parent | None, contexts: list[Context | None]
) -> None:
    assert partitions_of(user_ids, parent).contexts == contexts


def test_where_entries_of_the_parent_never_came_a_target_is_not_told_to_drop_what_it_holds_of_them() -> None:
    whole, incomplete = partitions_of((11,), SITES), partitions_of((11, 12), SITES)
    assert [len(whole.contexts), len(incomplete.contexts)] == [1, 3]
    assert (whole.are_incomplete, incomplete.are_incomplete) == (False, True)


def test_a_sample_is_of_the_first_entry_that_a_customer_has() -> None:
    partitions = partitions_of((11, 12), SITES)
    assert partitions.sample(12) == [{"user_id": 12, "site_id": 1}]
    assert partitions_of((), Parent("site_id", lambda _: Keys((), None))).sample(None) == []


def test_a_partition_is_called_by_what_it_is_of() -> None:
    assert label("tags", None) == "tags"
    assert label("ct_ac_summaries", {"user_id": 11, "site_id": 3}) == "ct_ac_summaries (user 11, site 3)"
