"""A list is read whole, each entry once, in the order of its key, whatever of it the API can and cannot do."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tap_callgear.api.client import RequestStats
from tap_callgear.api.errors import FieldRefused, RowsMissing, RowsUnreadable
from tap_callgear.extraction.list_reader import Keys, ListReader
from tap_callgear.extraction.reading import ReaderResources
from tap_callgear.extraction.records import as_dictionary
from tap_callgear.extraction.requests import ListRequest
from tests.extraction.keyed import Watch, record_type
from tests.fakes import FakeClock, FakeTransport, Json, client, failure, in_turn, success

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.fakes import Outcome

BY_ID = frozenset({"id"})


class Entries:
    """Answers for a list, with as much sorting and filtering as a test allows."""

    def __init__(
        self, ids: Sequence[int], *, sorts: bool = True, filters: bool = True, counts: bool = True, most: int = 10_000
    ) -> None:
        """Hold the entries; no page holds more than `most`, whatever is asked for."""
        self._rows = [{"id": number, "name": f"no. {number}", "code": f"c{number % 3}"} for number in ids]
        self._sorts = sorts
        self._filters = filters
        self._counts = counts
        self._most = most
        self._chance = random.Random(5)  # noqa: S311 - no secret

    def __call__(self, request: Json) -> Outcome:
        """Answer a request."""
        params = request["params"]
        rows = list(self._rows)
        if wanted := params.get("filter"):
            if not self._filters:
                return failure("filter_prohibited", field="filter")
            assert wanted["operator"] == ">"
            rows = [row for row in rows if int(str(row["id"])) > wanted["value"]]
        total = {"total_items": len(rows)} if self._counts else {}
        if self._sorts and "sort" in params:
            rows.sort(key=lambda row: int(str(row["id"])))
        else:
            self._chance.shuffle(rows)
        offset = params.get("offset", 0)
        page = rows[offset : offset + min(params["limit"], self._most)]
        return success([{name: row.get(name) for name in params["fields"]} for row in page], **total)


def counting(ids: Sequence[int], total: int) -> Callable[[Json], Outcome]:
    """Return what hands out a few entries, whatever page is asked for, and counts more."""

    def answer(request: Json) -> Outcome:
        rows = [] if request["params"].get("offset") else [{"id": number, "name": "one"} for number in ids]
        return success(rows, total_items=total)

    return answer


class Desk:
    """A reader over a function that answers, and all that it leaves behind."""

    def __init__(
        self,
        answer: Callable[[Json], Outcome],
        *,
        page_size: int = 10,
        keys: tuple[str, ...] = ("id",),
        fields: Sequence[str] = ("id", "name"),
        nullable_keys: Sequence[str] = (),
        **wanted: object,
    ) -> None:
        """Put the reader together."""
        self.transport = FakeTransport(answer)
        self.watch = Watch()
        clock = FakeClock()
        given: Json = {"sortable": BY_ID, "filterable": BY_ID, "params": {"user_id": 7}, **wanted}
        self.reader = ListReader(
            ListRequest("get.things", keys, **given),
            record_type(self.watch, fields, constants=given["params"], nullable_keys=nullable_keys),
            fields,
            ReaderResources(
                client(self.transport, clock=clock), clock, RequestStats(), self.watch, page_size=page_size
            ),
        )

    def read(self) -> list[Json]:
        """Read all of it."""
        parts = [[as_dictionary(timed.record) for timed in part] for part in self.reader.read()]
        return [record for part in parts for record in part]

    @property
    def params(self) -> list[Json]:
        """Return the parameters of every request, but for the key."""
        return [
            {name: value for name, value in request["params"].items() if name != "access_token"}
            for request in self.transport.requests
        ]


def test_a_list_that_fits_a_page_takes_one_request_and_leaves_in_order() -> None:
    desk = Desk(Entries([3, -1, 2], sorts=False))
    assert desk.read() == [{"id": number, "name": f"no. {number}", "user_id": 7} for number in (-1, 2, 3)]
    assert desk.params == [
        {"user_id": 7, "fields": ["id", "name"], "limit": 10, "sort": [{"field": "id", "order": "asc"}]}
    ]


def test_a_longer_list_is_read_by_key_page_after_page() -> None:
    desk = Desk(Entries(range(30, 0, -1)))
    assert [record["id"] for record in desk.read()] == list(range(1, 31))
    filters = [params.get("filter") for params in desk.params]
    assert filters == [None, *({"field": "id", "operator": ">", "value": last} for last in (10, 20, 30))]
    assert not any("offset" in params for params in desk.params)


@pytest.mark.parametrize(
    "habits, wanted",
    [
        pytest.param({"sorts": False}, {}, id="a sort that is not kept"),
        pytest.param({"filters": False}, {}, id="a filter that is refused"),
        pytest.param({}, {"filterable": frozenset()}, id="no filter"),
        pytest.param({"sorts": False}, {"sortable": frozenset()}, id="no sort"),
        pytest.param({"sorts": False, "counts": False}, {}, id="no sort and no counts"),
    ],
)
def test_where_keys_cannot_be_used_offsets_are_until_every_entry_was_seen(habits: Json, wanted: Json) -> None:
    desk = Desk(Entries(range(45), **habits), **wanted)
    assert sorted(record["id"] for record in desk.read()) == list(range(45))
    assert any("offset" in params for params in desk.params)


def in_order_of(
    order: Callable[[list[int]], list[int]], *, counts: bool, is_cut_first: bool
) -> Callable[[Json], Outcome]:
    """Return what serves a hundred entries in an order of its own, which looks like that of the key."""

    def answer(request: Json) -> Outcome:
        params = request["params"]
        after = params.get("filter", {}).get("value", 0)
        left = order([number for number in range(1, 101) if number > after])
        offset = params.get("offset", 0)
        page = left[offset : offset + params["limit"]]
        rows = [{"id": number, "name": "one"} for number in (sorted(page) if is_cut_first else page)]
        return success(rows, **({"total_items": len(left)} if counts else {}))

    return answer


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize(
    "order, is_cut_first",
    [
        pytest.param(lambda ids: sorted(ids, key=lambda number: number * 37 % 101), True, id="cut first, sorted then"),
        pytest.param(
            lambda ids: [each for each in ids if each > 40] + ids[: ids.index(41)] if 41 in ids else ids,
            False,
            id="a later part first",
        ),
        pytest.param(lambda ids: sorted(ids, key=str), False, id="as text"),
    ],
)
def test_entries_that_lie_between_two_pages_are_noticed_and_read(
    *, order: Callable[[list[int]], list[int]], is_cut_first: bool, counts: bool
) -> None:
    desk = Desk(in_order_of(order, counts=counts, is_cut_first=is_cut_first), page_size=3)
    assert sorted(record["id"] for record in desk.read()) == list(range(1, 101))
    reader = Desk(in_order_of(order, counts=counts, is_cut_first=is_cut_first), page_size=3).reader
    assert {*reader.keys().values} == {*range(1, 101)}


def test_entries_that_are_deleted_meanwhile_are_no_reason_to_begin_anew() -> None:
    ids = list(range(1, 31))

    def answer(request: Json) -> Outcome:
        reply = Entries(ids)(request)
        if ids[-1] == 30:
            del ids[-3:]
        return reply

    desk = Desk(answer)
    assert [record["id"] for record in desk.read()] == list(range(1, 28))
    assert not any("offset" in params for params in desk.params)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("filterable", [BY_ID, frozenset()], ids=["by key", "by offset"])
@pytest.mark.parametrize("entries", [7, 8, 45])
def test_pages_that_end_early_lose_no_entry_even_if_nothing_is_counted(
    *, counts: bool, filterable: frozenset[str], entries: int
) -> None:
    desk = Desk(Entries(range(entries), counts=counts, most=7), filterable=filterable)
    assert [record["id"] for record in desk.read()] == list(range(entries))


@pytest.mark.parametrize("filterable", [BY_ID, frozenset()], ids=["by key", "by offset"])
def test_what_comes_after_a_short_page_is_asked_for_once_where_nothing_is_counted(filterable: frozenset[str]) -> None:
    desk = Desk(Entries(range(3), counts=False), filterable=filterable)
    assert [record["id"] for record in desk.read()] == [0, 1, 2]
    assert len(desk.params) == 2
    few = Desk(Entries(range(3), counts=False), filterable=filterable, page_size=301)
    assert [record["id"] for record in few.read()] == [0, 1, 2]
    assert len(few.params) == 1


def test_a_short_page_is_believed_where_the_api_refuses_to_show_what_comes_after_it() -> None:
    entries = Entries(range(3), counts=False)

    def answer(request: Json) -> Outcome:
        return failure("invalid_parameter_value", field="offset") if "offset" in request["params"] else entries(request)

    assert [record["id"] for record in Desk(answer, filterable=frozenset()).read()] == [0, 1, 2]


def test_a_sort_and_a_field_that_are_refused_are_done_without() -> None:
    entries = Entries([2, 1])

    def answer(request: Json) -> Outcome:
        if "sort" in request["params"]:
            return failure("sort_prohibited", field="sort")
        if "mood" in request["params"]["fields"]:
            return failure("unexpected_parameters", field="fields", value="mood")
        if "is_rich" in request["params"]:
            return failure("parameter_component_disabled", field="is_rich")
        return entries(request)

    desk = Desk(answer, fields=("id", "mood"), options={"is_rich": True})
    assert [record["id"] for record in desk.read()] == [1, 2]
    assert desk.reader.left_out == ("mood",)
    assert len(desk.watch.warnings) == 3
    assert "parameter is_rich is left out" in desk.watch.warnings[-1]


def test_a_key_that_is_refused_ends_the_reading() -> None:
    refuse = failure("unexpected_parameters", field="fields", value="id")
    with pytest.raises(FieldRefused):
        Desk(lambda _: refuse, sortable=frozenset()).read()


def test_a_count_that_disagrees_is_asked_for_again_and_what_never_comes_is_missing() -> None:
    moved, still = success([{"id": 1}], total_items=2), success([{"id": 1}, {"id": 2}], total_items=2)
    assert len(Desk(in_turn([moved, moved, still])).read()) == 2
    with pytest.raises(RowsMissing, match=r"get\.things counts 1 more row than it hands out"):
        Desk(lambda _: moved).read()


@pytest.mark.parametrize("takes_filter", [True, False])
def test_a_list_whose_count_is_the_length_of_its_page_is_read_on(*, takes_filter: bool) -> None:
    keys = list(range(1, 96))

    def answer(request: Json) -> Outcome:
        params = request["params"]
        after = params["filter"]["value"] if "filter" in params else 0
        page = [key for key in keys if key > after][params.get("offset", 0) :][:10]
        return success([{"id": key} for key in page], total_items=len(page))

    filterable = frozenset({"id"} if takes_filter else ())
    desk = Desk(answer, filterable=filterable, page_size=50)
    assert sorted(record["id"] for record in desk.read()) == keys


def test_lists_of_several_variants_are_put_together() -> None:
    def answer(request: Json) -> Outcome:
        ids = [1, 3] if request["params"].get("is_deleted") else [1, 2]
        return success([{"id": number} for number in ids], total_items=2)

    desk = Desk(answer, variants=({}, {"is_deleted": True}))
    assert sorted(record["id"] for record in desk.read()) == [1, 2, 3]


def test_a_method_without_paging_is_asked_for_nothing_but_itself() -> None:
    desk = Desk(lambda _: success({"id": 5, "name": "me"}), takes_paging=False, takes_fields=False)
    assert [record["id"] for record in desk.read()] == [5]
    assert desk.params == [{"user_id": 7}]


def test_a_missing_part_of_a_key_is_filled_only_where_it_may_be_missing() -> None:
    keys = ("id", "code")
    rows = success([{"id": None, "code": None}, {"id": "4", "code": "x"}], total_items=2)
    desk = Desk(lambda _: rows, keys=keys, fields=keys, nullable_keys=keys)
    assert [(record["id"], record["code"]) for record in desk.read()] == [(0, "-"), (4, "x")]
    with pytest.raises(RowsUnreadable, match=r"1 row of get\.things came without a readable time or key"):
        Desk(lambda _: rows, keys=keys, fields=keys, nullable_keys=["code"]).read()


def test_the_keys_alone_are_given_in_order() -> None:
    assert Desk(Entries([9, 4, 6], sorts=False)).reader.keys() == Keys([4, 6, 9], None)


def test_the_keys_alone_come_with_word_of_those_that_are_counted_and_never_come() -> None:
    keys = Desk(counting([4, 6], 5)).reader.keys()
    assert keys.values == [4, 6]
    assert "counts 3 more rows than it hands out" in str(keys.loss)


def test_an_empty_page_that_counts_entries_is_no_crash_but_a_loss() -> None:
    with pytest.raises(RowsMissing, match="counts 3 more rows"):
        Desk(counting([], 3)).read()


def test_a_sample_takes_one_request() -> None:
    desk = Desk(Entries(range(30)))
    assert len(list(desk.reader.sample(2))) == 2
    assert [params["limit"] for params in desk.params] == [2]
